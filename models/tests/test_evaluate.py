"""The evaluation command, with a stand-in for the runtime; and the pages made from its results."""

import json
import sys
from dataclasses import replace

import pytest
from evaluate import EvaluationError, Settings, evaluate, main, run_captioner, table
from failures import Settings as FailureSettings
from failures import main as write_failures
from failures import rare_words
from files import read_jsonl, write_jsonl, write_tsv
from data import read_examples, read_tsv
from PIL import Image
from sheet import Settings as SheetSettings
from sheet import main as draw_sheets

ROWS = [
    ("coco/1.jpg", "train", "coco", "A dog on the grass"),
    *[(f"coco/{i}.jpg", "test", "coco", text) for i in (2, 3) for text in (f"A cat on bed {i}", "A sleeping cat lies there")],
    ("openstax/4.jpg", "test", "alt", "A bridge over a river"),
]
RUNNER = '''
import json, pathlib, sys
at = lambda key: sys.argv[sys.argv.index(key) + 1]
print("> a line that npm might print")
for image in pathlib.Path(at("--list")).read_text().split():
    print(json.dumps({"image": image, "status": "captioned", "text": "A cat.", "plain": "a cat", "confidence": 0.5, "features": {"length": 3}, "nBest": [], "model": at("--model"), "ms": {"decode": 1, "encode": 2, "steps": 3}}))
sys.exit(CODE)
'''


@pytest.fixture
def settings(tmp_path):
    """A data folder of four photos, and a runner that calls every photo a cat."""
    write_tsv(tmp_path / "data" / "captions.tsv", ["image", "split", "origin", "caption"], ROWS)
    for image in {row[0] for row in ROWS}:
        path = tmp_path / "data" / image
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (40, 30), "white").save(path)
    runner = tmp_path / "runner.py"
    runner.write_text(RUNNER.replace("CODE", "0"), encoding="utf-8")
    return Settings(
        tmp_path / "data", photos=tmp_path / "data", model="models/none", splits="coco-test,alt-test", results=tmp_path / "results", tokenizer="plain", runner=f"{sys.executable} {runner}"
    )


def test_captions_and_figures_are_kept(settings, capsys):
    main(settings)
    lines = read_jsonl(settings.results / "none" / "coco-test.jsonl")
    assert [line["image"] for line in lines] == ["coco/2.jpg", "coco/3.jpg"] and "nBest" not in lines[0]
    figures = json.loads((settings.results / "none" / "scores.json").read_text(encoding="utf-8"))
    assert figures["coco-test"]["photos"] == 2 and figures["coco-test"]["CHAIRi"] == 0 and figures["coco-test"]["ms"] == 6
    assert figures["alt-test"]["CHAIRs"] == 1 and figures["coco-test"]["memoryMb"] > 0
    out = capsys.readouterr().out
    assert "| coco-test | 2 x 2 |" in out and "METEOR not computed (plain tokenizer)" in out


def test_scores_a_file_without_running_anything(settings):
    write_jsonl(settings.results / "mine.jsonl", [{"image": "coco/2.jpg", "plain": "a cat on bed 2"}, {"image": "elsewhere.jpg", "plain": "x"}])
    given = replace(settings, captions=settings.results / "mine.jsonl", runner="false", splits="coco-test")
    figures = evaluate("unused", "mine", read_examples(settings.data), given)
    assert figures["coco-test"]["photos"] == 1 and figures["coco-test"]["BLEU-4"] == pytest.approx(1)


def test_table_has_a_cell_for_each_figure(settings):
    header, rule, row = table(evaluate(settings.model, "m", read_examples(settings.data), replace(settings, splits="alt-test"))).split("\n")
    assert header.count("|") == rule.count("|") == row.count("|")


@pytest.mark.parametrize(("code", "ends"), [("1", False), ("3", True)])
def test_a_refused_package_ends_the_evaluation_but_a_failed_photo_does_not(settings, tmp_path, code, ends):
    (tmp_path / "runner.py").write_text(RUNNER.replace("CODE", code), encoding="utf-8")
    if not ends:
        assert len(run_captioner(["coco/2.jpg"], settings.photos, "m", settings)[0]) == 1
        return
    with pytest.raises(EvaluationError, match="ended with code 3"):
        run_captioner(["coco/2.jpg"], settings.photos, "m", settings)


def test_unknown_split_is_named(settings):
    with pytest.raises(EvaluationError, match="received 'tset'"):
        evaluate("m", "m", [], replace(settings, splits="tset"))


def test_sheets_and_table_for_judging(settings, tmp_path):
    main(settings)
    sheet = SheetSettings(settings.results / "none" / "coco-test.jsonl", settings.photos, tmp_path / "truth.tsv", perSheet=1, sheets=tmp_path / "sheets")
    draw_sheets(sheet)
    rows = read_tsv(sheet.table)
    assert [row["caption"] for row in rows] == ["A cat.", "A cat."] and rows[0]["verdict"] == ""
    write_tsv(sheet.table, list(rows[0]), [(1, "coco/2.jpg", "true", "", "A cat.", 0.5)])
    draw_sheets(sheet)
    assert read_tsv(sheet.table)[0]["verdict"] == "true"


def test_failure_page_sorts_by_confidence_and_gives_reasons(settings, tmp_path):
    lines = [{"image": "coco/2.jpg", "text": "A dog.", "plain": "a dog", "confidence": 0.2}, {"image": "coco/3.jpg", "text": "A cat on bed 3.", "plain": "a cat on bed 3", "confidence": 0.9}]
    write_jsonl(tmp_path / "c.jsonl", lines)
    write_failures(FailureSettings(tmp_path / "c.jsonl", settings.data, settings.photos, out=tmp_path / "page.md"))
    good, bad = [line for line in (tmp_path / "page.md").read_text(encoding="utf-8").split("\n") if line.startswith("| ") and "coco/" in line]
    assert good.startswith("| good | 0.90") and bad.startswith("| bad | 0.20")
    assert "nobody else sees: dog" in bad and "'cat' in 0 training captions" in bad and "blurred photo" in bad


def test_rare_words_need_two_people_or_the_only_one():
    assert rare_words(["an okapi stands", "the okapi eats"], {"stands": 99}) == ["okapi"]
    assert rare_words(["an okapi stands"], {"stands": 99}) == ["okapi"]
