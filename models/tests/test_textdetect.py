"""The text detector: published weights, kernels of laid-over writing, layouts, rendered texts, and what is exported."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import ImageFont

from textdetect.compose import INSET, Bank, some_photos, write_on
from textdetect.export import DetectGraph, export_graph, overlap
from textdetect.layout import PANELS, SLOTS, corners, homography, make_layouts
from textdetect.lines import HEIGHT, INK, MARGIN, WIDTH, draw_line, draw_strokes, some_text
from textdetect.network import TextNet, fold_scalar, load_net, published_net, save_net, Step
from textdetect.rendered import some_ink
from textdetect.train import focal_and_dice, start_net

BAR = 200  # px of ink of the line in the tests


@pytest.fixture(scope="module")
def published(shared_data: Path) -> TextNet:
    weights = shared_data / "weights"
    return published_net(weights / "PP_OCRv5_mobile_det.ncnn.param", weights / "PP_OCRv5_mobile_det.ncnn.bin")


def bank_of_one_line(written: int) -> Bank:
    """A grey photo of 128 px, and one mask whose ink, a bar, is laid over it level at a quarter of its size."""
    mask = torch.zeros(1, HEIGHT, WIDTH, dtype=torch.uint8)
    mask[:, MARGIN : MARGIN + INK, MARGIN : MARGIN + BAR] = 255
    lines = torch.full((1, SLOTS), -1)
    lines[0, 0] = 0
    maps = torch.zeros(1, SLOTS, 3, 3)
    maps[0, 0] = torch.tensor([[4.0, 0, MARGIN - 4 * 20.0], [0, 4.0, MARGIN - 4 * 60.0], [0, 0, 1]])
    return Bank(
        torch.full((2, 3, 128, 128), 120, dtype=torch.uint8), mask, torch.tensor([float(BAR)]), written,
        lines, maps, torch.zeros(1, SLOTS, dtype=torch.long), torch.eye(3).expand(1, PANELS, 3, 3).contiguous(), torch.zeros(1, PANELS, dtype=torch.bool),
    )  # fmt: skip


def test_published_net_sees_letters_and_nothing_on_a_plain_ground(published: TextNet) -> None:
    picture = torch.full((1, 3, 64, 192), 230.0)
    font = ImageFont.load_default(size=28)
    mask, _ = draw_line("Hello there", font)
    ink = torch.from_numpy(np.asarray(mask)[::2, ::2].copy()).float() / 255
    picture[0, :, 20:44, :192] -= 200 * ink[:, :192]
    with torch.no_grad():
        found, plain = torch.sigmoid(published(picture))[0, 0], torch.sigmoid(published(torch.full_like(picture, 230.0)))[0, 0]
    assert found[28:36, 10:60].mean() > 0.5
    assert plain.max() < 0.3


def test_scalars_before_an_activation_are_part_of_the_convolution() -> None:
    step = Step(np.ones((2, 1, 1, 1), np.float32), np.ones(2, np.float32))
    fold_scalar(step, 2, 3.0)
    fold_scalar(step, 0, 0.5)
    step.active = True
    fold_scalar(step, 2, 2.0)
    fold_scalar(step, 0, -1.0)
    assert step.kernel.flatten().tolist() == [3, 3] and step.bias.tolist() == [3.5, 3.5]
    assert (step.after, step.shift) == (2.0, -1.0)


def test_narrow_net_starts_from_the_published_backbone(published: TextNet) -> None:
    net = start_net(published, 48)
    assert torch.equal(net.blocks[13].point.weight, published.blocks[13].point.weight)
    assert net.head.weight.shape == (12, 48, 3, 3)
    assert torch.equal(start_net(published, 96).head.weight, published.head.weight)


def test_checkpoint_comes_back(tmp_path: Path) -> None:
    net = TextNet(16)
    save_net(net, tmp_path / "net.pt")
    assert torch.allclose(load_net(tmp_path / "net.pt").stem.weight, net.stem.weight, atol=1e-3)


def test_kernel_is_the_ink_less_a_quarter_of_its_height() -> None:
    torch.manual_seed(0)
    bank = bank_of_one_line(written=1)
    pictures, kernel, touched = write_on(bank, some_photos(bank, 1, 128))
    rows, columns = np.where(kernel[0, 0].numpy() > 0.5)
    left, top, high, wide = 20, 60, INK / 4, BAR / 4
    assert abs(rows.min() - (top + INSET * high)) <= 1 and abs(rows.max() + 1 - (top + (1 - INSET) * high)) <= 1
    assert abs(columns.min() - (left + INSET * high)) <= 1 and abs(columns.max() + 1 - (left + wide - INSET * high)) <= 1
    assert touched[0, 0, 64, 40] > 0.9 and touched[0, 0, 100, 40] == 0
    assert (pictures[0, :, 65, 40] - pictures[0, :, 110, 40]).abs().max() > 20


def test_signs_that_are_no_writing_have_no_kernel() -> None:
    torch.manual_seed(0)
    bank = bank_of_one_line(written=0)
    _, kernel, touched = write_on(bank, some_photos(bank, 1, 128))
    assert kernel.max() == 0 and touched.max() > 0.9


def test_layouts_keep_lines_apart_and_inside() -> None:
    side = 256
    layouts = make_layouts(np.full(30, 180, np.int32), 40, side, seed=3)
    assert (layouts.lines >= 0).sum() > 60
    for lines, maps in zip(layouts.lines, layouts.maps):
        taken = np.zeros((side, side), int)
        y, x = np.mgrid[0:side, 0:side] + 0.5
        for line, matrix in zip(lines, maps):
            if line >= 0:
                u, v, w = matrix.astype(np.float64) @ np.stack([x.ravel(), y.ravel(), np.ones(side * side)])
                inside = ((u / w > MARGIN) & (u / w < MARGIN + 180) & (v / w > MARGIN) & (v / w < MARGIN + INK) & (w > 0)).reshape(side, side)
                taken += inside
        assert taken.max() <= 1


def test_homography_takes_corners_to_corners() -> None:
    source = np.array([[3, 4], [90, 10], [80, 60], [5, 50]], float)
    u, v, w = homography(source, corners(100, 40)) @ np.c_[source, np.ones(4)].T
    assert np.allclose(np.c_[u / w, v / w], corners(100, 40))


def test_drawn_lines_fill_their_height_and_long_ones_are_left_out() -> None:
    font = ImageFont.load_default(size=64)
    mask, width = draw_line("Sale", font)
    rows, columns = np.where(mask > 100)
    assert (rows.min() - MARGIN <= 1) and (MARGIN + INK - 1 - rows.max() <= 1) and abs(columns.max() + 1 - MARGIN - width) <= 1
    assert draw_line("far too many words for a single mask, all of them one after the other", font) is None
    rng = random.Random(1)
    assert all(drawn is None or drawn[0].shape == (HEIGHT, WIDTH) for drawn in (draw_strokes(rng) for _ in range(20)))
    assert all(some_text(rng, ["dog"]).strip() for _ in range(50))


def test_ink_differs_from_its_ground() -> None:
    rng = random.Random(2)
    for level in (0, 90, 128, 255):
        ink = np.array(some_ink(rng, np.full(3, level)))
        assert abs(ink @ [0.299, 0.587, 0.114] - level) >= 70


def test_loss_is_small_where_the_answer_is_right() -> None:
    target = torch.zeros(1, 1, 16, 16)
    target[..., 4:8, 2:14] = 1
    right, wrong = (target * 2 - 1) * 9, (1 - target * 2) * 9
    assert focal_and_dice(right, target) < 0.05 < 1 < focal_and_dice(wrong, target)


def test_exported_graph_takes_any_size(tmp_path: Path) -> None:
    ort = pytest.importorskip("onnxruntime")
    torch.manual_seed(0)
    graph = DetectGraph(TextNet(16)).eval()
    export_graph(graph, tmp_path / "detect.onnx")
    session = ort.InferenceSession(tmp_path / "detect.onnx")
    for height, width in ((32, 64), (96, 32)):
        x = torch.rand(1, 3, height, width) * 255
        with torch.no_grad():
            assert np.allclose(session.run(None, {"image": x.numpy()})[0], graph(x).numpy(), atol=1e-4)


def test_overlap_of_kernels() -> None:
    a, b = np.zeros((1, 1, 4, 4)), np.zeros((1, 1, 4, 4))
    a[..., :2, :], b[..., 1:3, :] = 1, 1
    assert overlap([a], [b]) == pytest.approx(1 / 3)
