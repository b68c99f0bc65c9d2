"""A two-stage object detector in the manner of Faster R-CNN (Ren et al. 2015) on a small trunk.

    model = load_detector(Path("detector.pt"))
    found = model.detect(pictures)            # pictures [n, 3, h, w], RGB in 0..1, any size: stretched to 416 x 416
    regions = model.regions(pictures, 36)     # the best regions with their features, for captioners

First stage: NanoDet-Plus-m (../detector.py), whose heads propose regions: objectness is the best class, the box comes from the
bins. Second stage: RoIAlign on the pyramid's levels 8, 16 and 32 (the level by the region's size), a hidden layer, and five small
heads: class logits, added to the proposal's own; box refinement; product attributes; and `named`, the logits that people who
describe the picture name the class because of this region. All new layers start at zero, so the network starts as its teacher.
Classes: COCO's 80 and the products of classes.py, which the first stage's last layers get extra rows for.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.ops import batched_nms

from detect.boxes import apply_deltas, best_per_class, boxes_at, distances, priors
from detect.classes import CLASSES, COCO_CLASSES
from detect.region_head import RegionHead, pool_regions, scene_of
from detect.trunk import SIDE, STRIDES, Trunk

CANDIDATES = 1000  # points that are considered as proposals; fewer are used up by the large things of a crowded picture
PROPOSALS = 100  # regions that the second stage looks at
PROPOSAL_IOU = 0.6  # the less two proposals may overlap, the more of the small and far ones are among the 100
REGION_IOU = 0.7  # of the regions for captioners
FINAL_IOU = 0.5  # of the second stage's objects
TEACHER_IOU = 0.6  # as NanoDet's own
MAX_FOUND = 100  # objects of one picture
SCORE_FLOOR = 0.05  # objects below are not given out


@dataclass(frozen=True)
class Proposals:
    """Of each picture the same number of regions, the best first; `valid` [n, r] is false where there were fewer."""

    boxes: Tensor  # [n, r, 4]
    logits: Tensor  # [n, r, K]
    valid: Tensor  # [n, r]


@dataclass(frozen=True)
class Judgement:
    """The second stage about regions [n, r]: all logits, boxes refined."""

    boxes: Tensor  # [n, r, 4]
    logits: Tensor  # [n, r, K]
    named: Tensor  # [n, r, K]
    attributes: dict[str, Tensor]  # name -> [n, r, values]
    features: Tensor  # [n, r, FEATURES]


@dataclass(frozen=True)
class Found:
    """Objects of one picture, the surest first; rows say which of the regions each comes from."""

    boxes: Tensor  # [m, 4] left, top, right, bottom in fractions
    scores: Tensor  # [m]
    labels: Tensor  # [m] indices into classes.CLASSES
    features: Tensor  # [m, FEATURES]
    attributes: dict[str, Tensor]  # name -> probabilities [m, values]
    named: Tensor  # [K] that people name the class when they describe the picture


class TwoStage(nn.Module):
    """The detector; see the top of this file."""

    def __init__(self, param: Path, binary: Path | None = None, classes: int = len(CLASSES), side: int = SIDE):
        super().__init__()
        self.side = side
        self.trunk = Trunk(param, binary, classes)
        self.head = RegionHead(classes)
        points, strides = priors([(-(-side // s), -(-side // s)) for s in STRIDES], STRIDES)
        self.register_buffer("points", points, persistent=False)
        self.register_buffer("strides", strides, persistent=False)

    def squares(self, pictures: Tensor) -> Tensor:
        """Pictures of any size as squares [n, 3, side, side]."""
        if pictures.shape[-2:] == (self.side, self.side):
            return pictures
        return F.interpolate(pictures, size=(self.side, self.side), mode="bilinear", align_corners=False, antialias=True)

    def dense(self, squares: Tensor) -> tuple[Tensor, Tensor, Tensor, list[Tensor]]:
        """Class logits [n, p, K], bins [n, p, 32], boxes [n, p, 4] of all points, and the pyramid's maps; float32."""
        logits, bins, maps = self.trunk(squares)
        logits, bins = logits.float(), bins.float()
        return logits, bins, boxes_at(self.points, self.strides, distances(bins), self.side), [m.float() for m in maps]

    def propose(self, logits: Tensor, boxes: Tensor, count: int = PROPOSALS, iou: float = PROPOSAL_IOU) -> Proposals:
        """The points that look most like anything, near duplicates left out."""
        n, _, classes = logits.shape
        best, at = logits.amax(-1).topk(min(CANDIDATES, logits.shape[1]), 1)
        boxes = boxes.gather(1, at[..., None].expand(-1, -1, 4))
        logits = logits.gather(1, at[..., None].expand(-1, -1, classes))
        picture = torch.arange(n, device=boxes.device)[:, None].expand_as(best)
        kept = torch.zeros(best.numel(), dtype=torch.bool, device=boxes.device)
        kept[batched_nms(boxes.flatten(0, 1), best.flatten(), picture.flatten(), iou)] = True
        rank = torch.where(kept.view_as(best), best, best.new_full((), -1e4))
        top, chosen = rank.topk(count, 1)
        return Proposals(boxes.gather(1, chosen[..., None].expand(-1, -1, 4)), logits.gather(1, chosen[..., None].expand(-1, -1, classes)), top > -1e4)

    def judge(self, maps: list[Tensor], boxes: Tensor, logits: Tensor) -> Judgement:
        """The second stage on regions [n, r, 4] with the first stage's logits [n, r, K]."""
        n, r, _ = boxes.shape
        scene = scene_of(maps[-1])[:, None].expand(-1, r, -1).flatten(0, 1)
        pooled = pool_regions(maps[:3], boxes, self.side)
        judged, named, deltas, attributes, features = self.head(pooled, boxes.flatten(0, 1), logits.flatten(0, 1), scene)
        return Judgement(
            apply_deltas(boxes, deltas.view(n, r, 4)), judged.view(n, r, -1), named.view(n, r, -1),
            {k: v.view(n, r, -1) for k, v in attributes.items()}, features.view(n, r, -1),
        )  # fmt: skip

    def look(self, pictures: Tensor, count: int = PROPOSALS, iou: float = PROPOSAL_IOU) -> tuple[Proposals, Judgement]:
        """Both stages on pictures [n, 3, h, w] in 0..1."""
        logits, _, boxes, maps = self.dense(self.squares(pictures))
        proposals = self.propose(logits, boxes, count, iou)
        return proposals, self.judge(maps, proposals.boxes, proposals.logits)

    @torch.no_grad()
    def detect(self, pictures: Tensor, threshold: float = SCORE_FLOOR) -> list[Found]:
        """The objects of pictures [n, 3, h, w], RGB in 0..1."""
        proposals, judged = self.look(pictures)
        found = []
        for i, valid in enumerate(proposals.valid):
            scores = torch.sigmoid(decided(proposals.logits[i], judged.logits[i])[valid])
            places = decided_boxes(proposals.boxes[i], judged.boxes[i])[valid]
            boxes, values, where = best_per_class(places, scores, threshold, FINAL_IOU, MAX_FOUND)
            rows = where[:, 0]
            attributes = {k: v[i][valid][rows].softmax(-1) for k, v in judged.attributes.items()}
            named = image_tags(judged.named[i : i + 1], proposals.valid[i : i + 1])[0]
            found.append(Found(boxes, values, where[:, 1], judged.features[i][valid][rows], attributes, named))
        return found

    @torch.no_grad()
    def teacher_detect(self, pictures: Tensor, threshold: float = SCORE_FLOOR) -> list[tuple[Tensor, Tensor, Tensor]]:
        """Objects by the first stage alone, as NanoDet gives them: boxes, scores, labels of each picture."""
        logits, _, boxes, _ = self.dense(self.squares(pictures))
        found = []
        for scores, where in zip(torch.sigmoid(logits), boxes):
            kept, values, pairs = best_per_class(where, scores, threshold, TEACHER_IOU, 100)
            found.append((kept, values, pairs[:, 1]))
        return found

    @torch.no_grad()
    def regions(self, pictures: Tensor, count: int = 36) -> dict[str, Tensor]:
        """The best regions for a captioner: boxes [n, r, 4], features [n, r, 192], classes [n, r, 80] (probabilities), valid [n, r]."""
        proposals, judged = self.look(pictures, count, REGION_IOU)
        classes = torch.sigmoid(judged.logits[..., : len(COCO_CLASSES)])
        return {"boxes": judged.boxes, "features": judged.features, "classes": classes, "valid": proposals.valid}


