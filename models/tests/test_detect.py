"""The two-stage detector: boxes, what photos teach, average precision, losses, and the exported graph."""

import math

import numpy as np
import pytest
import torch
from detect.augment import cut_out, move_boxes
from detect.average_precision import Guess, Truth, average_precision, mean_average_precision
from detect.blend_detector import FirstStage, Kept, blended, judge_kept
from detect.boxes import apply_deltas, best_per_class, boxes_at, covered, distances, generalised_iou, overlap, priors
from detect.classes import CLASS_OF_TYPE, CLASSES, COCO_CLASSES, PERSON, attribute_index
from detect.export_detector import export_graph, largest_difference
from detect.count_people import MOST, PeopleCurve, count_confidence, count_people, counted, fit_count, within_one
from detect.figures import fit_confidence, nouns_of, tag_rates, tag_threshold
from detect.looking import Look, packaged
from detect.losses import Lesson, bin_loss, named_loss, region_losses
from detect.pseudo_boxes import merge_looks
from detect.region_head import RegionHead, pool_regions
from detect.targets import Target, coco_targets, foreground_box, held_persons, named_classes, product_targets, settle_product
from detect.two_stage import Judgement, Proposals, image_tags, load_detector, save_detector, starting_detector
from torchvision.ops import box_iou, generalized_box_iou, roi_align

DOG = COCO_CLASSES.index("dog")


def boxes(*rows):
    return torch.tensor(rows, dtype=torch.float32).reshape(-1, 4)


def random_boxes(n, seed=0):
    a = torch.rand(n, 2, 2, generator=torch.Generator().manual_seed(seed)).sort(1).values
    return torch.cat([a[:, 0], a[:, 1] + 0.01], 1).clamp(0, 1)


def test_overlaps_are_torchvisions():
    a, b = random_boxes(7), random_boxes(7, 1)
    torch.testing.assert_close(overlap(a, b), box_iou(a, b))
    torch.testing.assert_close(generalised_iou(a, b), generalized_box_iou(a, b).diagonal())


def test_a_crowd_is_compared_by_what_it_covers():
    assert covered(boxes([0.0, 0.0, 0.2, 0.2]), boxes([0.0, 0.0, 1.0, 0.1]))[0, 0] == pytest.approx(0.5)


def test_no_refinement_leaves_boxes_and_none_grows_without_end():
    a = random_boxes(5)
    torch.testing.assert_close(apply_deltas(a, torch.zeros(5, 4)), a)
    grown = apply_deltas(boxes([0.4, 0.4, 0.5, 0.5]), torch.tensor([[0.0, 0.0, 1e6, 1e6]]))
    assert grown[0, 2] - grown[0, 0] == pytest.approx(0.4)


def test_boxes_come_from_points_and_bins():
    points, strides = priors([(2, 3), (1, 2)], [8, 16])
    assert points.tolist()[:4] == [[0, 0], [8, 0], [16, 0], [0, 8]] and strides.tolist() == [8] * 6 + [16] * 2
    sure = torch.full((8, 32), -50.0).view(8, 4, 8)
    sure[..., 2] = 50
    away = distances(sure.flatten(1))
    torch.testing.assert_close(away, torch.full((8, 4), 2.0))
    torch.testing.assert_close(boxes_at(points, strides, away, 32)[1], torch.tensor([0.0, 0.0, 24 / 32, 16 / 32]))


def test_duplicates_of_a_class_are_left_out_but_not_across_classes():
    place = boxes([0, 0, 1, 1], [0, 0, 1, 0.95])
    found, scores, where = best_per_class(place, torch.tensor([[0.9, 0.0], [0.8, 0.7]]), 0.05, 0.6, 10)
    assert where.tolist() == [[0, 0], [1, 1]] and len(found) == 2
    assert scores.tolist() == pytest.approx([0.9, 0.7])


def guess(scores, places, labels=None):
    return Guess(places, torch.tensor(scores), torch.tensor(labels or [0] * len(scores)))


def truth(places, crowds=None, labels=None):
    return Truth(places, torch.tensor(labels or [0] * len(places)), boxes() if crowds is None else crowds)


