"""Train a captioner on features that stay on the device: grid cells, detector regions, or both, in minutes on a GPU.

    python train_regions.py --model m2 --kind regions --features cache/regions --out runs/m2-regions --device cuda --minutes 2
    python train_regions.py --model updown --kind grid --preset tiny --out runs/tiny       # seconds on a CPU, for tests

The models (m2.py, updown.py), losses and shares of the origins are those of train.py; captions, their photos and all views are tensors on
the device, so a step is nothing but arithmetic. First `warm` passes over captions without a photo, then `epochs` over the photos, fewer
when the `minutes` end before: the rate's cosine follows whichever is further. Every epoch the averaged weights write greedy captions of
the people's val photos; the best by CIDEr-D (plain tokenizer) are kept. At the end they are rounded to int8 as a package rounds
them, and write the captions of both splits with the shipped beam search: {val,test}.jsonl. Only val's are scored here.
"""

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from beam import search_model
from captioners import fresh_captioner, known_captioner
from cider_d import CiderD
from data import read_examples, read_tsv
from device_data import Captions, load_views, moments
from files import write_jsonl
from greedy import greedy_captions, unpack_weights
from run_record import RunRecord
from settings import parse
from text import PAD, Vocabulary, words_of
from validate import search_rules


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    features: Path = Path("cache/regions")  # what region_features.py wrote
    kind: str = "grid"  # grid, regions, or both
    views: str = "0,1,2"  # the first must be the picture as it is
    vocabulary: Path = Path("../m2/vocabulary.json")
    out: Path = Path("runs/m2-regions")
    model: str = "m2"
    init: Path = Path("")  # a checkpoint to start from
    preset: str = ""  # tiny: smallest sizes, one epoch
    width: int = 0  # 0 = the model's own default
    decoder_layers: int = 0
    warm: int = 2  # passes over captions without photos
    epochs: int = 20
    minutes: float = 60.0
    batch: int = 64  # photos
    captions: int = 4  # per photo and step
    rate: float = 7e-4
    warmup: int = 300  # steps
    smoothing: float = 0.1
    dropout: float = 0.2
    cell_dropout: float = 0.05
    average: float = 0.998  # EMA of the weights
    max_tokens: int = 18  # longer captions are left out: cut ones would teach to break off
    seed: int = 1
    device: str = "cpu"
    threads: int = 1


TINY = {"width": 32, "decoder_layers": 1, "warm": 0, "epochs": 2, "batch": 8, "warmup": 5}


