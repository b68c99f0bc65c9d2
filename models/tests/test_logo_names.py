"""How the logo stage names a mark: points as text, suppression, precision and recall of brands, and the calibration."""

import numpy as np
import pytest
import torch
from PIL import Image

from logos.calibrate_logos import Settings as CalibrateSettings
from logos.calibrate_logos import background_of, fit_logistic, is_behind, judging_photos, large_enough, least_threshold
from logos.evaluate_logos import Scene, is_right, mean_precision, rates
from logos.look import Looked, window_of
from logos.recognise import Candidate, Recogniser, keep_boxes, point_text, text_point


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
    assert least_threshold(told, right, np.array([0.1, 0.1, 0.1, 0.2]), settings) == pytest.approx(0.401)
    assert least_threshold(told, right, np.array([0.6, 0.6, 0.1, 0.2]), settings) == pytest.approx(0.601)
    with pytest.raises(ValueError, match="no threshold"):
        least_threshold(told, ~right, np.array([0.1]), settings)


def looked_at(names: list[str], scores: list[float]) -> Looked:
    """One box of 30 px on each photo; its point is along the axis of its number."""
    n = len(names)
    sides = np.array([[0.1, 0.1, 0.4, 0.3]] * n)
    return Looked(names, np.arange(n), sides, np.array(scores), np.full((n, 2), [30.0, 20.0]), np.eye(n, 8), np.zeros((n, 3, 64, 64), np.uint8))


def test_the_background_is_what_looks_most_like_marks_on_photos_that_are_not_apart():
    names = [f"coco/{i}.jpg" for i in range(5)]
    points, behind = background_of([looked_at(names, [0.5, 0.9, 0.3, 0.8, 0.7])], {names[1]}, 3)
    assert points.argmax(1).tolist() == [3, 4, 0]
    assert behind.tolist() == [is_behind(names[i]) for i in (3, 4, 0)]
    assert 0 < sum(is_behind(f"coco/{i}.jpg") for i in range(200)) < 200


def test_small_boxes_are_left_out():
    seen = looked_at(["a", "b"], [0.5, 0.5])
    assert len(large_enough(seen, 30).owner) == 2
    assert len(large_enough(seen, 31).owner) == 0 and large_enough(seen, 31).names == ["a", "b"]


def bare_recogniser(brands: np.ndarray, background: np.ndarray) -> Recogniser:
    """A recogniser without graphs."""
    recogniser = Recogniser.__new__(Recogniser)
    recogniser.brands, recogniser.points, recogniser.background = ["A", "B"], brands, background
    recogniser.settings = {"confidence": {"score": 0.0, "cosine": 0.0, "lead": 0.0, "clear": 10.0, "bias": 0.0}}
    return recogniser


def test_a_name_is_surer_the_nearer_the_brand_is_than_the_background():
    point = np.array([[1.0, 0.0]])
    box, score = np.array([[0, 0, 1, 1]]), np.array([0.5])
    near = bare_recogniser(np.array([[0.8, 0.6], [0, 1]]), np.array([[0.9, 0.436]])).named(box, score, point)[0]
    far = bare_recogniser(np.array([[0.8, 0.6], [0, 1]]), np.array([[-1.0, 0]])).named(box, score, point)[0]
    assert (near.brand, near.cosine, near.clear) == (0, pytest.approx(0.8), pytest.approx(-0.1))
    assert far.clear == pytest.approx(1.8)
    recogniser = bare_recogniser(np.eye(2), np.zeros((0, 2)))
    assert recogniser.named(box, score, point)[0].clear == 0
    assert recogniser.confidence(near) < 0.5 < recogniser.confidence(far)


def test_photos_are_judged_with_the_background_of_the_other_half():
    names = [f"coco/{i}.jpg" for i in range(12)]
    own = [is_behind(name) for name in names]
    background, behind = np.eye(2, 8), np.array([True, False])
    photos = judging_photos(bare_recogniser(np.ones((2, 8)), np.zeros((0, 8))), [looked_at(names, [0.5] * 12)], {names[own.index(True)]}, {names[1]: {"A"}}, background, behind)
    assert sorted(photo.name for photo in photos) == sorted(names)
    assert all(photo.there == ({"A"} if photo.name == names[1] else set()) for photo in photos)
    first, second = (next(photo for photo in photos if photo.name == name).found[0] for name in names[:2])
    # the point of each is along its own axis, as is a crop of the background
    assert first.clear == pytest.approx(0.0 if not own[0] or own.index(True) == 0 else 1.0)
    assert second.clear == pytest.approx(0.0 if own[1] and own.index(True) != 1 else 1.0)


def test_a_window_lies_in_the_photo_and_depends_on_its_name():
    photo = Image.new("RGB", (100, 60))
    assert window_of(photo, "a", 1.0) is photo
    assert window_of(photo, "a", 0.5).size == (50, 30)
    gradient = Image.linear_gradient("L").resize((100, 60))
    assert window_of(gradient, "a", 0.5).tobytes() == window_of(gradient, "a", 0.5).tobytes() != window_of(gradient, "b", 0.5).tobytes()
