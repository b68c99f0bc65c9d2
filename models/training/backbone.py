"""Image encoders that give grid features, started from permissively licensed ImageNet weights.

Three families behind one small interface (`Backbone`: pictures [n, 3, s, s] in 0..1 -> grid [n, cells, channels]):
MobileNetV2 and EfficientNet-Lite share one inverted-residual network (Sandler et al. 2018; Tan and Le 2019, the
"lite" variants without squeeze-and-excitation and with ReLU6), Xception follows Chollet 2017 up to block 13.

pretrained.py reads the starting weights.
"""

from dataclasses import dataclass
from math import ceil

import torch.nn.functional as F
from torch import Tensor, nn


def same_pad(x: Tensor, kernel: int, stride: int) -> Tensor:
    """TensorFlow's SAME padding (more on the right and bottom), which the starting weights expect."""
    if stride == 1:
        total = [kernel - 1, kernel - 1]
    else:
        total = [max((ceil(int(n) / stride) - 1) * stride + kernel - int(n), 0) for n in x.shape[-2:]]
    top, left = total[0] // 2, total[1] // 2
    return F.pad(x, (left, total[1] - left, top, total[0] - top))


class ConvBn(nn.Module):
    """Convolution with SAME padding, batch normalisation, and an activation (or none)."""

    def __init__(self, cin: int, cout: int, kernel: int = 1, stride: int = 1, groups: int = 1, act: nn.Module | None = None, eps: float = 1e-3):
        super().__init__()
        self.kernel, self.stride = kernel, stride
        self.padding = kernel // 2 if stride == 1 else 0
        self.conv = nn.Conv2d(cin, cout, kernel, stride, self.padding, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(cout, eps=eps, momentum=0.01)
        self.act = act

    def forward(self, x: Tensor) -> Tensor:
        if self.stride > 1 and self.kernel > 1:
            x = same_pad(x, self.kernel, self.stride)
        x = self.bn(self.conv(x))
        return self.act(x) if self.act is not None else x


class InvertedResidual(nn.Module):
    """1x1 expand, depthwise, 1x1 project; a skip where shapes allow (MobileNetV2, section 3.3)."""

    def __init__(self, cin: int, cout: int, kernel: int, stride: int, expand: int):
        super().__init__()
        mid = cin * expand
        self.expand = ConvBn(cin, mid, act=nn.ReLU6()) if expand != 1 else None
        self.depthwise = ConvBn(mid, mid, kernel, stride, groups=mid, act=nn.ReLU6())
        self.project = ConvBn(mid, cout)
        self.skip = stride == 1 and cin == cout

    def forward(self, x: Tensor) -> Tensor:
        y = self.depthwise(self.expand(x) if self.expand is not None else x)
        y = self.project(y)
        return x + y if self.skip else y


# (expand, channels, repeats, stride, kernel) per stage
MOBILENET_V2 = [(1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 32, 3, 2, 3), (6, 64, 4, 2, 3), (6, 96, 3, 1, 3), (6, 160, 3, 2, 3), (6, 320, 1, 1, 3)]
EFFICIENTNET = [(1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5), (6, 192, 4, 2, 5), (6, 320, 1, 1, 3)]


def round_channels(channels: float, divisor: int = 8) -> int:
    """EfficientNet's rounding of scaled channel counts to a multiple of 8, never below 90 %."""
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * channels else rounded


class InvertedResidualNet(nn.Module):
    """MobileNetV2 or EfficientNet-Lite up to the 1280-channel head: [n, 3, s, s] -> [n, 1280, s/32, s/32]."""

    def __init__(self, stages: list, width: float = 1.0, depth: float = 1.0):
        super().__init__()
        self.stem = ConvBn(3, 32, 3, 2, act=nn.ReLU6())
        blocks, cin = [], 32
        for index, (expand, channels, repeats, stride, kernel) in enumerate(stages):
            cout = round_channels(channels * width)
            fixed = index in (0, len(stages) - 1)  # the lite variants do not deepen the first and last stage
            for i in range(repeats if fixed else ceil(repeats * depth)):
                blocks.append(InvertedResidual(cin, cout, kernel, stride if i == 0 else 1, expand))
                cin = cout
        self.blocks = nn.Sequential(*blocks)
        self.head = ConvBn(cin, 1280, act=nn.ReLU6())

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.blocks(self.stem(x)))


