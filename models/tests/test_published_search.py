"""Captions of published checkpoints: the authors' beam searches, their vocabulary files, the script from file to caption."""

import json
import pickle
from collections import Counter, OrderedDict
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import caption_regions
import numpy as np
import pytest
import torch
from caption_regions import Settings
from published.checkpoint import PublishedError, build_model, match
from published.layouts import LAYOUTS, Marks
from published.search import beam_search
from published.words import marks_of, read_words, sentence
from published_reference import Weights, embedded_state, m2_logits, m2_state, raw_state, updown_logits

torch.set_num_threads(1)
CASES = {"m2": (m2_state, Marks(2, 3, 1), "hold"), "embedded": (embedded_state, Marks(0, 0, -1), "release"), "raw": (raw_state, Marks(28, 29, 0), "shrink")}


def plain_search(log_probs, marks: Marks, beam: int, limit: int, finished: str) -> tuple[list[int], float]:
    """The authors' searches hypothesis by hypothesis; log_probs(tokens with the start) -> of the next token."""
    live, done = [([], 0.0)], []
    for _ in range(limit):
        candidates = [(said, score) for said, score in live if said and said[-1] == marks.end]
        for said, score in live:
            if not said or said[-1] != marks.end:
                candidates += [([*said, t], score + lp) for t, lp in enumerate(log_probs([marks.start, *said]))]
        live = sorted(candidates, key=lambda c: -c[1])[: beam - len(done) * (finished == "shrink")]
        if finished != "hold":
            done += [c for c in live if c[0][-1] == marks.end]
            live = [c for c in live if c[0][-1] != marks.end]
    said, score = max(done + live, key=lambda c: c[1])
    return [t for t in said if t != marks.end], score


def normalised(logits: np.ndarray) -> np.ndarray:
    return logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())


