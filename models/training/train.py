"""Train a captioner (Meshed-Memory Transformer or Up-Down) by cross-entropy on cached features.

    python train.py --model m2 --out runs/m2 --features cache/tuned.npy,cache/tuned-1.npy
    python train.py --model updown --out runs/updown --preset tiny       # seconds, for tests

First `warm` passes over captions without a photo (the language side; the regions are all zero), then `epochs` over the
photos: `captions` of each, from all origins, told apart by their start token; label smoothing, word dropout,
randomly chosen cached views, averaged weights (EMA). `hold` photos are left for scst.py. Each epoch writes a checkpoint (--resume goes on from it, bit for
bit) and the val CIDEr-D of the people's captions (beam 3, plain tokenizer). About 45 minutes for M2 on one core.
"""

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from captioners import fresh_captioner, known_captioner
from curves import save_curve
from data import Example, encode_caption, held_for_reward, pad_captions, read_examples, read_tsv
from settings import parse
from text import PAD, UNK, Vocabulary, build_vocabulary, words_of
from validate import search_rules, val_score
from views import Features


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    features: str = "cache/features.npy"  # views of the same photos, by commas, the picture as it is first; parts of a view joined by +
    out: Path = Path("runs/m2")
    model: str = "m2"
    preset: str = ""  # tiny: smallest sizes, one epoch
    init: Path = Path("")  # a checkpoint to start from (fine-tuning); its vocabulary is kept
    words: Path = Path("")  # a checkpoint whose word embeddings to begin with and its vocabulary (same width)
    channels: str = ""  # use only these channels of the features, as from:to (for comparing backbones)
    width: int = 0  # 0 = the model's own default
    decoder_layers: int = 0
    warm: int = 1
    epochs: int = 8
    batch: int = 16  # photos
    captions: int = 5  # per photo and epoch
    rate: float = 6e-4
    warmup: int = 300  # steps
    smoothing: float = 0.1
    dropout: float = 0.1
    word_dropout: float = 0.0
    cell_dropout: float = 0.05
    average: float = 0.998  # EMA of the weights
    origins: str = "coco,written,alt"
    max_tokens: int = 18  # longer captions are left out: cut ones would teach to break off
    hold: int = 1400  # photos kept for self-critical training alone
    limit: int = 0  # photos of the train split, 0 = all
    seed: int = 1
    threads: int = 1
    resume: bool = False
    language_only: bool = False  # stop after the captions without photos (any features of the right size will do)


TINY = {"width": 32, "decoder_layers": 1, "warm": 0, "epochs": 1, "batch": 8, "hold": 0, "limit": 64}


