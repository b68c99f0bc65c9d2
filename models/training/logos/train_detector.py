"""Train the detector of brand marks on synthetic scenes made on the fly, for so many minutes.

    python logos/train_detector.py --data DATA --photos PHOTOS --marks marks.npz --out runs/mark-detector.pt --device cuda --minutes 5

Starts from NanoDet-Plus-m (COCO) and trains all layers. The checkpoint (a moving average, half floats) is written every 45
seconds and at the end; a line every 10 seconds says step, loss, and steps a second. On a CPU: --photos_most 64 --batch 4.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from logos.mark_detector import SIDE, MarkDetector, assign, detection_loss  # noqa: E402
from logos.mark_drawer import MarkDrawer  # noqa: E402
from logos.marks import load_marks  # noqa: E402
from logos.photos import cut_photos, read_train_photos  # noqa: E402
from logos.scenes import Look, SceneMaker, Scenes  # noqa: E402
from logos.steps import resumed, train  # noqa: E402
from settings import parse  # noqa: E402


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    marks: Path = Path("cache/marks.npz")
    out: Path = Path("runs/mark-detector.pt")
    device: str = "cpu"
    minutes: float = 5.0
    batch: int = 96
    most: int = 4  # marks in a scene
    rate: float = 1e-3
    decay: float = 0.05
    average: float = 0.998
    closest: float = 0.55  # least share of a photo's side that is shown
    photos_most: int = 100_000
    workers: int = 5
    resume: Path | None = None  # a checkpoint to go on from
    seed: int = 1


def padded(scenes: Scenes, count: int, most: int) -> Tensor:
    """Boxes [n, most, 4] of each picture, -1 where there are fewer."""
    out = scenes.boxes.new_full((count, most, 4), -1.0)
    slot = torch.zeros(count, dtype=torch.long, device=scenes.boxes.device)
    order = torch.argsort(scenes.owner, stable=True)
    owner = scenes.owner[order]
    slot = torch.arange(len(owner), device=owner.device) - torch.searchsorted(owner, owner, right=False)
    out[owner, slot] = scenes.boxes[order]
    return out


def main(s: Settings) -> None:
    torch.manual_seed(s.seed)
    photos = read_train_photos(s.data, s.photos, SIDE, s.photos_most, s.workers).to(s.device)
    marks = load_marks(s.marks)
    icons = torch.cat([marks.parts["brand"], marks.parts["train"]]).to(s.device)
    maker = SceneMaker(MarkDrawer(marks.to(s.device)), Look(), s.seed, s.device)
    weights = s.data / "weights"
    model = resumed(MarkDetector(weights / "nanodet-plus-m_416.ncnn.param", weights / "nanodet-plus-m_416.ncnn.fp16.bin"), "detector", s)
    print(f"{len(photos)} photos, {len(icons)} marks", flush=True)

    def batch() -> dict[str, Tensor]:
        chosen = torch.randint(len(photos), (s.batch,), generator=maker.generator, device=s.device)
        with torch.no_grad():
            scenes = maker.scenes(cut_photos(photos, chosen, SIDE, s.closest, maker.generator), icons, s.most)
            boxes = padded(scenes, s.batch, s.most)
            which, speaks = assign(boxes, model.middles, model.strides)
        with torch.autocast(s.device, torch.bfloat16, enabled=s.device == "cuda"):
            logits, found = model(scenes.pictures.contiguous(memory_format=torch.channels_last))
        return {"loss": detection_loss(logits, found, boxes, which, speaks)}

    train(model, "detector", batch, s)


if __name__ == "__main__":
    main(parse(Settings))
