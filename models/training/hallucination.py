"""Object hallucination of captions, CHAIR-like (Rohrbach et al. 2018): objects named that nothing about the picture supports.

CHAIRi is the share of object mentions, CHAIRs the share of captions with such an object. Objects are COCO's 80 classes with
synonyms (coco_objects.json, longest phrase first). A class is supported when a reference or a written caption of the picture names it, or
when a human box has it. The paper has boxes on every picture; here most pictures have captions only, so what all writers left
unsaid counts as hallucinated: read the figures against those of people, whose captions are measured the same way
(`human_rates`): on the COCO test photos 4.4 % of their mentions and 6.6 % of their captions.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from data import read_tsv
from text import words_of

LEXICON = json.loads((Path(__file__).parent / "coco_objects.json").read_text(encoding="utf-8"))
OBJECTS: dict[str, list[str]] = LEXICON["objects"]  # class -> words for it
PHRASES: dict[str, str | None] = LEXICON["phrases"]  # phrase holding a class's word without being it -> the class it names, if any
IRREGULAR: dict[str, str] = LEXICON["irregular"]  # plural -> singular
LONGEST = 4  # words of the longest phrase above


def singular(word: str) -> str:
    """A noun's singular, good enough for the words of coco_objects.json."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def phrase_table() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Phrase (words) -> the classes it may stand for; an empty tuple hides the words without naming anything."""
    table: dict[tuple[str, ...], tuple[str, ...]] = {tuple(p.split()): ((name,) if name else ()) for p, name in PHRASES.items()}
    for name, words in OBJECTS.items():
        for phrase in words:
            key = tuple(singular(w) for w in phrase.split())
            table[key] = tuple(dict.fromkeys((*table.get(key, ()), name)))
    return table


TABLE = phrase_table()


def objects_in(caption: str) -> list[tuple[str, ...]]:
    """Object mentions from left to right, each as the classes it may stand for ("trolley" is a bus or a train)."""
    words = [singular(word) for word in words_of(caption)]
    found, i = [], 0
    while i < len(words):
        for size in range(min(LONGEST, len(words) - i), 0, -1):
            classes = TABLE.get(tuple(words[i : i + size]))
            if classes is not None:
                if classes:
                    found.append(classes)
                i += size
                break
        else:
            i += 1
    return found


def read_boxes(data: Path) -> dict[str, set[str]]:
    """Classes with a human box: {image: {class}} from coco_boxes.tsv and coco_person_boxes.tsv, as far as they are there."""
    found: dict[str, set[str]] = {}
    for name in ("coco_boxes.tsv", "coco_person_boxes.tsv"):
        if (data / name).is_file():
            for row in read_tsv(data / name):
                found.setdefault(row["image"], set()).add(row.get("label", "person"))
    return found


def supported_classes(texts: Iterable[str], boxes: set[str]) -> set[str]:
    """Every class that one of the texts may name or that has a box."""
    return boxes.union(*(set(classes) for text in texts for classes in objects_in(text)))


def hallucinated(caption: str, support: set[str]) -> list[str]:
    """The first class of each mention in the caption that nothing supports."""
    return [classes[0] for classes in objects_in(caption) if not support.intersection(classes)]


def chair(captions: dict[str, str], texts: dict[str, list[str]], boxes: dict[str, set[str]]) -> dict[str, float]:
    """{"CHAIRi", "CHAIRs"} as fractions over {image: caption}, given {image: texts about it} and {image: classes with boxes}."""
    mentions = wrong = captions_wrong = 0
    for image, caption in captions.items():
        bad = hallucinated(caption, supported_classes(texts.get(image, []), boxes.get(image, set())))
        mentions += len(objects_in(caption))
        wrong += len(bad)
        captions_wrong += bool(bad)
    return {"CHAIRi": wrong / max(mentions, 1), "CHAIRs": captions_wrong / max(len(captions), 1)}


def human_rates(texts: dict[str, list[str]], boxes: dict[str, set[str]]) -> dict[str, float]:
    """The same figures for people: the first caption of each picture against its others."""
    several = {image: t for image, t in texts.items() if len(t) > 1}
    return chair({image: t[0] for image, t in several.items()}, {image: t[1:] for image, t in several.items()}, boxes)
