"""Repeats, unfinished captions, and variety."""

import pytest
from fluency import FUNCTION_WORDS, NO_END_AFTER, Settings, fluency, main, repeats, unfinished, variety
from files import write_jsonl


@pytest.mark.parametrize(
    ("caption", "found"),
    [
        ("A statue of a statue.", "statue"),
        ("A wall that is white and white", "white"),
        ("a man and a man on a horse", "man"),
        ("a dog on on the grass", "on on"),
        ("a dog on a bed on a floor", "on a"),
        ("a dog and a cat on the bed", None),
        ("", None),
    ],
)
def test_repeats(caption, found):
    assert repeats(caption) == found


@pytest.mark.parametrize(("caption", "expected"), [("A man with a", True), ("a dog next to", True), ("", True), ("a man looking up", False), ("a red bus.", False)])
def test_unfinished(caption, expected):
    assert unfinished(caption) is expected


def test_words_that_cannot_end_are_function_words():
    assert NO_END_AFTER <= FUNCTION_WORDS


def test_counts():
    assert fluency(["a cat and a cat", "a dog with", "a bird"]) == {"captions": 3, "repeating": 1, "unfinished": 1}


def test_variety():
    got = variety(["A dog.", "a dog", "two red birds", "a cat"], training=["a dog", "A CAT!"])
    assert got == {"vocabulary": 6, "distinct": 0.75, "novel": 0.25, "length": 2.25}


def test_script_ends_with_1_when_a_caption_is_at_fault(tmp_path, capsys):
    write_jsonl(tmp_path / "c.jsonl", [{"image": "1", "plain": "a cat and a cat"}, {"image": "2", "text": "A bird."}])
    with pytest.raises(SystemExit) as end:
        main(Settings(tmp_path / "c.jsonl"))
    assert end.value.code == 1 and "2 captions, 1 repeat" in capsys.readouterr().out
