"""Measure a package of the logo stage: on held scenes, on photos without marks, and with brands that no network has seen.

    python logos/evaluate_logos.py --package ../logos --marks marks.npz --scenes cache/scenes/test --data DATA --photos PHOTOS --split test
    python logos/evaluate_logos.py --package ../logos --marks marks.npz --scenes cache/scenes/test-held --strangers true --split none

The first prints mAP50 over the package's 100 brands (101 points, every candidate, and again only what the package tells at its
threshold), precision and recall of what is told, false alarms on photos without marks (plain_photos.py), and what is told on photos of
all kinds. The second gives the
recogniser the drawings of 150 icons that neither network saw in training, as `npm run brands -- add` does, and nothing else;
without them (`--strangers false`) it says how many of these marks are taken for one of the package's brands.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from data import read_tsv  # noqa: E402
from detect.average_precision import Guess, Truth, average_precision  # noqa: E402
from logos.look import all_photos  # noqa: E402
from logos.mark_drawer import MarkDrawer  # noqa: E402
from logos.mark_embedder import VIEWS, draw_view  # noqa: E402
from logos.marks import Marks, load_marks  # noqa: E402
from logos.plain_photos import plain_photos  # noqa: E402
from logos.recognise import Candidate, Recogniser, open_rgb, overlap  # noqa: E402
from settings import parse  # noqa: E402

SHOWN = 40  # photos with a brand that are listed


@dataclass(frozen=True)
class Settings:
    package: Path = Path("../logos")
    marks: Path = Path("cache/marks.npz")
    scenes: Path = Path("cache/scenes/test")
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    split: str = "test"  # of the photos without marks; none: no photos
    strangers: bool = False
    threads: int = 1


@dataclass(frozen=True)
class Scene:
    """What is on a scene and what was found there."""

    slugs: list[str]
    boxes: np.ndarray  # [g, 4] corners in fractions
    found: list[Candidate]


def look_at_scenes(recogniser: Recogniser, folder: Path) -> list[Scene]:
    """Every scene of a folder of held_scenes.py with the recogniser's candidates."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in read_tsv(folder / "scenes.tsv"):
        rows.setdefault(row["file"], []).append(row)
    scenes = []
    for file, marks in rows.items():
        marks = [row for row in marks if row["slug"]]
        boxes = np.array([[float(row[side]) for side in ("left", "top", "right", "bottom")] for row in marks]).reshape(-1, 4)
        scenes.append(Scene([row["slug"] for row in marks], boxes, recogniser.candidates(open_rgb(folder / file))))
    return scenes


def is_right(scene: Scene, candidate: Candidate, slugs: list[str]) -> bool:
    """Whether the candidate has name and box of a mark of the scene (IoU at least 0.5)."""
    same = [i for i, slug in enumerate(scene.slugs) if slug == slugs[candidate.brand]]
    return bool(same) and float(overlap(np.array(candidate.box), scene.boxes[same]).max()) >= 0.5


def mean_precision(scenes: list[Scene], slugs: list[str], recogniser: Recogniser, least: float, blind: bool = False) -> float:
    """mAP50 over the brands, of candidates with at least this confidence; `blind` takes every brand for the same, so that boxes alone count."""
    guesses, truths = [], []
    for scene in scenes:
        told = [(c, recogniser.confidence(c)) for c in scene.found]
        told = [(c, score) for c, score in told if score >= least]
        labels = [0 if blind else c.brand for c, _ in told]
        scores = [c.score if blind else score for c, score in told]
        guesses.append(Guess(torch.tensor([c.box for c, _ in told]).view(-1, 4).float(), torch.tensor(scores), torch.tensor(labels, dtype=torch.long)))
        wanted = torch.tensor([0 if blind else slugs.index(slug) for slug in scene.slugs], dtype=torch.long)
        truths.append(Truth(torch.from_numpy(scene.boxes).float(), wanted, torch.zeros(0, 4), -1))
    values = average_precision(guesses, truths).values()
    return sum(values) / len(values)


