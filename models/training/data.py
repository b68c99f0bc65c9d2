"""Photos with captions from three layouts, all read into the same `Example` list.

1. `captions.tsv` (image, split, origin, caption) with photos in tar shards beside it, or unpacked;
2. the COCO layout with Karpathy's split file (`dataset_coco.json`; `restval` counts as train);
3. any folder of photos with a `captions.tsv` (image, caption; optional split and origin) inside: your own pictures.
"""

import csv
import json
import tarfile
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from typing import Iterator

import numpy as np
from PIL import Image

from text import END, ORIGINS, PAD, UNK, words_of

# Labels beside the captions: file -> the column that says what the photo shows.
LABEL_FILES = {"labels.tsv": "label", "fashion_attributes.tsv": "article_type", "abo_attributes.tsv": "product_type"}
SPLITS = {"train": "train", "restval": "train", "val": "val", "test": "test"}


@dataclass(frozen=True)
class Example:
    """One photo: its path inside the data folder, its split, and its captions with their origins."""

    image: str
    split: str
    captions: list[tuple[str, str]] = field(default_factory=list)  # (origin, caption)

    def of(self, origin: str) -> list[str]:
        return [c for o, c in self.captions if o == origin]


def numbered_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and row of each line that is not empty, as `read_tsv` reads them."""
    with path.open(encoding="utf8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in rows:
            yield rows.line_num, row


def read_tsv(path: Path) -> list[dict[str, str]]:
    """Rows of a tab-separated file with a header line and no quoting."""
    return [row for _, row in numbered_rows(path)]


def read_captions(path: Path) -> list[Example]:
    """Examples of a captions.tsv, in the order of first mention; a missing split is train, a missing origin coco."""
    examples: dict[str, Example] = {}
    for number, row in numbered_rows(path):
        image, caption = row.get("image"), row.get("caption")
        if not image or not caption:
            raise ValueError(f"{path}:{number}: expected an image and a caption, tab-separated under a header line")
        split, origin = row.get("split") or "train", row.get("origin") or "coco"
        if split not in SPLITS or origin not in ORIGINS:
            raise ValueError(f"{path}:{number}: expected split in {sorted(SPLITS)} and origin in {ORIGINS} but received '{split}' and '{origin}'")
        examples.setdefault(image, Example(image, SPLITS[split])).captions.append((origin, caption))
    return list(examples.values())


def read_karpathy(path: Path) -> list[Example]:
    """Examples of Karpathy's dataset_coco.json: images are `filepath/filename`."""
    examples = []
    for item in json.loads(path.read_text(encoding="utf8"))["images"]:
        image = "/".join(part for part in (item.get("filepath", ""), item["filename"]) if part)
        examples.append(Example(image, SPLITS[item["split"]], [("coco", s["raw"]) for s in item["sentences"]]))
    return examples


def read_examples(data: Path) -> list[Example]:
    """The examples of a data folder in any of the three layouts."""
    if (data / "dataset_coco.json").exists():
        return read_karpathy(data / "dataset_coco.json")
    if (data / "captions.tsv").exists():
        return read_captions(data / "captions.tsv")
    raise FileNotFoundError(f"{data}: expected dataset_coco.json or captions.tsv in this folder")


def held_for_reward(examples: list[Example], count: int) -> list[Example]:
    """`count` train photos with at least four people's captions, kept from cross-entropy for self-critical training.

    A network that has memorised a photo's captions learns nothing from their reward; the choice is by a digest of the
    photo's name, so it is the same in every script.
    """
    rich = [e for e in examples if e.split == "train" and len(e.of("coco")) >= 4]
    return sorted(rich, key=lambda e: sha1(e.image.encode()).hexdigest())[:count]


def unpack(data: Path, photos: Path) -> None:
    """Unpacks the tar shards of `data` into `photos`, each once (a marker file says which are done)."""
    photos.mkdir(parents=True, exist_ok=True)
    for shard in sorted(data.glob("*.tar")):
        done = photos / f".{shard.name}.done"
        if not done.exists():
            with tarfile.open(shard) as tar:
                tar.extractall(photos, filter="data")
            done.touch()


def read_picture(path: Path, side: int) -> np.ndarray:
    """The photo as RGB uint8 [side, side, 3], stretched to the square (bicubic, as the runtime does)."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BICUBIC))


def encode_caption(caption: str, vocabulary: dict[str, int], max_tokens: int) -> list[int]:
    """Word ids of a caption, cut at `max_tokens` words, without start and end."""
    return [vocabulary.get(w, UNK) for w in words_of(caption)[:max_tokens]]


def pad_captions(captions: list[list[int]], starts: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Decoder inputs [n, t] (start, words) and targets [n, t] (words, end), padded with <pad>."""
    longest = max(len(c) for c in captions) + 1
    inputs = np.full((len(captions), longest), PAD, np.int64)
    targets = np.full((len(captions), longest), PAD, np.int64)
    for i, (caption, start) in enumerate(zip(captions, starts)):
        inputs[i, : len(caption) + 1] = [start, *caption]
        targets[i, : len(caption) + 1] = [*caption, END]
    return inputs, targets

