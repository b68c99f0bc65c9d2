"""The logo networks' parts: masks, scenes, what a cell speaks for, crops, and what their two trainings share."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import ImageFont

from logos.clock import Average
from logos.mark_detector import assign, cell_middles, detection_loss, iou
from logos.mark_drawer import MarkDrawer
from logos.mark_embedder import SIDE, MarkEmbedder, crop, crop_windows, prototypes
from logos.marks import ROW, Marks, draw_word, unlike, unpack_masks
from logos.plain_photos import PATTERN
from logos.recognise import overlap
from logos.scenes import Look, SceneMaker, boxes_of, covered_share
from logos.steps import groups, recent, resumed, train
from logos.train_detector import padded
from logos.train_embedder import contrast_loss


def square(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    """A mask of 256 x 256 bits with a rectangle in it."""
    mask = np.zeros((256, 256), np.uint8)
    mask[top:bottom, left:right] = 1
    return np.packbits(mask.reshape(-1))


@pytest.fixture(scope="module")
def marks() -> Marks:
    """A bar, a block, and a word's worth of stripe."""
    packed = np.stack([square(10, 98, 246, 158), square(60, 60, 196, 196), square(10, 118, 246, 138)])
    parts = {"brand": torch.tensor([0, 1]), "train": torch.tensor([], dtype=torch.long), "held": torch.tensor([], dtype=torch.long), "word": torch.tensor([2])}
    return Marks(unpack_masks(packed), ["bar", "block", "word"], ["Bar", "Block", ""], parts)


def test_masks_are_means_of_their_bits():
    mask = unpack_masks(square(0, 0, 256, 1)[None])
    assert mask.shape == (1, 1, 128, 128)
    assert mask[0, 0, 0, 5] == 0.5 and mask[0, 0, 1, 5] == 0


def test_icons_that_look_the_same_are_left_out():
    masks = np.stack([square(10, 98, 246, 158), square(10, 98, 246, 157), square(60, 60, 196, 196)])
    assert unlike(masks, [0, 1, 2]) == [0, 2]
    assert unlike(masks, [2, 1, 0]) == [2, 1]


def test_a_word_is_drawn_as_long_as_a_mark():
    bits = np.unpackbits(draw_word("sale", ImageFont.load_default(40))).reshape(256, 256)
    columns = np.flatnonzero(bits.any(0))
    assert draw_word("sale", ImageFont.load_default(40)).size == ROW
    assert 225 <= columns[-1] - columns[0] + 1 <= 240


def test_a_seed_is_a_scene_and_boxes_lie_around_what_was_drawn(marks):
    photos = torch.full((6, 3, 96, 128), 0.5)
    make = lambda seed: SceneMaker(MarkDrawer(marks), Look(words=0, empty=0, covered=0), seed, "cpu").scenes(photos, marks.parts["brand"], 2)  # noqa: E731
    one, same, other = make(3), make(3), make(4)
    assert torch.equal(one.pictures, same.pictures) and torch.equal(one.boxes, same.boxes)
    assert not torch.equal(one.pictures, other.pictures)
    assert len(one.boxes) > 0
    for box, owner in zip(one.boxes.round().long(), one.owner):
        inside = one.pictures[owner, :, box[1] : box[3], box[0] : box[2]]
        assert inside.std() > 0.02  # the ground alone is even but for noise


def test_words_and_empty_plates_have_no_boxes(marks):
    photos = torch.rand(8, 3, 64, 64)
    assert len(SceneMaker(MarkDrawer(marks), Look(words=1.0), 1, "cpu").scenes(photos, marks.parts["brand"], 2).boxes) == 0
    assert len(SceneMaker(MarkDrawer(marks), Look(empty=1.0, words=0), 1, "cpu").scenes(photos, marks.parts["brand"], 2).boxes) == 0


def test_boxes_of_masks():
    ink = torch.zeros(2, 5, 8, dtype=torch.bool)
    ink[0, 1:3, 2:7] = True
    boxes, seen = boxes_of(ink)
    assert boxes[0].tolist() == [2, 1, 7, 3]
    assert seen.tolist() == [True, False]


def test_how_much_of_a_box_is_taken():
    boxes, taken = torch.tensor([[0.0, 0, 10, 10]]), torch.tensor([[[5.0, 0, 15, 10], [-1, -1, -1, -1]]])
    assert covered_share(boxes, taken).item() == pytest.approx(0.5)
    assert covered_share(boxes, taken[:, 1:]).item() == 0


def test_cells_speak_for_boxes_of_their_size():
    middles, strides = cell_middles(320)
    boxes = torch.tensor([[[40.0, 40, 80, 80], [100, 100, 300, 300], [-1, -1, -1, -1]]])
    which, speaks = assign(boxes, middles, strides)
    small, large = speaks[0] & (which[0] == 0), speaks[0] & (which[0] == 1)
    assert set(strides[small].tolist()) == {8.0}
    assert set(strides[large].tolist()) == {32.0}
    assert ((middles[small] - 60).abs() < 12).all()
    assert not speaks[0][which[0] == 2].any()


def test_the_loss_is_least_for_the_right_boxes():
    middles, strides = cell_middles(320)
    boxes = torch.tensor([[[40.0, 40, 80, 80]]])
    which, speaks = assign(boxes, middles, strides)
    right = boxes[:, :1].expand(1, len(middles), 4)
    sure = torch.where(speaks, 8.0, -8.0)
    good = detection_loss(sure, right, boxes, which, speaks)
    assert good < 0.01
    assert detection_loss(sure, right + 15, boxes, which, speaks) > 0.5
    assert detection_loss(-sure, right, boxes, which, speaks) > 1


