"""Detectors as functions from photos to `Guess`: a checkpoint's network, the teacher alone, or a package's graph in onnxruntime."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from detect.average_precision import Guess
from detect.classes import ATTRIBUTE_VALUES, CLASSES
from detect.trunk import SIDE
from detect.two_stage import load_detector, starting_detector
from sessions import cpu_session

GRAPH_FILE = "objects.onnx"


@dataclass(frozen=True)
class Look:
    """A photo's boxes, the probability that people name each class of it [K], and each box's attributes (name -> probabilities [n, values])."""

    guess: Guess
    named: Tensor
    attributes: dict[str, Tensor] = field(default_factory=dict)


Looker = Callable[[np.ndarray], Look]  # uint8 [SIDE, SIDE, 3]


def read_as_runtime(path: Path) -> np.ndarray:
    """A photo as the runtime prepares it: uint8 [SIDE, SIDE, 3], stretched, Pillow's bilinear filter."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def read_pixels(path: Path) -> np.ndarray:
    """A photo as it is: uint8 [h, w, 3]."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def as_tensor(picture: np.ndarray) -> Tensor:
    """uint8 [h, w, 3] -> [1, 3, h, w] in 0..1"""
    return torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 255


def network(checkpoint: Path, weights: Path) -> Looker:
    """A checkpoint of train_detector.py."""
    model = load_detector(checkpoint, weights)

    def look(picture: np.ndarray) -> Look:
        found = model.detect(as_tensor(picture))[0]
        return Look(Guess(found.boxes, found.scores, found.labels), found.named, found.attributes)

    return look


def teacher(weights: Path) -> Looker:
    """NanoDet-Plus-m as it came; it names a class as surely as its surest box."""
    model = starting_detector(weights)

    def look(picture: np.ndarray) -> Look:
        boxes, scores, labels = model.teacher_detect(as_tensor(picture))[0]
        return Look(Guess(boxes, scores, labels), torch.zeros(len(CLASSES)).scatter_reduce(0, labels, scores, "amax"))

    return look


def packaged(graph: Path, threads: int = 1) -> Looker:
    """An exported graph; its boxes are left, top, width, height."""
    session = cpu_session(graph, threads)
    names = [o.name for o in session.get_outputs()]

    def look(picture: np.ndarray) -> Look:
        image = picture.transpose(2, 0, 1)[None].astype(np.float32)
        out = {k: torch.from_numpy(v) for k, v in zip(names, session.run(None, {"image": image}))}
        corners = torch.cat([out["boxes"][:, :2], out["boxes"][:, :2] + out["boxes"][:, 2:]], 1)
        return Look(Guess(corners, out["scores"], out["labels"]), out["tags"], {a: out[f"attributes.{a}"] for a in ATTRIBUTE_VALUES})

    return look


def looker(what: str, weights: Path) -> Looker:
    """`teacher`, a package's folder, a graph's file, or a checkpoint."""
    path = Path(what)
    if what == "teacher":
        return teacher(weights)
    if path.is_dir():
        return packaged(path / GRAPH_FILE)
    return packaged(path) if path.suffix == ".onnx" else network(path, weights)


def look_at(look: Looker, photos: Path, images: Iterable[str]) -> dict[str, Look]:
    """{image: what the detector says}."""
    return {image: look(read_as_runtime(photos / image)) for image in images}
