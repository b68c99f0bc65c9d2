"""What a run of train_regions.py leaves in its folder while it goes on: the best checkpoint and the history, as files that are always whole."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Callable

import torch
from torch import nn

from greedy import pack_weights


class RunRecord:
    """`out` gets best.pt (int8 matrices, words, sizes) and history.json; `about` is kept in the latter."""

    def __init__(self, out: Path, kind: str, regions: str, words: list[str], about: dict[str, Any]):
        self.out, self.kind, self.regions, self.words, self.about = out, kind, regions, words, about
        self.history: list[dict[str, float]] = []
        self.best: dict[str, Any] = {}
        self.begun = time.time()
        out.mkdir(parents=True, exist_ok=True)

    def add(self, averaged: nn.Module, loss: float, score: float) -> None:
        """One epoch; keeps the averaged weights when none was better."""
        self.history.append({"epoch": len(self.history) + 1, "loss": loss, "val_cider_d_greedy": score})
        if score >= self.best_greedy():
            self.best = {"packed": pack_weights(averaged.state_dict()), "words": self.words, "kind": self.kind, "regions": self.regions, "config": asdict(averaged.config)}
            self.write("best.pt", lambda path: torch.save(self.best, path))
        self.write_history()

    def best_greedy(self) -> float:
        return max(h["val_cider_d_greedy"] for h in self.history)

    def write_history(self, **more: float) -> None:
        """history.json: figures of the whole run and of each epoch."""
        known = {"model": self.kind, "kind": self.regions, "seconds": time.time() - self.begun, "best_greedy": self.best_greedy(), "history": self.history}
        self.write("history.json", lambda path: path.write_text(json.dumps(known | more | {"settings": self.about}), encoding="utf8"))

    def write(self, name: str, save: Callable[[Path], object]) -> None:
        beside = self.out / f"{name}.new"
        save(beside)
        beside.replace(self.out / name)