def test_average_precision_by_hand():
    """Two true boxes; hit, miss, hit: precision 1 up to recall 0.5, 2/3 up to 1 -> (51 x 1 + 50 x 2/3) / 101."""
    one, other, nothing = [0.0, 0.0, 0.2, 0.2], [0.5, 0.5, 0.9, 0.9], [0.3, 0.0, 0.4, 0.1]
    found = average_precision([guess([0.9, 0.8, 0.7], boxes(one, nothing, other))], [truth(boxes(one, other))])
    assert found[0] == pytest.approx((51 + 50 * 2 / 3) / 101)


def test_a_true_box_is_hit_once_and_a_crowd_excuses():
    one = [0.0, 0.0, 0.2, 0.2]
    twice = [guess([0.9, 0.8], boxes(one, one))]
    assert average_precision(twice, [truth(boxes(one, [0.8, 0.8, 0.9, 0.9]))])[0] == pytest.approx(51 / 101)
    in_crowd = [guess([0.9, 0.8], boxes([0.5, 0.5, 0.6, 0.6], one))]
    assert average_precision(in_crowd, [truth(boxes(one))])[0] == pytest.approx(0.5)
    assert average_precision(in_crowd, [truth(boxes(one), boxes([0.4, 0.4, 1.0, 1.0]))])[0] == pytest.approx(1.0)


def test_map_is_over_classes_with_boxes_and_a_missed_class_counts():
    one = [0.0, 0.0, 0.2, 0.2]
    assert mean_average_precision([guess([0.9, 0.9], boxes(one, one), [0, 2])], [truth(boxes(one, one), labels=[0, 1])]) == pytest.approx(0.5)


def test_regions_are_pooled_from_the_level_of_their_size():
    generator = torch.Generator().manual_seed(0)
    maps = [torch.rand(2, 96, side, side, generator=generator) for side in (52, 26, 13)]
    small, middle, large = [0.31, 0.22, 0.43, 0.37], [0.1, 0.1, 0.35, 0.4], [0.05, 0.1, 0.9, 0.8]
    pooled = pool_regions(maps, torch.stack([boxes(small, middle, large), boxes(large, small, middle)]), 416)
    for row, (picture, level, box) in enumerate([(0, 0, small), (0, 1, middle), (0, 2, large), (1, 2, large), (1, 0, small), (1, 1, middle)]):
        side = maps[level].shape[-1]
        alone = roi_align(maps[level][picture : picture + 1], [torch.tensor([box]) * side], (5, 5), 1.0, 2, True)
        torch.testing.assert_close(pooled[row], alone.flatten(), atol=1e-4, rtol=1e-4)


def test_a_region_at_the_rim_sees_nothing_of_the_map_beside():
    maps = [torch.zeros(1, 96, 52, 52), torch.ones(1, 96, 26, 26), torch.ones(1, 96, 13, 13)]
    pooled = pool_regions(maps, boxes([0.85, 0.5, 1.0, 0.65])[None], 416)
    assert pooled.abs().max() == 0


def test_the_second_stage_begins_by_changing_nothing():
    head = RegionHead(len(CLASSES))
    logits = torch.randn(3, len(CLASSES))
    judged, named, deltas, attributes, features = head(torch.randn(3, 96 * 25), random_boxes(3), logits, torch.randn(3, 192))
    torch.testing.assert_close(judged, logits)
    assert deltas.abs().max() == 0 and features.shape == (3, 192) and attributes["colour"].shape == (3, 12)
    torch.testing.assert_close(named, logits - 2)


def test_tags_are_a_noisy_or_over_regions_that_are_there():
    named = torch.tensor([[[0.0], [0.0], [50.0]]])
    assert image_tags(named, torch.tensor([[True, True, False]])).item() == pytest.approx(0.75)


def test_types_and_values_are_read_as_written():
    assert CLASSES[CLASS_OF_TYPE["polo shirt"]] == "polo shirt" and CLASSES[CLASS_OF_TYPE["sofa"]] == "couch"
    assert attribute_index("colour", "navy+white") == attribute_index("colour", "blue")
    assert attribute_index("colour", "light blue") >= 0 and attribute_index("material", "unknown") == -1
    assert attribute_index("material", "engineered wood") == attribute_index("material", "wood")


def test_captions_name_classes_but_not_by_words_of_two_meanings():
    assert named_classes(["A dog and two men.", "a trolley"]) == {DOG, PERSON}
    nouns = nouns_of(["a puppy", "a trolley on rails"])
    assert nouns.certain == {DOG} and {COCO_CLASSES[c] for c in nouns.perhaps} == {"bus", "train"}


