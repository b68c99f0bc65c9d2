"""Copied captions: neighbours by cosine, consensus by CIDEr-D, and constant captions."""

import numpy as np
import pytest
from baselines import best_constant, consensus, most_frequent, nearest, quick_scores, similarity_matrix, unit_rows
from cider_d import CiderD
from text import words_of

CAPTIONS = ["A dog runs on the grass.", "A dog is running on grass", "A brown dog on the beach", "Two cats sleep on a bed", "the the the dog"]


@pytest.fixture
def scorer() -> CiderD:
    """Document frequencies of five photos with one caption each."""
    return CiderD({str(i): [words_of(c)] for i, c in enumerate(CAPTIONS)})


def test_nearest_is_sorted_by_cosine_whatever_the_lengths():
    bank = unit_rows(np.array([[10, 0], [0, 0.1], [3, 3]], np.float16))
    assert nearest(unit_rows(np.array([[1, 0.1], [0.1, 1]])), bank, 3).tolist() == [[0, 2, 1], [1, 2, 0]]
    assert nearest(unit_rows(np.array([[1.0, 0.1]])), bank, 99).shape == (1, 3)


def test_cells_are_averaged():
    grid = np.array([[[2.0, 0.0], [0.0, 2.0]]], np.float16)
    assert np.allclose(unit_rows(grid), [[0.5**0.5, 0.5**0.5]])


def test_similarity_matrix_equals_one_by_one_scoring(scorer):
    matrix = similarity_matrix(scorer, CAPTIONS)
    for j, reference in enumerate(CAPTIONS):
        scorer.references["one"] = [scorer.vector(words_of(reference))]
        for i, caption in enumerate(CAPTIONS):
            assert matrix[i, j] == pytest.approx(0.0 if i == j else scorer.score("one", words_of(caption)))


def test_consensus_is_the_caption_most_like_the_others(scorer):
    assert consensus(scorer, CAPTIONS[:4]) in CAPTIONS[:2]
    assert consensus(scorer, ["only one"]) == "only one"


def test_constant_captions():
    assert most_frequent(["A cat.", "a dog", "a cat"]) == "a cat"
    references = {"1": ["a dog on grass"], "2": ["a dog on a bed"], "3": ["two birds fly"]}
    assert best_constant(["a dog on grass", "two birds fly", "no idea"], references) == "a dog on grass"


def test_quick_scores_of_perfect_captions():
    references = {"1": ["a dog on the grass"], "2": ["two cats on a bed"]}
    assert quick_scores(references, {k: v[0] for k, v in references.items()}) == {"CIDEr-D": pytest.approx(10.0), "BLEU-4": pytest.approx(1.0)}