def decided(first: Tensor, second: Tensor) -> Tensor:
    """Class logits [..., K] as they are given out: of COCO's classes the first stage's, of products the second's."""
    known = len(COCO_CLASSES)
    return torch.cat([first[..., :known], second[..., known:]], -1)


def decided_boxes(first: Tensor, second: Tensor) -> Tensor:
    """Boxes [r, 4] of both stages -> [r, K, 4], as `decided` does."""
    known = len(COCO_CLASSES)
    return torch.cat([first[:, None].expand(-1, known, -1), second[:, None].expand(-1, len(CLASSES) - known, -1)], 1)


def image_tags(named: Tensor, valid: Tensor) -> Tensor:
    """That any of the regions makes people name the class: noisy-or of [n, r, K] over regions -> [n, K] (Fang et al. 2015)."""
    silent = F.logsigmoid(-named) * valid[..., None]
    return 1 - torch.exp(silent.sum(1))


def save_detector(model: TwoStage, path: Path, **about: object) -> None:
    """Weights as half floats, with whatever is to be remembered about them; written aside and renamed."""
    state = {k: v.detach().half().cpu() for k, v in model.state_dict().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    torch.save({"model": state, "classes": list(CLASSES), "about": about}, beside)
    beside.replace(path)


def load_detector(path: Path, weights: Path | None = None) -> TwoStage:
    """The detector of a checkpoint, in eval mode; `weights` is the folder with NanoDet's .param file (default: data/weights beside the repository)."""
    folder = weights if weights is not None else Path(__file__).resolve().parents[4] / "shared" / "data" / "weights"
    state = torch.load(path, map_location="cpu", weights_only=True)
    if state["classes"] != list(CLASSES):
        raise ValueError(f"{path} was trained for other classes than detect/classes.py lists")
    model = TwoStage(folder / "nanodet-plus-m_416.ncnn.param")
    model.load_state_dict({k: v.float() for k, v in state["model"].items()})
    return model.eval()


def starting_detector(weights: Path) -> TwoStage:
    """The untrained detector: NanoDet-Plus-m's weights and a second stage that changes nothing yet."""
    return TwoStage(weights / "nanodet-plus-m_416.ncnn.param", weights / "nanodet-plus-m_416.ncnn.fp16.bin").eval()
