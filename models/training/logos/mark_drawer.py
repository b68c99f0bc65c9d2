"""Masks of marks, sampled at whatever places and sizes a scene asks for."""

import torch
import torch.nn.functional as F
from torch import Tensor

from logos.marks import Marks

REACH = 118 / 128  # a mask's longest side, where the whole mask is -1..1
LEVELS = 3  # halvings of the masks, so that small marks are not sampled too coarsely
INK = 0.3  # opacity from which a px belongs to a mark's box


class MarkDrawer:
    """The masks in several sizes, and how far each reaches from its middle."""

    def __init__(self, marks: Marks):
        self.marks = marks
        self.levels = [marks.masks]
        for _ in range(LEVELS - 1):
            self.levels.append(F.avg_pool2d(self.levels[-1].float(), 2).to(marks.masks.dtype))
        ink = marks.masks[:, 0] > INK  # [n, 128, 128]
        side = ink.shape[-1]
        steps = torch.arange(side, device=ink.device)
        reach = lambda axis: ((ink.any(axis) * (steps - side / 2 + 0.5).abs()).amax(1) + 0.5) / (side / 2)  # noqa: E731
        self.extent = torch.stack([reach(1), reach(2)], 1)  # [n, 2] along x and y, 0..1

    def sample(self, icons: Tensor, uv: Tensor, half: Tensor) -> Tensor:
        """Opacity [m, h, w] of masks `icons` at `uv` [m, h, w, 2]; `half` [m] is the mark's half side in px."""
        level = torch.log2(64 / half.clamp(min=1)).floor().clamp(0, LEVELS - 1).long()
        alpha = uv.new_zeros(uv.shape[:3])
        for i, masks in enumerate(self.levels):
            these = torch.where(level == i)[0]
            if len(these):
                alpha[these] = F.grid_sample(masks[icons[these]].to(uv.dtype), uv[these], align_corners=False)[:, 0]
        return alpha
