"""Cached features (feature_cache.py) as they are trained on: whitened, reduced, and beside their labels."""

from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path

import numpy as np

from attribute_head import Projection
from attribute_labels import Targets, all_labels, classes_of, targets_of

GROUPS = ("products", "views", "small")
OTHERS = {"coco": 1800, "openstax": 600, "sports": 1500, "objects": 1010, "grocery": 648, "fashion": 1099}  # photos of each source
STORED = 1  # the view that photos from features.py count as
SAMPLES = 60000  # cells from which the components are taken
BLOCK = 256  # photos projected at once


@dataclass(frozen=True)
class Cached:
    """One row for each photo and view; `features` float16 [rows, cells, kept]."""

    features: np.ndarray
    targets: Targets
    splits: np.ndarray  # train, val, test
    views: np.ndarray  # 0 is the picture as the runtime sees it
    projection: Projection

    @property
    def sources(self) -> np.ndarray:
        """fashion, fashion_small, abo, coco, ... of each row"""
        return np.array([image.split("/")[0] for image in self.targets.images])


def fold_of(image: str, folds: int) -> int:
    """The part of a cross-validation that a photo belongs to; all its views are in the same one."""
    return int(sha1(image.encode()).hexdigest(), 16) % folds


def read_cache(folder: Path, groups: tuple[str, ...]) -> tuple[list[str], np.ndarray, list[np.ndarray]]:
    """Photos, views and features (memory-mapped, one array a group) of the groups that are there."""
    lines, arrays = [], []
    for group in groups:
        lines += (folder / f"{group}.ids.txt").read_text(encoding="utf-8").split("\n")
        arrays.append(np.load(folder / f"{group}.npy", mmap_mode="r"))
    return [line.rpartition(" ")[0] for line in lines], np.array([int(line.rpartition(" ")[2]) for line in lines]), arrays


def read_others(parts: list[Path]) -> tuple[list[str], np.ndarray]:
    """Photos of features.py (one file for each part of the encoder, ids beside it), and fashion once more: these are of the
    encoder before its weights were rounded, which must tell nothing about what a photo shows."""
    ids = parts[0].with_suffix(".ids.txt").read_text(encoding="utf8").split("\n")
    arrays = [np.load(part, mmap_mode="r") for part in parts]
    rows = []
    for source, count in OTHERS.items():
        mine = sorted((i for i, name in enumerate(ids) if name.startswith(f"{source}/")), key=lambda i: sha1(ids[i].encode()).hexdigest())
        rows += mine[:count]
    rows.sort()
    return [ids[i] for i in rows], np.concatenate([array[rows] for array in arrays], -1)


def load(cache: Path, others: list[Path], data: Path, kept: int, groups: tuple[str, ...] = GROUPS) -> Cached:
    """Everything that was cached; the components are taken from photos of the train split."""
    labels = all_labels(data)
    images, views, arrays = read_cache(cache, groups)
    if others:
        more, features = read_others(others)
        images, arrays, views = images + more, [*arrays, features], np.append(views, np.full(len(more), STORED))
    splits = np.array([labels[image][0] for image in images])
    rng = np.random.default_rng(0)
    starts = np.cumsum([0, *(len(a) for a in arrays)])
    samples = []
    for array, start in zip(arrays, starts):
        rows = np.flatnonzero(splits[start : start + len(array)] == "train")
        picked = np.sort(rng.choice(rows, min(len(rows), SAMPLES // 16 // len(arrays)), replace=False))
        cells = array[picked].astype(np.float32)
        samples.append(cells[:, rng.permutation(cells.shape[1])[:16]].reshape(-1, cells.shape[2]))
    projection = Projection.of(np.concatenate(samples), kept)
    reduced = np.empty((len(images), arrays[0].shape[1], projection.matrix.shape[1]), np.float16)
    for array, start in zip(arrays, starts):
        for at in range(0, len(array), BLOCK):
            reduced[start + at : start + at + len(array[at : at + BLOCK])] = projection(array[at : at + BLOCK])
    return Cached(reduced, targets_of(images, labels, classes_of(labels)), splits, views, projection)
