"""What the objects package finds on the fixture photos, read by Pillow and onnxruntime: the TypeScript stage is held against it.

    python -m detect.golden --package ../objects --photos ../../test/fixtures/photos --out ../../test/fixtures/goldens/objects.json

Boxes are left, top, width, height in fractions; only objects that are told (confidence at least the package's objectAt).
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from detect.count_people import PeopleCurve, count_people, logit, persons_of
from detect.looking import GRAPH_FILE, packaged, read_as_runtime
from settings import parse


@dataclass(frozen=True)
class Settings:
    package: Path = Path("../objects")
    photos: Path = Path("../../test/fixtures/photos")
    out: Path = Path("../../test/fixtures/goldens/objects.json")


def facts_of(picture: np.ndarray, package: Path, settings: dict) -> dict:
    """Objects and people of one photo, as the stage tells them."""
    look = packaged(package / GRAPH_FILE)(picture)
    scores = look.guess.scores.double().numpy()
    curve = settings["confidence"]
    confidence = 1 / (1 + np.exp(-(curve["scale"] * logit(scores) + curve["shift"])))
    names = [settings["classes"][i] for i in look.guess.labels.tolist()]
    people = PeopleCurve(**{k: v for k, v in settings["people"].items() if k != "most"})
    corners = look.guess.boxes
    boxes = torch.cat([corners[:, :2], corners[:, 2:] - corners[:, :2]], 1)
    objects = []
    for name, label, c, box in zip(names, look.guess.labels.tolist(), confidence.tolist(), boxes.tolist()):
        if c >= settings["objectAt"]:
            named = {"named": round(float(look.named[label]), 4)} if label < settings["products"] else {}
            objects.append({"label": name, "confidence": round(c, 4), "box": [round(v, 4) for v in box]} | named)
    return {"objects": objects, "people": count_people(*persons_of(look), people)}


def main(s: Settings) -> None:
    settings = json.loads((s.package / "manifest.json").read_text(encoding="utf-8"))["settings"]
    found = {photo.name: facts_of(read_as_runtime(photo), s.package, settings) for photo in sorted(s.photos.glob("*.jpg"))}
    s.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for name, facts in found.items():
        print(name, facts["people"], *(f"{o['label']} {o['confidence']:.2f}" for o in facts["objects"]))


if __name__ == "__main__":
    main(parse(Settings))
