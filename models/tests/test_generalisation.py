"""The list of more general nouns is usable by the runtime as it is."""

import json
from collections import Counter

import pytest
from conftest import TRAINING
from data import read_tsv
from text import words_of

LIST = json.loads((TRAINING / "generalisation.json").read_text(encoding="utf-8"))
GENERAL, PLURAL = LIST["general"], LIST["plural"]


def test_no_noun_is_more_general_than_itself():
    assert [noun for noun, terms in GENERAL.items() if noun in terms or not terms or len(set(terms)) < len(terms)] == []


def test_general_terms_lead_upwards():
    """What a term is more general than never comes back: no two nouns are each other's general term."""
    assert [(noun, term) for noun, terms in GENERAL.items() for term in terms if noun in GENERAL.get(term, [])] == []


def test_no_two_nouns_share_a_plural():
    assert [form for form, count in Counter(PLURAL.values()).items() if count > 1] == []


def test_people_become_persons_whatever_their_gender():
    for noun in ("man", "woman", "lady", "guy"):
        assert GENERAL[noun] == ["person"]
    for noun in ("boy", "girl"):
        assert GENERAL[noun] == ["child", "person"]
    assert PLURAL["person"] == "people" and PLURAL["child"] == "children"


@pytest.mark.parametrize(
    ("noun", "term", "plural"),
    [("zebra", "animal", "animals"), ("laptop", "electronic device", "electronic devices"), ("truck", "vehicle", "vehicles"), ("banana", "fruit", "fruit"), ("chair", "piece of furniture", "pieces of furniture")],
)
def test_examples(noun, term, plural):
    assert term in GENERAL[noun] and PLURAL[term] == plural


def test_covers_the_nouns_of_the_training_captions(shared_data):
    """At least 550 listed nouns occur 15 times or more in captions.tsv, in either number."""
    counts = Counter(word for row in read_tsv(shared_data / "captions.tsv") for word in words_of(row["caption"]))
    assert sum(counts[noun] + counts[PLURAL.get(noun, "")] >= 15 for noun in GENERAL) >= 550
