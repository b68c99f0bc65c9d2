"""Gather the runs of train_regions.py: one line for each, the captions of all, and the checkpoints that are worth taking along.

    python collect_regions.py --runs runs/regions --out cache/regions-runs --keep 2

Copies each run's history and captions to OUT/RUN, writes OUT/report.txt, and puts the `keep` checkpoints with the highest val CIDEr-D there
(of the runs that have ended; of the rest the best epoch so far counts), at most one of each model. May be called again while the runs go on.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from settings import parse

TAKEN = ("history.json", "val.jsonl", "test.jsonl")


@dataclass(frozen=True)
class Settings:
    runs: Path = Path("runs/regions")
    out: Path = Path("runs/regions-taken")
    keep: int = 2


def read_runs(folder: Path) -> list[dict]:
    """history.json of each run with its name, the best first: ended ones (with a beam score) before those that go on."""
    runs = [json.loads(path.read_text(encoding="utf8")) | {"name": path.parent.name} for path in sorted(folder.glob("*/history.json"))]
    return sorted(runs, key=lambda r: (-("val_cider_d" in r), -r.get("val_cider_d", r["best_greedy"])))


def line_of(run: dict) -> str:
    """`m2-grid-a: m2 grid, 20 epochs, val CIDEr-D greedy 0.95, beam 0.98, 75 s`."""
    beam = f"{run['val_cider_d']:.4f}" if "val_cider_d" in run else "not yet"
    return f"{run['name']}: {run['model']} {run['kind']}, {len(run['history'])} epochs, val CIDEr-D greedy {run['best_greedy']:.4f}, beam {beam}, {run['seconds']:.0f} s"


def taken_along(runs: list[dict], keep: int) -> list[str]:
    """The names of the runs whose checkpoints are kept: the best of each model, best first."""
    best: dict[str, str] = {}
    for run in runs:
        best.setdefault(run["model"], run["name"])
    return list(best.values())[:keep]


def main(s: Settings) -> None:
    runs = read_runs(s.runs)
    for run in runs:
        (s.out / run["name"]).mkdir(parents=True, exist_ok=True)
        for name in TAKEN:
            if (s.runs / run["name"] / name).exists():
                shutil.copy(s.runs / run["name"] / name, s.out / run["name"] / name)
    chosen = taken_along(runs, s.keep)
    for old in s.out.glob("*/best.pt"):
        if old.parent.name not in chosen:
            old.unlink()
    for name in chosen:
        shutil.copy(s.runs / name / "best.pt", s.out / name / "best.pt")
    (s.out / "report.txt").write_text("\n".join(map(line_of, runs)) + "\n", encoding="utf8")


if __name__ == "__main__":
    main(parse(Settings))
