"""The training that both logo networks share: AdamW by the wall clock, a moving average of the weights, lines and checkpoints in between."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn

from logos.clock import Average, Clock, save_checkpoint

MOST_GRADIENT = 3.0  # norm
RECENT = 0.05  # weight of the newest step in the figures that are told


class Pace(Protocol):
    """What the settings of a script say about its training."""

    out: Path
    minutes: float
    rate: float
    decay: float
    average: float
    resume: Path | None
    device: str


def groups(model: nn.Module, decay: float) -> list[dict]:
    """Kernels decay, biases and norms do not."""
    kernels = [p for p in model.parameters() if p.ndim > 1]
    return [{"params": kernels, "weight_decay": decay}, {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0}]


def resumed(model: nn.Module, part: str, s: Pace) -> nn.Module:
    """The model on its device, with the weights of the checkpoint to go on from where one is named."""
    model = model.to(s.device).to(memory_format=torch.channels_last)
    if s.resume is not None:
        model.load_state_dict(torch.load(s.resume, map_location=s.device, weights_only=True)[part])
    return model


def descend(model: nn.Module, optimiser: torch.optim.Optimizer, loss: Tensor, rate: float) -> None:
    """One step down the loss, at a learning rate."""
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), MOST_GRADIENT)
    optimiser.step()


def recent(figures: dict[str, float], new: dict[str, Tensor]) -> dict[str, float]:
    """Moving means of figures; the first step's are taken as they are."""
    return {name: (1 - RECENT) * figures.get(name, value.item()) + RECENT * value.item() for name, value in new.items()}


def train(model: nn.Module, part: str, batch: Callable[[], dict[str, Tensor]], s: Pace) -> int:
    """Steps until the time is over; `batch` gives the figures of a new batch, of which `loss` is made less.

    The checkpoint {part: moving average, "steps": n} is written every 45 seconds and at the end; a line every 10 seconds tells the
    figures. Returns the number of steps.
    """
    optimiser = torch.optim.AdamW(groups(model, s.decay), lr=s.rate)
    average, clock, steps, figures = Average(model, s.average), Clock(s.minutes), 0, {}
    while clock.share < 1:
        new = batch()
        descend(model, optimiser, new["loss"], clock.rate(s.rate))
        average.update(model)
        steps += 1
        figures = recent(figures, new)
        if clock.tell():
            told = " ".join(f"{name} {value:.4f}" for name, value in figures.items())
            print(f"{clock.share:.2f} step {steps} {told} {steps / (clock.share * clock.seconds):.2f} steps/s", flush=True)
        if clock.save():
            save_checkpoint(s.out, {part: average.state, "steps": steps})
    save_checkpoint(s.out, {part: average.state, "steps": steps})
    print(f"done: {steps} steps, " + ", ".join(f"{name} {value:.4f}" for name, value in figures.items()), flush=True)
    return steps
