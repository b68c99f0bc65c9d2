"""The text detector: PP-OCRv5 mobile (backbone PP-LCNetV3, neck RSE-FPN, head DB) as plain PyTorch, started from its ncnn file.

The published graph has a learnable scale and shift before and after each activation. Those before it are part of the
convolution that they follow; those after it are part of the convolution that comes next (a shift would be missing only
in the outermost pixels, where a padded convolution reads zeros). So what is left are convolutions and activations.
Papers: PP-OCRv3 (Li et al. 2022), DB (Liao et al. 2020). Weights: PaddleOCR, Apache-2.0.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from detector import FP16_TAG, read_params

# kernel, channels in, channels out, stride, squeeze and excitation: the blocks; a stage ends before each stride of 2
BLOCKS = [
    (3, 16, 32, 1, False), (3, 32, 48, 2, False), (3, 48, 48, 1, False), (3, 48, 96, 2, False), (3, 96, 96, 1, False),
    (3, 96, 192, 2, False), *[(5, 192, 192, 1, False)] * 4, (5, 192, 384, 2, True), (5, 384, 384, 1, True), *[(5, 384, 384, 1, False)] * 2,
]  # fmt: skip
TAPS = {2: 12, 4: 18, 9: 42, 13: 360}  # after block i (strides 4, 8, 16, 32) a 1x1 convolution to so many channels
STRIDE = 32
# What the published network expects: BGR, 0..1, less the mean, by the deviation.
MEAN_BGR, STD_BGR = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def conv(i: int, o: int, k: int, stride: int = 1, groups: int = 1, bias: bool = True) -> nn.Conv2d:
    return nn.Conv2d(i, o, k, stride, k // 2, groups=groups, bias=bias)


class Excite(nn.Module):
    """Squeeze and excitation with a hard sigmoid; `residual` adds the input (RSE), else a scale and shift come first."""

    def __init__(self, channels: int, residual: bool):
        super().__init__()
        self.down, self.up = conv(channels, channels // 4, 1), conv(channels // 4, channels, 1)
        self.residual = residual
        if not residual:
            self.scale, self.shift = nn.Parameter(torch.ones(())), nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        x = x if self.residual else x * self.scale + self.shift
        gate = self.up(F.relu(self.down(x.mean((2, 3), keepdim=True))))
        y = x * torch.clamp(gate / 6 + 0.5, 0.0, 1.0)
        return x + y if self.residual else y


class Block(nn.Module):
    """Depthwise, then pointwise convolution; the depthwise one has an activation unless it strides."""

    def __init__(self, kernel: int, i: int, o: int, stride: int, excite: bool):
        super().__init__()
        self.deep, self.point = conv(i, i, kernel, stride, groups=i), conv(i, o, 1)
        self.excite = Excite(i, residual=False) if excite else None
        self.active = stride == 1

    def forward(self, x: Tensor) -> Tensor:
        x = F.hardswish(self.deep(x)) if self.active else self.deep(x)
        return F.hardswish(self.point(self.excite(x) if self.excite else x))


class TextNet(nn.Module):
    """Pictures, RGB 0..255, [n, 3, h, w] with h and w multiples of 32 -> logits [n, 1, h, w] that a pixel is in a line's kernel.

    `wide` is the neck's width and `thin` a quarter of it: 96 and 24 as published.
    """

    def __init__(self, wide: int = 96):
        super().__init__()
        thin = wide // 4
        self.wide = wide
        self.stem = conv(3, 16, 3, 2)
        self.blocks = nn.ModuleList(Block(*b) for b in BLOCKS)
        self.taps = nn.ModuleList(conv(BLOCKS[i][2], c, 1) for i, c in TAPS.items())
        self.ins = nn.ModuleList(conv(c, wide, 1, bias=False) for c in TAPS.values())
        self.ins_excite = nn.ModuleList(Excite(wide, residual=True) for _ in TAPS)
        self.outs = nn.ModuleList(conv(wide, thin, 3, bias=False) for _ in TAPS)
        self.outs_excite = nn.ModuleList(Excite(thin, residual=True) for _ in TAPS)
        self.head = conv(wide, thin, 3)
        self.up = nn.ConvTranspose2d(thin, thin, 2, 2)
        self.last = nn.ConvTranspose2d(thin, 1, 2, 2)
        self.register_buffer("mean", torch.tensor(MEAN_BGR).view(1, 3, 1, 1) * 255, persistent=False)
        self.register_buffer("std", torch.tensor(STD_BGR).view(1, 3, 1, 1) * 255, persistent=False)

    def pyramid(self, x: Tensor) -> list[Tensor]:
        """Backbone features of strides 4, 8, 16, 32 with the channels of `TAPS`."""
        x, taps = self.stem((x.flip(1) - self.mean) / self.std), []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in TAPS:
                taps.append(self.taps[len(taps)](x))
        return taps

    def forward(self, x: Tensor) -> Tensor:
        levels = [excite(project(t)) for t, project, excite in zip(self.pyramid(x), self.ins, self.ins_excite)]
        for i in (2, 1, 0):
            levels[i] = levels[i] + F.interpolate(levels[i + 1], scale_factor=2.0, mode="nearest")
        thin = [excite(out(t)) for t, out, excite in zip(levels, self.outs, self.outs_excite)]
        thin = [t if i == 0 else F.interpolate(t, scale_factor=float(2**i), mode="nearest") for i, t in enumerate(thin)]
        return self.last(F.relu(self.up(F.relu(self.head(torch.cat(thin[::-1], 1))))))


@dataclass
class Step:
    """A convolution of the ncnn file with the scalars around its activation: act(k * x + b) * after + shift."""

    kernel: np.ndarray
    bias: np.ndarray | None
    after: float = 1.0
    shift: float = 0.0
    active: bool = False


def read_steps(param: Path, binary: Path) -> list[Step]:
    """The convolutions in the file's order; a scale or shift before an activation is multiplied in."""
    blob, offset, steps = binary.read_bytes(), 0, []
    for line in param.read_text().splitlines()[2:]:
        kind, _, ins, outs, *rest = line.split()
        p = read_params(rest[int(ins) + int(outs) :])
        if kind.startswith(("Convolution", "Deconvolution")):
            count, side, size = int(p[0][0]), int(p[1][0]), int(p[6][0])
            if int(np.frombuffer(blob, np.uint32, 1, offset)[0]) != FP16_TAG:
                raise ValueError(f"{binary}: expected half-float weights at byte {offset}")
            kernel = np.frombuffer(blob, np.float16, size, offset + 4).astype(np.float32).reshape(count, -1, side, side)
            offset += 4 + (size * 2 + 3) // 4 * 4
            bias = np.frombuffer(blob, np.float32, count, offset).copy() if int(p[5][0]) else None
            offset += 4 * count if bias is not None else 0
            steps.append(Step(kernel, bias))
        elif kind == "HardSwish":
            steps[-1].active = True
        elif kind == "BinaryOp" and int(ins) == 1:
            fold_scalar(steps[-1], int(p[0][0]), p[2][0])
    if offset != len(blob):
        raise ValueError(f"{binary}: expected {offset} bytes of weights but the file has {len(blob)}")
    return steps


