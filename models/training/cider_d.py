"""CIDEr-D as a fast reward on token ids (Vedantam et al. 2015; the D variant clips counts and punishes length).

Gives the reference implementation's values (pycocoevalcap's Cider) for the same tokens; references are turned into
vectors once. Scores are on the reference's scale: 10 times the mean cosine over n = 1..4 (a published "120" is 1.20).
"""

from collections import Counter, defaultdict
from math import exp, log, sqrt
from typing import Hashable, Sequence

N, SIGMA = 4, 6.0
Words = Sequence[Hashable]


def ngrams(words: Words) -> Counter:
    """Counts of all n-grams, n = 1..4."""
    return Counter(tuple(words[i : i + n]) for n in range(1, N + 1) for i in range(len(words) - n + 1))


class CiderD:
    """Scores captions against the references given; document frequencies come from these references alone."""

    def __init__(self, references: dict[str, list[Words]]):
        self.frequency: dict[tuple, float] = defaultdict(float)
        for captions in references.values():
            for gram in {g for c in captions for g in ngrams(c)}:
                self.frequency[gram] += 1.0
        self.log_count = log(float(len(references)))
        self.references = {key: [self.vector(c) for c in captions] for key, captions in references.items()}

    def vector(self, words: Words) -> tuple[list[dict], list[float], int]:
        """tf-idf per n, its norms, and the length as the reference counts it (number of bigrams)."""
        parts: list[dict] = [{} for _ in range(N)]
        squares, length = [0.0] * N, 0
        for gram, count in ngrams(words).items():
            n = len(gram) - 1
            weight = count * (self.log_count - log(max(1.0, self.frequency.get(gram, 0.0))))
            parts[n][gram] = weight
            squares[n] += weight * weight
            length += count if n == 1 else 0
        return parts, [sqrt(s) for s in squares], length

    def score(self, key: str, words: Words) -> float:
        """CIDEr-D of one caption against the references of `key`."""
        parts, norms, length = self.vector(words)
        references = self.references[key]
        total = 0.0
        for ref_parts, ref_norms, ref_length in references:
            damp = exp(-((length - ref_length) ** 2) / (2 * SIGMA**2))
            for n in range(N):
                ref = ref_parts[n]
                value = sum(min(w, ref[g]) * ref[g] for g, w in parts[n].items() if g in ref)
                if norms[n] and ref_norms[n]:
                    value /= norms[n] * ref_norms[n]
                total += value * damp
        return 10.0 * total / N / len(references)

    def mean(self, captions: dict[str, Words]) -> float:
        """Mean over all captions given (the corpus figure)."""
        return sum(self.score(k, c) for k, c in captions.items()) / max(1, len(captions))
