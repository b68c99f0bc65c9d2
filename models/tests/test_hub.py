"""Reference repositories of the hub's layouts: tokenizers, configs, files and golden sentences of small ones."""

import json
import sys
from pathlib import Path

import pytest

for package in ("transformers", "optimum", "onnxruntime"):
    pytest.importorskip(package, reason="models/training/requirements-hub.txt is not installed")

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "models" / "training" / "hub"))

import torch  # noqa: E402
from transformers import AutoTokenizer, GenerationConfig  # noqa: E402

import check  # noqa: E402
import make_repository  # noqa: E402
from golden import Gaps, cut, generate, prompt_of, see_once  # noqa: E402
from reference_models import LAYOUTS, SHAPES, build  # noqa: E402
from reference_tokenizers import save_tokenizer  # noqa: E402

FIXTURES = REPO / "test" / "fixtures" / "hub"
PHOTOS = REPO / "test" / "fixtures" / "photos"
SENTENCES = ["a red bus beside a white house", "two zebras eat grass in a field"] * 20
SEEDS = {"vit-gpt2": 5, "blip": 1, "florence2": 3}  # of the committed repositories


def remade(layout: str, out: Path, export: bool) -> make_repository.Settings:
    """The settings that made the committed repository, into another folder."""
    return make_repository.Settings(
        layout=layout, out=out, photos=PHOTOS, seed=SEEDS[layout], tokenizer=FIXTURES / layout, styles=check.STYLES.get(layout, "caption"), export=export
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_weights_depend_on_the_seed_alone(layout):
    first, again, other = (build(layout, "small", seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(value, again[name]) for name, value in first.items())
    assert any(not torch.equal(value, other[name]) for name, value in first.items())
    assert all(torch.isfinite(value).all() for value in first.values())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_tokenizers_fill_the_vocabulary_and_give_sentences_back(layout, tmp_path):
    size = SHAPES[layout, "small"].vocabulary + 200
    save_tokenizer(layout, size, SENTENCES, tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    assert len(tokenizer) == size
    ids = tokenizer("a red bus in a field")["input_ids"]
    assert tokenizer.decode(ids, skip_special_tokens=True) == "a red bus in a field"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["special_tokens_map.json", "tokenizer.json", "tokenizer_config.json"]


def test_florence2_has_its_tokens_where_the_hub_has_them(tmp_path):
    save_tokenizer("florence2", 51289, SENTENCES, tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<od>", "<loc_0>", "<loc_999>", "<and>"]
    assert tokenizer.convert_tokens_to_ids(names) == [0, 1, 2, 3, 50264, 50265, 50269, 51268, 51288]
    assert tokenizer.decode([50269, 51268], skip_special_tokens=True) == ""


def test_blip_has_its_tokens_where_the_hub_has_them(tmp_path):
    save_tokenizer("blip", 30524, SENTENCES, tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    assert tokenizer.convert_tokens_to_ids(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "[ENC]"]) == [0, 100, 101, 102, 103, 30522, 30523]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_library_still_says_the_committed_sentences(layout, tmp_path):
    folder = tmp_path / layout
    make_repository.main(remade(layout, folder, export=True))
    golden = json.loads((folder / "golden.json").read_text(encoding="utf-8"))
    committed = json.loads((FIXTURES / layout / "golden.json").read_text(encoding="utf-8"))
    assert golden["photos"] == committed["photos"]
    for case, wanted in zip(golden["cases"], committed["cases"], strict=True):
        assert case["sequences"] == wanted["sequences"]
    assert make_repository.worst_logit(remade(layout, folder, export=False), build(layout, "small", SEEDS[layout]), prepared(layout)) < 1e-4


def prepared(layout: str) -> torch.Tensor:
    """The committed photos as this layout's processor makes them."""
    return make_repository.pictures(make_repository.processor_of(layout, SHAPES[layout, "small"].image), sorted(PHOTOS.glob("*.jpg")))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_seeing_once_changes_no_sentence(layout):
    model, pixels = build(layout, "small", SEEDS[layout]), prepared(layout)
    prompt = prompt_of(model, FIXTURES / layout, "caption", pixels)
    plain = [generate(model, pixels, prompt, beams, 8, 4).sequences for beams in (1, 3)]
    see_once(model)
    assert [generate(model, pixels, prompt, beams, 8, 4).sequences for beams in (1, 3, 1, 3)] == plain * 2


@pytest.mark.parametrize("layout", LAYOUTS)
def test_committed_sentences_are_lively(layout):
    for case in json.loads((FIXTURES / layout / "golden.json").read_text(encoding="utf-8"))["cases"]:
        rows = case["sequences"]
        assert len({tuple(row) for row in rows}) == len(rows) == 6
        assert all(1 <= len(row) <= case["maxNewTokens"] for row in rows)
        assert any(len(set(row)) > 4 for row in rows)
        assert len(case["topLogProbs"]) == 5
        for row, steps in zip(rows, case["topLogProbs"], strict=False):
            assert len(steps) == len(row)
            assert all(step["values"] == sorted(step["values"], reverse=True) and step["values"][0] <= 0 for step in steps)


def test_florence2_keeps_the_generation_settings_of_the_hub():
    config = GenerationConfig.from_pretrained(FIXTURES / "florence2")
    assert (config.num_beams, config.no_repeat_ngram_size, config.early_stopping) == (3, 3, True)
    assert (config.decoder_start_token_id, config.forced_bos_token_id, config.forced_eos_token_id) == (2, 0, 2)


def test_committed_files_are_small():
    assert sum(path.stat().st_size for path in FIXTURES.rglob("*") if path.is_file()) <= 2_500_000


def test_gaps_stand_between_the_last_kept_and_the_first_left_out():
    gaps = Gaps(2)
    gaps.add([0, 1], torch.tensor([[5.0, 3.0, 2.5, 0.0], [1.0, -torch.inf, -torch.inf, -torch.inf]]), 2)
    assert gaps.least.tolist() == [0.5, torch.inf]
    gaps.add([1], torch.tensor([[4.0, 3.0, 1.0, 0.0]]), 2)
    assert gaps.least.tolist() == [0.5, 2.0]


def test_sentences_are_cut_after_their_end():
    assert cut([4, 2, 9, 2], 2) == [4, 2]
    assert cut([4, 9], 2) == [4, 9]