def rates(scenes: list[Scene], slugs: list[str], recogniser: Recogniser, least: float) -> tuple[float, float]:
    """Precision and recall of what is told from a confidence on."""
    told = [is_right(scene, c, slugs) for scene in scenes for c in scene.found if recogniser.confidence(c) >= least]
    return sum(told) / max(1, len(told)), sum(told) / sum(len(scene.slugs) for scene in scenes)


def alarms(recogniser: Recogniser, folder: Path, names: list[str], least: float) -> Iterator[tuple[str, str, float]]:
    """Photo, brand and confidence of the surest brand that is told of each photo that has any."""
    for name in names:
        told = [(recogniser.confidence(c), recogniser.brands[c.brand]) for c in recogniser.candidates(open_rgb(folder / name))]
        if told and max(told)[0] >= least:
            yield name, max(told)[1], max(told)[0]


def stranger_points(recogniser: Recogniser, marks: Marks) -> np.ndarray:
    """Prototypes [n, 128] of the icons that were held back, from their drawings alone."""
    held = marks.parts["held"]
    extent = MarkDrawer(marks).extent[held]
    views = [draw_view(marks.masks[held], extent, *(torch.tensor(c).expand(len(held), 3) for c in view)) * 255 for view in VIEWS]
    points = sum(recogniser.embedder.run(["points"], {"crops": view.numpy()})[0] for view in views)
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def recogniser_of(s: Settings, marks: Marks) -> tuple[Recogniser, list[str]]:
    """The package's recogniser, or one of brands it never saw, and the slugs of its brands."""
    recogniser = Recogniser(s.package, s.threads)
    if s.strangers:
        held = marks.parts["held"].tolist()
        return Recogniser(s.package, s.threads, [marks.titles[i] for i in held], stranger_points(recogniser, marks)), [marks.slugs[i] for i in held]
    slug_of = {marks.titles[i]: marks.slugs[i] for i in marks.parts["brand"].tolist()}
    return recogniser, [slug_of[name] for name in recogniser.brands]


def main(s: Settings) -> None:
    torch.set_num_threads(s.threads)
    recogniser, slugs = recogniser_of(s, load_marks(s.marks))
    least = recogniser.settings["atLeast"]
    scenes = look_at_scenes(recogniser, s.scenes)
    print(f"{len(scenes)} scenes, {sum(len(scene.slugs) for scene in scenes)} marks of {len({slug for scene in scenes for slug in scene.slugs})} brands")
    if not set(slugs) & {slug for scene in scenes for slug in scene.slugs}:
        taken = sum(recogniser.confidence(c) >= least for scene in scenes for c in scene.found)
        print(f"{taken} of {sum(len(scene.slugs) for scene in scenes)} marks of other brands are taken for one of the package's")
        return
    print(f"boxes alone, AP50: {mean_precision(scenes, slugs, recogniser, -1, blind=True):.3f}")
    print(f"mAP50 of all candidates: {mean_precision(scenes, slugs, recogniser, -1):.3f}; of what is told (confidence >= {least}): {mean_precision(scenes, slugs, recogniser, least):.3f}")
    precision, recall = rates(scenes, slugs, recogniser, least)
    print(f"told: precision {precision:.3f}, recall {recall:.3f}")
    if s.split == "none":
        return
    every, plain = all_photos(s.data, s.split), plain_photos(s.data, s.split)
    found = {name: (brand, confidence) for name, brand, confidence in alarms(recogniser, s.photos, every, least)}
    print(f"photos without text and logos: {sum(name in found for name in plain)} of {len(plain)} with a brand, all false alarms")
    print(f"photos of all kinds: {len(found)} of {len(every)} with a brand, to be judged by eye:")
    for name, (brand, confidence) in list(found.items())[:SHOWN]:
        print(f"  {name}: {brand} ({confidence:.2f})")


if __name__ == "__main__":
    main(parse(Settings))
