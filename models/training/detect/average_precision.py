"""COCO-style average precision: 101-point interpolation (Lin et al. 2014, cocoapi's COCOeval), written out for one IoU at a time.

A box of a class is a hit when its IoU with a person's box of that class that no surer box has taken is at least the threshold. Crowd
boxes are neither: what lies in one (share of the found box that it covers) is passed over. A class's precision is made to fall
with recall and read at 0, 0.01, ... 1. mAP is the mean over the classes that have boxes.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from detect.boxes import covered, overlap

RECALLS = torch.linspace(0, 1, 101, dtype=torch.float64)
COCO_IOUS = tuple(0.5 + 0.05 * i for i in range(10))


@dataclass(frozen=True)
class Guess:
    """What a detector says of one photo."""

    boxes: Tensor  # [n, 4] corners in fractions
    scores: Tensor  # [n]
    labels: Tensor  # [n]


@dataclass(frozen=True)
class Truth:
    """What people marked on one photo."""

    boxes: Tensor  # [g, 4]
    labels: Tensor  # [g]
    crowds: Tensor  # [c, 4] of class `crowd_label`
    crowd_label: int = 0


def match_photo(boxes: Tensor, truth: Tensor, crowds: Tensor, iou: float) -> list[bool | None]:
    """For boxes of one class, the surest first: hit, miss, or None where a crowd excuses it."""
    shared, inside = overlap(boxes, truth).numpy(), covered(boxes, crowds).numpy()
    excused = (inside >= iou).any(1).tolist()
    results: list[bool | None] = []
    for i in range(len(boxes)):
        best = int(shared[i].argmax()) if len(truth) else -1
        if best >= 0 and shared[i, best] >= iou:
            shared[:, best] = -1.0  # taken
            results.append(True)
        else:
            results.append(None if excused[i] else False)
    return results


def precision_of(hits: list[tuple[float, bool]], positives: int) -> float:
    """Average precision of (score, hit) pairs against a number of true boxes."""
    if not hits:
        return 0.0
    order = torch.tensor([h for _, h in sorted(hits, key=lambda pair: -pair[0])], dtype=torch.float64)
    right = order.cumsum(0)
    recall, precision = right / positives, right / torch.arange(1, len(order) + 1)
    falling = precision.flip(0).cummax(0).values.flip(0)
    at = torch.searchsorted(recall, RECALLS)
    return float(torch.where(at < len(falling), falling[at.clamp_max(len(falling) - 1)], torch.zeros(())).mean())


def average_precision(guesses: list[Guess], truths: list[Truth], iou: float = 0.5) -> dict[int, float]:
    """{label: AP} of the labels that have true boxes; photos in the same order in both lists."""
    hits: dict[int, list[tuple[float, bool]]] = {}
    positives: dict[int, int] = {}
    for guess, truth in zip(guesses, truths, strict=True):
        for label in set(truth.labels.tolist()):
            positives[label] = positives.get(label, 0) + int((truth.labels == label).sum())
        for label in set(guess.labels.tolist()):
            mine = (guess.labels == label).nonzero()[:, 0]
            mine = mine[guess.scores[mine].argsort(descending=True, stable=True)]
            crowds = truth.crowds if label == truth.crowd_label else truth.crowds[:0]
            results = match_photo(guess.boxes[mine], truth.boxes[truth.labels == label], crowds, iou)
            hits.setdefault(label, []).extend((float(guess.scores[m]), r) for m, r in zip(mine, results) if r is not None)
    return {label: precision_of(hits.get(label, []), count) for label, count in positives.items()}


def mean_average_precision(guesses: list[Guess], truths: list[Truth], ious: tuple[float, ...] = (0.5,)) -> float:
    """mAP over classes and IoU thresholds."""
    values = [v for iou in ious for v in average_precision(guesses, truths, iou).values()]
    return sum(values) / max(len(values), 1)
