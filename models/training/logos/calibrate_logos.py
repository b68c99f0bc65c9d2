"""Fit what a package of the logo stage says of its own sureness, on val scenes and on real photos, and write it into the package.

    python logos/calibrate_logos.py --package ../logos --marks marks.npz --scenes cache/scenes/val --others cache/scenes/val-others --looked cache/looked

The train photos that were looked at (look.py) give the background: crops that the detector takes for marks, though real photos show
hardly any. A logistic regression over the detector's log odds, the cosine to the nearest brand, and its leads over the next brand and
over the background tells the probability that box and name are right. It is fitted on the scenes and on all photos that were looked at,
the train photos of each half with the background of the other half. On the scenes in `others` are marks of none of the brands (`held_scenes.py --part
train`): whatever is told there is wrong. The threshold is the least one at which `precision` of what is told on all these scenes is
right, and no more than `alarms` of those photos get a wrong name. The package gets the background of both halves: more of it makes no
name surer. What is right on photos was judged by eye (seen_marks.tsv, of what the package of version 1.0.0 found).
"""

import json
import shutil
import sys
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from card import place_package  # noqa: E402
from data import read_tsv  # noqa: E402
from logos.evaluate_logos import Scene, is_right, look_at_scenes, mean_precision, rates, recogniser_of  # noqa: E402
from logos.evaluate_logos import Settings as Measured  # noqa: E402
from logos.look import Looked, load_looked  # noqa: E402
from logos.mark_embedder import POINT  # noqa: E402
from logos.marks import load_marks  # noqa: E402
from logos.recognise import FEATURES, Candidate, Recogniser, point_text  # noqa: E402
from settings import parse  # noqa: E402

RIDGE = 1e-3
STEPS = 60
SEEN = Path(__file__).with_name("seen_marks.tsv")
CARD = Path(__file__).with_name("card.md")
BACKGROUND = "background.json"


@dataclass(frozen=True)
class Settings:
    package: Path = Path("../logos")
    marks: Path = Path("cache/marks.npz")
    scenes: Path = Path("cache/scenes/val")
    others: Path = Path("cache/scenes/val-others")
    looked: Path = Path("cache/looked")  # folder of look.py's files
    background: int = 2000  # crops
    least_px: int = 24  # longest side of a box
    precision: float = 0.97
    alarms: float = 1 / 10_000
    version: str = "1.1.0"
    threads: int = 1


@dataclass(frozen=True)
class Photo:
    """What was found on a photo that the threshold is chosen by, and the brands that are there."""

    name: str
    found: list[Candidate]
    there: set[str]


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
    """The least threshold, in thousandths, that keeps both promises; `surest` [photos] is the highest confidence of a wrong name on each photo."""
    for least in np.round(np.arange(0.3, 1, 0.001), 3):
        enough = right[told >= least]
        if len(enough) and enough.mean() >= s.precision and (surest >= least).mean() <= s.alarms:
            return float(least)
    raise ValueError(f"no threshold gives a precision of {s.precision} with wrong names on at most {s.alarms:.2%} of the photos")


def is_behind(name: str) -> bool:
    """Which half a train photo is of: its crops are background for the other half while the threshold is chosen."""
    return zlib.crc32(name.encode()) % 2 == 0


def large_enough(seen: Looked, least: int) -> Looked:
    """Without the boxes whose longest side is shorter."""
    kept = seen.px.max(1) >= least
    return Looked(seen.names, *(part[kept] for part in (seen.owner, seen.boxes, seen.scores, seen.px, seen.points, seen.crops)))


def background_of(looked: list[Looked], apart: set[str], most: int) -> tuple[np.ndarray, np.ndarray]:
    """Points [n, 128] of the crops that look most like marks to the detector, of photos not in `apart`; and which of them are behind."""
    points = np.concatenate([seen.points for seen in looked])
    scores = np.concatenate([seen.scores for seen in looked])
    owners = [seen.names[i] for seen in looked for i in seen.owner]
    taken = np.flatnonzero([name not in apart for name in owners])
    taken = taken[np.argsort(-scores[taken], kind="stable")[:most]]
    return points[taken], np.array([is_behind(owners[i]) for i in taken], dtype=bool)