def test_a_product_is_what_is_not_white():
    picture = np.full((200, 150, 3), 255, np.uint8)
    picture[40:120, 30:90] = 90
    picture[5, 145] = 0  # a speck
    target = Target("x", product=CLASS_OF_TYPE["shirt"])
    assert settle_product(target, picture)
    assert target.boxes == [pytest.approx((0.2, 0.2, 0.6, 0.6))]
    assert foreground_box(np.full((10, 10, 3), 255, np.uint8)) is None
    assert not settle_product(target, np.zeros((10, 10, 3), np.uint8))


def test_what_the_data_teach(shared_data):
    train, held = coco_targets(shared_data, "train"), held_persons(shared_data)
    assert len(held) == 240 and not held & set(train)
    assert not set(train) & set(coco_targets(shared_data, "test"))
    persons = [t for t in train.values() if t.settled[PERSON]]
    assert len(persons) > 2100 and all(t.settled[len(COCO_CLASSES) :].all() for t in train.values())
    assert any(t.settled.all() and DOG in t.labels for t in train.values())
    products = product_targets(shared_data, "train")
    assert all(t.settled[t.product] and not t.settled[PERSON] for t in products.values())


def test_boxes_move_as_the_pixels_do():
    picture = torch.full((3, 1, 80, 80), 0.45)
    box = torch.tensor([0.25, 0.5, 0.5, 0.75])
    picture[:, :, 40:60, 20:40] = 1.0
    scale = torch.tensor([[1.0, 1.0], [0.8, 0.9], [1.25, 1.25]])
    shift = torch.tensor([[0.0, 0.0], [0.1, 0.05], [-0.1, -0.2]])
    mirror = torch.tensor([True, False, True])
    seen = cut_out(picture.expand(-1, 3, -1, -1), scale, shift, mirror)[:, 0] > 0.75
    moved, visible = move_boxes(box.expand(3, 1, 4), scale, shift, mirror)
    assert visible.all()
    for i in range(3):
        rows, columns = seen[i].any(1).nonzero()[:, 0], seen[i].any(0).nonzero()[:, 0]
        pixels = torch.tensor([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]) / 80
        torch.testing.assert_close(moved[i, 0], pixels, atol=1.01 / 80, rtol=0)
    assert not move_boxes(box.expand(1, 1, 4), torch.tensor([[0.5, 0.5]]), torch.tensor([[0.45, 0.0]]), torch.tensor([False]))[1].any()


def test_looks_at_the_same_thing_are_averaged():
    here, near, far = [0.1, 0.1, 0.5, 0.5], [0.1, 0.1, 0.5, 0.54], [0.6, 0.6, 0.9, 0.9]
    scores = torch.zeros(2, 80)
    scores[0, DOG], scores[1, DOG] = 0.8, 0.6
    other = torch.zeros(1, 80)
    other[0, DOG] = 0.4
    merged, values, labels = merge_looks([(boxes(here, far), scores), (boxes(near), other)])
    assert labels.tolist() == [DOG, DOG] and values.tolist() == pytest.approx([0.6, 0.3])
    assert merged[0, 3] == pytest.approx((0.5 * 0.8 + 0.54 * 0.4) / 1.2)
    assert len(merge_looks([(boxes(here), torch.zeros(1, 80))])[0]) == 0


def test_bins_are_drawn_to_both_neighbours_of_a_distance():
    exact = torch.full((1, 4, 8), -20.0)
    exact[..., 2] = exact[..., 3] = 0.0
    wanted = torch.full((1, 4), 2.5)
    assert bin_loss(exact.flatten(1), wanted).item() == pytest.approx(math.log(2), abs=1e-4)
    assert bin_loss(exact.flatten(1), torch.full((1, 4), 5.0)).item() > 10


def lesson_of(places, labels, crowds=None):
    n = len(labels)
    classes = torch.ones(1, len(CLASSES), dtype=torch.bool)
    named = torch.full((1, 80), -1.0)
    return Lesson(places[None], torch.tensor([labels]), torch.ones(1, n), torch.ones(1, n, dtype=torch.bool), classes, boxes([0, 0, 0, 0])[None] if crowds is None else crowds[None], named, {})


