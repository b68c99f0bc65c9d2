"""Features and captions as tensors on one device, for train_regions.py: views of all photos, and captions that are drawn by photo."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from data import encode_caption, pad_captions
from text import PAD, Vocabulary

KINDS = {"grid": ("grid",), "regions": ("regions",), "both": ("grid", "regions")}


def load_views(folder: Path, kind: str, views: list[str], device: str) -> tuple[list[Tensor], list[str]]:
    """Each view's features [photos, cells, channels], float16 on the device, and the photos. `both` pads cells with zeros for the place."""
    names, found = KINDS[kind], []
    for view in views:
        parts = [torch.from_numpy(np.load(folder / f"{name}-{view}.npy")) for name in names]
        width = max(p.shape[2] for p in parts)
        found.append(parts[0].to(device) if len(parts) == 1 else torch.cat([F.pad(p.to(device), (0, width - p.shape[2])) for p in parts], 1))
    return found, (folder / f"{names[0]}-{views[0]}.ids.txt").read_text(encoding="utf8").split("\n")


@dataclass(frozen=True)
class Captions:
    """Token tensors on the device: rows of one photo lie together, photo p has `count[p]` rows from `first[p]` on."""

    inputs: Tensor  # [rows, t]
    targets: Tensor
    row: Tensor  # [photos] of the features
    first: Tensor
    count: Tensor
    most: int  # of a photo

    @staticmethod
    def of(lists: list[list[tuple[str, str]]], rows: list[int], vocabulary: Vocabulary, max_tokens: int, device: str) -> "Captions":
        """From (origin, caption) lists of photos and their rows in the features."""
        ids, flat = vocabulary.ids, [c for captions in lists for c in captions]
        encoded = [encode_caption(c, ids, max_tokens) for _, c in flat]
        inputs, targets = pad_captions(encoded, [vocabulary.start(o) for o, _ in flat])
        count = torch.tensor([len(captions) for captions in lists])
        first = torch.cumsum(count, 0) - count
        return Captions(*(t.to(device) for t in (torch.from_numpy(inputs), torch.from_numpy(targets), torch.tensor(rows), first, count)), max(map(len, lists)))

    def draw(self, photos: Tensor, most: int) -> tuple[Tensor, Tensor]:
        """Up to `most` different captions of each photo [b]: inputs and targets [b * most, t]; rows beyond a photo's captions are all padding."""
        count, place = self.count[photos][:, None], torch.arange(self.most, device=photos.device)
        noise = torch.rand(len(photos), self.most, device=photos.device)
        order = noise.masked_fill(place >= count, 2.0).argsort(1)[:, :most]
        absent = place[: order.shape[1]] >= count
        rows = (self.first[photos][:, None] + order.masked_fill(absent, 0)).flatten()
        return self.inputs[rows], self.targets[rows].masked_fill(absent.flatten()[:, None], PAD)


def moments(view: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation per channel over a sample of photos."""
    sample = view[rows[:: max(1, len(rows) // 500)]].float().flatten(0, 1)
    return sample.mean(0), sample.std(0) + 1e-2
