"""Look for marks on real photos once, and keep what was seen: boxes, scores, points, and the crops they were made of.

    python logos/look.py --package ../logos --data DATA --photos PHOTOS --split train --out cache/looked/train.npz
    python logos/look.py --package ../logos --data DATA --photos PHOTOS --split train --window 0.55 --out cache/looked/train-near.npz

Photos of all kinds: COCO, textbooks, sports, things, groceries, fashion, catalogues. With `window` below 1 not the whole photo is
seen but one window of it, drawn by the photo's name, of that share of its sides: the same things, nearer. About 35 ms a photo on one free CPU thread.
"""

import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from logos.photos import LISTS, photo_names  # noqa: E402
from logos.recognise import Recogniser, open_rgb  # noqa: E402
from settings import parse  # noqa: E402

SMALL = "fashion_small_attributes.tsv"  # 60 x 80 px


@dataclass(frozen=True)
class Settings:
    package: Path = Path("../logos")
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    split: str = "train"
    small: bool = False  # the tiny catalogue photos instead of all others
    kind: str = ""  # what names start with, such as sports/
    step: int = 1  # every so many photos
    window: float = 1.0
    out: Path = Path("cache/looked/train.npz")
    threads: int = 1


@dataclass(frozen=True)
class Looked:
    """What was seen on photos: `owner` is the photo of each box, by its place in `names`."""

    names: list[str]
    owner: np.ndarray  # int [b]
    boxes: np.ndarray  # float [b, 4] corners in fractions
    scores: np.ndarray  # float [b]
    px: np.ndarray  # float [b, 2]: width and height of the box on the photo that was looked at
    points: np.ndarray  # float [b, 128]
    crops: np.ndarray  # uint8 [b, 3, 64, 64]


def all_photos(data: Path, split: str, small: bool = False) -> list[str]:
    """Names of the photos of every kind of a split, sorted."""
    return photo_names(data, split, sources=("",), lists=(SMALL,) if small else LISTS)


def window_of(picture: Image.Image, name: str, share: float) -> Image.Image:
    """A window of `share` of the sides, at a place that depends on the name alone."""
    if share >= 1:
        return picture
    wide, high = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    number = zlib.crc32(name.encode())
    left, top = (number & 0xFFFF) * (picture.width - wide) // 0xFFFF, (number >> 16) * (picture.height - high) // 0xFFFF
    return picture.crop((left, top, left + wide, top + high))


def load_looked(path: Path) -> Looked:
    """What `main` has written."""
    with np.load(path) as file:
        return Looked(file["names"].tolist(), *(file[key] for key in ("owner", "boxes", "scores", "px", "points", "crops")))


def look(recogniser: Recogniser, folder: Path, names: list[str], window: float) -> Looked:
    """Boxes of all photos, with their points."""
    owner, boxes, scores, px, points, crops = [], [], [], [], [], []
    for i, name in enumerate(names):
        picture = window_of(open_rgb(folder / name), name, window)
        found, sure = recogniser.boxes(picture)
        if len(found) == 0:
            continue
        cut = recogniser.crops(picture, found)
        owner += [i] * len(found)
        boxes.append(found)
        scores.append(sure)
        px.append((found[:, 2:] - found[:, :2]) * [picture.width, picture.height])
        points.append(recogniser.embed(cut))
        crops.append(cut.round().astype(np.uint8))
        if len(owner) % 500 < len(found):
            print(f"{i + 1} of {len(names)} photos, {len(owner)} boxes", flush=True)
    return Looked(names, np.array(owner), *(np.concatenate(part) for part in (boxes, scores, px, points, crops)))


def main(s: Settings) -> None:
    torch.set_num_threads(s.threads)
    names = [name for name in all_photos(s.data, s.split, s.small) if name.startswith(s.kind) and (s.photos / name).is_file()][:: s.step]
    seen = look(Recogniser(s.package, s.threads), s.photos, names, s.window)
    s.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(s.out, names=np.array(seen.names), owner=seen.owner, boxes=seen.boxes, scores=seen.scores, px=seen.px, points=seen.points, crops=seen.crops)
    print(f"{len(names)} photos, {len(seen.owner)} boxes in {s.out}")


if __name__ == "__main__":
    main(parse(Settings))
