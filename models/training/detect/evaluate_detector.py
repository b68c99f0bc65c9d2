"""The detector's figures, beside the teacher's on the same photos.

    python -m detect.evaluate_detector --data DATA --photos PHOTOS --model ../objects                  # val only: for choosing
    python -m detect.evaluate_detector --data DATA --photos PHOTOS --model ../objects --test true      # once per reported result

`--model` is a package, a graph, a checkpoint of train_detector.py, or `teacher`. Boxes: photos with boxes of all classes
(coco_boxes.tsv), mAP over the classes that have boxes, 101-point, at IoU 0.5 and over 0.5..0.95. Persons: coco_person_boxes.tsv; for
choosing, the 240 train photos that training leaves alone. Tags: classes that people's captions name (coco_objects.json), micro-
averaged. Thresholds are chosen without test photos, for each model in the same way. About 2 minutes a model on one core.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from data import read_examples, read_tsv
from detect.average_precision import COCO_IOUS
from detect.count_people import MOST, PeopleCurve, count_confidence, counted, fit_count, logit, within_one
from detect.figures import (
    Nouns,
    box_figures,
    calibration_error,
    fit_confidence,
    hits_of,
    nouns_of,
    person_figure,
    product_figures,
    tag_rates,
    tag_threshold,
)
from detect.looking import Look, look_at, looker, read_pixels
from detect.targets import Target, add_all_boxes, add_person_boxes, held_persons, product_targets, settle_product
from settings import parse

OBJECT_AT = 0.5  # confidence from which the runtime tells an object
TAG_PRECISION = 0.82  # wanted of tags on val photos, so that 0.80 holds on others


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    model: str = "../objects"
    test: bool = False
    out: Path = Path("")  # also written there as JSON
    threads: int = 1


@dataclass(frozen=True)
class Photos:
    """The photos of the figures, by what is known of them."""

    boxes: dict[str, Target]
    persons: dict[str, Target]
    nouns: dict[str, Nouns]
    products: dict[str, Target]

    def all(self) -> list[str]:
        return sorted({*self.boxes, *self.persons, *self.nouns, *self.products})


def photos_of(data: Path, photos: Path, split: str) -> Photos:
    """Photos of val (persons: kept back from train) or test."""
    boxes: dict[str, Target] = {}
    persons: dict[str, Target] = {}
    add_all_boxes(boxes, [r for r in read_tsv(data / "coco_boxes.tsv") if r["split"] == split])
    held = held_persons(data)
    rows = read_tsv(data / "coco_person_boxes.tsv")
    add_person_boxes(persons, [r for r in rows if (r["image"] in held if split == "val" else r["split"] == split)])
    examples = [e for e in read_examples(data) if e.split == split and e.image.startswith("coco/") and len(e.of("coco")) >= 5]
    products = {i: t for i, t in product_targets(data, split).items() if settle_product(t, read_pixels(photos / i))}
    return Photos(boxes, persons, {e.image: nouns_of(e.of("coco")) for e in examples}, products)


def choose(looks: dict[str, Look], val: Photos) -> dict:
    """Calibration and thresholds, from val photos."""
    scores, hits = hits_of(looks, val.boxes)
    scale, shift = fit_confidence(scores, hits)
    persons = val.boxes | val.persons  # some with nobody
    people = fit_count(looks, persons)
    return {
        "confidence": {"scale": round(scale, 4), "shift": round(shift, 4)},
        "people": asdict(people) | {"most": MOST},
        "peopleExact": count_confidence(counted(looks, persons, people)),
        "namedAt": tag_threshold(looks, val.nouns, TAG_PRECISION),
    }


def report(looks: dict[str, Look], photos: Photos, chosen: dict) -> dict:
    """All figures of one split."""
    scores, hits = hits_of(looks, photos.boxes)
    p = 1 / (1 + torch.exp(-torch.from_numpy(chosen["confidence"]["scale"] * logit(scores) + chosen["confidence"]["shift"]))).numpy()
    alone = {i: t for i, t in photos.persons.items() if not t.crowds}
    people = PeopleCurve(**{k: v for k, v in chosen["people"].items() if k != "most"})
    precision, recall = tag_rates(looks, photos.nouns, chosen["namedAt"])
    return {
        "photos": {"boxes": len(photos.boxes), "persons": len(photos.persons), "nouns": len(photos.nouns), "products": len(photos.products)},
        "mAP50": box_figures(looks, photos.boxes, (0.5,)),
        "mAP": box_figures(looks, photos.boxes, COCO_IOUS),
        "personAP50": person_figure(looks, photos.persons),
        "peopleWithinOne": within_one(counted(looks, photos.persons, people)),
        "peopleWithinOneWithoutCrowds": within_one(counted(looks, alone, people)),
        "tagPrecision": precision,
        "tagRecall": recall,
        "calibrationError": calibration_error(p[p >= OBJECT_AT], hits[p >= OBJECT_AT]),
        "precisionOfTold": float(hits[p >= OBJECT_AT].mean()),
        "products": product_figures(looks, photos.products),
    }


def main(s: Settings) -> None:
    torch.set_num_threads(s.threads)
    look = looker(s.model, s.data / "weights")
    val = photos_of(s.data, s.photos, "val")
    looks = look_at(look, s.photos, val.all())
    chosen = choose(looks, val)
    result = {"model": s.model, "chosen": chosen, "val": report(looks, val, chosen)}
    if s.test:
        test = photos_of(s.data, s.photos, "test")
        seen = looks | look_at(look, s.photos, test.all())
        result["test"] = report(seen, test, chosen)
        both = val.boxes | test.boxes
        result["valAndTestBoxes"] = {"mAP50": box_figures(seen, both, (0.5,)), "mAP": box_figures(seen, both, COCO_IOUS)}
    text = json.dumps(result, indent=1, default=float)
    print(text)
    if s.out.name:
        s.out.parent.mkdir(parents=True, exist_ok=True)
        s.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    with torch.no_grad():
        main(parse(Settings))
