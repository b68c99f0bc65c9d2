"""A small COCO detector as a second pair of eyes for the captioner: NanoDet-Plus-m read from its ncnn files.

`NcnnNet` reads an ncnn text graph (.param) and its weights (.bin) into a PyTorch module whose kernels are ordinary
parameters, so that it can be tuned further and exported. `DetectorGrid` turns it into grid features for captioning:
per cell the largest class probability of the 80 COCO classes over all pyramid levels, and the head features.
Format: https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

FP16_TAG = 0x01306B47  # marks a weight blob stored as half floats
HEADS = {8: ("1440", "1441"), 16: ("1465", "1466"), 32: ("1490", "1491"), 64: ("1515", "1516")}  # stride -> features, scores
CLASSES = 80
MEAN_BGR, STD_BGR = (103.53, 116.28, 123.675), (57.375, 57.12, 58.395)


def read_params(words: list[str]) -> dict[int, list[float]]:
    """`0=24 -23310=1,0.1` -> {0: [24], 10: [0.1]} (array keys are -23300 - id)."""
    params = {}
    for word in words:
        key, value = word.split("=")
        number = int(key)
        values = [float(v) for v in value.split(",")]
        params[-number - 23300 if number < -23000 else number] = values[1:] if number < -23000 else values
    return params


class NcnnNet(nn.Module):
    """An ncnn graph of the layers NanoDet uses; `forward` returns the blobs asked for by name. Unknown layers raise."""

    def __init__(self, param: Path, binary: Path | None, outputs: list[str]):
        super().__init__()
        self.outputs = outputs
        self.layers: list[tuple[str, list[str], list[str], dict[int, list[float]], str]] = []
        self.weights = nn.ParameterDict()
        blob = binary.read_bytes() if binary else None
        offset = 0
        for line in param.read_text().splitlines()[2:]:
            kind, name, ins, outs, *rest = line.split()
            n_in, n_out = int(ins), int(outs)
            p = read_params(rest[n_in + n_out :])
            self.layers.append((kind, rest[:n_in], rest[n_in : n_in + n_out], p, name))
            if kind.startswith("Convolution"):
                count, side, size = int(p[0][0]), int(p[1][0]), int(p[6][0])
                shape = (count, size // count // side // side, side, side)
                kernel, bias = np.zeros(shape, np.float32), np.zeros(count, np.float32)
                if blob is not None:
                    kernel, bias, offset = self._read_conv(blob, offset, shape, count)
                self.weights[f"{name}_kernel"] = nn.Parameter(torch.from_numpy(kernel))
                self.weights[f"{name}_bias"] = nn.Parameter(torch.from_numpy(bias))
        if blob is not None and offset != len(blob):
            raise ValueError(f"{binary}: expected {offset} bytes of weights but the file has {len(blob)}")
        self._drop_unused()

    @staticmethod
    def _read_conv(blob: bytes, offset: int, shape: tuple, count: int):
        if int(np.frombuffer(blob, np.uint32, 1, offset)[0]) != FP16_TAG:
            raise ValueError("expected half-float weights in the ncnn file")
        size = int(np.prod(shape))
        kernel = np.frombuffer(blob, np.float16, size, offset + 4).astype(np.float32).reshape(shape)
        offset += 4 + (size * 2 + 3) // 4 * 4
        bias = np.frombuffer(blob, np.float32, count, offset).copy()
        return kernel, bias, offset + count * 4

    def _drop_unused(self) -> None:
        """Keep only what the asked outputs need, so that no untrained layer is carried along."""
        needed, kept = set(self.outputs), []
        for layer in reversed(self.layers):
            if needed & set(layer[2]):
                needed |= set(layer[1])
                kept.append(layer)
        self.layers = kept[::-1]
        names = {layer[4] for layer in kept}
        for key in list(self.weights):
            if key.rsplit("_", 1)[0] not in names:
                del self.weights[key]

    def forward(self, x: Tensor) -> list[Tensor]:
        blobs: dict[str, Tensor] = {}
        for kind, ins, outs, p, name in self.layers:
            a = [blobs[i] for i in ins]
            if kind == "Input":
                y = x
            elif kind.startswith("Convolution"):
                groups = int(p.get(7, [1])[0])
                y = F.conv2d(a[0], self.weights[f"{name}_kernel"], self.weights[f"{name}_bias"], int(p.get(3, [1])[0]), int(p.get(4, [0])[0]), 1, groups)
                if int(p.get(9, [0])[0]) == 2:
                    y = F.leaky_relu(y, p[10][0])
            elif kind == "Pooling":
                y = F.max_pool2d(a[0], int(p[1][0]), int(p[2][0]), int(p[3][0]))
            elif kind == "ShuffleChannel":
                y = F.channel_shuffle(a[0], int(p[0][0])) if not torch.onnx.is_in_onnx_export() else shuffle_channels(a[0], int(p[0][0]))
            elif kind == "Crop":
                y = a[0][:, int(p[9][0]) : int(p[10][0])]
            elif kind == "Concat":
                y = torch.cat(a, 1)
            elif kind == "Interp":
                y = F.interpolate(a[0], scale_factor=p[1][0], mode="bilinear", align_corners=False)
            elif kind == "BinaryOp":
                y = a[0] + a[1]
            elif kind == "Split":
                y = a[0]
            else:
                raise ValueError(f"ncnn layer {kind} ({name}) is not known here")
            blobs.update(dict.fromkeys(outs, y))
        return [blobs[o] for o in self.outputs]


def shuffle_channels(x: Tensor, groups: int) -> Tensor:
    """ShuffleNet's channel shuffle as reshape and transpose (for export)."""
    n, c, h, w = x.shape
    return x.reshape(n, groups, c // groups, h, w).transpose(1, 2).reshape(n, c, h, w)


class DetectorGrid(nn.Module):
    """Pictures as RGB in 0..1, [n, 3, s, s] -> [n, 64, 272]: 8 x 8 cells of 80 class probabilities and 2 x 96 head features.

    The picture is looked at with 320 x 320 pixels; strides 8 to 64 give maps of 40, 20, 10 and 5 cells, all brought
    to 40 x 40 and then pooled 5 x 5 (maximum for classes and features of stride 16 and 32).
    """

    side, cells, channels = 320, 8, CLASSES + 2 * 96

    def __init__(self, param: Path, binary: Path | None = None):
        super().__init__()
        names = [name for features, scores in HEADS.values() for name in (features, scores)]
        self.net = NcnnNet(param, binary, names)
        self.register_buffer("mean", torch.tensor(MEAN_BGR).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(STD_BGR).view(1, 3, 1, 1), persistent=False)

    def heads(self, pictures: Tensor) -> dict[int, tuple[Tensor, Tensor]]:
        """Per stride: head features [n, 96, h, w] and raw outputs [n, 112, h, w] (80 class logits, 4 x 8 box bins)."""
        x = F.interpolate(pictures, size=(self.side, self.side), mode="bilinear", align_corners=False)
        blobs = self.net((x.flip(1) * 255.0 - self.mean) / self.std)
        return {stride: (blobs[2 * i], blobs[2 * i + 1]) for i, stride in enumerate(HEADS)}

    def forward(self, pictures: Tensor) -> Tensor:
        heads = self.heads(pictures)
        classes = [torch.sigmoid(F.interpolate(raw[:, :CLASSES], scale_factor=stride / 8, mode="nearest") if stride > 8 else raw[:, :CLASSES]) for stride, (_, raw) in heads.items()]
        best = classes[0]
        for other in classes[1:]:
            best = torch.maximum(best, other)
        features = [F.interpolate(heads[s][0], scale_factor=s / 8, mode="nearest") for s in (16, 32)]
        grid = torch.cat([best, *features], 1)
        return F.max_pool2d(grid, 5, 5).flatten(2).transpose(1, 2)
