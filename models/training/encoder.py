"""The picture encoder of a captioner: a backbone's grid cells, with or without a detector's grid beside it.

`GridEncoder` is the region-feature provider of both models (Up-Down and M2): RGB pictures in 0..1, [n, 3, 256, 256]
-> regions [n, 64, channels], 8 x 8 cells row by row. Another provider (detector regions) needs only the same shape
of answer.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from backbone import Backbone
from detector import DetectorGrid
from pretrained import load_pretrained

SIDE = 256  # pixels; 8 x 8 cells at stride 32
DETECTOR_PARAM = Path("nanodet-plus-m_416.ncnn.param")
DETECTOR_BIN = Path("nanodet-plus-m_416.ncnn.fp16.bin")


class GridEncoder(nn.Module):
    """Concatenates the backbone's cells and (with `detector`) the detector's cells: [n, 64, backbone + detector]."""

    def __init__(self, backbone: Backbone | None, detector: DetectorGrid | None):
        super().__init__()
        self.backbone, self.detector = backbone, detector
        self.channels = (backbone.spec.channels if backbone else 0) + (detector.channels if detector else 0)

    def forward(self, pictures: Tensor) -> Tensor:
        parts = []
        if self.backbone is not None:
            parts.append(self.backbone(pictures))
        if self.detector is not None:
            parts.append(self.detector(pictures))
        return torch.cat(parts, -1)


def build_encoder(backbone: str, detector: bool, weights: Path, pretrained: bool = True) -> GridEncoder:
    """An encoder by backbone name ("" = none), with the starting weights unless told otherwise."""
    net = None
    if backbone:
        net = load_pretrained(backbone, weights) if pretrained else Backbone(backbone)
    eyes = DetectorGrid(weights / DETECTOR_PARAM, weights / DETECTOR_BIN if pretrained else None) if detector else None
    return GridEncoder(net, eyes)


def freeze_batch_norm(module: nn.Module) -> None:
    """Batch statistics stay those of the starting weights: batches here are too small to estimate them anew."""
    for m in module.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.eval()


def pictures_to_tensor(pictures: np.ndarray) -> Tensor:
    """uint8 [n, h, w, 3] -> float [n, 3, h, w] in 0..1."""
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float().div_(255.0)
