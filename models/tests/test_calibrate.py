"""Calibrated confidence: the fit, its error, the threshold, and what is written into the package."""

import json

import numpy as np
import pytest
from calibrate import Settings, calibration_error, choose_threshold, cross_validated, fit_logistic, main, sigmoid, truth_over_coverage
from files import sha256_of, write_jsonl, write_tsv


def sample(n: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Features [n, 2] of different scale and outcomes whose true log odds are 2 a - 0.1 b + 0.5."""
    rng = np.random.default_rng(0)
    x = np.column_stack([rng.normal(-0.5, 1, n), rng.normal(9, 3, n)])
    return x, (rng.random(n) < sigmoid(x @ [2, -0.1] + 0.5)).astype(float)


def test_fit_finds_the_weights_that_made_the_data():
    weights, bias = fit_logistic(*sample(), penalty=1e-3)
    assert weights == pytest.approx([2, -0.1], abs=0.15) and bias == pytest.approx(0.5, abs=0.4)


def test_fit_is_finite_when_the_data_can_be_separated():
    weights, bias = fit_logistic(np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0.0, 0, 1, 1]), penalty=1.0)
    assert 0 < weights[0] < 10 and np.isfinite(bias)


def test_calibration_error_by_hand():
    p, y = np.array([0.95, 0.95, 0.25, 0.25]), np.array([1.0, 0.0, 0.0, 0.0])
    assert calibration_error(p, y) == pytest.approx(0.5 * 0.45 + 0.5 * 0.25)
    assert calibration_error(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0


def test_cross_validation_is_calibrated_on_data_it_fits():
    x, y = sample()
    assert calibration_error(cross_validated(x, y, 1.0, seed=1), y) < 0.03


def test_threshold_shows_as_many_as_the_share_of_false_ones_allows():
    p = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    curve = truth_over_coverage(p, ["true", "true", "partly", "true", "false", "false"])
    assert [round(row["false"], 2) for row in curve] == [0, 0, 0, 0, 0.2, 0.33]
    chosen = choose_threshold(curve, 0.2, 0.1)
    assert chosen["threshold"] == 0.5 and chosen["coverage"] == pytest.approx(5 / 6)
    assert choose_threshold(truth_over_coverage(p, ["false"] * 6), 0.2, 0.1) is None


def test_equal_confidences_are_shown_together():
    curve = truth_over_coverage(np.array([0.9, 0.5, 0.5]), ["true", "true", "false"])
    assert choose_threshold(curve, 0.2, 0.1)["threshold"] == 0.9


@pytest.fixture
def judged(tmp_path):
    """Settings over 40 judged captions whose truth follows one feature, and a package to write into."""
    rng = np.random.default_rng(1)
    lines = [{"image": f"{i}.jpg", "text": f"A dog {i}.", "plain": f"a dog {i}", "features": {"meanLogProb": float(rng.normal()), "length": 9}} for i in range(40)]
    write_jsonl(tmp_path / "val.jsonl", lines)
    verdict = {True: "true", False: "false"}
    write_tsv(tmp_path / "judged.tsv", ["image", "verdict", "caption"], [(row["image"], verdict[row["features"]["meanLogProb"] > 0], row["text"]) for row in lines])
    package = tmp_path / "package"
    package.mkdir()
    (package / "manifest.json").write_text(json.dumps({"name": "x", "confidence": {}, "files": []}), encoding="utf-8")
    return Settings(str(tmp_path / "val.jsonl"), tmp_path / "judged.tsv", package, features="meanLogProb,length", curve=tmp_path / "curve.png")


def test_writes_confidence_digest_and_curve(judged, capsys):
    main(judged)
    manifest = json.loads((judged.package / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["name"] == "x" and manifest["confidence"]["features"] == ["meanLogProb", "length"]
    assert manifest["confidence"]["weights"][0] > 0 and 0 < manifest["confidence"]["abstainBelow"] < 1
    assert (judged.package / "manifest.sha256").read_text(encoding="utf-8") == f"{sha256_of(judged.package / 'manifest.json')}  manifest.json\n"
    assert judged.curve.read_bytes().startswith(b"\x89PNG")
    assert "expected calibration error" in capsys.readouterr().out


def test_refuses_a_caption_that_was_not_the_one_judged(judged):
    write_tsv(judged.judgments, ["image", "verdict", "caption"], [("1.jpg", "true", "A cat.")])
    with pytest.raises(SystemExit, match="no longer the one that was judged"):
        main(judged)