def judgement_of(places, logits):
    return Judgement(places[None], logits[None], logits[None] - 2, {}, torch.zeros(1, len(logits), 4))


def test_regions_learn_from_the_boxes_they_lie_on_and_crowds_teach_nothing():
    place, crowd = boxes([0.1, 0.1, 0.5, 0.5], [0.6, 0.6, 0.8, 0.8]), boxes([0.5, 0.5, 1.0, 1.0])
    sure = torch.full((2, len(CLASSES)), -12.0)
    sure[0, DOG] = 12
    proposals = Proposals(place[None], sure[None], torch.ones(1, 2, dtype=torch.bool))
    losses = region_losses(proposals, judgement_of(place, sure), lesson_of(place[:1], [DOG]))
    assert losses["region"] < 1e-3 and losses["refine"] < 1e-3
    wrong = sure.clone()
    wrong[1, PERSON] = 6
    proposals = Proposals(place[None], wrong[None], torch.ones(1, 2, dtype=torch.bool))
    assert region_losses(proposals, judgement_of(place, wrong), lesson_of(place[:1], [DOG]))["region"] > 3
    assert region_losses(proposals, judgement_of(place, wrong), lesson_of(place[:1], [DOG], crowd))["region"] < 1e-3


def test_what_people_name_is_learned_only_where_it_is_known():
    place, logits = boxes([0, 0, 1, 1]), torch.full((1, len(CLASSES)), -12.0)
    lesson = lesson_of(place, [DOG])
    proposals = Proposals(place[None], logits[None], torch.ones(1, 1, dtype=torch.bool))
    assert named_loss(judgement_of(place, logits), proposals, lesson) == 0
    lesson.named.zero_()
    lesson.named[0, DOG] = 1
    assert named_loss(judgement_of(place, logits), proposals, lesson) > 10


def test_what_nobody_says_about_open_classes_changes_nothing():
    place = boxes([0.1, 0.1, 0.5, 0.5])
    thought = torch.full((1, len(CLASSES)), -12.0)
    thought[0, DOG] = 1.0
    lesson = lesson_of(place, [PERSON])
    lesson.classes[0, DOG] = False
    proposals = Proposals(place[None], thought[None], torch.ones(1, 1, dtype=torch.bool))
    same, less = thought.clone(), thought.clone()
    less[0, DOG] = -3
    same[0, PERSON] = less[0, PERSON] = 12
    assert region_losses(proposals, judgement_of(place, same), lesson)["region"] < 1e-3
    assert region_losses(proposals, judgement_of(place, less), lesson)["region"] > 0.3


