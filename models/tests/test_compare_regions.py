"""The table of regions against grid cells: which runs count, what is timed, and what a line says."""

import json

import numpy as np
import pytest
import torch
from compare_regions import HEADER, Settings, chosen_runs, differences, interval, line_of, medians, runs_of, scores_of, shipped_line
from files import write_jsonl
from small import small_encoder


def a_run(folder, name: str, model: str, kind: str, val: float | None):
    run = {"model": model, "kind": kind, "seconds": 1.0, "best_greedy": 0.9, "history": [{}] * 3} | ({} if val is None else {"val_cider_d": val})
    (folder / name).mkdir(parents=True)
    (folder / name / "history.json").write_text(json.dumps(run))


def test_the_best_ended_run_of_each_model_and_kind_counts(tmp_path):
    for name, model, kind, val in (("a", "updown", "regions", 0.5), ("b", "m2", "both", 0.4), ("c", "m2", "grid", 0.7), ("d", "m2", "grid", 0.8), ("e", "updown", "grid", None)):
        a_run(tmp_path, name, model, kind, val)
    assert [run["name"] for run in chosen_runs(tmp_path)] == ["d", "b", "a"]


def test_captions_that_are_a_reference_score_high_and_others_do_not(tmp_path):
    references = {"1.jpg": ["a dog on the grass", "a dog sits"], "2.jpg": ["a red bus in a street", "the bus is red"], "3.jpg": ["two cats", "cats sleep on a bed"]}
    scores = {}
    for name, said in (("same", {k: v[0] for k, v in references.items()}), ("other", {k: "something else entirely here" for k in references})):
        write_jsonl(tmp_path / name / "test.jsonl", [{"image": k, "plain": c} for k, c in said.items()])
        scores[name] = scores_of({"name": name}, Settings(runs=tmp_path), references)
    assert (scores["same"][0] > 2).all() and scores["other"][0].tolist() == [0, 0, 0] and scores["other"][1] is None


def test_a_difference_has_an_interval_that_holds_the_mean_and_shrinks_with_photos():
    few, many = (np.random.default_rng(1).normal(0.1, 1.0, n) for n in (50, 5000))
    (low, high), (near, far) = interval(few), interval(many)
    assert low < few.mean() < high and near < many.mean() < far and far - near < (high - low) / 5


def test_each_model_is_compared_with_itself_on_grid_cells():
    runs = [{"model": m, "kind": k} for m, k in (("m2", "grid"), ("m2", "regions"), ("updown", "regions"))]
    lines = differences("val", runs, [np.full(4, 0.9), np.full(4, 0.7), np.full(4, 0.5)])
    assert lines == ["- m2: grid less regions +0.200 of val CIDEr-D (95 % interval +0.200 to +0.200)"]


@torch.no_grad()
def test_the_encoder_and_ten_steps_are_timed():
    torch.set_num_threads(1)
    timed = runs_of("updown", small_encoder(), 64, 30, 1280)
    ms = medians({(part,): run for part, run in timed.items()}, 3)
    assert set(ms) == {("encoder",), ("steps",)} and all(value > 0 for value in ms.values())


def test_every_round_asks_each_once_in_turning_order():
    asked = []
    medians({k: (lambda k=k: asked.append(k)) for k in "abc"}, 3)
    rounds = np.array(asked).reshape(-1, 3)
    assert len(rounds) == 6 and all(sorted(r) == ["a", "b", "c"] for r in rounds.tolist()) and len({r[0] for r in rounds.tolist()}) == 3


@pytest.mark.parametrize(("ms", "after"), [({}, "-"), ({("m2", "regions", "after"): 40.0}, "50.0")])
def test_a_line_has_a_cell_for_each_column(ms, after):
    run = {"model": "m2", "kind": "regions", "val_cider_d": 0.95, "history": [{}] * 7}
    line = line_of(run, {("m2", "regions", "encoder"): 90.0, ("m2", "regions", "steps"): 10.0} | ms, 0.9, None)
    assert line == f"| m2 | regions | 7 | 0.950 | 0.900 | - | 90.0 | 10.0 | 100.0 | {after} | 0.0090 |"
    assert line.count("|") == HEADER.splitlines()[0].count("|")


def test_a_shipped_package_is_compared_with_the_model_on_grid_cells(tmp_path):
    references = {"1.jpg": ["a dog on the grass", "a dog sits"], "2.jpg": ["a red bus in a street", "the bus is red"]}
    write_jsonl(tmp_path / "shipped.jsonl", [{"image": k, "plain": "nothing of it"} for k in references])
    runs, scores = [{"model": "m2", "kind": "grid"}], [np.array([0.5, 0.7])]
    settings = Settings(beside=f"m2={tmp_path / 'shipped.jsonl'}")
    assert shipped_line(settings, references, runs, scores).startswith("- m2: grid less the shipped package +0.600 of test CIDEr-D (95 % interval +0.500")
    with pytest.raises(SystemExit, match="Expected MODEL=FILE.jsonl"):
        shipped_line(Settings(beside="updown=absent.jsonl"), references, runs, scores)
