"""Cached grid features of photos, in one or several views (features.py writes them)."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor


class Features:
    """Cached views [n, cells, channels] of photos by id; `get` picks one of a photo's views at random. View 0 has all photos."""

    def __init__(self, paths: str, channels: str = ""):
        files = [[Path(part) for part in view.split("+")] for view in paths.split(",")]
        self.views = [[np.load(part, mmap_mode="r") for part in view] for view in files]
        self.rows = [{n: i for i, n in enumerate(view[0].with_suffix(".ids.txt").read_text(encoding="utf8").split("\n"))} for view in files]
        self.row = self.rows[0]
        a, _, b = channels.partition(":")
        width = sum(part.shape[2] for part in self.views[0])
        self.channels = slice(int(a or 0), int(b or width))

    @property
    def shape(self) -> tuple[int, int]:
        """Cells and channels of a photo."""
        return self.views[0][0].shape[1], self.channels.stop - self.channels.start

    def get(self, images: list[str], rng: np.random.Generator | None = None) -> Tensor:
        regions = []
        for image in images:
            views = [v for v, rows in enumerate(self.rows) if image in rows]
            view = views[rng.integers(len(views))] if rng is not None else 0
            regions.append(np.concatenate([part[self.rows[view][image]] for part in self.views[view]], -1)[:, self.channels])
        return torch.from_numpy(np.stack(regions)).float()

    def moments(self, images: list[str]) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation per channel over a sample of photos."""
        sample = self.get(images[:: max(1, len(images) // 500)]).flatten(0, 1)
        return sample.mean(0), sample.std(0) + 1e-2
