"""Tune a part of the encoder on this data: words of the captions, labels, and the captions themselves, end to end.

    python tune.py --part backbone --out runs/backbone.pt     # about 30 minutes on one busy CPU core
    python tune.py --part detector --out runs/detector.pt

Three losses on the part's own grid features: which words people used of the photo (multi-label, Fang et al. 2015,
section 3), which class or product it is (where labelled), and the captions by a one-layer M2. The heads are warmed on
cached features of the untuned encoder first (--warm), so that random heads do not spoil the starting weights. Batch
statistics stay; every layer is trained on each `full_every`-th step, the layers of low resolution on every step.
"""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import tqdm

from data import LABEL_FILES, Example, encode_caption, pad_captions, read_examples, read_tsv
from encoder import build_encoder, freeze_batch_norm, pictures_to_tensor
from features import augment
from m2 import M2, M2Config
from settings import parse
from text import PAD, build_vocabulary, words_of


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    pictures: Path = Path("cache/p256.npy")
    ids: Path = Path("cache/ids.txt")
    warm: Path = Path("cache/frozen.npy")
    out: Path = Path("runs/backbone.pt")
    part: str = "backbone"  # or detector
    backbone: str = "efficientnet_lite2"
    warm_steps: int = 200
    steps: int = 900
    batch: int = 16
    captions: int = 2  # per photo and step
    full_every: int = 6
    shallow: int = 11  # blocks of the backbone that only full steps train
    rate: float = 2e-4
    head_rate: float = 1e-3
    content_words: int = 1500
    threads: int = 1
    seed: int = 1


class Heads(nn.Module):
    """Words, labels and captions from regions [n, cells, channels]; `losses` gives the three, unweighted."""

    def __init__(self, channels: int, words: int, labels: int, vocabulary: int):
        super().__init__()
        self.norm = nn.BatchNorm1d(channels)
        self.cell, self.whole = nn.Linear(channels, words), nn.Linear(channels, words)
        self.label = nn.Linear(channels, labels)
        self.captioner = M2(M2Config(vocabulary, channels, encoder_layers=1, decoder_layers=1, dropout=0.1))
        nn.init.constant_(self.whole.bias, -4.0)

    def losses(self, regions: Tensor, words: Tensor, labels: Tensor, inputs: Tensor, targets: Tensor, rows: Tensor) -> list[Tensor]:
        x = self.norm(regions.flatten(0, 1)).view_as(regions)
        mean = x.mean(1)
        logits = self.whole(mean) + torch.logsumexp(self.cell(F.dropout(x, 0.1, self.training)), 1) - np.log(x.shape[1])
        word_loss = F.binary_cross_entropy_with_logits(logits, words, reduction="none").sum(1).mean()
        label_loss = F.cross_entropy(self.label(F.dropout(mean, 0.3, self.training)), labels, ignore_index=-1, reduction="sum") / len(labels)
        memory = [m.index_select(0, rows) for m in self.captioner.encode(x)]
        scores = self.captioner.decode(memory, inputs)
        caption_loss = F.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=PAD, label_smoothing=0.1)
        return [word_loss, label_loss, caption_loss]


class Batches:
    """Random training batches over the photos that have captions or labels."""

    def __init__(self, s: Settings):
        self.s, self.rng = s, np.random.default_rng(s.seed)
        ids = {name: i for i, name in enumerate(s.ids.read_text(encoding="utf8").split("\n"))}
        examples = {e.image: e for e in read_examples(s.data) if e.split == "train"}
        self.labels: dict[str, int] = {}
        names: dict[str, int] = {}
        for file, column in LABEL_FILES.items():
            for row in read_tsv(s.data / file):
                if row["split"] == "train":
                    self.labels[row["image"]] = names.setdefault(f"{column}:{row[column]}", len(names))
        self.label_count = len(names)
        for image in self.labels:
            examples.setdefault(image, Example(image, "train"))
        self.examples = [examples[image] for image in sorted(examples)]
        self.rows = np.array([ids[e.image] for e in self.examples])
        captions = [c for e in self.examples for _, c in e.captions]
        self.vocabulary = build_vocabulary(captions)
        self.word_ids = self.vocabulary.ids
        function = set("a an the of in on at with and to is are by for from it its that this as or while next up down out over his her their some there has one two be being".split())
        counts = Counter(w for c in captions for w in words_of(c) if w not in function)
        self.content = {w: i for i, (w, _) in enumerate(counts.most_common(s.content_words))}

    def next(self) -> tuple[np.ndarray, list[Tensor]]:
        """Rows into the picture array, and the targets of `Heads.losses`."""
        take = self.rng.choice(len(self.examples), self.s.batch, replace=False)
        words = torch.zeros(len(take), len(self.content))
        labels = torch.full((len(take),), -1)
        captions, starts, rows = [], [], []
        for j, index in enumerate(take):
            example = self.examples[index]
            labels[j] = self.labels.get(example.image, -1)
            for _, caption in example.captions:
                for word in words_of(caption):
                    if word in self.content:
                        words[j, self.content[word]] = 1.0
            chosen = self.rng.permutation(len(example.captions))[: self.s.captions]
            for k in chosen:
                origin, caption = example.captions[k]
                captions.append(encode_caption(caption, self.word_ids, 22))
                starts.append(self.vocabulary.start(origin))
                rows.append(j)
        inputs, targets = pad_captions(captions, starts)
        return self.rows[take], [words, labels, torch.from_numpy(inputs), torch.from_numpy(targets), torch.tensor(rows)]


