"""Words by token id, from the files that the papers' repositories publish beside their checkpoints; no code is run.

JSON: a list of words, {word: id}, or {id: word} alone or under `ix_to_word`. Pickle (vocab.pkl, infos_*.pkl): every
object in it is read as inert data, and the list `itos` or the dictionary `vocab` or `ix_to_word` is taken.
"""

import json
import pickle
from itertools import groupby
from pathlib import Path
from typing import Any, Iterable

from published.checkpoint import PublishedError
from published.layouts import Layout, Marks

NAMES = ("itos", "ix_to_word", "vocab")


class Inert:
    """Stands for whatever object a pickle names; keeps its state and does nothing."""

    def __new__(cls, *_: Any, **__: Any) -> "Inert":
        return super().__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None:
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def __call__(self, *_: Any, **__: Any) -> "Inert":
        return Inert()

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def append(self, value: Any) -> None:
        """Takes what a pickle adds to a list-like object."""

    def extend(self, values: Any) -> None:
        """Takes what a pickle adds to a list-like object."""


class InertUnpickler(pickle.Unpickler):
    """Resolves every name to `Inert`, so that no code of the pickle's choosing is imported or called."""

    def find_class(self, module: str, name: str) -> type:
        return Inert


def find(held: Any) -> Any:
    """The first of NAMES in a dictionary or in an object's state; the thing itself where there is none."""
    state = held.state if isinstance(held, Inert) else held
    return next((state[n] for n in NAMES if isinstance(state, dict) and n in state), state)


def by_id(held: Any) -> list[str] | None:
    """Words in the order of their ids, "" where there is none; None for something else than words."""
    if isinstance(held, list) and all(isinstance(w, str) for w in held):
        return held
    if not isinstance(held, dict) or not held:
        return None
    if all(isinstance(v, int) for v in held.values()):
        held = {v: k for k, v in held.items()}
    if not all(str(k).isdecimal() and isinstance(w, str) for k, w in held.items()):
        return None
    words = {int(k): w for k, w in held.items()}
    return [words.get(i, "") for i in range(max(words) + 1)]


def read_words(path: Path, vocabulary: int) -> list[str]:
    """Words by id. PublishedError where the file holds none or another number than the checkpoint's `vocabulary`."""
    try:
        if path.suffix == ".json":
            held = json.loads(path.read_text(encoding="utf8"))
        else:
            with path.open("rb") as file:
                held = InertUnpickler(file, encoding="latin1").load()
    except (OSError, ValueError, EOFError, TypeError, AttributeError, pickle.UnpicklingError) as error:
        raise PublishedError(f"{path.name}: cannot be read: {error}") from None
    words = by_id(find(held))
    if words is None:
        raise PublishedError(f"{path.name}: expected words by id (a list, {{word: id}}, {{id: word}}, or these under {', '.join(NAMES)})")
    if len(words) != vocabulary:
        raise PublishedError(f"{path.name}: has {len(words)} token ids but the checkpoint has {vocabulary}")
    return words


def marks_of(layout: Layout, words: list[str]) -> Marks:
    """Start, end and padding as the words name them. PublishedError where one is not among them."""
    if layout.names is None:
        return layout.marks(len(words))
    missing = [n for n in layout.names if n not in words]
    if missing:
        raise PublishedError(f"Expected {', '.join(missing)} among the words of {layout.name}")
    return Marks(*(words.index(n) for n in layout.names))


def sentence(tokens: Iterable[int], words: list[str], collapse: bool) -> str:
    """Words of token ids; with `collapse` a word that follows itself is said once (as M2's evaluation does)."""
    said = [words[t] for t in tokens]
    return " ".join(w for w, _ in groupby(said)) if collapse else " ".join(said)
