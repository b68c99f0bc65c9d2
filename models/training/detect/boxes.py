"""Arithmetic of boxes. A box is (left, top, right, bottom); fractions of the picture unless a name says px."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import batched_nms

DELTA_SCALE = 0.1  # of a refinement: centres move by 0.1 of the side, sides grow by exp(0.1), per unit
MAX_LOG_GROWTH = math.log(4.0)  # a refinement makes no side more than four times as long


def area(boxes: Tensor) -> Tensor:
    """[..., 4] -> [...]"""
    return (boxes[..., 2] - boxes[..., 0]).clamp_min(0) * (boxes[..., 3] - boxes[..., 1]).clamp_min(0)


def intersection(a: Tensor, b: Tensor) -> Tensor:
    """Areas that [..., n, 4] and [..., m, 4] share -> [..., n, m]."""
    low = torch.maximum(a[..., :, None, :2], b[..., None, :, :2])
    high = torch.minimum(a[..., :, None, 2:], b[..., None, :, 2:])
    return (high - low).clamp_min(0).prod(-1)


def overlap(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union of [..., n, 4] and [..., m, 4] -> [..., n, m]."""
    shared = intersection(a, b)
    return shared / (area(a)[..., :, None] + area(b)[..., None, :] - shared).clamp_min(1e-9)


def covered(a: Tensor, b: Tensor) -> Tensor:
    """Share of each `a` that each `b` covers -> [..., n, m] (how crowds are compared)."""
    return intersection(a, b) / area(a)[..., :, None].clamp_min(1e-9)


def generalised_iou(a: Tensor, b: Tensor) -> Tensor:
    """GIoU of box pairs [..., 4] (Rezatofighi et al. 2019) -> [...]."""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    shared = (high - low).clamp_min(0).prod(-1)
    union = (area(a) + area(b) - shared).clamp_min(1e-9)
    hull = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).clamp_min(0).prod(-1).clamp_min(1e-9)
    return shared / union - (hull - union) / hull


def apply_deltas(boxes: Tensor, deltas: Tensor) -> Tensor:
    """Boxes [..., 4] moved and resized by [..., 4] (dx, dy, log w, log h in units of DELTA_SCALE), cut at the picture's rim."""
    size = (boxes[..., 2:] - boxes[..., :2]).clamp_min(1e-4)
    centre = (boxes[..., :2] + boxes[..., 2:]) / 2 + deltas[..., :2] * DELTA_SCALE * size
    half = size * torch.exp((deltas[..., 2:] * DELTA_SCALE).clamp(-MAX_LOG_GROWTH, MAX_LOG_GROWTH)) / 2
    return torch.cat([centre - half, centre + half], -1).clamp(0, 1)


def priors(sides: list[tuple[int, int]], strides: list[int]) -> tuple[Tensor, Tensor]:
    """NanoDet-Plus's points in px [n, 2] and their strides [n], row by row, level by level; a point is the cell's upper left corner."""
    points, steps = [], []
    for (height, width), stride in zip(sides, strides):
        y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        points.append(torch.stack([x.flatten(), y.flatten()], 1).float() * stride)
        steps.append(torch.full((height * width,), float(stride)))
    return torch.cat(points), torch.cat(steps)


def distances(bins: Tensor) -> Tensor:
    """Box bins [..., 4 * b] -> expected distances to left, top, right, bottom in strides [..., 4]."""
    split = bins.unflatten(-1, (4, -1))
    return (F.softmax(split, -1) * torch.arange(split.shape[-1], dtype=bins.dtype, device=bins.device)).sum(-1)


def boxes_at(points: Tensor, strides: Tensor, away: Tensor, side: int) -> Tensor:
    """Boxes in fractions from points in px [n, 2] and distances in strides [..., n, 4], cut at the rim of the square picture."""
    px = away * strides[:, None]
    return (torch.cat([points - px[..., :2], points + px[..., 2:]], -1) / side).clamp(0, 1)


def best_per_class(boxes: Tensor, scores: Tensor, threshold: float, iou: float, limit: int) -> tuple[Tensor, Tensor, Tensor]:
    """Class-wise suppression of [n, 4] or [n, K, 4] with scores [n, K] -> boxes [m, 4], scores [m], and rows and labels [m, 2]."""
    rows, labels = (scores > threshold).nonzero(as_tuple=True)
    found = boxes[rows] if boxes.dim() == 2 else boxes[rows, labels]
    values = scores[rows, labels]
    keep = batched_nms(found.float(), values.float(), labels, iou)[:limit]
    return found[keep], values[keep], torch.stack([rows[keep], labels[keep]], 1)


