"""The beam search, rule by rule: against a plain reference, all sentences there are, and searches written down for both languages."""

import json
from dataclasses import replace
from itertools import product
from math import inf

import numpy as np
import pytest
import torch
from beam import Hypothesis, Search, allowed, finish, search, search_model, top_candidates
from conftest import REPO
from small import KINDS, small_model
from text import END, PAD, SPECIALS, UNK

FIRST = len(SPECIALS)
START, FUNCTION, OF, RED, DOG, CAT = 3, FIRST, FIRST + 1, FIRST + 2, FIRST + 3, FIRST + 4
RULES = Search(beam=3, max_tokens=6, min_tokens=2, function_words=frozenset({FUNCTION, OF}), no_end_after=frozenset({FUNCTION, OF}))


def row_after(picture: int, said: tuple, tokens: list[int], levels: int) -> list[tuple[int, float]]:
    """A language model that is a pure function: candidates best first; few levels make many ties."""
    rng = np.random.default_rng([picture, *said])
    logits = rng.integers(levels, size=len(tokens)) * (6.0 / levels)
    log_probs = (logits - np.log(np.exp(logits).sum())).astype(np.float32)
    return [(tokens[i], float(log_probs[i])) for i in np.lexsort((tokens, -log_probs))]


def step_of(table, pictures: list[int]):
    """A decoder step whose state is what was said; `table(picture, said)` gives the candidates."""

    def step(state, tokens, parents):
        said = [(*state[p], int(t)) for p, t in zip(parents, tokens)]
        rows = [table(pictures[i * len(pictures) // len(said)], s[1:]) for i, s in enumerate(said)]
        return np.array([[lp for _, lp in r] for r in rows], np.float32), np.array([[t for t, _ in r] for r in rows]), said

    return step


def run(table, pictures: list[int], rules: Search) -> list[list[Hypothesis]]:
    return search(step_of(table, pictures), [()] * len(pictures), len(pictures), START, rules)


def reference(table, picture: int, s: Search) -> list[tuple]:
    """The rules in plain words for one picture -> [(tokens, sum)], best first."""
    score = lambda h: h[1] / len(h[0]) ** s.penalty if h[0] else -inf  # noqa: E731
    beams = [((), 0.0)]
    for _ in range(s.max_tokens):
        candidates = []
        for i, (said, total) in enumerate(beams):
            if said and said[-1] == END:
                candidates.append((-score((said, total)), END, i, (said, total)))
                continue
            for token, log_prob in table(picture, said):
                if token in (PAD, UNK) or PAD < token < FIRST and token != END:
                    continue
                if token == END and (len(said) < s.min_tokens or said and said[-1] in s.no_end_after):
                    continue
                repeats = token in said and token not in s.function_words
                if token != END and said and (token == said[-1] or repeats or (said[-1], token) in set(zip(said, said[1:]))):
                    continue
                child = ((*said, token), total + log_prob)
                candidates.append((-score(child), token, i, child))
        if not candidates:
            break
        beams = [c[3] for c in sorted(candidates, key=lambda c: c[:3])[: s.beam]]
        if all(said[-1] == END for said, _ in beams):
            break
    done = [h for h in beams if h[0] and h[0][-1] == END]
    for said, _ in beams if not done else []:
        while said and said[-1] in s.no_end_after:
            said = said[:-1]
        total = 0.0
        for n, token in enumerate(said):
            total += dict(table(picture, said[:n]))[token]
        if all(said != other for other, _ in done):
            done.append((said, total))
    return sorted(done, key=lambda h: -score(h))


def compact(hypotheses: list[Hypothesis]) -> list[tuple]:
    return [(h.tokens, pytest.approx(sum(h.log_probs), abs=1e-12)) for h in hypotheses]


TOKENS = [PAD, END, UNK, 3, 4, 5, FUNCTION, OF, RED, DOG, CAT]


@pytest.mark.parametrize("rules", [RULES, replace(RULES, beam=1), replace(RULES, beam=5, penalty=0.0), replace(RULES, min_tokens=7), replace(RULES, max_tokens=3, min_tokens=0), replace(RULES, beam=2, max_tokens=12, penalty=1.3)])
@pytest.mark.parametrize("levels", [3, 1000])
def test_equals_the_reference_with_and_without_ties(rules, levels):
    table = lambda picture, said: row_after(picture, said, TOKENS, levels)[:7]  # noqa: E731
    for first in range(0, 24, 4):
        pictures = list(range(first, first + 4))
        for picture, found in zip(pictures, run(table, pictures, rules)):
            assert compact(found) == reference(table, picture, rules)


def test_a_beam_as_wide_as_all_sentences_finds_the_best_of_all():
    rules = replace(RULES, beam=2000, max_tokens=5)
    words = [FUNCTION, OF, RED, DOG]
    for picture in range(3):
        table = lambda picture, said: row_after(picture, said, [END, *words], 10**6)  # noqa: E731
        every = {}
        for length in range(2, 5):
            for said in product(words, repeat=length):
                tokens = (*said, END)
                if all(allowed(tokens[:i], t, rules) for i, t in enumerate(tokens)):
                    every[tokens] = sum(dict(table(picture, tokens[:i]))[t] for i, t in enumerate(tokens))
        best = sorted(every, key=lambda t: -every[t] / len(t) ** rules.penalty)
        assert len(best) > 20 and [h.tokens for h in run(table, [picture], rules)[0]] == best


def test_a_picture_gets_the_same_caption_whatever_else_is_in_the_batch():
    table = lambda picture, said: row_after(picture, said, TOKENS, 5)[:6]  # noqa: E731
    together = run(table, list(range(9)), RULES)
    assert together == [run(table, [p], RULES)[0] for p in range(9)] == run(table, list(range(9))[::-1], RULES)[::-1]


def test_a_picture_without_continuation_stops_as_it_is_while_others_go_on():
    """Nothing may follow "dog cat" of picture 0; padding rows must not bring its hypotheses back to life."""

    def table(picture, said):
        if picture == 1:
            return row_after(1, said, [FUNCTION, OF, RED, DOG], 1000)
        if len(said) < 2:
            return [((DOG, CAT)[len(said)], -0.5), (PAD, -1.0), (PAD, -1.0), (PAD, -1.0)]
        return [(RED if said[-1] == PAD else DOG, -0.1), (CAT, -1.0), (PAD, -1.0), (PAD, -1.0)]

    stopped, other = run(table, [0, 1], RULES)
    assert [h.tokens for h in stopped] == [(DOG, CAT)] and stopped[0].log_probs == (-0.5, -0.5)
    assert compact(other) == reference(table, 1, RULES)


@pytest.mark.parametrize(
    ("said", "token", "may"),
    [
        ((), PAD, False), ((), 3, False), ((RED,), 5, False), ((RED,), UNK, False),
        ((), FUNCTION, True), ((RED,), RED, False), ((FUNCTION,), FUNCTION, False), ((RED, OF), RED, False), ((FUNCTION, RED, OF), FUNCTION, True),
        ((FUNCTION, OF, RED, FUNCTION), OF, False), ((FUNCTION, RED, OF, FUNCTION), DOG, True),
        ((RED,), END, False), ((RED, DOG), END, True), ((RED, OF), END, False), ((), END, False),
    ],
)  # fmt: skip
def test_what_may_follow(said, token, may):
    assert allowed(said, token, RULES) is may


def test_an_empty_caption_is_allowed_where_no_word_is_asked_for():
    assert allowed((), END, replace(RULES, min_tokens=0))


def test_unknown_is_said_only_where_it_is_allowed():
    assert allowed((RED,), UNK, replace(RULES, unknown_allowed=True)) and not allowed((UNK,), UNK, replace(RULES, unknown_allowed=True))


def test_unfinished_ones_are_cut_back_and_listed_once_and_only_when_none_finished():
    cut = finish([Hypothesis((DOG, OF), (-1.0, -0.1)), Hypothesis((DOG, FUNCTION), (-1.0, -0.2)), Hypothesis((OF,), (-0.1,)), Hypothesis((RED, CAT), (-0.1, -0.2))], RULES)
    assert [h.tokens for h in cut] == [(RED, CAT), (DOG,), ()] and cut[-1].score(0.7) == -inf
    done = Hypothesis((DOG, CAT, END), (-9.0, -9.0, -9.0))
    assert finish([Hypothesis((RED,), (-0.1,)), done], RULES) == [done]


def test_score_divides_by_the_length_with_the_end():
    assert Hypothesis((DOG, END), (-1.0, -2.0)).score(0.7) == -3.0 / 2**0.7
    assert Hypothesis((DOG, END), (-1.0, -2.0)).words == [DOG]


CASES = json.loads((REPO / "test" / "fixtures" / "beam-cases.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES)
def test_searches_written_down_for_both_languages(case, monkeypatch):
    """The fixture's special tokens are 0 to 3 alone, so the first word is 4."""
    monkeypatch.setattr("beam.SPECIALS", ["<pad>", "<end>", "<unk>", "<start>"])
    s, rows = case["search"], case["rows"]
    rules = Search(case["beamSize"], s["maxTokens"], s["minTokens"], s["lengthPenalty"], frozenset(s["functionWords"]), frozenset(s["noEndAfter"]), s["unknownAllowed"])
    width = max(map(len, rows.values()))
    table = lambda _, said: rows.get(" ".join(map(str, said)), [[PAD, -9.0]] * width)  # noqa: E731  padded rows are not written down
    found = run(table, [0], rules)[0]
    assert [list(h.tokens) for h in found] == [e["tokens"] for e in case["expected"]]
    for h, e in zip(found, case["expected"]):
        assert (sum(h.log_probs), h.score(rules.penalty)) == (pytest.approx(e["sum"], abs=1e-12), pytest.approx(e["score"], abs=1e-12))


def test_candidates_are_sorted_log_probabilities_of_words_and_end():
    torch.set_num_threads(1)
    logits = torch.randn(5, 40)
    log_probs, ids = top_candidates(logits, 100)
    assert ids.shape == (5, 40 - FIRST + 1) and (log_probs.diff() <= 0).all()
    assert torch.allclose(log_probs.exp().sum(1), torch.ones(5), atol=1e-6)
    assert not set(ids.flatten().tolist()) & {PAD, UNK, 3, 4, 5}
    assert torch.equal(top_candidates(logits, 4)[1], ids[:, :4])


@pytest.mark.parametrize("kind", KINDS)
def test_a_models_captions_do_not_depend_on_the_batch_and_are_its_own_log_probabilities(kind):
    model, regions = small_model(kind), torch.randn(5, 9, 12)
    rules = replace(RULES, max_tokens=9)
    together = search_model(model, regions, START, rules)
    for i, found in enumerate(together):
        alone = search_model(model, regions[i : i + 1], START, rules)[0]
        assert [h.tokens for h in alone] == [h.tokens for h in found]
        with torch.no_grad():
            logits = model.decode(model.encode(regions[i : i + 1]), torch.tensor([[START, *found[0].tokens[:-1]]]))
        every, ids = top_candidates(logits[0], 100)
        expected = [float(lp[row == t]) for lp, row, t in zip(every, ids, found[0].tokens)]
        assert found[0].log_probs == pytest.approx(expected, abs=1e-4)
