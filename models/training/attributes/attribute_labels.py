"""What each photo says about each head: the classes that its labels allow, of five sources with different words.

A label names one class ("t-shirt", written by hand) or leaves several open (the catalogue's "Tshirts" may be a polo shirt):
`Targets.allowed[head]` is a bool matrix [photos, classes]; a row without a true entry has no label for that head. The
words of the sources are translated by labels.json. Heads beside the attributes: `product` (0 a photo of something else,
1 a product photo) and `scene` (the sports, and "other").
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data import read_tsv

LABELS = json.loads((Path(__file__).parent / "labels.json").read_text(encoding="utf-8"))
ATTRIBUTES = ("type", "colour", "material", "pattern", "fit", "gender", "usage")
HEADS = (*ATTRIBUTES, "product", "scene")
UNKNOWN = "unknown"  # "cannot be told", a class of its own that is never said
OTHER = "other"  # no sport
PRODUCT = ["no", "yes"]
SPORT_WORDS = re.compile(r"\b(ball|base|tennis|soccer|foot|ski|skis|skiing|snowboard\w*|surf\w*|skate\w*|skating|frisbee|racket|bat|bik\w*|bicycl\w*|motorcycl\w*|hors\w*|race\w*|racing|player\w*|game|kite|jump\w*|boat\w*|row\w*|golf|hockey|wrestl\w*|climb\w*)\b|ball\b")

Allowed = dict[str, list[str]]  # head -> classes that the labels leave open


def written(row: dict[str, str]) -> Allowed:
    """A row of fashion_attributes.tsv: written by hand, so each label is one class; of the colours the first counts."""
    catalogue = {head: LABELS[head].get(row[head], []) for head in ("gender", "usage")}
    return {"type": [row["type"]], "colour": [row["colours"].split("+")[0]], "pattern": [row["pattern"]], "material": [row["material"]], "fit": [row["fit"]], "product": ["yes"], "scene": [OTHER]} | catalogue


def catalogue(row: dict[str, str]) -> Allowed:
    """A row of fashion_small_attributes.tsv: article type, colour, gender, usage, and what words of the title add."""
    found = {
        "type": LABELS["type"]["article_type"].get(row["article_type"], []),
        "colour": LABELS["colour"]["base_colour"].get(row["base_colour"], []),
        "gender": LABELS["gender"].get(row["gender"], []),
        "usage": LABELS["usage"].get(row["usage"], []),
        "product": ["yes"], "scene": [OTHER],
    }  # fmt: skip
    for head, rules in LABELS["titles"].items():
        for pattern, classes in rules:
            told = re.search(pattern, row["title"].lower())
            if told and (head not in found or set(classes) <= set(found[head])):
                found[head] = classes
                break
    return found


def seller(row: dict[str, str]) -> Allowed:
    """A row of abo_attributes.tsv; the seller's colour counts where it is a plain one."""
    colour = row["colour"].replace("gray", "grey").title()
    return {"type": LABELS["type"]["abo"].get(row["product_type"], []), "colour": LABELS["colour"]["base_colour"].get(colour, []), "product": ["yes"], "scene": [OTHER]}


def labelled(row: dict[str, str]) -> Allowed:
    """A row of labels.tsv: sports are scenes and no products; whether the others are product photos is left open."""
    source, label = row["image"].split("/")[0], row["label"]
    if source == "sports":
        return {"product": ["no"], "scene": [label]}
    parts = [label] if source == "objects" else reversed(label.split("/"))
    classes = next((LABELS["type"][source][part] for part in parts if part in LABELS["type"][source]), [])
    return {"type": classes, "scene": [OTHER]}


def street(captions: list[str]) -> Allowed:
    """A photo with captions only: no product photo, and no sport where no caption has a word of one."""
    return {"product": ["no"], "scene": [] if SPORT_WORDS.search(" ".join(captions).lower()) else [OTHER]}


def all_labels(data: Path) -> dict[str, tuple[str, Allowed]]:
    """photo -> (split, what is allowed) for every photo of the five sources."""
    found: dict[str, tuple[str, Allowed]] = {}
    captions: dict[str, list[str]] = {}
    splits: dict[str, str] = {}
    for row in read_tsv(data / "captions.tsv"):
        captions.setdefault(row["image"], []).append(row["caption"])
        splits[row["image"]] = row["split"]
    for image, texts in captions.items():
        found[image] = (splits[image], street(texts))
    for file, read in (("labels.tsv", labelled), ("fashion_attributes.tsv", written), ("abo_attributes.tsv", seller), ("fashion_small_attributes.tsv", catalogue)):
        for row in read_tsv(data / file):
            found[row["image"]] = (row["split"], read(row))
    return found


def classes_of(labels: dict[str, tuple[str, Allowed]]) -> dict[str, list[str]]:
    """The classes of each head, from the train photos, in alphabetical order."""
    classes = {head: sorted({name for split, allowed in labels.values() if split == "train" for name in allowed.get(head, [])}) for head in HEADS}
    return classes | {"product": PRODUCT}


@dataclass(frozen=True)
class Targets:
    """Labels of photos in the order of `images`."""

    images: list[str]
    classes: dict[str, list[str]]
    allowed: dict[str, np.ndarray]  # head -> bool [photos, classes]


def targets_of(images: list[str], labels: dict[str, tuple[str, Allowed]], classes: dict[str, list[str]]) -> Targets:
    """Classes that no train photo has are left out of what is allowed."""
    allowed = {head: np.zeros((len(images), len(names)), bool) for head, names in classes.items()}
    index = {head: {name: i for i, name in enumerate(names)} for head, names in classes.items()}
    for row, image in enumerate(images):
        for head, names in labels[image][1].items():
            for name in names:
                if name in index[head]:
                    allowed[head][row, index[head][name]] = True
    return Targets(images, classes, allowed)


def alike(classes: list[str]) -> np.ndarray:
    """bool [classes, classes]: equal or near-synonyms (labels.json, `alike`: each group's first words are kinds of one another)."""
    same = np.eye(len(classes), dtype=bool)
    index = {name: i for i, name in enumerate(classes)}
    for group in LABELS["alike"]:
        known = [index[name] for name in group if name in index]
        same[np.ix_(known, known)] = True
    return same
