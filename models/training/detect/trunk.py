"""The detector's first stage: NanoDet-Plus-m (../detector.py) with rows for more classes in its last layers."""

from pathlib import Path

import torch
from torch import Tensor, nn

from detect.classes import COCO_CLASSES
from detector import HEADS, MEAN_BGR, STD_BGR, NcnnNet

SIDE = 416  # px of the square that a picture is stretched to
STRIDES = list(HEADS)  # 8, 16, 32, 64
PYRAMID = {8: "1367", 16: "1391", 32: "1415", 64: "1428"}  # stride -> blob of 96 channels
LAST_LAYERS = ("Conv_453", "Conv_473", "Conv_493", "Conv_513")  # 80 class logits and 32 box bins each
FIRST_KERNEL = "Conv_0_kernel"
BINS = 32  # 4 sides x 8
CHANNELS = 96
RARE_LOGIT = -6.0  # where the added rows of the last layers begin


class Trunk(nn.Module):
    """NanoDet-Plus-m with more classes: pictures [n, 3, s, s] in 0..1 -> points' class logits [n, p, K], bins [n, p, 32] and pyramid maps."""

    def __init__(self, param: Path, binary: Path | None, classes: int):
        super().__init__()
        names = [name for _, name in HEADS.values()] + list(PYRAMID.values())
        self.net = NcnnNet(param, binary, names)
        self.classes = classes
        self.takes_bytes = False
        for layer in LAST_LAYERS:
            kernel, bias = self.net.weights[f"{layer}_kernel"], self.net.weights[f"{layer}_bias"]
            more = classes - len(COCO_CLASSES)
            self.net.weights[f"{layer}_kernel"] = nn.Parameter(torch.cat([kernel.data, torch.zeros(more, *kernel.shape[1:])]))
            self.net.weights[f"{layer}_bias"] = nn.Parameter(torch.cat([bias.data, torch.full((more,), RARE_LOGIT)]))
        self.register_buffer("mean", torch.tensor(MEAN_BGR).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(STD_BGR).view(1, 3, 1, 1), persistent=False)

    def take_bytes(self) -> None:
        """From now on pictures are RGB 0..255: the first kernel's channels change places, once, instead of every picture's."""
        kernel = self.net.weights[FIRST_KERNEL]
        self.net.weights[FIRST_KERNEL] = nn.Parameter(kernel.data.flip(1))
        self.mean, self.std, self.takes_bytes = self.mean.flip(1), self.std.flip(1), True

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, list[Tensor]]:
        pixels = pictures if self.takes_bytes else pictures.flip(1) * 255.0
        blobs = self.net((pixels - self.mean) / self.std)
        heads = torch.cat([raw.flatten(2) for raw in blobs[: len(STRIDES)]], 2).transpose(1, 2)
        known = len(COCO_CLASSES)
        logits = torch.cat([heads[..., :known], heads[..., known + BINS :]], -1)
        return logits, heads[..., known : known + BINS], blobs[len(STRIDES) :]
