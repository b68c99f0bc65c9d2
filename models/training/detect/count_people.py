"""How many people are in a photo: each box of a person adds the probability that it is one more person.

That probability is a logistic curve of the box's score, its size, how much of it lies within a surer person's box, and how many
others there are. People who marked boxes stopped at 13 and marked the rest as a crowd (222 of 2,424 train photos have 13, none has
more), so that 13 stands for 13 or more, in what is counted as in what was marked. functions/captioner/analysis/objects/count-people.ts
does the same.

The curve is chosen among random ones (seeded) by how many photos with people's boxes it counts within one; not by hard counts, which
a lucky curve wins, but by a slope at one and a half, and the mean of the best hundredth is taken.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from detect.boxes import area, intersection
from detect.classes import PERSON
from detect.looking import Look
from detect.targets import Target

MOST = 13  # persons that people mark one by one
NO_AREA = 1e-6  # area below which a box has no side to speak of
LOGIT_LIMIT = 1e-4
COUNT_STEPS = (0, 1, 2, 3, 5, 8, MOST)  # counts from which a share of right counts is told apart
RANGES = ((1.0, 4.0), (-1.5, 4.0), (-1.0, 1.0), (-3.0, 1.0), (-1.0, 1.0))  # where the curve's numbers are looked for
TRIES = 2500
BEST = 0.01  # of the tries, whose mean is taken
SLOPE = 0.25  # persons; how softly a count within one is told from one that is not


@dataclass(frozen=True)
class PeopleCurve:
    """Numbers of the curve; `settings` in the manifest have the same names."""

    scale: float  # per logit of the score
    shift: float
    size: float  # per log of the side (root of the area, in fractions)
    behind: float  # per share of the box that lies within a surer person's
    company: float  # per log of 1 + the sum of all persons' scores


def logit(scores: np.ndarray) -> np.ndarray:
    """log(p / (1 - p)), kept finite."""
    p = np.clip(scores, LOGIT_LIMIT, 1 - LOGIT_LIMIT)
    return np.log(p / (1 - p))


def persons_terms(boxes: Tensor, scores: Tensor) -> np.ndarray:
    """Of boxes of persons [n, 4] (corners), the surest first, what the curve weighs: [n, 5]."""
    if not len(scores):
        return np.zeros((0, len(RANGES)))
    sizes = area(boxes)
    within = (intersection(boxes, boxes) / (sizes + NO_AREA)[:, None]).tril(-1).amax(1)
    side = (sizes + NO_AREA).log() / 2
    p = scores.double().numpy()
    terms = [logit(p), np.ones(len(p)), side.double().numpy(), within.double().numpy(), np.full(len(p), math.log1p(p.sum()))]
    return np.stack(terms, 1)


def expected(terms: np.ndarray, curve: PeopleCurve) -> float:
    """The expected number of persons, not rounded."""
    weights = np.array([curve.scale, curve.shift, curve.size, curve.behind, curve.company])
    return float((1 / (1 + np.exp(-(terms @ weights)))).sum())


def count_people(boxes: Tensor, scores: Tensor, curve: PeopleCurve) -> int:
    """Persons in a picture, rounded (half up); `MOST` stands for itself and all above."""
    return min(MOST, math.floor(expected(persons_terms(boxes, scores), curve) + 0.5))


def persons_of(look: Look) -> tuple[Tensor, Tensor]:
    """Boxes and scores of the persons, the surest first."""
    rows = (look.guess.labels == PERSON).nonzero()[:, 0]
    rows = rows[look.guess.scores[rows].argsort(descending=True, stable=True)]
    return look.guess.boxes[rows], look.guess.scores[rows]


def marked(target: Target) -> int:
    """Persons that people marked one by one."""
    return sum(label == PERSON for label in target.labels)


def counted(looks: dict[str, Look], targets: dict[str, Target], curve: PeopleCurve) -> list[tuple[int, int]]:
    """(counted, true) of each photo."""
    return [(count_people(*persons_of(looks[image]), curve), marked(target)) for image, target in targets.items()]


def within_one(pairs: Iterable[tuple[int, int]]) -> float:
    """Share of counts that are off by at most one."""
    right = [abs(a - b) <= 1 for a, b in pairs]
    return sum(right) / max(len(right), 1)


def fit_count(looks: dict[str, Look], targets: dict[str, Target], seed: int = 0) -> PeopleCurve:
    """The curve; see the top of this file."""
    terms = [persons_terms(*persons_of(looks[image])) for image in targets]
    true = np.array([marked(target) for target in targets.values()])
    longest = max(1, *(len(t) for t in terms))
    padded = np.stack([np.pad(t, ((0, longest - len(t)), (0, 0))) for t in terms])  # [photos, boxes, 5]
    there = padded[..., 1]
    tried = np.random.default_rng(seed).uniform(*zip(*RANGES), (TRIES, len(RANGES)))
    worth = np.zeros(TRIES)
    for i, weights in enumerate(tried):
        count = np.minimum((there / (1 + np.exp(-(padded @ weights)))).sum(1), MOST)
        worth[i] = (1 / (1 + np.exp((abs(count - true) - 1.5) / SLOPE))).mean()
    best = tried[np.argsort(-worth)[: max(1, round(BEST * TRIES))]].mean(0)
    return PeopleCurve(*(round(float(v), 3) for v in best))


def count_confidence(pairs: list[tuple[int, int]]) -> list[tuple[int, float]]:
    """(counts from, share of photos that are counted right), with one right and one wrong photo added to each step."""
    steps = []
    for low, high in zip(COUNT_STEPS, (*COUNT_STEPS[1:], math.inf)):
        right = [a == b for a, b in pairs if low <= a < high]
        steps.append((low, round((sum(right) + 1) / (len(right) + 2), 3)))
    return steps
