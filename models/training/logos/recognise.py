"""The logo stage in numpy, from a package's own graphs: what functions/captioner/analysis/logos does, for measuring many pictures.

Halving, resizing (Pillow's bilinear), suppression, crop windows, and samples are the same arithmetic as there.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from logos.mark_embedder import SIDE as CROP
from logos.mark_embedder import crop, crop_windows
from sessions import cpu_session

MOST_TAPS = 8
TINY = 1e-6
FEATURES = ("score", "cosine", "lead", "clear")


@dataclass(frozen=True)
class Candidate:
    """A box that may hold a mark, the nearest brand, and how near."""

    box: tuple[float, float, float, float]  # corners in fractions of the sides
    score: float
    brand: int
    cosine: float
    lead: float
    clear: float = 0.0

    def features(self) -> tuple[float, float, float, float]:
        """What the confidence is made of: the detector's log odds, the cosine, and its leads over the next brand and over the background."""
        return float(np.log((self.score + TINY) / (1 - self.score + TINY))), self.cosine, self.lead, self.clear


def open_rgb(path: Path) -> Image.Image:
    """The picture as RGB."""
    with Image.open(path) as image:
        return image.convert("RGB")


def text_point(text: str) -> np.ndarray:
    """A prototype out of brands.json as a unit vector."""
    point = np.frombuffer(base64.b64decode(text), np.int8).astype(np.float32)
    return point / max(np.linalg.norm(point), 1e-9)


def point_text(point: np.ndarray) -> str:
    """A vector as brands.json keeps it: one signed byte for each number."""
    return base64.b64encode(np.round(point / np.abs(point).max() * 127).astype(np.int8).tobytes()).decode()


def read_background(path: Path) -> np.ndarray:
    """Unit vectors [n, 128] of a background.json."""
    return np.stack([text_point(text) for text in json.loads(path.read_text(encoding="utf-8"))["crops"]])


def overlap(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    """IoU of one box with boxes [n, 4]."""
    both = np.prod(np.clip(np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2]), 0, None), axis=1)
    area = lambda b: np.prod(b[..., 2:] - b[..., :2], axis=-1)  # noqa: E731
    return both / np.maximum(area(box) + area(others) - both, 1e-12)


def keep_boxes(boxes: np.ndarray, scores: np.ndarray, rules: dict) -> np.ndarray:
    """Indices of the boxes that stay, the surest first."""
    kept: list[int] = []
    for i in np.argsort(-scores, kind="stable"):
        if scores[i] < rules["atLeast"] or len(kept) == rules["most"]:
            break
        if np.all(boxes[i, 2:] > boxes[i, :2]) and (not kept or overlap(boxes[i], boxes[kept]).max() <= rules["overlap"]):
            kept.append(int(i))
    return np.array(kept, np.int64)


class Recogniser:
    """A logos package in onnxruntime; `brands` and `points` may be given to try other brands than the package's."""

    def __init__(self, package: Path, threads: int = 1, brands: list[str] | None = None, points: np.ndarray | None = None):
        manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
        self.settings = manifest["settings"]
        self.detector = cpu_session(package / manifest["graphs"]["detect"]["file"], threads)
        self.embedder = cpu_session(package / manifest["graphs"]["embed"]["file"], threads)
        listed = json.loads((package / "brands.json").read_text(encoding="utf-8"))["brands"]
        self.brands = brands or [entry["name"] for entry in listed]
        self.points = points if points is not None else np.stack([text_point(entry["point"]) for entry in listed])
        self.background = read_background(package / self.settings["background"]) if "background" in self.settings else np.zeros((0, self.points.shape[1]))

    def boxes(self, picture: Image.Image) -> tuple[np.ndarray, np.ndarray]:
        """Boxes [n, 4] in fractions and scores [n], the surest first."""
        side = self.settings["side"]
        small = picture
        while min(small.size) >= 2 * side:
            small = small.reduce(2, box=(0, 0, small.width // 2 * 2, small.height // 2 * 2))
        pixels = np.asarray(small.resize((side, side), Image.Resampling.BILINEAR), np.float32).transpose(2, 0, 1)[None]
        boxes, scores = self.detector.run(["boxes", "scores"], {"image": pixels})
        boxes = boxes.clip(0, 1)
        kept = keep_boxes(boxes, scores, self.settings["boxes"])
        longest = ((boxes[kept, 2:] - boxes[kept, :2]) * [picture.width, picture.height]).max(1)
        kept = kept[longest >= self.settings.get("leastPx", 0)]
        return boxes[kept], scores[kept]

    def crops(self, picture: Image.Image, boxes: np.ndarray) -> np.ndarray:
        """What the embedder sees of boxes in fractions, [n, 3, 64, 64] in 0..255."""
        pixels = torch.from_numpy(np.array(picture, np.float32)).permute(2, 0, 1)[None]
        windows = crop_windows(torch.from_numpy(boxes * np.array([picture.width, picture.height] * 2)).float())
        crops = []
        for window in windows:
            taps = int(np.clip(np.ceil(float((window[2:] - window[:2]).max()) / CROP), 1, MOST_TAPS))
            crops.append(crop(pixels, torch.zeros(1, dtype=torch.long), window[None], taps))
        return torch.cat(crops).numpy()

    def embed(self, crops: np.ndarray) -> np.ndarray:
        """Unit vectors [n, 128] of crops."""
        return self.embedder.run(["points"], {"crops": crops})[0]

    def candidates(self, picture: Image.Image) -> list[Candidate]:
        """All boxes with their nearest brands."""
        boxes, scores = self.boxes(picture)
        return self.named(boxes, scores, self.embed(self.crops(picture, boxes))) if len(boxes) else []

    def named(self, boxes: np.ndarray, scores: np.ndarray, points: np.ndarray) -> list[Candidate]:
        """The nearest brand of each box by its point."""
        near = points @ self.points.T  # [n, brands]
        order = np.sort(near, axis=1)
        lead = order[:, -1] - (order[:, -2] if near.shape[1] > 1 else -1)
        clear = order[:, -1] - (points @ self.background.T).max(1) if len(self.background) else np.zeros(len(points))
        return [Candidate(tuple(b), float(s), int(n.argmax()), float(n.max()), float(d), float(c)) for b, s, n, d, c in zip(boxes, scores, near, lead, clear)]

    def confidence(self, candidate: Candidate) -> float:
        """The probability that box and name are right, as the package's settings say."""
        rule = self.settings["confidence"]
        odds = rule["bias"] + sum(rule.get(name, 0.0) * value for name, value in zip(FEATURES, candidate.features()))
        return float(1 / (1 + np.exp(-odds)))