def test_weights_between_two_networks(shared_data):
    """Half of the way in the trunk, a second stage that changes nothing, and the same regions as in one go."""
    start, trained = (starting_detector(shared_data / "weights") for _ in range(2))
    with torch.no_grad():
        trained.trunk.net.weights["Conv_0_bias"] += 2.0
        trained.head.classes.weight += 1.0
    model = blended(start, trained, 0.5)
    torch.testing.assert_close(model.trunk.net.weights["Conv_0_bias"], start.trunk.net.weights["Conv_0_bias"] + 1.0)
    assert model.head.classes.weight.abs().max() == 0
    picture = torch.rand(1, 3, 416, 416, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        proposals, judged = model.look(picture)
        kept = Kept(*FirstStage(model)(picture))
        again, same = judge_kept(model, kept, torch.tensor([0]))
    torch.testing.assert_close(again.boxes, proposals.boxes)
    torch.testing.assert_close(same.features, judged.features, atol=2e-3, rtol=1e-2)


def look_of(scores, labels, named=None):
    tags = torch.zeros(len(CLASSES))
    for label, value in (named or {}).items():
        tags[label] = value
    return Look(guess(scores, random_boxes(len(scores)), labels), tags)


def test_people_are_counted_by_the_sum_of_what_each_box_is_worth():
    looks = {"a": look_of([0.9, 0.8, 0.5, 0.5], [PERSON, PERSON, PERSON, DOG]), "b": look_of([0.2] * 10, [PERSON] * 10)}
    targets = {name: Target("x", [(0, 0, 1, 1)] * n, [PERSON] * n) for name, n in (("a", 2), ("b", 4))}
    assert counted(looks, targets, PeopleCurve(1.0, 0.0, 0.0, 0.0, 0.0)) == [(2, 2), (2, 4)]
    curve = fit_count(looks, targets)
    assert within_one(counted(looks, targets, curve)) == 1.0
    assert within_one([(1, 2), (3, 3), (5, 2)]) == pytest.approx(2 / 3)
    assert count_confidence([(1, 1), (1, 4), (0, 0)])[:2] == [(0, 0.667), (1, 0.5)]


def test_a_box_is_worth_by_its_size_what_hides_it_and_its_company():
    one, inside, beside = [0.0, 0.0, 0.4, 0.4], [0.1, 0.1, 0.3, 0.3], [0.6, 0.6, 0.8, 0.8]
    half = torch.tensor([0.5, 0.5])
    assert count_people(boxes(one, inside), half, PeopleCurve(1.0, 5.0, 0.0, -30.0, 0.0)) == 1
    assert count_people(boxes(one, beside), half, PeopleCurve(1.0, 5.0, 0.0, -30.0, 0.0)) == 2
    assert count_people(boxes(one, beside), half, PeopleCurve(1.0, -12.0, -10.0, 0.0, 0.0)) == 1  # logs of the sides: -0.9 and -1.6
    assert count_people(boxes(one, beside), half, PeopleCurve(1.0, -7.0, 0.0, 0.0, 20.0)) == 2  # together log(2)
    assert count_people(boxes(one), half[:1], PeopleCurve(1.0, -9.0, 0.0, 0.0, 20.0)) == 0  # alone log(1.5)
    assert count_people(random_boxes(40), torch.full((40,), 0.9), PeopleCurve(2.0, 3.0, 0.0, 0.0, 0.0)) == MOST


def test_tags_are_right_when_captions_name_them():
    nouns = {"a": nouns_of(["a dog with a man"]), "b": nouns_of(["a trolley"])}
    bus = COCO_CLASSES.index("bus")
    looks = {"a": look_of([], [], {DOG: 0.9, PERSON: 0.3, bus: 0.6}), "b": look_of([], [], {bus: 0.9})}
    assert tag_rates(looks, nouns, 0.5) == (0.5, 0.5)
    assert 0.6 < tag_threshold(looks, nouns, 0.9) <= 0.9


def test_the_confidence_is_the_share_of_hits():
    rng = np.random.default_rng(0)
    scores = rng.uniform(0.05, 0.95, 4000)
    chance = 1 / (1 + np.exp(-(1.5 * np.log(scores / (1 - scores)) - 0.5)))
    scale, shift = fit_confidence(scores, rng.random(4000) < chance)
    assert (scale, shift) == (pytest.approx(1.5, abs=0.15), pytest.approx(-0.5, abs=0.15))


def test_a_checkpoint_and_its_graph_find_the_same(shared_data, tmp_path):
    """Includes that the untrained network is its teacher: same classes at the same places."""
    torch.manual_seed(1)  # near ties of random heads may fall either way
    weights = shared_data / "weights"
    save_detector(starting_detector(weights), tmp_path / "detector.pt", steps=0)
    model = load_detector(tmp_path / "detector.pt", weights)
    generator = np.random.default_rng(0)
    pictures = [np.kron(generator.integers(0, 255, (n, n, 3)), np.ones((416 // n, 416 // n, 1))).astype(np.uint8) for n in (2, 8)]
    with torch.no_grad():  # a threshold that random pictures pass, and a head that says something
        model.trunk.net.weights["Conv_493_bias"][:3] += 6
        model.head.classes.weight.normal_(0, 0.05)
        model.head.refine.weight.normal_(0, 0.05)
    export_graph(model, tmp_path / "objects.onnx")
    assert largest_difference(model, tmp_path / "objects.onnx", pictures, 1) < 1e-3
    look, found = packaged(tmp_path / "objects.onnx")(pictures[0]), model.detect(torch.from_numpy(pictures[0]).permute(2, 0, 1)[None] / 255)[0]
    assert len(found.scores) > 3
    torch.testing.assert_close(look.guess.boxes, found.boxes, atol=1e-3, rtol=0)
    assert look.guess.labels.tolist() == found.labels.tolist()
    assert model.regions(torch.rand(2, 3, 64, 96), 36)["features"].shape == (2, 36, 192)