class Trainer:
    """Model, averaged copy, optimizer and data of one run."""

    def __init__(self, s: Settings):
        self.s = s
        torch.manual_seed(s.seed)
        self.views, ids = load_views(s.features, s.kind, s.views.split(","), s.device)
        row = {image: i for i, image in enumerate(ids)}
        examples = [e for e in read_examples(s.data) if e.image in row]
        fits = [(e, [c for c in e.captions if len(words_of(c[1])) <= s.max_tokens]) for e in examples if e.split == "train"]
        train = [(row[e.image], captions) for e, captions in fits if captions]
        self.vocabulary = Vocabulary.load(s.vocabulary)
        self.captions = Captions.of([c for _, c in train], [r for r, _ in train], self.vocabulary, s.max_tokens, s.device)
        text_file = s.data / "coco_text_only.tsv"
        texts = read_tsv(text_file) if s.warm and text_file.exists() else []
        pool = [[("coco", t["caption"])] for t in texts] + [[c] for _, captions in train for c in captions]
        self.language = Captions.of(pool, [0] * len(pool), self.vocabulary, s.max_tokens, s.device)
        self.held = {split: [(row[e.image], e.image, e.of("coco")) for e in examples if e.split == split and e.of("coco")] for split in ("val", "test")}
        self.cider = CiderD({image: [words_of(c) for c in captions] for _, image, captions in self.held["val"]})
        self.model = self.begin().to(s.device)
        for module in self.model.modules():
            if isinstance(module, nn.Dropout):
                module.p = s.dropout
        self.averaged = known_captioner(s.model, asdict(self.model.config), self.model.state_dict()).to(s.device).eval()
        self.optimizer = torch.optim.AdamW(self.model.parameters(), s.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=s.device.startswith("cuda"))
        self.step, self.begun = 0, time.time()
        self.per_epoch = -(-len(train) // s.batch)
        self.warm_steps = s.warm * len(pool) // (s.batch * s.captions)
        self.total = self.warm_steps + s.epochs * self.per_epoch

    def begin(self) -> nn.Module:
        """A fresh model with the features' moments, or the one of `init`."""
        cells, channels = self.views[0].shape[1:]
        if self.s.init.name:
            state = torch.load(self.s.init, map_location="cpu", weights_only=False)
            if state["words"] != self.vocabulary.words:
                raise ValueError(f"{self.s.init} has another vocabulary than {self.s.vocabulary}")
            return known_captioner(state["kind"], state["config"], state["average"] if "average" in state else unpack_weights(state["packed"]))
        model = fresh_captioner(self.s.model, len(self.vocabulary.words), channels, cells, self.s.width, self.s.decoder_layers)
        for buffer, value in zip((model.region_mean, model.region_std), moments(self.views[0], self.captions.row)):
            buffer.copy_(value)
        return model

    def progress(self) -> float:
        """0..1, of the steps or of the minutes, whichever is further."""
        return min(1.0, max(self.step / max(1, self.total), (time.time() - self.begun) / 60 / self.s.minutes))

    def loss(self, regions: Tensor, inputs: Tensor, targets: Tensor, rows: Tensor) -> Tensor:
        memory = [m.index_select(0, rows) for m in self.model.encode(regions)]
        logits = self.model.logits(self.model.hidden(memory, inputs))
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=PAD, label_smoothing=self.s.smoothing)

    def update(self, loss: Tensor) -> None:
        s = self.s
        for group in self.optimizer.param_groups:
            group["lr"] = s.rate * min(1.0, (self.step + 1) / s.warmup) * (0.02 + 0.98 * (0.5 + 0.5 * np.cos(np.pi * self.progress())))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        decay = min(s.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.averaged.parameters()), list(self.model.parameters()), 1 - decay)

    def warm_language(self) -> None:
        """Captions alone: one photo whose regions all lie at the channel mean stands for "no photo"."""
        cells, channels = self.views[0].shape[1:]
        blank, size = self.model.region_mean.expand(1, cells, channels), self.s.batch * self.s.captions
        rows = torch.zeros(size, dtype=torch.long, device=self.s.device)
        self.model.train()
        for _ in range(self.warm_steps):
            take = torch.randint(len(self.language.row), (size,), device=self.s.device)
            self.update(self.loss(blank, *self.language.draw(take, 1), rows))

    def one_epoch(self) -> float:
        """Mean loss of one pass over the photos, each in a view drawn for its batch."""
        s, total = self.s, torch.zeros((), device=self.s.device)
        order = torch.randperm(len(self.captions.row), device=s.device)
        self.model.train()
        for i in range(self.per_epoch):
            photos = order[i * s.batch : (i + 1) * s.batch]
            view = self.views[int(torch.randint(len(self.views), ()))]
            regions = view[self.captions.row[photos]].float()
            drop = torch.rand(regions.shape[:2], device=s.device) < s.cell_dropout
            regions = torch.where(drop[..., None], self.model.region_mean, regions)
            inputs, targets = self.captions.draw(photos, s.captions)
            rows = torch.arange(len(photos), device=s.device).repeat_interleave(len(inputs) // len(photos))
            loss = self.loss(regions, inputs, targets, rows)
            self.update(loss)
            total += loss.detach()
            if self.progress() >= 1:
                break
        return float(total) / (i + 1)

    def greedy_score(self) -> float:
        """CIDEr-D of the averaged weights' greedy captions of the val photos."""
        rows = torch.tensor([r for r, _, _ in self.held["val"]], device=self.s.device)
        tokens = greedy_captions(self.averaged, self.views[0][rows].float(), self.vocabulary.start("coco"), self.s.max_tokens)
        return self.cider.mean({image: self.vocabulary.decode(t).split() for (_, image, _), t in zip(self.held["val"], tokens.tolist())})

    def beam_captions(self, split: str, batch: int = 64) -> list[dict]:
        """The averaged weights' captions of a split with the shipped search: one line for each photo."""
        rules, lines, start = search_rules(self.vocabulary), [], self.vocabulary.start("coco")
        for i in range(0, len(self.held[split]), batch):
            part = self.held[split][i : i + batch]
            regions = self.views[0][torch.tensor([r for r, _, _ in part], device=self.s.device)].float()
            for (_, image, _), best in zip(part, search_model(self.averaged, regions, start, rules)):
                lines.append({"image": image, "plain": self.vocabulary.decode(best[0].words)})
        return lines


def main(s: Settings) -> Path:
    torch.set_num_threads(s.threads)
    torch.set_float32_matmul_precision("high")
    s = replace(s, **TINY) if s.preset == "tiny" else s
    trainer = Trainer(s)
    record = RunRecord(s.out, s.model, s.kind, trainer.vocabulary.words, {k: str(v) for k, v in asdict(s).items()})
    about = f"{s.model} {s.kind} seed {s.seed}"
    print(f"{about}: {len(trainer.captions.row)} photos, {len(trainer.vocabulary.words)} words, {trainer.total} steps", flush=True)
    trainer.warm_language()
    while trainer.progress() < 1:
        loss = trainer.one_epoch()
        record.add(trainer.averaged, loss, trainer.greedy_score())
        print(f"{about}: epoch {len(record.history)}, loss {loss:.3f}, val CIDEr-D (greedy) {record.history[-1]['val_cider_d_greedy']:.4f}, {time.time() - trainer.begun:.0f} s", flush=True)
    if not record.best:
        raise SystemExit(f"{about}: the minutes ended before the first epoch")
    trainer.averaged.load_state_dict(unpack_weights(record.best["packed"]))
    captions = {split: trainer.beam_captions(split) for split in ("val", "test")}
    for split, rows in captions.items():
        write_jsonl(s.out / f"{split}.jsonl", rows)
    score = trainer.cider.mean({row["image"]: row["plain"].split() for row in captions["val"]})
    record.write_history(val_cider_d=score)
    print(f"{about}: val CIDEr-D (beam 3, int8 weights) {score:.4f}", flush=True)
    return s.out / "best.pt"


if __name__ == "__main__":
    main(parse(Settings))
