"""Words and token ids: one plain tokenizer for training, reward and runtime.

Captions are lower-cased and cut into words of letters, digits, inner hyphens and apostrophes; the runtime only joins
words again, so nothing else is needed there.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable

WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*")
ORIGINS = ("coco", "written", "alt")  # the styles a decoder can be asked for; one start token each
SPECIALS = ["<pad>", "<end>", "<unk>", *(f"<{origin}>" for origin in ORIGINS)]
PAD, END, UNK = 0, 1, 2


def words_of(caption: str) -> list[str]:
    """`A man's T-shirt, red.` -> ["a", "man's", "t-shirt", "red"]."""
    return WORD.findall(caption.lower().replace("’", "'"))


@dataclass(frozen=True)
class Vocabulary:
    """Token ids are positions in `words`; the first ones are `SPECIALS`."""

    words: list[str]

    @property
    def ids(self) -> dict[str, int]:
        return {w: i for i, w in enumerate(self.words)}

    def start(self, origin: str) -> int:
        """The start token that asks for the style of `origin`."""
        return SPECIALS.index(f"<{origin}>")

    def decode(self, tokens: Iterable[int]) -> str:
        """Token ids up to the first <end> (or <pad>) as words; special tokens are left out."""
        words = []
        for t in tokens:
            if t in (END, PAD):
                break
            if t >= len(SPECIALS):
                words.append(self.words[t])
        return " ".join(words)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.words, ensure_ascii=False, indent=0), encoding="utf8")

    @staticmethod
    def load(path: Path) -> "Vocabulary":
        return Vocabulary(json.loads(path.read_text(encoding="utf8")))


def build_vocabulary(captions: Iterable[str], text_only: Iterable[str] = (), min_count: int = 4, min_text_only: int = 20) -> Vocabulary:
    """Words seen at least `min_count` times beside a photo, or `min_text_only` times in the text-only captions too."""
    seen = Counter(w for c in captions for w in words_of(c))
    more = Counter(w for c in text_only for w in words_of(c))
    keep = {w for w in seen if seen[w] >= min_count} | {w for w in more if more[w] >= min_text_only}
    return Vocabulary(SPECIALS + sorted(keep, key=lambda w: (-seen[w] - more[w], w)))
