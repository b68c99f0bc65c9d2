"""From logits to what is said: temperatures, thresholds, and judging as the runtime does (attributes-stage.ts)."""

from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from attribute_head import allowed_loss
from attribute_labels import OTHER, UNKNOWN

NEVER = {UNKNOWN, OTHER}
TEMPERATURES = np.geomspace(0.6, 3.0, 60)
LEAST_ANSWERED = 25  # answers that a threshold is chosen by, so that it is no accident
DOUBT = 1.0  # standard errors by which a lower bound lies below the share that was seen: it is above it five times of six


@dataclass(frozen=True)
class Rule:
    """How one head is judged: values below `at_least` are not said, nor those of `never`."""

    values: list[str]
    at_least: float
    never: list[str] = field(default_factory=list)
    kinds: dict[str, list[str]] = field(default_factory=dict)


def temperature_of(logits: Tensor, allowed: Tensor) -> float:
    """The divisor of the logits under which held-out labels are likeliest."""
    weight = torch.ones(len(logits))
    return float(min(TEMPERATURES, key=lambda t: allowed_loss(logits / float(t), allowed, weight).item()))


def judge(probabilities: np.ndarray, rule: Rule) -> tuple[str, float] | None:
    """The likeliest value when it is sure enough, else the word for its kind when that is, else nothing."""
    best = int(probabilities.argmax())
    if rule.values[best] in rule.never:
        return None
    if probabilities[best] >= rule.at_least:
        return rule.values[best], float(probabilities[best])
    kinds = {kind: min(1.0, float(sum(probabilities[rule.values.index(m)] for m in members))) for kind, members in rule.kinds.items()}
    kind = max(kinds, key=lambda k: kinds[k], default=None)
    return (kind, kinds[kind]) if kind is not None and kinds[kind] >= rule.at_least else None


def is_asked(head: str, types: np.ndarray, values: list[str], only_for: dict | None) -> bool:
    """Whether the head is asked of a photo with these probabilities of types (attributes-stage.ts: `onlyFor`)."""
    if only_for is None or head not in only_for["attributes"]:
        return True
    return float(types[[values.index(name) for name in only_for["types"]]].sum()) >= only_for["atLeast"]


def lower_bound(right: np.ndarray, of: np.ndarray, doubt: float) -> np.ndarray:
    """Of the share of right answers that so many tell of, Wilson's lower confidence bound (1927); without doubt the share itself."""
    share, square = right / of, doubt**2
    return (share + square / (2 * of) - doubt * np.sqrt(share * (1 - share) / of + square / (4 * of**2))) / (1 + square / of)


def threshold_of(probabilities: np.ndarray, allowed: np.ndarray, values: list[str], wanted: float, doubt: float = DOUBT) -> float:
    """The lowest probability from which on the share of right answers, of the best values that may be said, is `wanted` by its lower bound."""
    best = probabilities.argmax(1)
    said = np.array([values[b] not in NEVER for b in best]) & allowed.any(1)
    sure, right = probabilities.max(1)[said], allowed[said, best[said]]
    order = np.argsort(-sure)
    shares = lower_bound(np.cumsum(right[order]), np.arange(1, len(order) + 1), doubt)
    enough = [i for i in range(max(0, min(LEAST_ANSWERED, len(order)) - 1), len(order)) if shares[i] >= wanted]
    return float(sure[order][enough[-1]]) if enough else 1.0


def calibration_error(sure: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over ten equal steps of probability."""
    step = np.minimum((sure * 10).astype(int), 9)
    return float(sum((step == i).mean() * abs(right[step == i].mean() - sure[step == i].mean()) for i in set(step)))


def softmax(logits: Tensor, temperature: float) -> np.ndarray:
    """[n, classes]"""
    return F.softmax(logits / temperature, 1).numpy()
