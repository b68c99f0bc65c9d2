"""Regions instead of grid cells: what a detector finds, as the captioners' picture features (Anderson et al., CVPR 2018).

`RegionEncoder` answers in the form of encoder.py's `GridEncoder`: RGB pictures in 0..1, [n, 3, 256, 256] -> [n, 36, channels]. Region 0
is the whole picture; the others are the detector's best regions, the surest first; where there are fewer, the whole picture stands in
again. A region is the backbone's 8 x 8 cells averaged within its box, what the detector's second stage knows of it, its probabilities of
the 80 COCO classes, and its place.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from backbone import Backbone
from detect.two_stage import TwoStage

REGIONS = 36
PLACE = 8  # left, top, right, bottom, width, height, area, and whether it is the whole picture
WHOLE = (0.0, 0.0, 1.0, 1.0)


def coverage(low: Tensor, high: Tensor, cells: int) -> Tensor:
    """The share of a span [...] that lies in each of `cells` equal parts of 0..1: [..., cells]; each row sums to 1."""
    edges = torch.arange(cells + 1, device=low.device, dtype=low.dtype) / cells
    inside = (torch.minimum(high[..., None], edges[1:]) - torch.maximum(low[..., None], edges[:-1])).clamp_min(0)
    return inside / inside.sum(-1, keepdim=True)


def pool_cells(grid: Tensor, boxes: Tensor) -> Tensor:
    """Mean of the cells [n, side * side, c] within boxes [n, r, 4] (left, top, right, bottom in fractions), by area: [n, r, c]."""
    side = int(grid.shape[1] ** 0.5)
    middle = (boxes[..., :2] + boxes[..., 2:]) / 2
    half = ((boxes[..., 2:] - boxes[..., :2]) / 2).clamp_min(0.5 / side)  # a box narrower than a cell takes a cell's width
    low, high = (middle - half).clamp(0, 1), (middle + half).clamp(0, 1)
    across, down = coverage(low[..., 0], high[..., 0], side), coverage(low[..., 1], high[..., 1], side)
    return (down[..., :, None] * across[..., None, :]).flatten(2) @ grid


def place_of(boxes: Tensor) -> Tensor:
    """Boxes [n, r, 4] -> [n, r, PLACE]."""
    size = boxes[..., 2:] - boxes[..., :2]
    area = size.prod(-1, keepdim=True)
    return torch.cat([boxes, size, area, (area > 0.999).to(boxes.dtype)], -1)


def with_whole(found: dict[str, Tensor]) -> dict[str, Tensor]:
    """The detector's regions with the whole picture before them, which also stands in for those that are not valid."""
    valid = found["valid"][..., None]
    count = valid.sum(1, keepdim=True).clamp_min(1)
    whole = {
        "boxes": torch.tensor(WHOLE, device=valid.device).expand(valid.shape[0], 1, 4),
        "features": (found["features"] * valid).sum(1, keepdim=True) / count,
        "classes": (found["classes"] * valid).amax(1, keepdim=True),
    }
    return {name: torch.cat([one, torch.where(valid, found[name], one)], 1) for name, one in whole.items()}


class RegionEncoder(nn.Module):
    """The whole picture and the detector's best regions: [n, regions, backbone + detector features + classes + place]."""

    def __init__(self, backbone: Backbone, detector: TwoStage, regions: int = REGIONS):
        super().__init__()
        self.backbone, self.detector, self.count = backbone, detector, regions
        self.channels = backbone.spec.channels + detector.head.hidden.out_features + 80 + PLACE

    def forward(self, pictures: Tensor) -> Tensor:
        side = self.detector.side
        squares = F.interpolate(pictures, size=(side, side), mode="bilinear", align_corners=False)
        found = with_whole(self.detector.regions(squares, self.count - 1))
        pooled = pool_cells(self.backbone(pictures), found["boxes"])
        return torch.cat([pooled, found["features"], found["classes"], place_of(found["boxes"])], -1)
