"""Fit what a package of the logo stage says of its own sureness, on val scenes and val photos, and write it into the package.

    python logos/calibrate_logos.py --package ../logos --marks marks.npz --scenes cache/scenes/val --others cache/scenes/val-others --data DATA --photos PHOTOS

A logistic regression over the detector's log odds, the cosine to the nearest brand and its lead over the next one tells the
probability that box and name are right. On the scenes in `others` are marks of none of the brands (`held_scenes.py --part train`):
whatever is told there is wrong. The threshold is the least one at which `precision` of what is told on all these scenes is right and
no more than `alarms` of all val photos of COCO, textbooks and things get a brand (some of them do show marks).
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from card import place_package  # noqa: E402
from data import read_captions  # noqa: E402
from logos.evaluate_logos import is_right, look_at_scenes, mean_precision, rates, recogniser_of  # noqa: E402
from logos.evaluate_logos import Settings as Measured  # noqa: E402
from logos.marks import load_marks  # noqa: E402
from logos.recognise import FEATURES, open_rgb  # noqa: E402
from settings import parse  # noqa: E402

SOURCES = ("coco/", "openstax/", "objects/", "sports/")
RIDGE = 1e-3
STEPS = 60


@dataclass(frozen=True)
class Settings:
    package: Path = Path("../logos")
    marks: Path = Path("cache/marks.npz")
    scenes: Path = Path("cache/scenes/val")
    others: Path = Path("cache/scenes/val-others")
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    precision: float = 0.93
    alarms: float = 0.005
    threads: int = 1


def fit_logistic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weights and bias [features + 1] by Newton's method with a little ridge."""
    x = np.concatenate([x, np.ones((len(x), 1))], 1)
    w = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(w))
        w = w - np.linalg.solve(hessian, x.T @ (p - y) + RIDGE * w)
    return w


def least_threshold(told: np.ndarray, right: np.ndarray, surest: np.ndarray, s: Settings) -> float:
    """The least threshold, in hundredths, that keeps both promises; `surest` [photos] is the highest confidence of each photo."""
    for least in np.round(np.arange(0.3, 1, 0.01), 2):
        enough = right[told >= least]
        if len(enough) and enough.mean() >= s.precision and (surest >= least).mean() <= s.alarms:
            return float(least)
    raise ValueError(f"no threshold gives a precision of {s.precision} with alarms on at most {s.alarms:.1%} of the photos")


def main(s: Settings) -> None:
    torch.set_num_threads(s.threads)
    recogniser, slugs = recogniser_of(Measured(package=s.package, threads=s.threads), load_marks(s.marks))
    scenes = look_at_scenes(recogniser, s.scenes)
    names = sorted(e.image for e in read_captions(s.data / "captions.tsv") if e.split == "val" and e.image.startswith(SOURCES))
    bare = [recogniser.candidates(open_rgb(s.photos / name)) for name in names]
    others = look_at_scenes(recogniser, s.others)
    seen = [c for scene in scenes + others for c in scene.found]
    wrong = [c for found in bare for c in found]
    right = np.array([is_right(scene, c, slugs) for scene in scenes + others for c in scene.found] + [False] * len(wrong))
    features = np.array([c.features() for c in seen + wrong])
    weights = fit_logistic(features, right.astype(float))
    rule = {**{name: round(float(w), 4) for name, w in zip(FEATURES, weights)}, "bias": round(float(weights[-1]), 4)}
    recogniser.settings["confidence"] = rule
    told = np.array([recogniser.confidence(c) for c in seen])
    surest = np.array([max((recogniser.confidence(c) for c in found), default=0.0) for found in bare])
    least = least_threshold(told, right[: len(told)], surest, s)
    mistaken = sum(recogniser.confidence(c) >= least for scene in others for c in scene.found)
    precision, recall = rates(scenes, slugs, recogniser, least)
    figures = {
        "split": f"val, {len(scenes)} scenes, {len(others)} with other marks, {len(names)} photos",
        "scores": {"mAP50": round(mean_precision(scenes, slugs, recogniser, -1), 3), "precision": round(precision, 3), "recall": round(recall, 3), "photos with a brand": int((surest >= least).sum()), "other marks taken for a brand": round(mistaken / sum(len(scene.slugs) for scene in others), 3)},
    }  # fmt: skip
    manifest = json.loads((s.package / "manifest.json").read_text(encoding="utf-8"))
    manifest["settings"] |= {"confidence": rule, "atLeast": least}
    place_package(s.package, s.package, manifest | {"metrics": [figures]})
    print(json.dumps({"confidence": rule, "atLeast": least, **figures}, indent=1))
    for name, found, sure in zip(names, bare, surest):
        if sure >= least / 2:
            print(f"  {name}: {recogniser.brands[max(found, key=recogniser.confidence).brand]} ({sure:.2f})")


if __name__ == "__main__":
    main(parse(Settings))
