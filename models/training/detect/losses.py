"""What the detector is trained by. Shapes: b photos, p points of the first stage, r regions of the second, g boxes, K classes.

First stage: quality focal loss of the classes (Li et al. 2020), towards the IoU at points that NanoDet-Plus's dynamic assignment
gives a settled box, towards the teacher's probability for classes that are not settled; GIoU and the distribution focal loss of
the boxes. Second stage: the same focal loss with soft labels by overlap, GIoU of the refined boxes, cross-entropy of the
attributes, and binary cross-entropy of what people name, over noisy-or of all regions.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from detect.boxes import covered, distances, generalised_iou, overlap
from detect.classes import COCO_CLASSES, PERSON
from detect.two_stage import Judgement, Proposals, TwoStage, image_tags

CANDIDATES_PER_BOX = 13  # points whose IoU decides how many learn a box (NanoDet-Plus)
NEAR = 3.0  # strides from a box's centre beyond which a point costs ten times as much per stride
TEACHER_BOX = 0.2  # teacher's probability from which its box is learned too
MATCH_IOU = 0.5  # of a region with a box
SURE = 0.3  # score from which a teacher's box refines regions
NEVER = 1e8


@dataclass(frozen=True)
class Lesson:
    """What a batch of photos teaches."""

    boxes: Tensor  # [b, g, 4]
    labels: Tensor  # [b, g]
    scores: Tensor  # [b, g] 1 for settled boxes, the teacher's score for others, 0 for none
    settled: Tensor  # [b, g] bool: by people, or of a product
    classes: Tensor  # [b, K] bool: the photo's settled classes
    crowds: Tensor  # [b, c, 4]
    named: Tensor  # [b, 80] 1 named, 0 not, -1 unknown
    attributes: dict[str, Tensor]  # name -> [b], -1 unknown


def focal(logits: Tensor, wanted: Tensor) -> Tensor:
    """Quality focal loss, beta 2, of each entry."""
    off = (wanted - torch.sigmoid(logits)).abs().pow(2)
    return F.binary_cross_entropy_with_logits(logits, wanted, reduction="none") * off


def assign(model: TwoStage, logits: Tensor, boxes: Tensor, lesson: Lesson) -> tuple[Tensor, Tensor]:
    """Each point's settled box [b, p] (-1: none) and its IoU with it [b, p], by NanoDet-Plus's dynamic soft labels."""
    valid = lesson.settled & (lesson.scores > 0)  # [b, g]
    iou = overlap(boxes, lesson.boxes)  # [b, p, g]
    points = (model.points / model.side)[None, :, None]
    truth = lesson.boxes[:, None]
    inside = ((points > truth[..., :2]) & (points < truth[..., 2:])).all(-1) & valid[:, None]
    away = ((points - (truth[..., :2] + truth[..., 2:]) / 2) * model.side).norm(dim=-1) / model.strides[None, :, None]
    mine = logits.gather(2, lesson.labels[:, None].expand(-1, logits.shape[1], -1))  # [b, p, g]
    cost = focal(mine, iou) - 3 * torch.log(iou + 1e-7) + torch.pow(10.0, (away - NEAR).clamp_max(6.0))
    cost = torch.where(inside, cost, cost.new_full((), NEVER))
    many = (iou * inside).topk(CANDIDATES_PER_BOX, 1).values.sum(1).long().clamp(1, CANDIDATES_PER_BOX)  # [b, g]
    cheap, at = cost.topk(CANDIDATES_PER_BOX, 1, largest=False)  # [b, 13, g]
    chosen = (torch.arange(CANDIDATES_PER_BOX, device=cost.device)[None, :, None] < many[:, None]) & (cheap < NEVER)
    taken = torch.zeros_like(inside).scatter(1, at, chosen)
    least, box = torch.where(taken, cost, cost.new_full((), 2 * NEVER)).min(2)
    box = torch.where(least < NEVER, box, -1)
    return box, iou.gather(2, box.clamp_min(0)[..., None])[..., 0] * (box >= 0)


def bin_loss(bins: Tensor, away: Tensor) -> Tensor:
    """Distribution focal loss: bins [n, 32] towards distances in strides [n, 4] -> [n]."""
    split = bins.unflatten(-1, (4, -1))
    away = away.clamp(0, split.shape[-1] - 1.01)
    low = away.long()
    share = away - low
    logp = F.log_softmax(split, -1)
    picked = logp.gather(-1, torch.stack([low, low + 1], -1))
    return -((1 - share) * picked[..., 0] + share * picked[..., 1]).mean(-1)


def point_losses(model: TwoStage, dense: tuple[Tensor, Tensor, Tensor], teacher: tuple[Tensor, Tensor, Tensor], lesson: Lesson) -> dict[str, Tensor]:
    """First stage: `dense` and `teacher` are logits, bins and boxes of all points."""
    logits, bins, boxes = dense
    their_logits, their_bins, their_boxes = teacher
    box, iou = assign(model, logits.detach(), boxes.detach(), lesson)
    hit = box >= 0
    known = len(COCO_CLASSES)
    theirs = torch.cat([torch.sigmoid(their_logits[..., :known]), torch.zeros_like(logits[..., known:])], -1)
    wanted = torch.where(lesson.classes[:, None], torch.zeros_like(theirs), theirs)
    label = lesson.labels.gather(1, box.clamp_min(0))
    wanted = wanted.scatter_add(2, label[..., None], torch.where(hit, iou, torch.zeros_like(iou))[..., None]).clamp_max(1)
    weight = torch.ones_like(wanted)
    in_crowd = (covered(boxes.detach(), lesson.crowds) > MATCH_IOU).any(2) & ~hit
    weight[..., PERSON] = (~in_crowd).float()
    strong = torch.where(lesson.classes[:, None], torch.zeros_like(theirs), theirs).amax(2)
    learned = (strong > TEACHER_BOX) & ~hit
    count = (hit.sum() + learned.sum()).clamp_min(1)
    truth = lesson.boxes.gather(1, box.clamp_min(0)[..., None].expand(-1, -1, 4))
    wanted_box = torch.where(hit[..., None], truth, their_boxes)
    trust = torch.where(hit, iou.clamp_min(0.2), torch.where(learned, strong, torch.zeros_like(strong)))
    rows = (hit | learned).nonzero(as_tuple=True)
    points, strides = (model.points[rows[1]], model.strides[rows[1]][:, None])
    target = wanted_box[rows] * model.side
    away = torch.cat([points - target[:, :2], target[:, 2:] - points], 1) / strides
    away = torch.where(hit[rows][:, None], away, distances(their_bins[rows]))
    total = trust.sum().clamp_min(1)
    return {
        "class": (focal(logits, wanted) * weight).sum() / count,
        "box": (trust[rows] * (1 - generalised_iou(boxes[rows], wanted_box[rows]))).sum() / total,
        "bins": (trust[rows] * bin_loss(bins[rows], away)).sum() / total,
    }


def region_losses(proposals: Proposals, judged: Judgement, lesson: Lesson) -> dict[str, Tensor]:
    """Second stage."""
    iou = overlap(proposals.boxes, lesson.boxes) * (lesson.scores > 0)[:, None]  # [b, r, g]
    refined = overlap(judged.boxes.detach(), lesson.boxes)
    near = iou >= MATCH_IOU
    rows = torch.arange(near.shape[1], device=near.device)[None, :, None]
    best_of_box = near & (rows == torch.where(near, refined, -1.0).argmax(1)[:, None])  # the others near it are duplicates, which suppression is for
    worth = lesson.scores[:, None] * torch.where(lesson.settled[:, None], refined, refined.sqrt()) * best_of_box
    labels = lesson.labels[:, None].expand_as(worth)
    learned = torch.zeros_like(judged.logits).scatter_reduce(2, labels, worth, "amax")
    beside = torch.zeros_like(judged.logits).scatter_reduce(2, labels, near.float(), "amax") > 0
    open_class = (~lesson.classes[:, None] | beside) & (learned == 0)  # nobody says that it is not there: the proposal's own opinion stands
    wanted = torch.where(open_class, torch.sigmoid(proposals.logits), learned)
    weight = proposals.valid[..., None].float().expand_as(wanted).clone()
    in_crowd = (covered(proposals.boxes, lesson.crowds) > MATCH_IOU).any(2) & ~near.any(2)
    weight[..., PERSON] *= (~in_crowd).float()
    count = (near & proposals.valid[..., None]).any(2).sum().clamp_min(1)

    trusted = torch.where(lesson.settled, lesson.scores, lesson.scores * 0.5) * (lesson.scores >= SURE)
    value, best = (iou * (trusted > 0)[:, None]).max(2)  # [b, r]
    move = (value >= MATCH_IOU) & proposals.valid
    truth = lesson.boxes.gather(1, best[..., None].expand(-1, -1, 4))
    trust = trusted.gather(1, best) * move
    return {
        "region": (focal(judged.logits, wanted) * weight).sum() / count,
        "refine": (trust * (1 - generalised_iou(judged.boxes, truth))).sum() / trust.sum().clamp_min(1),
        "attributes": attribute_loss(judged, lesson, move & lesson.settled.gather(1, best)),
        "named": named_loss(judged, proposals, lesson),
    }


def attribute_loss(judged: Judgement, lesson: Lesson, matched: Tensor) -> Tensor:
    """Cross-entropy of each attribute over regions [b, r] that are the product's."""
    total = judged.features.sum() * 0
    for name, logits in judged.attributes.items():
        wanted = torch.where(matched, lesson.attributes[name][:, None], -1)
        total = total + F.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=-1, reduction="sum") / (wanted >= 0).sum().clamp_min(1)
    return total


def named_loss(judged: Judgement, proposals: Proposals, lesson: Lesson) -> Tensor:
    """Binary cross-entropy of what people name in the photos whose captions are known, per photo."""
    known = lesson.named >= 0
    tags = image_tags(judged.named, proposals.valid)[:, : len(COCO_CLASSES)].clamp(1e-5, 1 - 1e-5)
    loss = F.binary_cross_entropy(tags, lesson.named.clamp_min(0), reduction="none") * known
    return loss.sum() / known.any(1).sum().clamp_min(1)