def fold_scalar(step: Step, operation: int, value: float) -> None:
    """ncnn's BinaryOp with a scalar: 0 adds, 2 multiplies."""
    if step.active:
        step.after, step.shift = (step.after, step.shift + value) if operation == 0 else (step.after * value, step.shift * value)
    elif operation == 0:
        step.bias = (np.zeros(len(step.kernel), np.float32) if step.bias is None else step.bias) + value
    else:
        step.kernel = step.kernel * value
        step.bias = None if step.bias is None else step.bias * value


def take(module: nn.Module, step: Step, before: Step | None = None) -> Step:
    """Puts a step into a convolution and returns it; `before` is the one whose scale and shift its input still lacks."""
    kernel = torch.from_numpy(step.kernel)
    kernel = kernel.transpose(0, 1) if isinstance(module, nn.ConvTranspose2d) else kernel
    bias = None if step.bias is None else torch.from_numpy(step.bias)
    if before is not None:
        bias = before.shift * kernel.sum((1, 2, 3)) + (0 if bias is None else bias)
        kernel = kernel * before.after
    if kernel.shape != module.weight.shape or (bias is None) != (module.bias is None):
        raise ValueError(f"expected a kernel {tuple(module.weight.shape)} {'with' if module.bias is not None else 'without'} bias but the file has {tuple(kernel.shape)}")
    with torch.no_grad():
        module.weight.copy_(kernel)
        if bias is not None:
            module.bias.copy_(bias)
    return step


def published_net(param: Path, binary: Path) -> TextNet:
    """The network with the published weights."""
    net, steps = TextNet(), iter(read_steps(param, binary))
    before, tapped = take(net.stem, next(steps)), []
    for i, block in enumerate(net.blocks):
        deep = take(block.deep, next(steps), before)
        if block.excite:
            take_excite(block.excite, steps)
            with torch.no_grad():
                block.excite.scale.fill_(deep.after)
                block.excite.shift.fill_(deep.shift)
            deep = None
        before = take(block.point, next(steps), deep)
        if i in TAPS:
            tapped.append(before)
    for tap, before in zip(net.taps, tapped):
        take(tap, next(steps), before)
    for parts, excites in ((net.ins, net.ins_excite), (net.outs, net.outs_excite)):
        for part, excite in zip(list(parts)[::-1], list(excites)[::-1]):
            take(part, next(steps))
            take_excite(excite, steps)
    for part in (net.head, net.up, net.last):
        take(part, next(steps))
    if next(steps, None) is not None:
        raise ValueError(f"{param}: more convolutions than the network has")
    return net.eval()


def take_excite(excite: Excite, steps: Iterator[Step]) -> None:
    take(excite.down, next(steps))
    take(excite.up, next(steps))


def load_net(path: Path) -> TextNet:
    """The network of a checkpoint that train.py wrote (half floats on disk)."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    net = TextNet(state["wide"])
    net.load_state_dict({name: values.float() for name, values in state["net"].items()})
    return net.eval()


def save_net(net: TextNet, path: Path) -> None:
    """Half floats; written whole or not at all."""
    new = path.with_name(path.name + ".new")
    torch.save({"wide": net.wide, "net": {name: values.detach().half().cpu() for name, values in net.state_dict().items()}}, new)
    new.replace(path)
