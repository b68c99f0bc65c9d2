"""Photos changed while they are trained on, on whatever device they are: crops, mirroring, colours, and what becomes of their boxes."""

import torch
import torch.nn.functional as F
from torch import Tensor

from detect.boxes import area
from detect.trunk import SIDE

MIN_VISIBLE = 0.35  # share of a box that a crop must keep
MIN_SIDE = 4 / SIDE  # of a box after the crop


def crop_of(n: int, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Of n photos: the share of each side that is seen [n, 2] (over 1: the photo becomes smaller), where it begins [n, 2], mirrored or not [n]."""
    base = torch.empty(n, 1, device=device).uniform_(0.6, 1.35)
    base = torch.where(torch.rand(n, 1, device=device) < 0.35, torch.ones_like(base), base)
    scale = (base * torch.empty(n, 2, device=device).uniform_(0.9, 1.1)).clamp(0.5, 1.5)
    return scale, (1 - scale) * torch.rand(n, 2, device=device), torch.rand(n, device=device) < 0.5


def cut_out(pictures: Tensor, scale: Tensor, shift: Tensor, mirror: Tensor) -> Tensor:
    """Crops of pictures [n, 3, s, s], grey outside."""
    theta = torch.zeros(len(pictures), 2, 3, device=pictures.device)
    sign = torch.where(mirror, -1.0, 1.0)
    theta[:, 0, 0], theta[:, 1, 1] = scale[:, 0] * sign, scale[:, 1]
    theta[:, :, 2] = 2 * shift + scale - 1
    grid = F.affine_grid(theta, list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures - 0.45, grid, align_corners=False) + 0.45


def move_boxes(boxes: Tensor, scale: Tensor, shift: Tensor, mirror: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes [n, g, 4] as the crops of `cut_out` show them, cut at the rim, and which of them are still to be seen."""
    moved = (boxes - torch.cat([shift, shift], 1)[:, None]) / torch.cat([scale, scale], 1)[:, None]
    flipped = torch.stack([1 - moved[..., 2], moved[..., 1], 1 - moved[..., 0], moved[..., 3]], -1)
    moved = torch.where(mirror[:, None, None], flipped, moved)
    seen = moved.clamp(0, 1)
    sides = seen[..., 2:] - seen[..., :2]
    return seen, (area(seen) >= MIN_VISIBLE * area(moved)) & (sides.amin(-1) >= MIN_SIDE)


def change_colours(pictures: Tensor) -> Tensor:
    """Brightness, contrast, saturation and the sharpness of some."""
    n, device = len(pictures), pictures.device

    def factor(by: float) -> Tensor:
        return torch.empty(n, 1, 1, 1, device=device).uniform_(1 - by, 1 + by)

    grey = pictures.mean(1, keepdim=True)
    pictures = grey + (pictures - grey) * factor(0.3)
    mean = pictures.mean((1, 2, 3), keepdim=True)
    pictures = (mean + (pictures - mean) * factor(0.3)) * factor(0.2)
    soft = F.avg_pool2d(pictures, 3, 1, 1, count_include_pad=False)
    strength = torch.empty(n, 1, 1, 1, device=device).uniform_(-0.6, 0.6)  # below 0: sharpened
    return (pictures + (soft - pictures) * strength).clamp(0, 1)
