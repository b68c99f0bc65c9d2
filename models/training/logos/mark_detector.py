"""A class-agnostic detector of brand marks: NanoDet-Plus-m's backbone, pyramid, and head towers with one new prediction per cell.

Each cell of the maps of strides 8, 16 and 32 says how well a mark is boxed from there (one logit, trained towards the box's
IoU: quality focal loss, Li et al. 2020) and the distances to the box's four sides. Which cells may speak for a box depends on
its size and middle (as in FCOS, Tian et al. 2019). Pictures are stretched to 320 x 320.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from detector import HEADS, MEAN_BGR, STD_BGR, NcnnNet

SIDE = 320
STRIDES = (8, 16, 32)
SIZES = ((0, 72), (48, 168), (112, 10_000))  # longest side of a box, in px, that a stride is for
NEAR = 1.5  # strides from a box's middle within which cells speak for it
PRIOR = 0.01  # what an untrained cell says
CANDIDATES = 60  # boxes that the graph gives out, best first


def cell_middles(side: int = SIDE) -> tuple[Tensor, Tensor]:
    """Middles [cells, 2] of all cells in px, and their strides [cells]."""
    middles, strides = [], []
    for stride in STRIDES:
        steps = (torch.arange(side // stride) + 0.5) * stride
        y, x = torch.meshgrid(steps, steps, indexing="ij")
        middles.append(torch.stack([x.flatten(), y.flatten()], 1))
        strides.append(torch.full((x.numel(),), float(stride)))
    return torch.cat(middles), torch.cat(strides)


class MarkDetector(nn.Module):
    """Pictures as RGB in 0..1, [n, 3, 320, 320] -> logits [n, cells] and boxes [n, cells, 4] in px."""

    def __init__(self, param: Path, binary: Path | None = None):
        super().__init__()
        self.net = NcnnNet(param, binary, [HEADS[stride][0] for stride in STRIDES])
        self.heads = nn.ModuleList(nn.Conv2d(96, 5, 1) for _ in STRIDES)
        for head in self.heads:
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)
            nn.init.constant_(head.bias[0], -torch.log(torch.tensor(1 / PRIOR - 1)).item())
        middles, strides = cell_middles()
        self.register_buffer("middles", middles, persistent=False)
        self.register_buffer("strides", strides, persistent=False)
        self.register_buffer("mean", torch.tensor(MEAN_BGR).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(STD_BGR).view(1, 3, 1, 1), persistent=False)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.net((pictures.flip(1) * 255.0 - self.mean) / self.std)
        raw = torch.cat([head(m).flatten(2) for head, m in zip(self.heads, maps)], 2).float()  # [n, 5, cells]
        reach = torch.exp(raw[:, 1:].clamp(-4, 4)).transpose(1, 2) * self.strides[:, None]  # left, top, right, bottom
        return raw[:, 0], torch.cat([self.middles - reach[..., :2], self.middles + reach[..., 2:]], 2)


class DetectorGraph(nn.Module):
    """What is exported: RGB [1, 3, 320, 320] as 0..255 -> boxes [60, 4] in fractions of the sides, scores [60], best first."""

    def __init__(self, detector: MarkDetector):
        super().__init__()
        self.detector = detector

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        logits, boxes = self.detector(image / 255.0)
        scores, order = logits[0].topk(CANDIDATES)
        return boxes[0].index_select(0, order) / SIDE, torch.sigmoid(scores)


def load_mark_detector(path: Path, param: Path) -> MarkDetector:
    """The detector of a checkpoint, ready to run; `param` is the graph that it started from."""
    detector = MarkDetector(param)
    detector.load_state_dict({k: v.float() for k, v in torch.load(path, map_location="cpu", weights_only=True)["detector"].items()})
    return detector.eval()


def iou(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """IoU and generalised IoU of boxes [..., 4], pair by pair."""
    both = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    area = lambda box: (box[..., 2:] - box[..., :2]).clamp(min=0).prod(-1)  # noqa: E731
    union = (area(a) + area(b) - both).clamp(min=1e-6)
    hull = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1).clamp(min=1e-6)
    return both / union, both / union - (hull - union) / hull


def assign(boxes: Tensor, middles: Tensor, strides: Tensor) -> tuple[Tensor, Tensor]:
    """For boxes [n, k, 4] (padded with -1): which box each cell speaks for [n, cells], and whether it speaks for any."""
    low, high = boxes[:, :, None, :2], boxes[:, :, None, 2:]  # [n, k, 1, 2]
    inside = ((middles > low) & (middles < high)).all(-1)
    near = ((middles - (low + high) / 2).abs() < NEAR * strides[:, None]).all(-1)
    longest = (high - low).amax(-1)  # [n, k, 1]
    fits = torch.zeros_like(inside)
    for stride, (least, most) in zip(STRIDES, SIZES):
        fits |= (strides == stride) & (longest >= least) & (longest <= most)
    area = torch.where(inside & near & fits, (high - low).clamp(min=0).prod(-1), torch.inf)
    smallest, which = area.min(1)
    return which, torch.isfinite(smallest)


def detection_loss(logits: Tensor, found: Tensor, boxes: Tensor, which: Tensor, speaks: Tensor) -> Tensor:
    """Quality focal loss of all cells and generalised IoU loss of those that speak for a box; a mean per speaking cell."""
    wanted = boxes.gather(1, which[..., None].expand(-1, -1, 4))
    quality, generalised = iou(found, wanted)
    target = torch.where(speaks, quality.detach(), torch.zeros_like(quality))
    chance = torch.sigmoid(logits)
    focal = F.binary_cross_entropy_with_logits(logits, target, reduction="none") * (target - chance.detach()).abs() ** 2
    count = speaks.sum().clamp(min=1)
    weight = torch.where(speaks, 0.3 + target, torch.zeros_like(target))
    return focal.sum() / count + 2 * (weight * (1 - generalised)).sum() / weight.sum().clamp(min=1)
