"""What each photo teaches the detector: boxes by people or of a product before white, and for which classes they are the whole truth.

A class is `settled` on a photo when every box of it is known: then its scores are learned from boxes. All others are learned from
the teacher. COCO photos: no product classes (settled without boxes); `person` where coco_person_boxes.tsv lists the photo; all
classes where coco_boxes.tsv does. Product photos: all product classes, and the COCO class that the product is, if it is one.
"""

from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path

import numpy as np

from data import read_captions, read_tsv
from detect.classes import ATTRIBUTE_VALUES, CLASS_OF_TYPE, CLASSES, COCO_CLASSES, PERSON, attribute_index
from hallucination import objects_in

HELD_PERSONS = 240  # train photos with person boxes kept from training, to choose thresholds by
MIN_CAPTIONS = 3  # by people, for a photo to teach what people name
WHITE = 240  # a pixel whose darkest channel is at least this is background
MIN_LINE = 0.01  # share of a row or column that must be foreground for it to belong to the product
MAX_COVER = 0.98  # a foreground that spans more of both sides has no background to be told from


@dataclass
class Target:
    """One photo; boxes are left, top, right, bottom in fractions, coarsest truth last."""

    image: str
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    crowds: list[tuple[float, float, float, float]] = field(default_factory=list)  # groups of persons: neither right nor wrong
    settled: np.ndarray = field(default_factory=lambda: np.arange(len(CLASSES)) >= len(COCO_CLASSES))
    named: set[int] | None = None  # COCO classes that people's captions name; None: no captions by people
    product: int | None = None  # class of the product whose box is still to be found in the pixels
    attributes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ATTRIBUTE_VALUES, -1))


def corners(row: dict[str, str]) -> tuple[float, float, float, float]:
    """x, y, w, h of a row as corners."""
    x, y, w, h = (float(row[k]) for k in "xywh")
    return x, y, min(1.0, x + w), min(1.0, y + h)


def held_persons(data: Path) -> set[str]:
    """The train photos with person boxes that nothing is trained on: the first by a digest of their names."""
    images = {row["image"] for row in read_tsv(data / "coco_person_boxes.tsv") if row["split"] == "train"}
    return set(sorted(images, key=lambda image: sha1(image.encode()).hexdigest())[:HELD_PERSONS])


def named_classes(captions: list[str]) -> set[int]:
    """Indices of the COCO classes that captions name for certain (coco_objects.json); a word with two meanings counts as neither."""
    return {COCO_CLASSES.index(classes[0]) for caption in captions for classes in objects_in(caption) if len(classes) == 1}


def coco_targets(data: Path, split: str) -> dict[str, Target]:
    """The COCO photos of a split (train without the held ones)."""
    targets: dict[str, Target] = {}
    for example in read_captions(data / "captions.tsv"):
        if example.split == split and example.image.startswith("coco/"):
            people = example.of("coco")
            targets[example.image] = Target(example.image, named=named_classes(people) if len(people) >= MIN_CAPTIONS else None)
    add_person_boxes(targets, [row for row in read_tsv(data / "coco_person_boxes.tsv") if row["split"] == split])
    add_all_boxes(targets, [row for row in read_tsv(data / "coco_boxes.tsv") if row["split"] == split])
    for image in held_persons(data):
        targets.pop(image, None)
    return targets


def add_person_boxes(targets: dict[str, Target], rows: list[dict[str, str]]) -> None:
    """Settles `person` on the photos of coco_person_boxes.tsv."""
    for row in rows:
        target = targets.setdefault(row["image"], Target(row["image"]))
        target.settled[PERSON] = True
        if row["crowd"] == "1":
            target.crowds.append(corners(row))
        else:
            target.boxes.append(corners(row))
            target.labels.append(PERSON)


def add_all_boxes(targets: dict[str, Target], rows: list[dict[str, str]]) -> None:
    """Settles every class on the photos of coco_boxes.tsv; its persons replace those known before."""
    seen: set[str] = set()
    for row in rows:
        target = targets.setdefault(row["image"], Target(row["image"]))
        if row["image"] not in seen:
            seen.add(row["image"])
            target.boxes, target.labels = [], []
            target.settled[:] = True
        target.boxes.append(corners(row))
        target.labels.append(COCO_CLASSES.index(row["label"]))


def product_targets(data: Path, split: str) -> dict[str, Target]:
    """Product photos of a split whose type is one of the classes; the box is found when the pixels are read."""
    targets: dict[str, Target] = {}
    for file, kind, colour in (("fashion_attributes.tsv", "type", "colours"), ("abo_attributes.tsv", "product_type", "colour")):
        for row in read_tsv(data / file):
            if row["split"] == split and row[kind] in CLASS_OF_TYPE:
                target = Target(row["image"], product=CLASS_OF_TYPE[row[kind]])
                target.settled[target.product] = True
                written = {"colour": row[colour], "pattern": row.get("pattern", ""), "material": row.get("material", "")}
                target.attributes = {name: attribute_index(name, text) for name, text in written.items()}
                targets[row["image"]] = target
    return targets


def foreground_box(picture: np.ndarray) -> tuple[float, float, float, float] | None:
    """Where a photo [h, w, 3] is not white, as fractions; None when hardly anything or nearly everything is."""
    ink = picture.min(2) < WHITE
    columns, rows = np.flatnonzero(ink.mean(0) > MIN_LINE), np.flatnonzero(ink.mean(1) > MIN_LINE)
    if not len(columns) or not len(rows):
        return None
    height, width = ink.shape
    box = (columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height)
    if box[2] - box[0] > MAX_COVER and box[3] - box[1] > MAX_COVER:
        return None
    return box


def settle_product(target: Target, picture: np.ndarray) -> bool:
    """Gives a product photo its box; false when the background is not white, so that the photo teaches nothing."""
    if target.product is None:
        return True
    box = foreground_box(picture)
    if box is None:
        return False
    target.boxes, target.labels = [box], [target.product]
    return True
