"""Metric values equal hand-computed ones and pycocoevalcap's reference tool."""

from math import exp, log, sqrt

import pytest
from cider_d import CiderD
from get_java_tools import ARTIFACTS, pom
from metrics import References, human_scores, lexical, read_references, score, tokenize
from pycocoevalcap.eval import Bleu, Cider, Meteor, PTBTokenizer, Rouge
from text import words_of

REFERENCES: References = {
    "a": ["A girl on a tennis court, holding a racket.", "A little girl's racket."],
    "b": ["Two giraffes eating grass", "A giraffe stands in the green field."],
    "c": ["A man rides a wave on a surfboard", "Someone surfing"],
}
CAPTIONS = {"a": "A girl standing on a tennis court.", "b": "A zebra in a field", "c": "A man rides a wave on a surfboard"}


def test_bleu_by_hand():
    """Two of three words and one of two pairs match; the caption is a word shorter than its reference: brevity exp(1 - 4/3)."""
    corpus, _ = lexical({"x": ["the cat sat down"]}, {"x": "the cat slept"})
    assert corpus["BLEU-1"] == pytest.approx(exp(1 - 4 / 3) * 2 / 3, rel=1e-6)
    assert corpus["BLEU-2"] == pytest.approx(exp(1 - 4 / 3) * sqrt(2 / 3 * 1 / 2), rel=1e-6)


def test_rouge_l_by_hand():
    """The longest common subsequence is "the cat down": precision 3/4, recall 3/5, beta 1.2."""
    corpus, _ = lexical({"x": ["the old cat sat down"]}, {"x": "the cat fell down"})
    p, r, b2 = 3 / 4, 3 / 5, 1.2**2
    assert corpus["ROUGE-L"] == pytest.approx((1 + b2) * p * r / (r + b2 * p))


def test_cider_d_by_hand():
    """Only the unigram "cat" is shared; every word occurs in one of two photos, so idf is log 2: n=1 gives 1/2, others 0."""
    corpus, each = lexical({"x": ["cat sleeps"], "y": ["dog runs"]}, {"x": "cat eats", "y": "dog runs"})
    weights = log(2) ** 2 / (sqrt(2) * log(2)) ** 2
    assert each["CIDEr-D"][0] == pytest.approx(10 / 4 * weights)
    assert each["CIDEr-D"][1] == pytest.approx(10 / 4 * 2)  # n = 1 and 2 are perfect, 3 and 4 do not exist
    assert corpus["CIDEr-D"] == pytest.approx(sum(each["CIDEr-D"]) / 2)


def test_plain_tokenizer_is_named_and_leaves_java_out():
    result = score(REFERENCES, CAPTIONS, tokenizer="plain")
    assert result.tokenizer == "plain" and result.corpus["METEOR"] is None and result.corpus["SPICE"] is None
    assert result.notes == ["METEOR not computed (plain tokenizer)", "SPICE not computed (plain tokenizer)"]


def test_fast_cider_d_equals_the_reference_tool():
    corpus, each = lexical(tokenize(REFERENCES, "plain"), {k: " ".join(words_of(v)) for k, v in CAPTIONS.items()})
    fast = CiderD({key: [words_of(text) for text in texts] for key, texts in REFERENCES.items()})
    assert [fast.score(key, words_of(text)) for key, text in CAPTIONS.items()] == pytest.approx(each["CIDEr-D"])
    assert fast.mean({key: words_of(text) for key, text in CAPTIONS.items()}) == pytest.approx(corpus["CIDEr-D"])


def test_refuses_a_caption_without_references():
    with pytest.raises(ValueError, match="1 have none, such as 'z'"):
        score(REFERENCES, {**CAPTIONS, "z": "a cat"}, tokenizer="plain")
    with pytest.raises(ValueError, match="Expected 'ptb' or 'plain'"):
        score(REFERENCES, CAPTIONS, tokenizer="spacy")


def test_equals_the_reference_tool_with_the_ptb_tokenizer(java):
    """As pycocoevalcap's COCOEvalCap does it: tokenise references and captions, then each scorer."""
    result = score(REFERENCES, CAPTIONS, spice=False)
    refs = PTBTokenizer().tokenize({key: [{"caption": text} for text in texts] for key, texts in REFERENCES.items()})
    caps = PTBTokenizer().tokenize({key: [{"caption": text}] for key, text in CAPTIONS.items()})
    bleu = Bleu(4).compute_score(refs, caps, verbose=0)[0]
    assert [result.corpus[f"BLEU-{n}"] for n in range(1, 5)] == pytest.approx(bleu)
    assert result.corpus["ROUGE-L"] == pytest.approx(Rouge().compute_score(refs, caps)[0])
    assert result.corpus["CIDEr-D"] == pytest.approx(Cider().compute_score(refs, caps)[0])
    assert result.corpus["METEOR"] == pytest.approx(Meteor().compute_score(refs, caps)[0])


def test_ptb_tokenizer_keeps_captions_apart(java):
    """Line breaks of any kind inside a caption, empty captions and accents must not shift or spoil the others."""
    odd = {"a": ["One\u2028two", ""], "b": ["A café – “open”", "girl's"]}
    assert tokenize(odd, "ptb") == {"a": ["one two", ""], "b": ["a café open", "girl 's"]}


def test_spice_of_a_known_scene(java):
    """"a zebra in a field" beside "a giraffe in a field": of each three tuples (two objects, one relation) only "field" is shared, F = 1/3."""
    import java_metrics

    obstacle = java_metrics.spice_obstacle()
    if obstacle:
        pytest.skip(f"SPICE: {obstacle}")
    mean, each = java_metrics.spice({"x": ["a giraffe in a field"], "y": ["a dog runs"], "z": ["a cat"]}, {"x": "a zebra in a field", "y": "a dog runs", "z": ""})
    assert each == pytest.approx([1 / 3, 1, 0]) and mean == pytest.approx(4 / 9)


def test_java_jars_are_pinned():
    assert all(len(digest) == 64 for _, digest in ARTIFACTS.values())
    assert "<classifier>models</classifier>" in pom(["edu.stanford.nlp:stanford-corenlp:3.6.0:models"])


def test_people_on_the_test_photos(shared_data):
    """What people reach among themselves on COCO test: CIDEr-D 0.90, BLEU-4 0.205 (plain tokenizer)."""
    references = read_references(shared_data / "captions.tsv", "test", "coco")
    people = human_scores(references, "plain")
    assert len(references) == 516
    assert people == {"CIDEr-D": pytest.approx(0.9046, abs=5e-4), "BLEU-4": pytest.approx(0.2046, abs=5e-4)}
