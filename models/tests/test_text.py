"""The plain tokenizer and the vocabulary."""

from text import END, PAD, SPECIALS, UNK, Vocabulary, build_vocabulary, words_of


def test_words_are_lower_case_without_punctuation():
    assert words_of("A man's T-shirt, red & white (no. 7)!") == ["a", "man's", "t-shirt", "red", "white", "no", "7"]
    assert words_of("the dog’s bowl") == ["the", "dog's", "bowl"]
    assert words_of(" -- ' ... ") == []


def test_vocabulary_keeps_common_words_most_frequent_first():
    captions = ["a dog", "a dog", "a cat", "a bird"]
    assert build_vocabulary(captions, min_count=2).words == [*SPECIALS, "a", "dog"]
    assert build_vocabulary(captions, min_count=1).words[len(SPECIALS) :] == ["a", "dog", "bird", "cat"]


def test_text_only_captions_add_words_only_when_they_are_very_common():
    words = build_vocabulary(["a dog"] * 4, ["a zebra"] * 3 + ["an owl"] * 2, min_text_only=3).words
    assert "zebra" in words and "owl" not in words and "an" not in words


def test_decoding_stops_at_the_end_and_leaves_special_tokens_out():
    vocabulary = Vocabulary([*SPECIALS, "a", "dog"])
    dog = len(SPECIALS) + 1
    assert vocabulary.decode([vocabulary.start("coco"), dog - 1, UNK, dog, END, dog]) == "a dog"
    assert vocabulary.decode([dog, PAD, dog]) == "dog" and vocabulary.decode([END]) == ""


def test_start_tokens_differ_and_the_ids_are_positions():
    vocabulary = Vocabulary([*SPECIALS, "a"])
    starts = [vocabulary.start(o) for o in ("coco", "written", "alt")]
    assert starts == [3, 4, 5] and vocabulary.ids["a"] == 6 and (PAD, END, UNK) == (0, 1, 2)


def test_a_saved_vocabulary_comes_back(tmp_path):
    vocabulary = Vocabulary([*SPECIALS, "café", "man's"])
    vocabulary.save(tmp_path / "vocabulary.json")
    assert Vocabulary.load(tmp_path / "vocabulary.json") == vocabulary