def judging_photos(recogniser: Recogniser, looked: list[Looked], val: set[str], there: dict[str, set[str]], background: np.ndarray, behind: np.ndarray) -> list[Photo]:
    """All photos, once for each time that they were looked at, the train photos of each half with the background of the other half."""
    photos = []
    for half in (True, False):
        recogniser.background = background[behind != half]
        for seen in looked:
            for i, name in enumerate(seen.names):
                if (name not in val and is_behind(name)) == half:
                    of = seen.owner == i
                    photos.append(Photo(name, recogniser.named(seen.boxes[of], seen.scores[of], seen.points[of]) if of.any() else [], there.get(name, set())))
    return photos


def write_rules(package: Path, version: str, settings: dict, points: np.ndarray, metrics: list) -> None:
    """The package anew, with background, settings, and card."""
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "package"
        shutil.copytree(package, folder)
        crops = [point_text(point) for point in points]
        (folder / BACKGROUND).write_text(json.dumps({"schemaVersion": 1, "points": POINT, "crops": crops}, indent=1) + "\n", encoding="utf-8")
        shutil.copyfile(CARD, folder / "MODEL_CARD.md")
        place_package(folder, package, manifest | {"version": version, "settings": settings, "metrics": metrics})


def main(s: Settings) -> None:
    torch.set_num_threads(s.threads)
    recogniser, slugs = recogniser_of(Measured(package=s.package, threads=s.threads), load_marks(s.marks))
    looked = [large_enough(load_looked(path), s.least_px) for path in sorted(s.looked.glob("*.npz"))]
    val = {name for path in s.looked.glob("val*.npz") for name in load_looked(path).names}
    there: dict[str, set[str]] = {}
    for row in read_tsv(SEEN):
        there.setdefault(row["image"], set()).add(row["brand"])
    recogniser.settings["leastPx"] = s.least_px
    background, behind = background_of(looked, val | set(there), s.background)
    photos = judging_photos(recogniser, looked, val, there, background, behind)
    recogniser.background = background[behind]
    scenes, others = look_at_scenes(recogniser, s.scenes), look_at_scenes(recogniser, s.others)
    every: list[Scene] = scenes + others
    right = np.array([is_right(scene, c, slugs) for scene in every for c in scene.found])
    wrong = [(i, c) for i, photo in enumerate(photos) for c in photo.found if recogniser.brands[c.brand] not in photo.there]
    features = np.array([c.features() for scene in every for c in scene.found] + [c.features() for _, c in wrong])
    weights = fit_logistic(features, np.concatenate([right, np.zeros(len(wrong))]).astype(float))
    rule = {**{name: round(float(w), 4) for name, w in zip(FEATURES, weights)}, "bias": round(float(weights[-1]), 4)}
    recogniser.settings |= {"confidence": rule, "background": BACKGROUND}
    told = np.array([recogniser.confidence(c) for scene in every for c in scene.found])
    surest = np.zeros(len(photos))
    for i, c in wrong:
        surest[i] = max(surest[i], recogniser.confidence(c))
    least = least_threshold(told, right, surest, s)
    wrong_names = int((surest >= least).sum())
    recogniser.background = background
    scenes, others = look_at_scenes(recogniser, s.scenes), look_at_scenes(recogniser, s.others)
    mistaken = sum(recogniser.confidence(c) >= least for scene in others for c in scene.found)
    precision, recall = rates(scenes, slugs, recogniser, least)
    figures = {
        "split": f"val, {len(scenes)} scenes, {len(others)} with other marks; {len(photos)} train and val photos",
        "scores": {"mAP50": round(mean_precision(scenes, slugs, recogniser, -1), 3), "precision": round(precision, 3), "recall": round(recall, 3), "photos with a wrong name": wrong_names, "other marks taken for a brand": round(mistaken / sum(len(scene.slugs) for scene in others), 3)},
    }  # fmt: skip
    write_rules(s.package, s.version, recogniser.settings | {"atLeast": least}, recogniser.background, [figures])
    print(json.dumps({"confidence": rule, "atLeast": least, **figures}, indent=1))
    for i, photo in enumerate(photos):
        for c in photo.found:
            if recogniser.confidence(c) >= least / 2:
                judged = "right" if recogniser.brands[c.brand] in photo.there else "wrong"
                print(f"  {photo.name}: {recogniser.brands[c.brand]} ({recogniser.confidence(c):.3f}), {judged}")


if __name__ == "__main__":
    main(parse(Settings))
