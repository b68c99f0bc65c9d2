"""CIDEr-D for the reward equals the reference implementation."""

import numpy as np
import pytest
from cider_d import CiderD
from pycocoevalcap.cider.cider import Cider
from small import WORDS

FIXED = {
    "1": (["a dog runs on the grass", "the dog is running on green grass", "dog on grass"], "a dog runs on grass"),
    "2": (["two cats sleep on a bed", "cats on a bed"], "a bed a bed a bed a bed on a bed with cats on a bed"),
    "3": (["a man rides a horse"], "man"),
    "4": (["a bird"], "nothing of this was said before"),
    "5": (["a white bird on a tree", "a white bird on a tree"], "a white bird on a tree"),
}


def both(captions):
    references = {k: list(r) for k, (r, _) in captions.items()}
    given = {k: [c] for k, (_, c) in captions.items()}
    ours = CiderD({k: [c.split() for c in r] for k, r in references.items()})
    mean, each = Cider().compute_score(references, given)
    return ours, {k: c[0].split() for k, c in given.items()}, mean, dict(zip(given, each))


def random_captions(seed: int):
    rng = np.random.default_rng(seed)
    sentence = lambda: " ".join(rng.choice(WORDS[:12], rng.integers(1, 14)))  # noqa: E731
    return {str(i): ([sentence() for _ in range(rng.integers(1, 6))], sentence()) for i in range(30)}


@pytest.mark.parametrize("captions", [FIXED, *map(random_captions, range(3)), {"only": (["a dog runs", "a dog"], "a dog runs")}])
def test_equals_the_reference_implementation(captions):
    ours, given, mean, each = both(captions)
    for key, words in given.items():
        assert ours.score(key, words) == pytest.approx(each[key], abs=1e-9)
    assert ours.mean(given) == pytest.approx(mean, abs=1e-9)


def test_an_empty_caption_has_no_score_and_no_captions_no_mean():
    ours = CiderD({"1": [["a", "dog"]], "2": [["a", "cat"]]})
    assert ours.score("1", []) == 0 and ours.mean({}) == 0


def test_repeating_a_word_gains_nothing():
    ours = CiderD({"1": [["a", "dog"]], "2": [["a", "cat"]]})
    assert ours.score("1", ["a", "dog", "dog", "dog"]) < ours.score("1", ["a", "dog"])
