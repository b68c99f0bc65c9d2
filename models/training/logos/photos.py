"""The photos that scenes are made on: read once by several processes, kept as uint8 on the device, cut anew each time."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from data import read_picture, read_tsv

SOURCES = ("coco/", "fashion/", "abo/")
LISTS = ("captions.tsv", "fashion_attributes.tsv", "abo_attributes.tsv")


def photo_names(data: Path, split: str, sources: tuple[str, ...] = SOURCES, lists: tuple[str, ...] = LISTS) -> list[str]:
    """Names of the photos of a split, sorted."""
    rows = [row for file in lists for row in read_tsv(data / file)]
    return sorted({row["image"] for row in rows if row["split"] == split and row["image"].startswith(sources)})


def read_photos(folder: Path, names: list[str], side: int, workers: int) -> Tensor:
    """uint8 [n, 3, side, side], stretched to the square; says how many of the names have no file."""
    here = [name for name in names if (folder / name).is_file()]
    if not here:
        raise FileNotFoundError(f"{folder}: expected photos such as {names[0] if names else '(none named)'}")
    if len(here) < len(names):
        print(f"{len(names) - len(here)} of {len(names)} photos are not in {folder}", flush=True)
    with ProcessPoolExecutor(workers) as pool:
        pictures = list(pool.map(partial(read_picture, side=side), [folder / name for name in here], chunksize=32))
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()


def read_train_photos(data: Path, folder: Path, side: int, most: int, workers: int) -> Tensor:
    """uint8 [n, 3, side, side]: the train photos, or `most` of them from all over the list."""
    every = photo_names(data, "train")
    return read_photos(folder, every[:: max(1, len(every) // most)][:most], side, workers)


def cut_photos(photos: Tensor, chosen: Tensor, side: int, closest: float, generator: Generator) -> Tensor:
    """Random windows of `chosen` photos, as float [n, 3, side, side] in 0..1; each side at least `closest` of the photo's, some mirrored."""
    n, device = len(chosen), photos.device
    draw = lambda: torch.rand(n, generator=generator, device=device)  # noqa: E731
    wide, high = closest + (1 - closest) * draw(), closest + (1 - closest) * draw()
    mirrored = torch.where(draw() < 0.5, -1.0, 1.0)
    zero = torch.zeros(n, device=device)
    left, top = (draw() * 2 - 1) * (1 - wide), (draw() * 2 - 1) * (1 - high)
    theta = torch.stack([torch.stack([wide * mirrored, zero, left], 1), torch.stack([zero, high, top], 1)], 1)
    grid = F.affine_grid(theta, [n, 3, side, side], align_corners=False)
    return F.grid_sample(photos[chosen].float() / 255, grid, padding_mode="border", align_corners=False).clamp(0, 1)
