"""Measure image encoders against each other: parameters, ms a photo, and the CIDEr-D of a quick captioner on their features.

    python compare_backbones.py --features mobilenet_v2=cache/mobilenet.npy,xception=cache/xception.npy,\
efficientnet_lite2=cache/lite2.npy@0:1280,efficientnet_lite2+detector=cache/lite2.npy

A name is a backbone of backbone.py, with `+detector` for the detector's cells beside it. A path is a file that
features.py wrote from the untuned encoder; `a.npy+b.npy` joins two, `@from:to` takes some of their channels. Every captioner learns
from the same `photos` train photos (drawn by seed among those that all files hold) and is scored on the same val photos: CIDEr-D of the
people's captions, plain tokenizer, beam 3, best epoch. The encoders run in onnxruntime on one thread, one photo at a time and one
round of all encoders after another, so that a busy machine slows all alike; the median counts. Writes models/backbones.md.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

import train
from data import Example, read_examples
from encoder import SIDE, GridEncoder, build_encoder
from features import encoder_session
from files import REPO, cache_folder, write_tsv
from settings import parse

WARM_ROUNDS = 3
HEADER = "| backbone | parameters, M | ms a photo | val CIDEr-D | CIDEr-D per ms |\n| --- | ---: | ---: | ---: | ---: |"


@dataclass(frozen=True)
class Settings:
    features: str  # name=path,name=path (see above)
    data: Path = Path("../shared/data")
    weights: Path = Path("../shared/data/weights")
    out: Path = REPO / "models" / "backbones.md"
    model: str = "m2"
    width: int = 128
    decoder_layers: int = 1
    epochs: int = 4
    photos: int = 2500  # of the train split
    rounds: int = 40
    pretrained: bool = True  # false times the same networks with random weights, and needs no files
    threads: int = 1  # of the training
    seed: int = 1


@dataclass(frozen=True)
class Entry:
    """One line of the table, as given: a backbone, whether the detector is beside it, its feature files and channels."""

    name: str
    path: str
    channels: str

    @property
    def detector(self) -> bool:
        return self.name.endswith("+detector")

    @property
    def backbone(self) -> str:
        return self.name.removesuffix("+detector")


def read_entries(features: str) -> list[Entry]:
    """The entries of --features; ends with one line when a part is not name=path."""
    entries = []
    for part in features.split(","):
        name, equals, rest = part.partition("=")
        path, _, channels = rest.partition("@")
        if not (name and equals and path):
            raise SystemExit(f"Expected name=path,name=path for --features but received '{part}'")
        entries.append(Entry(name, path, channels))
    return entries


def common_examples(s: Settings, entries: list[Entry]) -> list[Example]:
    """The same photos for all: those with people's captions that every file holds; `photos` of train, all of val."""
    held = [set(train.Features(e.path).row) for e in entries]
    examples = [e for e in read_examples(s.data) if e.of("coco") and all(e.image in ids for ids in held)]
    val, rich = ([e for e in examples if e.split == split] for split in ("val", "train"))
    if not val or not rich:
        raise SystemExit(f"The feature files hold {len(rich)} train and {len(val)} val photos in common; both are needed")
    drawn = np.random.default_rng(s.seed).permutation(len(rich))[: s.photos]
    return [*(rich[i] for i in sorted(drawn)), *val]


def quick_cider(s: Settings, entry: Entry, data: Path, out: Path) -> float:
    """Val CIDEr-D of a small captioner trained on the entry's features."""
    settings = train.Settings(
        data=data, features=entry.path, channels=entry.channels, out=out, model=s.model, width=s.width, decoder_layers=s.decoder_layers, warm=0,
        epochs=s.epochs, warmup=100, origins="coco", average=0.99, hold=0, seed=s.seed, threads=s.threads,
    )  # fmt: skip
    best = torch.load(train.main(settings), map_location="cpu", weights_only=False)
    return max(h["val_cider_d"] for h in best["history"])


def interleaved_ms(sessions: list[ort.InferenceSession], rounds: int) -> list[float]:
    """Median ms of one photo for each session; every round asks each session once, in turning order."""
    picture = np.random.default_rng(0).random((1, 3, SIDE, SIDE)).astype(np.float32)
    times = np.zeros((rounds + WARM_ROUNDS, len(sessions)))
    for turn, row in enumerate(times):
        for i in np.roll(np.arange(len(sessions)), turn):
            begun = time.perf_counter()
            sessions[i].run(None, {"image": picture})
            row[i] = time.perf_counter() - begun
    return (np.median(times[WARM_ROUNDS:], 0) * 1000).tolist()


def parameters(encoder: GridEncoder) -> int:
    return sum(p.numel() for p in encoder.parameters())


def table(entries: list[Entry], counts: list[int], ms: list[float], ciders: list[float]) -> str:
    """The Markdown table, best CIDEr-D first."""
    rows = sorted(zip(entries, counts, ms, ciders), key=lambda row: -row[3])
    return "\n".join([HEADER, *(f"| {e.name} | {n / 1e6:.1f} | {t:.1f} | {c:.3f} | {c / t:.4f} |" for e, n, t, c in rows)])


def page(s: Settings, command: str, photos: list[Example], lines: str) -> str:
    """models/backbones.md: what was measured, the command, the table."""
    counts = [sum(e.split == split for e in photos) for split in ("train", "val")]
    return f"""# Backbones

Untuned image encoders at {SIDE} x {SIDE} pixels, and what a quick captioner ({s.model}, width {s.width}, {s.epochs} epochs of cross-entropy) learns from their
frozen features: {counts[0]:,} train photos, CIDEr-D on {counts[1]} val photos (people's captions, plain tokenizer, beam 3, best epoch). Time: encoder alone,
onnxruntime float32, one thread, one photo, median of {s.rounds} interleaved rounds. Times hold for the machine that ran it; their ratio is what counts.

```
{command}
```

{lines}
"""


def main(s: Settings) -> None:
    entries = read_entries(s.features)
    folder = cache_folder("backbones")
    photos = common_examples(s, entries)
    write_tsv(folder / "captions.tsv", ["image", "split", "origin", "caption"], [(e.image, e.split, "coco", c) for e in photos for c in e.of("coco")])
    encoders = [build_encoder(e.backbone, e.detector, s.weights, s.pretrained).eval() for e in entries]
    counts = [parameters(encoder) for encoder in encoders]
    ms = interleaved_ms([encoder_session(encoder, 1) for encoder in encoders], s.rounds)
    del encoders
    for entry, t in zip(entries, ms):
        print(f"{entry.name}: {t:.1f} ms a photo", flush=True)
    ciders = [quick_cider(s, entry, folder, folder / entry.name) for entry in entries]
    lines = table(entries, counts, ms, ciders)
    print(lines)
    command = " ".join(["python", "compare_backbones.py", *sys.argv[1:]])
    s.out.write_text(page(s, command, photos, lines), encoding="utf-8")


if __name__ == "__main__":
    main(parse(Settings))
