"""The detector's second stage: what is pooled from the pyramid for a region, and the small heads that judge it."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.ops import roi_align

from detect.boxes import area
from detect.classes import ATTRIBUTE_VALUES
from detect.trunk import CHANNELS, STRIDES

POOL = 5  # cells of a pooled region on each side
LEVEL_BOUNDS = (80.0, 160.0)  # px (root of the area at 416) from which level 16 and level 32 are pooled
FEATURES = 192  # of a region


class RegionHead(nn.Module):
    """Pooled regions [m, 96, 5, 5] and what the first stage thinks of them -> logits, refinement, attributes, features."""

    def __init__(self, classes: int, width: int = 256, features: int = FEATURES):
        super().__init__()
        self.pooled = nn.Linear(CHANNELS * POOL * POOL, width)
        self.thought = nn.Linear(classes, width)  # probabilities of the proposal
        self.place = nn.Linear(5, width)  # box and area
        self.scene = nn.Linear(2 * CHANNELS, width)  # mean and maximum of the coarsest map
        self.hidden = nn.Linear(width, features)
        self.classes = nn.Linear(features, classes)
        self.named = nn.Linear(features, classes)
        self.refine = nn.Linear(features, 4)
        self.attributes = nn.ModuleDict({name: nn.Linear(features, len(values)) for name, values in ATTRIBUTE_VALUES.items()})
        self.confidence = nn.Parameter(torch.tensor([1.0, -2.0]))  # scale and shift from class to named logits
        for layer in (self.classes, self.named, self.refine):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, pooled: Tensor, boxes: Tensor, logits: Tensor, scene: Tensor) -> tuple[Tensor, Tensor, Tensor, dict[str, Tensor], Tensor]:
        place = torch.cat([boxes, area(boxes).sqrt()[..., None]], -1)
        x = self.pooled(pooled) + self.thought(torch.sigmoid(logits)) + self.place(place) + self.scene(scene)
        features = F.relu(self.hidden(F.relu(x)))
        judged = logits + self.classes(features)
        named = self.confidence[0] * judged + self.confidence[1] + self.named(features)
        return judged, named, self.refine(features), {name: layer(features) for name, layer in self.attributes.items()}, features


def scene_of(coarsest: Tensor) -> Tensor:
    """Mean and maximum of the coarsest map [n, 96, h, w] -> [n, 192]."""
    cells = coarsest.flatten(2)
    return torch.cat([cells.mean(2), cells.amax(2)], 1)


def canvas_of(maps: list[Tensor]) -> Tensor:
    """Levels 8, 16 and 32 side by side on one map, each with a repeated rim of one cell, so that one RoIAlign pools all of them."""
    fine, middle, coarse = (F.pad(m, (1, 1, 1, 1), mode="replicate") for m in maps)
    right = torch.cat([F.pad(middle, (0, 0, 0, 0)), F.pad(coarse, (0, middle.shape[3] - coarse.shape[3], 0, 0))], 2)
    return torch.cat([fine, F.pad(right, (0, 0, 0, fine.shape[2] - right.shape[2]))], 3)


def pool_regions(maps: list[Tensor], boxes: Tensor, side: int) -> Tensor:
    """RoIAlign of regions [n, r, 4], each on the level that fits its size -> [n * r, 96 * 5 * 5]."""
    n, r, _ = boxes.shape
    canvas = canvas_of(maps)
    fine, middle = maps[0].shape[3] + 2, maps[1].shape[2] + 2
    size = area(boxes).clamp_min(1e-8).sqrt() * side
    level = (size >= LEVEL_BOUNDS[0]).long() + (size >= LEVEL_BOUNDS[1]).long()
    scale = torch.tensor([side / s for s in STRIDES[:3]], device=boxes.device, dtype=boxes.dtype)[level][..., None]
    origin = torch.tensor([[1.0, 1.0], [fine + 1.0, 1.0], [fine + 1.0, middle + 1.0]], device=boxes.device, dtype=boxes.dtype)[level]
    placed = boxes * scale + torch.cat([origin, origin], -1)
    picture = torch.arange(n, device=boxes.device, dtype=boxes.dtype)[:, None, None].expand(-1, r, -1)
    rois = torch.cat([picture, placed], -1).flatten(0, 1)
    return roi_align(canvas, rois, (POOL, POOL), 1.0, 2, True).flatten(1)
