"""How the logo stage names a mark: points as text, suppression, precision and recall of brands, and the calibration."""

import numpy as np
import pytest
import torch

from logos.calibrate_logos import Settings as CalibrateSettings
from logos.calibrate_logos import fit_logistic, least_threshold
from logos.evaluate_logos import Scene, is_right, mean_precision, rates
from logos.recognise import Candidate, keep_boxes, point_text, text_point


def test_points_keep_their_direction_as_text():
    point = np.random.default_rng(0).normal(size=128).astype(np.float32)
    assert float(text_point(point_text(point)) @ point / np.linalg.norm(point)) > 0.999


def test_suppression_keeps_the_surest_of_what_overlaps():
    boxes = np.array([[0, 0, 0.4, 0.4], [0.02, 0, 0.42, 0.4], [0.6, 0.6, 0.9, 0.9], [0.5, 0, 0.5, 1], [0, 0.8, 0.1, 0.9]])
    scores = np.array([0.8, 0.9, 0.5, 0.95, 0.1])
    rules = {"atLeast": 0.2, "most": 5, "overlap": 0.5}
    assert keep_boxes(boxes, scores, rules).tolist() == [1, 2]
    assert keep_boxes(boxes, scores, rules | {"most": 1}).tolist() == [1]


class Told:
    """A recogniser whose confidence is the cosine."""

    brands = ["A", "B"]

    def confidence(self, candidate: Candidate) -> float:
        return candidate.cosine


def test_precision_and_recall_of_brands():
    box = (0.1, 0.1, 0.3, 0.3)
    scenes = [Scene(["a"], np.array([box]), [Candidate(box, 0.9, 0, 0.8, 0.1)]), Scene(["b"], np.array([box]), [Candidate(box, 0.9, 0, 0.6, 0.1)])]
    slugs = ["a", "b"]
    assert [is_right(scene, scene.found[0], slugs) for scene in scenes] == [True, False]
    assert rates(scenes, slugs, Told(), 0.5) == (0.5, 0.5)
    assert rates(scenes, slugs, Told(), 0.7) == (1.0, 0.5)
    assert mean_precision(scenes, slugs, Told(), -1) == pytest.approx(0.5)
    assert mean_precision(scenes, slugs, Told(), -1, blind=True) == pytest.approx(1)


def test_the_calibration_finds_what_decides():
    random = np.random.default_rng(1)
    x = random.normal(size=(2000, 3))
    y = random.random(2000) < 1 / (1 + np.exp(-(2 * x[:, 1] - 1)))
    weights = fit_logistic(x, y.astype(float))
    assert weights == pytest.approx([0, 2, 0, -1], abs=0.25)


def test_the_threshold_keeps_both_promises():
    told, right = np.array([0.9, 0.8, 0.5, 0.4]), np.array([True, True, True, False])
    settings = CalibrateSettings(precision=0.99, alarms=0.25)
    assert least_threshold(told, right, np.array([0.1, 0.1, 0.1, 0.2]), settings) == pytest.approx(0.41)
    assert least_threshold(told, right, np.array([0.6, 0.6, 0.1, 0.2]), settings) == pytest.approx(0.61)
    with pytest.raises(ValueError, match="no threshold"):
        least_threshold(told, ~right, np.array([0.1]), settings)
