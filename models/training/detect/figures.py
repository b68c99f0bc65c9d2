"""The detector's figures from what it said of photos: box precision, and tags against the nouns people used.

Everything that is chosen (calibration, thresholds) is fitted on val photos, or on the train photos that were kept back, and put to
the test photos as it is.
"""

from dataclasses import dataclass

import numpy as np
import torch

from detect.average_precision import Truth, average_precision, match_photo, mean_average_precision
from detect.boxes import overlap
from detect.classes import COCO_CLASSES, PERSON
from detect.count_people import logit
from detect.looking import Look
from detect.targets import Target
from hallucination import objects_in

THRESHOLDS = np.round(np.arange(0.05, 0.95, 0.01), 2)


@dataclass(frozen=True)
class Nouns:
    """What five captions name: certainly, and perhaps (a word of two meanings)."""

    certain: set[int]
    perhaps: set[int]


def product_figures(looks: dict[str, Look], products: dict[str, Target]) -> dict[str, float]:
    """Of product photos: the share whose surest box of the settled classes is of the right class and lies on the product, and how often each attribute of it is right."""
    right: dict[str, list[bool]] = {"productRight": []}
    for image, target in products.items():
        guess, settled = looks[image].guess, torch.from_numpy(target.settled)
        rows = settled[guess.labels].nonzero()[:, 0]
        if not len(rows):
            right["productRight"].append(False)
            continue
        best = rows[guess.scores[rows].argmax()]
        placed = float(overlap(guess.boxes[best][None], torch.tensor(target.boxes))[0, 0]) >= 0.5
        right["productRight"].append(placed and int(guess.labels[best]) == target.product)
        for name, value in target.attributes.items():
            if value >= 0 and name in looks[image].attributes:
                right.setdefault(name, []).append(int(looks[image].attributes[name][best].argmax()) == value)
    return {name: sum(values) / len(values) for name, values in right.items() if values}


def nouns_of(captions: list[str]) -> Nouns:
    """Indices of COCO classes by coco_objects.json."""
    certain: set[int] = set()
    perhaps: set[int] = set()
    for caption in captions:
        for classes in objects_in(caption):
            (certain if len(classes) == 1 else perhaps).update(COCO_CLASSES.index(c) for c in classes)
    return Nouns(certain, perhaps - certain)


def truth_of(target: Target) -> Truth:
    """A target's boxes as the evaluator takes them."""
    return Truth(torch.tensor(target.boxes).reshape(-1, 4), torch.tensor(target.labels, dtype=torch.long), torch.tensor(target.crowds).reshape(-1, 4), PERSON)


def box_figures(looks: dict[str, Look], targets: dict[str, Target], ious: tuple[float, ...]) -> float:
    """mAP of the photos of `targets`."""
    return mean_average_precision([looks[i].guess for i in targets], [truth_of(t) for t in targets.values()], ious)


def person_figure(looks: dict[str, Look], targets: dict[str, Target]) -> float:
    """AP50 of persons, crowds passed over."""
    return average_precision([looks[i].guess for i in targets], [truth_of(t) for t in targets.values()])[PERSON]


def tag_rates(looks: dict[str, Look], nouns: dict[str, Nouns], threshold: float) -> tuple[float, float]:
    """Precision and recall of (photo, class) pairs; classes that captions name perhaps count neither way."""
    right = said = there = 0
    for image, noun in nouns.items():
        tags = set((looks[image].named[: len(COCO_CLASSES)] >= threshold).nonzero()[:, 0].tolist()) - noun.perhaps
        right += len(tags & noun.certain)
        said += len(tags)
        there += len(noun.certain)
    return right / max(said, 1), right / max(there, 1)


def tag_threshold(looks: dict[str, Look], nouns: dict[str, Nouns], precision: float) -> float:
    """The lowest threshold from which the precision is reached."""
    good = [t for t in THRESHOLDS if tag_rates(looks, nouns, t)[0] >= precision]
    return float(good[0]) if good else float(THRESHOLDS[-1])


def hits_of(looks: dict[str, Look], targets: dict[str, Target]) -> tuple[np.ndarray, np.ndarray]:
    """Scores of all boxes and whether each is a hit at IoU 0.5."""
    scores, hits = [], []
    for image, target in targets.items():
        guess, truth = looks[image].guess, truth_of(target)
        for label in set(guess.labels.tolist()):
            mine = (guess.labels == label).nonzero()[:, 0]
            mine = mine[guess.scores[mine].argsort(descending=True, stable=True)]
            for m, result in zip(mine, match_photo(guess.boxes[mine], truth.boxes[truth.labels == label], truth.crowds, 0.5)):
                if result is not None:
                    scores.append(float(guess.scores[m]))
                    hits.append(result)
    return np.array(scores), np.array(hits)


def fit_confidence(scores: np.ndarray, hits: np.ndarray, steps: int = 60) -> tuple[float, float]:
    """Platt's logistic curve P(hit) = sigmoid(a * logit(score) + b) by Newton's method."""
    x = np.stack([logit(scores), np.ones(len(scores))], 1)
    w = np.array([1.0, 0.0])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (p - hits) + 1e-3 * (w - [1, 0])
        w = w - np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(2), gradient)
    return float(w[0]), float(w[1])


def calibration_error(probabilities: np.ndarray, hits: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over equal bins."""
    which = np.minimum((probabilities * bins).astype(int), bins - 1)
    return float(sum(abs(probabilities[which == b].sum() - hits[which == b].sum()) for b in range(bins)) / max(len(hits), 1))
