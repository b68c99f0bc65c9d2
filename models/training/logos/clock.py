"""Training by the wall clock: how far a run is, its learning rate, when to tell and when to save."""

import math
import os
import time
from pathlib import Path
from typing import Any

import torch

WARMUP = 0.04  # share of the time in which the learning rate rises
TELL_S, SAVE_S = 10, 45


class Clock:
    """Time since its making as a share of `minutes`; `tell` and `save` come true every so many seconds."""

    def __init__(self, minutes: float):
        self.start, self.seconds = time.monotonic(), minutes * 60
        self.told = self.saved = self.start

    @property
    def share(self) -> float:
        return (time.monotonic() - self.start) / self.seconds

    def rate(self, highest: float) -> float:
        """A cosine from `highest` to a hundredth of it, after a short rise."""
        share = min(1.0, self.share)
        return highest * min(1.0, share / WARMUP + 0.01) * (0.01 + 0.99 * (1 + math.cos(math.pi * share)) / 2)

    def tell(self) -> bool:
        due = time.monotonic() - self.told >= TELL_S
        self.told = time.monotonic() if due else self.told
        return due

    def save(self) -> bool:
        due = time.monotonic() - self.saved >= SAVE_S
        self.saved = time.monotonic() if due else self.saved
        return due


class Average:
    """Exponential moving average of a module's state; short at the start, so that little of the beginning is kept."""

    def __init__(self, module: torch.nn.Module, decay: float):
        self.decay, self.steps = decay, 0
        self.state = {k: v.detach().clone().float() if v.is_floating_point() else v.clone() for k, v in module.state_dict().items()}

    def update(self, module: torch.nn.Module) -> None:
        self.steps += 1
        keep = min(self.decay, self.steps / (self.steps + 10))
        for key, value in module.state_dict().items():
            if value.is_floating_point():
                self.state[key].lerp_(value.detach().float(), 1 - keep)
            else:
                self.state[key].copy_(value)


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Writes half floats by renaming, so that a run that is cut off leaves the last whole file."""
    half = {k: {n: v.half().cpu() if torch.is_tensor(v) and v.is_floating_point() else v for n, v in part.items()} if isinstance(part, dict) else part for k, part in state.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    torch.save(half, new)
    os.replace(new, path)
