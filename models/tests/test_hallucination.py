"""Objects named in captions, and whether anything supports them."""

import pytest
from hallucination import LEXICON, LONGEST, OBJECTS, chair, hallucinated, human_rates, objects_in, read_boxes, supported_classes


@pytest.mark.parametrize(
    ("caption", "classes"),
    [
        ("Two men and a puppy", [("person",), ("dog",)]),
        ("a hot dog on a plate", [("hot dog",)]),
        ("a teddy bear beside a bear", [("teddy bear",), ("bear",)]),
        ("a train station with a clock tower", [("clock",)]),
        ("a couple of zebras", [("zebra",)]),
        ("a person in an orange shirt", [("person",)]),
        ("knives and forks", [("knife",), ("fork",)]),
        ("a trolley", [("bus", "train")]),
        ("a sunny day", []),
    ],
)
def test_objects_in(caption, classes):
    assert objects_in(caption) == classes


def test_the_lexicon_covers_coco():
    assert len(OBJECTS) == 80
    assert all(name in OBJECTS for name in LEXICON["phrases"].values() if name)
    assert max(len(p.split()) for ps in (LEXICON["phrases"], *OBJECTS.values()) for p in ps) <= LONGEST


def test_support_comes_from_texts_and_boxes():
    support = supported_classes(["a boy on a bike"], {"dog"})
    assert support == {"person", "bicycle", "dog"}
    assert hallucinated("a man with a puppy and a cat", support) == ["cat"]


def test_an_ambiguous_word_is_supported_by_either_class():
    assert hallucinated("a trolley", {"train"}) == []


def test_chair_by_hand():
    """Mentions: dog, cat | person; wrong: cat. CHAIRi 1/3, CHAIRs 1/2."""
    captions = {"1": "a dog and a cat", "2": "a woman"}
    assert chair(captions, {"1": ["a dog"], "2": ["a person"]}, {}) == {"CHAIRi": pytest.approx(1 / 3), "CHAIRs": 0.5}
    assert chair(captions, {"1": ["a dog"], "2": []}, {"1": {"cat"}, "2": {"person"}}) == {"CHAIRi": 0, "CHAIRs": 0}


def test_people_are_measured_by_the_others():
    assert human_rates({"1": ["a dog", "a cat"], "2": ["a bus", "the bus"], "3": ["a cow"]}, {}) == {"CHAIRi": 0.5, "CHAIRs": 0.5}


def test_reads_boxes(shared_data):
    boxes = read_boxes(shared_data)
    assert "dog" in boxes["coco/000000000074.jpg"] and "person" in boxes["coco/000000000139.jpg"]
    assert set().union(*boxes.values()) == set(OBJECTS)