class Table:
    """A model of tables: logits [picture, step, last token, next token]; its state is the number of steps."""

    def __init__(self, logits: np.ndarray):
        self.logits = torch.from_numpy(logits)

    def encode(self, regions):
        return [regions]

    def initial_state(self, rows: int):
        return [torch.zeros(rows, dtype=torch.long)]

    def step(self, memory, state, tokens, parents):
        at, pictures = state[0][parents], torch.arange(len(self.logits)).repeat_interleave(len(tokens) // len(self.logits))
        return self.logits[pictures, at, tokens], [at + 1]


@pytest.mark.parametrize("finished", ["hold", "release", "shrink"])
@pytest.mark.parametrize("beam", [1, 2, 3, 7])
def test_finished_hypotheses_are_treated_as_each_author_does(finished, beam):
    lengths, others = Counter(), Counter()
    for seed in range(40):
        table = np.random.default_rng(seed).normal(size=(3, 7, 6, 6)) * 2
        found = beam_search(Table(table), torch.zeros(3, 1, 1), Marks(0, 5, -1), beam, 7, finished)
        for of, caption in zip(table, found):

            def log_probs(tokens, of=of):
                return normalised(of[len(tokens) - 1, tokens[-1]])

            tokens, score = plain_search(log_probs, Marks(0, 5, -1), beam, 7, finished)
            assert list(caption.tokens) == tokens and caption.log_prob == pytest.approx(score)
            lengths[len(tokens)] += 1
            others[tokens != plain_search(log_probs, Marks(0, 5, -1), beam, 7, "hold")[0]] += 1
    assert len(lengths) > 4 and (finished == "hold" or beam in (1, 7) or others[True])


@pytest.mark.parametrize("beam", [1, 2, 5])
@pytest.mark.parametrize("name", CASES)
def test_captions_are_those_of_the_authors_search(name, beam):
    make, marks, finished = CASES[name]
    lengths = set()
    for seed in range(3):
        state, rng = make(seed=seed, gain=4.0), np.random.default_rng(seed)
        if name == "m2":  # the end likelier, so that captions of few steps end
            usual = state["decoder.layers.2.pwff.layer_norm.bias"]
            state["decoder.fc.weight"][marks.end] += 4 * usual / (usual @ usual)
        elif name == "embedded":
            state["logit.bias"][marks.end] = 1
        w, regions = Weights(state), rng.normal(size=(3, 6, 20)).astype(np.float32)
        found = beam_search(build_model(match(state), 4).double(), torch.from_numpy(regions).double(), marks, beam, 6, finished)
        for picture, caption in zip(regions, found):

            def log_probs(tokens, picture=picture):
                return normalised((m2_logits(w, picture, tokens, 4) if name == "m2" else updown_logits(w, picture, tokens))[-1])

            tokens, score = plain_search(log_probs, marks, beam, 6, finished)
            assert list(caption.tokens) == tokens and caption.log_prob == pytest.approx(score, abs=1e-6)
            lengths.add(len(tokens))
    assert len(lengths) > 1


def test_a_word_that_follows_itself_is_said_once_where_the_authors_do_so():
    words = ["a", "dog", "runs"]
    assert sentence([0, 1, 1, 1, 2, 1], words, True) == "a dog runs dog" and sentence([0, 1, 1], words, False) == "a dog dog"


class Named:
    """As torchtext's Vocab: its pickle names this class, which the reader must not need."""

    def __init__(self, itos):
        self.freqs, self.itos, self.stoi = Counter(itos), itos, OrderedDict((w, i) for i, w in enumerate(itos))


class Harmful:
    def __reduce__(self):
        return (pytest.fail, ("code of the pickle was run",))


WORDS = ["<unk>", "<pad>", "<bos>", "<eos>", "a", "dog"]


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_words_are_read_from_the_published_files_without_running_code(tmp_path, protocol):
    path = tmp_path / "vocab.pkl"
    for held in (Named(WORDS), {"itos": WORDS, "more": Harmful()}, {"vocab": {str(i): w for i, w in enumerate(WORDS)}, "opt": SimpleNamespace(beam=3), "numbers": np.arange(3)}):
        path.write_bytes(pickle.dumps(held, protocol))
        assert read_words(path, 6) == WORDS
    assert marks_of(LAYOUTS[0], WORDS) == Marks(2, 3, 1)


def test_words_are_read_from_json(tmp_path):
    path = tmp_path / "words.json"
    for held in (WORDS, {w: i for i, w in enumerate(WORDS)}, {str(i): w for i, w in enumerate(WORDS)}):
        path.write_text(json.dumps(held))
        assert read_words(path, 6) == WORDS
    path.write_text(json.dumps({"ix_to_word": {"1": "a", "2": "dog"}, "images": []}))
    assert read_words(path, 3) == ["", "a", "dog"]


def test_wrong_words_are_refused(tmp_path):
    path = tmp_path / "words.json"
    for text, said in (("{}", "expected words by id"), ('[1, "a"]', "expected words by id"), ('["a"]', "has 1 token ids but the checkpoint has 6"), ("[", "cannot be read")):
        path.write_text(text)
        with pytest.raises(PublishedError, match=said):
            read_words(path, 6)
    for broken in (b"", b"nothing", pickle.dumps(Named(WORDS))[:-9]):
        (tmp_path / "vocab.pkl").write_bytes(broken)
        with pytest.raises(PublishedError, match="vocab.pkl: cannot be read"):
            read_words(tmp_path / "vocab.pkl", 6)
    with pytest.raises(PublishedError, match="Expected <bos>, <eos> among the words of m2"):
        marks_of(LAYOUTS[0], ["<pad>", "a"])


def test_the_script_captions_regions_from_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    torch.save({"state_dict": m2_state(), "epoch": 3}, "m2.pth")
    words = ["<unk>", "<pad>", "<bos>", "<eos>", *(f"w{i}" for i in range(27))]
    Path("vocab.pkl").write_bytes(pickle.dumps(Named(words)))
    regions = np.random.default_rng(0).normal(size=(5, 6, 20)).astype(np.float16)
    np.save("regions.npy", regions)
    Path("regions.ids.txt").write_text("".join(f"{i}.jpg\n" for i in range(5)))
    caption_regions.main(Settings(Path("m2.pth"), heads=4, threads=1))
    checked = capsys.readouterr()
    assert "157 keys mapped, 8 passed over" in checked.err and not checked.out
    s = Settings(Path("m2.pth"), Path("regions.npy"), Path("vocab.pkl"), Path("captions.tsv"), heads=4, batch=2, threads=1)
    caption_regions.main(s)
    header, *lines = Path("captions.tsv").read_text().splitlines()
    found = beam_search(build_model(match(m2_state()), 4), torch.from_numpy(regions.astype(np.float32)), Marks(2, 3, 1), 5, 20, "hold")
    assert header.split("\t") == ["image", "caption", "log_prob"]
    assert [line.split("\t")[:2] for line in lines] == [[f"{i}.jpg", sentence(c.tokens, words, True)] for i, c in enumerate(found)]
    caption_regions.main(replace(s, out=None))
    assert capsys.readouterr().out.splitlines() == lines


def test_the_script_says_what_it_cannot_use(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save(m2_state(), "m2.pth")
    Path("words.json").write_text(json.dumps(["<unk>", "<pad>", "<bos>", "<eos>", *(f"w{i}" for i in range(27))]))
    np.save("good.npy", np.ones((2, 6, 20)))
    np.save("none.npy", np.zeros((5, 6, 20)))
    np.save("endless.npy", np.full((2, 6, 20), np.inf))
    np.save("wide.npy", np.ones((5, 6, 21)))
    s = Settings(Path("m2.pth"), Path("good.npy"), Path("words.json"), heads=4, threads=1)
    for settings, said in (
        (replace(s, max_tokens=21), "from 1 (to 20 tokens)"), (replace(s, beam=0), "Expected --beam"), (replace(s, heads=5), "divides the width 24"),
        (replace(s, features=None), "Expected --features and --words together"), (replace(s, features=Path("none.npy")), "none.npy: no region for 0, 1"),
        (replace(s, features=Path("endless.npy")), "not all values are finite"), (replace(s, features=Path("wide.npy")), "expected [pictures, regions, 20] but received [5, 6, 21]"),
        (replace(s, features=Path("m2.pth")), "m2.pth: "), (replace(s, checkpoint=Path("no.pth")), "no.pth: cannot be read"),
    ):  # fmt: skip
        with pytest.raises(SystemExit) as caught:
            caption_regions.main(settings)
        assert said in str(caught.value)