class Trainer:
    """Model, optimizer, averaged weights and the random state: all that a checkpoint holds."""

    def __init__(self, s: Settings):
        self.s = s
        torch.manual_seed(s.seed)
        torch.set_num_threads(s.threads)
        self.rng = np.random.default_rng(s.seed)
        self.features = Features(s.features, s.channels)
        self.examples = [e for e in read_examples(s.data) if e.split != "train" or e.image in self.features.row]
        origins = s.origins.split(",")
        held = {e.image for e in held_for_reward(self.examples, s.hold)}
        whole = [e for e in self.examples if e.split == "train" and e.image not in held]
        known_captions = [c for e in whole for o, c in e.captions if o in origins]
        fits = lambda c: c[0] in origins and len(words_of(c[1])) <= s.max_tokens  # noqa: E731
        self.train = [Example(e.image, e.split, list(filter(fits, e.captions))) for e in whole]
        self.train = [e for e in self.train if e.captions][: s.limit or None]
        text_file = s.data / "coco_text_only.tsv"
        self.text_only = [r["caption"] for r in read_tsv(text_file)] if text_file.exists() and s.warm else []
        start = torch.load(s.init, map_location="cpu", weights_only=False) if s.init.name else None
        captions = [c for e in self.train for _, c in e.captions]
        other = torch.load(s.words, map_location="cpu", weights_only=False) if s.words.name else None
        known = start or other
        self.vocabulary = Vocabulary(known["words"]) if known else build_vocabulary(known_captions, self.text_only, 1 if s.preset == "tiny" else 4)
        self.ids = self.vocabulary.ids
        cells, channels = self.features.shape
        if start:
            self.model = known_captioner(s.model, start["config"], start["average"])
        else:
            self.model = fresh_captioner(s.model, len(self.vocabulary.words), channels, cells, s.width, s.decoder_layers)
            mean, std = self.features.moments([e.image for e in self.train])
            self.model.region_mean.copy_(mean)
            self.model.region_std.copy_(std)
            if other:
                self.model.embed.weight.data.copy_(other["average"]["embed.weight"])
                self.model.bias.data.copy_(other["average"]["bias"])
        for module in self.model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = s.dropout
        self.average = {k: v.clone() for k, v in self.model.state_dict().items()}
        self.optimizer = torch.optim.AdamW(self.model.parameters(), s.rate, betas=(0.9, 0.98), weight_decay=0.01)
        self.step, self.epoch, self.history = 0, 0, []
        self.steps_per_epoch = -(-len(self.train) // s.batch)
        self.warm_steps = s.warm * (len(self.text_only) + len(captions)) // (s.batch * s.captions)
        self.total = self.warm_steps + s.epochs * self.steps_per_epoch

    def rate(self) -> float:
        """Linear warm-up, then cosine to 2 % of the peak."""
        progress = min(1.0, self.step / max(1, self.total))
        return self.s.rate * min(1.0, (self.step + 1) / self.s.warmup) * (0.02 + 0.98 * (0.5 + 0.5 * np.cos(np.pi * progress)))

    def loss(self, regions: Tensor, captions: list[list[int]], starts: list[int], rows: Tensor) -> Tensor:
        inputs, targets = pad_captions(captions, starts)
        drop = (self.rng.random(inputs.shape) < self.s.word_dropout) & (np.arange(inputs.shape[1]) > 0) & (inputs != PAD)
        inputs = np.where(drop, UNK, inputs)
        memory = [m.index_select(0, rows) for m in self.model.encode(regions)]
        kept = torch.from_numpy(targets != PAD)
        logits = self.model.logits(self.model.hidden(memory, torch.from_numpy(inputs))[kept])
        return F.cross_entropy(logits, torch.from_numpy(targets)[kept], label_smoothing=self.s.smoothing)

    def update(self, loss: Tensor) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        decay = min(self.s.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for k, v in self.model.state_dict().items():
                self.average[k].lerp_(v, 1 - decay) if v.is_floating_point() else self.average[k].copy_(v)
        return float(loss)

    def warm_language(self) -> None:
        """Captions alone: one zero region at the channel mean stands for "no photo"."""
        pool = [(c, "coco") for c in self.text_only] + [(c, o) for e in self.train for o, c in e.captions]
        order, size = self.rng.permutation(len(pool)), self.s.batch * self.s.captions
        cells, channels = self.features.shape
        blank = self.model.region_mean.expand(1, cells, channels)
        self.model.train()
        for i in (bar := tqdm(range(self.warm_steps), desc="language")):
            take = [pool[order[j % len(pool)]] for j in range(i * size, (i + 1) * size)]
            captions = [encode_caption(c, self.ids, self.s.max_tokens) for c, _ in take]
            value = self.update(self.loss(blank, captions, [self.vocabulary.start(o) for _, o in take], torch.zeros(len(take), dtype=torch.long)))
            bar.set_postfix_str(f"loss {value:.3f}")

    def one_epoch(self) -> float:
        order, losses = self.rng.permutation(len(self.train)), []
        self.model.train()
        for i in (bar := tqdm(range(self.steps_per_epoch), desc=f"epoch {self.epoch + 1}")):
            batch = [self.train[j] for j in order[i * self.s.batch : (i + 1) * self.s.batch]]
            regions = self.features.get([e.image for e in batch], self.rng)
            if self.s.cell_dropout:
                keep = torch.from_numpy(self.rng.random(regions.shape[:2]) >= self.s.cell_dropout)
                regions = torch.where(keep[..., None], regions, self.model.region_mean)
            captions, starts, rows = [], [], []
            for row, example in enumerate(batch):
                for k in self.rng.permutation(len(example.captions))[: self.s.captions]:
                    origin, caption = example.captions[k]
                    captions.append(encode_caption(caption, self.ids, self.s.max_tokens))
                    starts.append(self.vocabulary.start(origin))
                    rows.append(row)
            losses.append(self.update(self.loss(regions, captions, starts, torch.tensor(rows))))
            bar.set_postfix_str(f"loss {np.mean(losses[-50:]):.3f}")
        self.epoch += 1
        return float(np.mean(losses))

    def averaged(self) -> torch.nn.Module:
        """A copy of the model with the averaged weights."""
        copy = type(self.model)(self.model.config)
        copy.load_state_dict(self.average)
        return copy.eval()

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        state = {
            "model": self.model.state_dict(), "average": self.average, "optimizer": self.optimizer.state_dict(), "words": self.vocabulary.words,
            "kind": self.s.model, "config": asdict(self.model.config), "step": self.step, "epoch": self.epoch, "history": self.history,
            "torch_random": torch.get_rng_state(), "numpy_random": self.rng.bit_generator.state,
        }  # fmt: skip
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").rename(path)

    def load(self, path: Path) -> None:
        state = torch.load(path, map_location="cpu", weights_only=False)
        self.model.load_state_dict(state["model"])
        self.average, self.step, self.epoch, self.history = state["average"], state["step"], state["epoch"], state["history"]
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["torch_random"])
        self.rng.bit_generator.state = state["numpy_random"]


def main(s: Settings) -> Path:
    if s.preset == "tiny":
        s = replace(s, **TINY)
    trainer = Trainer(s)
    checkpoint = s.out / "last.pt"
    if s.resume and checkpoint.exists():
        trainer.load(checkpoint)
    elif trainer.warm_steps:
        trainer.warm_language()
        trainer.save(checkpoint)
    print(f"{s.model}: {sum(p.numel() for p in trainer.model.parameters()) / 1e6:.1f} M parameters, {len(trainer.vocabulary.words)} words, {len(trainer.train)} photos", flush=True)
    rules = search_rules(trainer.vocabulary)
    while trainer.epoch < s.epochs and not s.language_only:
        begun = time.time()
        loss = trainer.one_epoch()
        score, _ = val_score(trainer.averaged(), trainer.features, trainer.examples, trainer.vocabulary, rules)
        trainer.history.append({"epoch": trainer.epoch, "loss": loss, "val_cider_d": score})
        trainer.save(checkpoint)
        if score >= max(h["val_cider_d"] for h in trainer.history):
            trainer.save(s.out / "best.pt")
        save_curve(trainer.history, "epoch", s.out / "curve.png")
        print(f"epoch {trainer.epoch}: loss {loss:.3f}, val CIDEr-D {score:.4f}, {(time.time() - begun) / 60:.1f} minutes", flush=True)
    return s.out / "best.pt"


if __name__ == "__main__":
    main(parse(Settings))