def test_overlap_of_boxes_two_ways():
    a, b = torch.tensor([0.0, 0, 2, 2]), torch.tensor([1.0, 0, 3, 2])
    plain, general = iou(a, b)
    assert plain.item() == pytest.approx(1 / 3)
    assert general.item() == pytest.approx(1 / 3)
    assert iou(a, b + 10)[1].item() < 0
    assert overlap(np.array([0, 0, 2, 2.0]), np.array([[1, 0, 3, 2.0]]))[0] == pytest.approx(1 / 3)


def test_windows_have_a_margin_and_are_not_slim():
    windows = crop_windows(torch.tensor([[100.0, 100, 200, 180], [0, 50, 100, 60]]))
    assert windows[0].tolist() == pytest.approx([92, 92, 208, 188])
    assert (windows[1][3] - windows[1][1]).item() == pytest.approx(58)


def test_a_crop_of_64_px_is_the_picture_itself():
    picture = torch.arange(70.0).view(1, 1, 1, 70).expand(1, 3, 70, 70)
    found = crop(picture, torch.zeros(1, dtype=torch.long), torch.tensor([[3.0, 5, 67, 69]]), 1)
    assert found.shape == (1, 3, SIDE, SIDE)
    assert found[0, 0, 0, :3].tolist() == pytest.approx([3, 4, 5], abs=1e-3)


def test_a_crop_goes_on_with_the_edge():
    picture = torch.full((1, 3, 8, 8), 0.25)
    assert crop(picture, torch.zeros(1, dtype=torch.long), torch.tensor([[-40.0, -40, 0, 0]])).unique().tolist() == [0.25]


def test_prototypes_are_unit_vectors(marks):
    points = prototypes(MarkEmbedder().eval(), marks.masks[:2], MarkDrawer(marks).extent[:2])
    assert points.shape == (2, 128)
    assert points.norm(dim=1).tolist() == pytest.approx([1, 1], abs=1e-5)


def test_crops_near_their_drawing_have_less_loss():
    model, plain = MarkEmbedder(), torch.eye(4, 128)
    wanted = torch.tensor([0, 1, 2, 3, 4])
    nothing = -torch.ones(1, 128) / 128**0.5
    loss, right = contrast_loss(model, torch.cat([plain, nothing]), plain, wanted)
    assert right == 1
    assert contrast_loss(model, torch.cat([plain.flip(0), nothing]), plain, wanted)[0] > loss


def test_boxes_of_each_picture_are_padded():
    scenes = type("S", (), {"boxes": torch.arange(12.0).view(3, 4), "owner": torch.tensor([2, 0, 2])})()
    out = padded(scenes, 3, 2)
    assert out[0, 0].tolist() == [4, 5, 6, 7] and out[2, :, 0].tolist() == [0, 8] and (out[1] == -1).all()


def test_the_average_starts_short_and_keeps_whole_numbers():
    layer = torch.nn.BatchNorm1d(1)
    average = Average(layer, 0.99)
    with torch.no_grad():
        layer.weight.fill_(12.0)
        layer.num_batches_tracked.fill_(5)
    average.update(layer)
    assert average.state["weight"].item() == pytest.approx(1 * (1 / 11) + 12 * (10 / 11))
    assert average.state["num_batches_tracked"].item() == 5


def test_photos_that_may_carry_writing_are_told_by_their_captions():
    assert PATTERN.search("Two BUSES on a road") and PATTERN.search("a street sign")
    assert not PATTERN.search("A giraffe standing under a tree")


def test_kernels_decay_and_biases_do_not():
    some, none = groups(torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1), torch.nn.BatchNorm2d(4)), 0.1)
    assert [p.ndim for p in some["params"]] == [4] and some["weight_decay"] == 0.1
    assert [p.ndim for p in none["params"]] == [1, 1, 1] and none["weight_decay"] == 0.0


def test_a_training_makes_the_loss_less_and_leaves_a_checkpoint_to_go_on_from(tmp_path, monkeypatch, capsys):
    torch.manual_seed(0)
    seconds = itertools.count(0, 0.2)  # each look at the clock takes that long
    monkeypatch.setattr("logos.clock.time", SimpleNamespace(monotonic=lambda: next(seconds)))
    pace = SimpleNamespace(out=tmp_path / "runs" / "line.pt", minutes=2.0, rate=0.05, decay=0.0, average=0.9, resume=None, device="cpu")
    model, x = resumed(torch.nn.Linear(1, 1), "line", pace), torch.linspace(-1, 1, 16)[:, None]
    losses = []

    def batch() -> dict[str, torch.Tensor]:
        losses.append((model(x) - 3 * x).square().mean())
        return {"loss": losses[-1]}

    steps = train(model, "line", batch, pace)
    assert steps == len(losses) and losses[-1] < losses[0] / 10
    assert f"done: {steps} steps, loss" in capsys.readouterr().out
    again = resumed(torch.nn.Linear(1, 1), "line", SimpleNamespace(resume=pace.out, device="cpu"))
    assert again.weight.item() == pytest.approx(model.weight.item(), abs=0.2)


def test_the_figures_that_are_told_are_moving_means():
    first = recent({}, {"loss": torch.tensor(2.0)})
    assert first == {"loss": 2.0}
    assert recent(first, {"loss": torch.tensor(4.0)})["loss"] == pytest.approx(2.1)