class SeparableConv(nn.Module):
    """Depthwise 3x3 then pointwise 1x1 then batch normalisation (Xception has no activation in between)."""

    def __init__(self, cin: int, cout: int):
        super().__init__()
        self.depthwise = nn.Conv2d(cin, cin, 3, padding=1, groups=cin, bias=False)
        self.pointwise = nn.Conv2d(cin, cout, 1, bias=False)
        self.bn = nn.BatchNorm2d(cout, eps=1e-3, momentum=0.01)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.pointwise(self.depthwise(x)))


class XceptionBlock(nn.Module):
    """Separable convolutions with ReLU before each, and a residual branch (Chollet 2017, figure 5)."""

    def __init__(self, cin: int, channels: list[int], down: bool, first_relu: bool = True):
        super().__init__()
        self.convs = nn.ModuleList(SeparableConv(a, b) for a, b in zip([cin, *channels[:-1]], channels))
        self.first_relu = first_relu
        self.branch = ConvBn(cin, channels[-1], 1, 2) if down else None

    def forward(self, x: Tensor) -> Tensor:
        y = x
        for i, conv in enumerate(self.convs):
            y = conv(F.relu(y) if i or self.first_relu else y)
        if self.branch is None:
            return x + y
        y = F.max_pool2d(F.pad(y, self._pool_pad(y), value=float("-inf")), 3, 2)
        return y + self.branch(x)

    @staticmethod
    def _pool_pad(y: Tensor) -> tuple[int, int, int, int]:
        total = [max((ceil(int(n) / 2) - 1) * 2 + 3 - int(n), 0) for n in y.shape[-2:]]
        return total[1] // 2, total[1] - total[1] // 2, total[0] // 2, total[0] - total[0] // 2


class Xception(nn.Module):
    """Xception up to block 13: [n, 3, s, s] -> [n, 1024, ~s/32, ~s/32] (7 x 7 at 224)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, 2, bias=False)
        self.bn1 = nn.BatchNorm2d(32, eps=1e-3, momentum=0.01)
        self.conv2 = nn.Conv2d(32, 64, 3, bias=False)
        self.bn2 = nn.BatchNorm2d(64, eps=1e-3, momentum=0.01)
        middle = [XceptionBlock(728, [728] * 3, down=False) for _ in range(8)]
        self.blocks = nn.Sequential(
            XceptionBlock(64, [128, 128], True, first_relu=False),
            XceptionBlock(128, [256, 256], True),
            XceptionBlock(256, [728, 728], True),
            *middle,
            XceptionBlock(728, [728, 1024], True),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        return F.relu(self.blocks(x))


@dataclass(frozen=True)
class BackboneSpec:
    """What a backbone expects and gives: side in pixels, channels out, (x * 255 - mean) / std per channel."""

    name: str
    side: int
    channels: int
    mean: float
    std: float


SPECS = {
    "mobilenet_v2": BackboneSpec("mobilenet_v2", 224, 1280, 127.5, 127.5),
    "efficientnet_lite0": BackboneSpec("efficientnet_lite0", 224, 1280, 127.0, 128.0),
    "efficientnet_lite1": BackboneSpec("efficientnet_lite1", 224, 1280, 127.0, 128.0),
    "efficientnet_lite2": BackboneSpec("efficientnet_lite2", 224, 1280, 127.0, 128.0),
    "xception": BackboneSpec("xception", 224, 1024, 127.5, 127.5),
}
LITE_SCALES = {"efficientnet_lite0": (1.0, 1.0), "efficientnet_lite1": (1.0, 1.1), "efficientnet_lite2": (1.1, 1.2)}


class Backbone(nn.Module):
    """Pictures as RGB in 0..1, [n, 3, side, side], to grid features [n, cells, channels], row by row."""

    def __init__(self, name: str):
        super().__init__()
        self.spec = SPECS[name]
        if name == "xception":
            self.net = Xception()
        elif name == "mobilenet_v2":
            self.net = InvertedResidualNet(MOBILENET_V2)
        else:
            self.net = InvertedResidualNet(EFFICIENTNET, *LITE_SCALES[name])

    def forward(self, pictures: Tensor) -> Tensor:
        x = (pictures * 255.0 - self.spec.mean) / self.spec.std
        return self.net(x).flatten(2).transpose(1, 2)