def shallow_part(encoder: nn.Module, s: Settings) -> list[nn.Parameter]:
    """Parameters that only full steps train (the costly layers of high resolution)."""
    if s.part == "backbone":
        net = encoder.backbone.net
        return [*net.stem.parameters(), *(p for b in net.blocks[: s.shallow] for p in b.parameters())]
    weights = encoder.detector.net.weights
    return [weights[k] for k in list(weights)[: len(weights) // 2]]


def main(s: Settings) -> None:
    torch.manual_seed(s.seed)
    torch.set_num_threads(s.threads)
    batches = Batches(s)
    weights = s.data / "weights"
    encoder = build_encoder(s.backbone if s.part == "backbone" else "", s.part == "detector", weights)
    heads = Heads(encoder.channels, len(batches.content), batches.label_count, len(batches.vocabulary.words))
    weigh = torch.tensor([0.1, 0.5, 1.0])

    warm_ids = {n: i for i, n in enumerate(s.warm.with_suffix(".ids.txt").read_text(encoding="utf8").split("\n"))}
    all_ids = s.ids.read_text(encoding="utf8").split("\n")
    warm = np.load(s.warm, mmap_mode="r")
    channels = slice(0, encoder.channels) if s.part == "backbone" else slice(warm.shape[2] - encoder.channels, None)
    optimizer = torch.optim.AdamW(heads.parameters(), s.head_rate, weight_decay=0.01)
    for step in (bar := tqdm(range(s.warm_steps), desc="heads")):
        rows, targets = batches.next()
        regions = torch.from_numpy(np.stack([warm[warm_ids[all_ids[r]], :, channels] for r in rows])).float()
        losses = torch.stack(heads.losses(regions, *targets))
        optimizer.zero_grad()
        (losses * weigh).sum().backward()
        optimizer.step()
        bar.set_postfix_str(" ".join(f"{v:.2f}" for v in losses.tolist()))

    pictures = np.load(s.pictures, mmap_mode="r")
    shallow = shallow_part(encoder, s)
    ids_shallow = {id(p) for p in shallow}
    deep = [p for p in encoder.parameters() if id(p) not in ids_shallow]
    groups = [{"params": deep, "lr": s.rate}, {"params": shallow, "lr": s.rate / 2}, {"params": heads.parameters(), "lr": s.head_rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=1e-4)
    peak = [g["lr"] for g in optimizer.param_groups]
    encoder.train().to(memory_format=torch.channels_last)
    freeze_batch_norm(encoder)
    history, begun = [], time.time()
    for step in (bar := tqdm(range(s.steps), desc=s.part)):
        for g, lr in zip(optimizer.param_groups, peak):
            g["lr"] = lr * min(1.0, (step + 1) / 30) * (0.5 + 0.5 * np.cos(np.pi * step / s.steps))
        for p in shallow:
            p.requires_grad_(step % s.full_every == 0)
        rows, targets = batches.next()
        batch = augment(pictures_to_tensor(pictures[np.sort(rows)])[np.argsort(np.argsort(rows))], 2, batches.rng).to(memory_format=torch.channels_last)
        losses = torch.stack(heads.losses(encoder(batch), *targets))
        optimizer.zero_grad(set_to_none=True)
        (losses * weigh).sum().backward()
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        history.append(losses.tolist())
        bar.set_postfix_str(" ".join(f"{v:.2f}" for v in np.mean(history[-50:], 0)))
        if (step + 1) % 100 == 0 or step + 1 == s.steps:
            print(f"step {step + 1} minutes {(time.time() - begun) / 60:.1f} words, labels, captions:", *(f"{v:.3f}" for v in np.mean(history[-100:], 0)), flush=True)
            s.out.parent.mkdir(parents=True, exist_ok=True)
            torch.save({"encoder": encoder.state_dict(), "part": s.part, "steps": step + 1}, s.out)


if __name__ == "__main__":
    main(parse(Settings))
