"""Captions of whole splits while training, and their val CIDEr-D."""

import json
from dataclasses import replace
from pathlib import Path

from beam import Search, search_model
from cider_d import CiderD
from data import Example
from text import Vocabulary, words_of
from views import Features


def load_words(name: str, vocabulary: Vocabulary) -> frozenset[int]:
    """A word list of function_words.json as token ids."""
    lists = json.loads((Path(__file__).parent / "function_words.json").read_text(encoding="utf8"))
    ids = vocabulary.ids
    return frozenset(ids[w] for w in lists[name] if w in ids)


def search_rules(vocabulary: Vocabulary, **changes) -> Search:
    """The shipped search rules for a vocabulary."""
    return replace(Search(function_words=load_words("functionWords", vocabulary), no_end_after=load_words("noEndAfter", vocabulary)), **changes)


def write_captions(model, features: Features, images: list[str], vocabulary: Vocabulary, origin: str, rules: Search, batch: int = 32) -> dict[str, list[int]]:
    """Best caption per image (token ids) in the style of `origin`."""
    model.eval()
    captions = {}
    for i in range(0, len(images), batch):
        part = images[i : i + batch]
        for image, best in zip(part, search_model(model, features.get(part), vocabulary.start(origin), rules)):
            captions[image] = best[0].words
    return captions


def val_score(model, features: Features, examples: list[Example], vocabulary: Vocabulary, rules: Search, origin: str = "coco") -> tuple[float, dict[str, list[int]]]:
    """CIDEr-D of the val photos' captions of one origin, written in its style, and the captions; 0 without such photos."""
    chosen = {e.image: e.of(origin) for e in examples if e.split == "val" and e.of(origin) and e.image in features.row}
    if not chosen:
        return 0.0, {}
    cider = CiderD({k: [words_of(c) for c in v] for k, v in chosen.items()})
    captions = write_captions(model, features, list(chosen), vocabulary, origin, rules)
    return cider.mean({k: vocabulary.decode(c).split() for k, c in captions.items()}), captions
