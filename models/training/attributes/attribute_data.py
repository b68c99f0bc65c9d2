"""Cached features (feature_cache.py) as they are trained on: whitened, reduced, and beside their labels."""

from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path

import numpy as np
import torch

from attribute_head import POOLED, SIDE, Projection
from attribute_labels import Targets, all_labels, classes_of, targets_of
from colour_histogram import ColourHistogram
from feature_cache import thumb_of, view_of

GROUPS = ("products", "views", "small")
OTHERS = {"coco": 900, "openstax": 250, "sports": 1500, "objects": 600, "grocery": 500, "fashion": 400}  # photos of each source
STORED = 1  # the view that photos from features.py count as
SAMPLES = 1600  # photos from which the components are taken
LEAST_SPREAD = 0.02  # of a bin: what varies less is noise
BLOCK = 128  # photos projected at once


@dataclass(frozen=True)
class Cached:
    """One row for each photo and view; `features` float16 [rows, 16, kept]."""

    features: np.ndarray
    colours: np.ndarray  # float16 [rows, 784], scaled histograms
    targets: Targets
    splits: np.ndarray  # train, val, test
    views: np.ndarray  # 0 is the picture as the runtime sees it
    cells: Projection  # of features
    scale: Projection  # of histograms

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


def read_others(parts: list[Path], photos: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names, features and mean colours of photos of features.py (one file for each part of the encoder, ids beside it), and fashion once more: these are of the
    encoder before its weights were rounded, which must tell nothing about what a photo shows."""
    ids = parts[0].with_suffix(".ids.txt").read_text(encoding="utf8").split("\n")
    arrays = [np.load(part, mmap_mode="r") for part in parts]
    rows = []
    for source, count in OTHERS.items():
        mine = sorted((i for i, name in enumerate(ids) if name.startswith(f"{source}/")), key=lambda i: sha1(ids[i].encode()).hexdigest())
        rows += mine[:count]
    rows.sort()
    names = [ids[i] for i in rows]
    return names, np.concatenate([array[rows] for array in arrays], -1), np.stack([thumb_of(view_of(photos / name, 0)) for name in names])


def pooled(array: np.ndarray) -> np.ndarray:
    """float16 [n, 64, channels] -> float32 [n, 16, channels]"""
    step = SIDE // POOLED
    grid = np.asarray(array, np.float32).reshape(len(array), POOLED, step, POOLED, step, array.shape[2])
    return grid.mean((2, 4)).reshape(len(array), POOLED * POOLED, array.shape[2])


@torch.no_grad()
def histograms(thumbs: np.ndarray) -> np.ndarray:
    """uint8 [n, 24, 24, 3] -> float32 [n, 784]"""
    count = ColourHistogram()
    blocks = [thumbs[at : at + BLOCK] for at in range(0, len(thumbs), BLOCK)]
    return np.concatenate([count(torch.from_numpy(block).flatten(1, 2).float() / 255).numpy() for block in blocks])


def components(arrays: list[np.ndarray], splits: np.ndarray, kept: int) -> Projection:
    """The components of the pooled cells of some train photos of each array."""
    rng = np.random.default_rng(0)
    samples, start = [], 0
    for array in arrays:
        rows = np.flatnonzero(splits[start : start + len(array)] == "train")
        picked = np.sort(rng.choice(rows, min(len(rows), SAMPLES // len(arrays)), replace=False))
        samples.append(pooled(array[picked]).reshape(-1, array.shape[2]))
        start += len(array)
    return Projection.whitening(np.concatenate(samples), kept)


def load(cache: Path, others: list[Path], photos: Path, data: Path, kept: int, groups: tuple[str, ...] = GROUPS) -> Cached:
    """Everything that was cached, reduced; what was made of the same groups before is kept beside it and used again."""
    labels = all_labels(data)
    made = cache / f"reduced-{'-'.join(groups)}-{kept}.npz"
    if not made.exists():
        images, views, arrays = read_cache(cache, groups)
        thumbs = [np.load(cache / f"{group}.thumbs.npy") for group in groups]
        if others:
            more, features, colours = read_others(others, photos)
            images, arrays, views, thumbs = images + more, [*arrays, features], np.append(views, np.full(len(more), STORED)), [*thumbs, colours]
        projection = components(arrays, np.array([labels[image][0] for image in images]), kept)
        blocks = [projection(pooled(array[at : at + BLOCK])).astype(np.float16) for array in arrays for at in range(0, len(array), BLOCK)]
        counted = histograms(np.concatenate(thumbs))
        scale = Projection.scaling(counted, LEAST_SPREAD)
        both = {"mean": projection.mean, "matrix": projection.matrix, "colour_mean": scale.mean, "colour_matrix": scale.matrix}
        np.savez(made, images=images, views=views, features=np.concatenate(blocks), colours=scale(counted).astype(np.float16), **both)
    stored = np.load(made)
    images = stored["images"].tolist()
    splits = np.array([labels[image][0] for image in images])
    targets = targets_of(images, labels, classes_of(labels))
    cells, scale = Projection(stored["mean"], stored["matrix"]), Projection(stored["colour_mean"], stored["colour_matrix"])
    return Cached(stored["features"], stored["colours"], targets, splits, stored["views"], cells, scale)
