"""Picture encoders: backbones, the detector read from ncnn files, and cached features."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from backbone import Backbone, round_channels, same_pad
from conftest import REPO
from data import read_picture
from detector import FP16_TAG, DetectorGrid, NcnnNet, read_params, shuffle_channels
from encoder import DETECTOR_BIN, DETECTOR_PARAM, SIDE, GridEncoder, build_encoder, freeze_batch_norm, pictures_to_tensor
from features import augment, encoder_session
from small import small_encoder

CAT = 15  # of the 80 COCO classes


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def weights(shared_data):
    """The folder of starting weights; skipped where it lacks the detector."""
    folder = shared_data / "weights"
    if not (folder / DETECTOR_PARAM).is_file():
        pytest.skip(f"the detector's {DETECTOR_PARAM} is not in ../shared/data/weights")
    return folder


@pytest.mark.parametrize(("name", "channels"), [("mobilenet_v2", 1280), ("efficientnet_lite0", 1280), ("xception", 1024)])
@torch.no_grad()
def test_backbones_give_a_grid_of_eight_by_eight_cells(name, channels, tmp_path):
    encoder = build_encoder(name, False, tmp_path, pretrained=False).eval()
    assert encoder(torch.rand(1, 3, 256, 256)).shape == (1, 64, channels) and encoder.channels == channels


@pytest.mark.parametrize(("down", "right"), [(0, 0), (0, 1), (1, 0), (1, 1)])
@torch.no_grad()
def test_cells_are_row_by_row(down, right):
    """A lit quadrant of the picture changes the same quadrant of the 8 x 8 cells, and others only along its edge (padding shifts by less than a cell)."""
    encoder, half = small_encoder(), SIDE // 2
    picture = torch.full((1, 3, SIDE, SIDE), 0.5)
    lit = picture.clone()
    lit[..., down * half : (down + 1) * half, right * half : (right + 1) * half] = 1.0
    change = (encoder(lit) - encoder(picture)).abs().sum(-1)[0]
    quadrants = change.reshape(2, 4, 2, 4).mean((1, 3))
    assert quadrants[down, right] > 2 * quadrants.flatten().topk(2).values[1]


def test_padding_is_tensorflows():
    assert same_pad(torch.zeros(1, 1, 224, 7), 3, 2).shape == (1, 1, 225, 9)
    assert float(same_pad(torch.ones(1, 1, 4, 4), 3, 2)[0, 0, 0, 0]) == 1 and [round_channels(c) for c in (16, 17.6, 35.2)] == [16, 16, 32]


def test_frozen_batch_statistics_stay():
    encoder = small_encoder().train()
    freeze_batch_norm(encoder)
    before = [b.clone() for b in encoder.buffers()]
    encoder(torch.rand(2, 3, 256, 256)).sum().backward()
    assert all(map(torch.equal, before, encoder.buffers()))


def test_the_onnx_session_answers_as_pytorch_does_on_any_number_of_pictures():
    encoder = small_encoder()
    session, pictures = encoder_session(encoder, 1), torch.rand(3, 3, 256, 256)
    found = session.run(None, {"image": pictures.numpy()})[0]
    with torch.no_grad():
        assert np.allclose(found, encoder(pictures).numpy(), atol=1e-4)


def test_views_are_the_picture_its_mirror_and_seeded_crops():
    pictures = torch.rand(4, 3, 32, 32)
    assert torch.equal(augment(pictures, 0, np.random.default_rng(0)), pictures)
    assert torch.equal(augment(pictures, 1, np.random.default_rng(0)), pictures.flip(-1))
    one, same, other = (augment(pictures, 2, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(one, same) and not torch.equal(one, other) and one.shape == pictures.shape
    assert one.min() >= 0 and one.max() <= 1


NCNN = """7767517
9 10
Input in 0 1 x
Convolution conv 1 1 x y 0=8 1=3 3=2 4=1 5=1 6=216 9=2 -23310=1,1.000000e-01
Split split 1 2 y y1 y2
ShuffleChannel shuffle 1 1 y1 s 0=2
Crop crop 1 1 s c -23309=1,0 -23310=1,4 -23311=1,0
ConvolutionDepthWise deep 1 1 y2 d 0=8 1=3 3=1 4=1 5=1 6=72 7=8
Pooling pool 1 1 d p 0=0 1=3 2=2 3=1 5=1
Interp interp 1 1 p u 0=2 1=2.000000e+00 2=2.000000e+00
Concat concat 2 1 c u out
Convolution unused 1 1 out z 0=1 1=1 5=1 6=12
"""


def blob(kernel: np.ndarray, bias: np.ndarray) -> bytes:
    half = kernel.astype(np.float16).tobytes()
    return np.uint32(FP16_TAG).tobytes() + half + bytes(-len(half) % 4) + bias.astype(np.float32).tobytes()


@torch.no_grad()
def test_an_ncnn_graph_is_computed_layer_by_layer(tmp_path):
    rng = np.random.default_rng(0)
    shapes = ((8, 3, 3, 3), (8, 1, 3, 3), (1, 12, 1, 1))
    kernels, biases = [rng.normal(size=s).astype(np.float16).astype(np.float32) for s in shapes], [rng.normal(size=s[0]).astype(np.float32) for s in shapes]
    (tmp_path / "n.param").write_text(NCNN)
    (tmp_path / "n.bin").write_bytes(b"".join(map(blob, kernels, biases)))
    net, x = NcnnNet(tmp_path / "n.param", tmp_path / "n.bin", ["out"]), torch.randn(2, 3, 8, 8)
    k, b = [torch.from_numpy(a) for a in kernels], [torch.from_numpy(a) for a in biases]
    y = F.leaky_relu(F.conv2d(x, k[0], b[0], 2, 1), 0.1)
    d = F.conv2d(y, k[1], b[1], 1, 1, groups=8)
    u = F.interpolate(F.max_pool2d(d, 3, 2, 1), scale_factor=2.0, mode="bilinear", align_corners=False)
    assert torch.allclose(net(x)[0], torch.cat([y[:, [0, 4, 1, 5]], u], 1), atol=1e-5)
    assert not any("unused" in name for name in net.weights)
    (tmp_path / "n.bin").write_bytes(b"".join(map(blob, kernels, biases)) + b"more")
    with pytest.raises(ValueError, match="bytes of weights but the file has"):
        NcnnNet(tmp_path / "n.param", tmp_path / "n.bin", ["out"])


def test_unknown_layers_and_full_floats_are_refused(tmp_path):
    (tmp_path / "n.param").write_text("7767517\n2 2\nInput in 0 1 x\nSwish s 1 1 x y\n")
    with pytest.raises(ValueError, match="ncnn layer Swish"):
        NcnnNet(tmp_path / "n.param", None, ["y"])(torch.zeros(1))
    (tmp_path / "n.param").write_text("7767517\n2 2\nInput in 0 1 x\nConvolution c 1 1 x y 0=1 1=1 6=1\n")
    (tmp_path / "n.bin").write_bytes(bytes(16))
    with pytest.raises(ValueError, match="half-float"):
        NcnnNet(tmp_path / "n.param", tmp_path / "n.bin", ["y"])


def test_parameters_and_the_exported_shuffle():
    assert read_params(["0=24", "-23310=1,1.0e-01", "2=2.0"]) == {0: [24], 10: [0.1], 2: [2.0]}
    x = torch.randn(2, 6, 3, 3)
    assert torch.equal(shuffle_channels(x, 2), F.channel_shuffle(x, 2))


@torch.no_grad()
def test_the_detector_sees_the_cat(weights):
    detector = DetectorGrid(weights / DETECTOR_PARAM, weights / DETECTOR_BIN).eval()
    pictures = pictures_to_tensor(np.stack([read_picture(REPO / "test" / "fixtures" / "photos" / f"{n}.jpg", 256) for n in ("cat", "coffee")]))
    cells = detector(pictures)
    assert cells.shape == (2, 64, 272) and int(cells[0, :, :80].amax(0).argmax()) == CAT and cells[0, :, CAT].max() > 0.5 > cells[1, :, CAT].max()


@torch.no_grad()
def test_an_encoder_joins_backbone_and_detector(weights):
    both = GridEncoder(Backbone("mobilenet_v2"), DetectorGrid(weights / DETECTOR_PARAM, weights / DETECTOR_BIN)).eval()
    picture = torch.rand(1, 3, 256, 256)
    regions = both(picture)
    assert regions.shape == (1, 64, 1280 + 272) == (1, 64, both.channels)
    assert torch.allclose(regions[..., 1280:], both.detector(picture), atol=1e-6)
    assert build_encoder("", True, weights, pretrained=False).channels == 272
