"""Train the embedder of brand marks: crops out of synthetic scenes against the plain drawings of all icons, for so many minutes.

    python logos/train_embedder.py --data DATA --photos PHOTOS --marks marks.npz --out runs/mark-embedder.pt --device cuda --minutes 5

Each step has `batch` icons, one crop of each out of a scene (boxes a little off, as a detector's are) and one plain drawing of
each. A crop must be closer to its own drawing than to all others (cross-entropy over cosines), and crops of nothing (bare
photo, words, icons whose drawing is not there) must be close to none: they have the learnt answer `nothing`. So a threshold
holds for brands that come later. The checkpoint (a moving average, half floats) is written every 45 seconds and at the end.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from logos.mark_drawer import MarkDrawer  # noqa: E402
from logos.mark_embedder import MarkEmbedder, crop, crop_windows, draw_view  # noqa: E402
from logos.marks import load_marks  # noqa: E402
from logos.photos import cut_photos, read_train_photos  # noqa: E402
from logos.scenes import Look, SceneMaker  # noqa: E402
from logos.steps import resumed, train  # noqa: E402
from settings import parse  # noqa: E402

PHOTO = 224  # px of the photos that are kept
CANVAS = 112  # px of the small scenes that crops are taken from
LEAST_IN_VIEW = 20  # px: the longest side that a mark has before it is made small again


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    marks: Path = Path("cache/marks.npz")
    out: Path = Path("runs/mark-embedder.pt")
    device: str = "cpu"
    minutes: float = 5.0
    batch: int = 768  # icons with a drawing
    strangers: int = 128  # icons without one
    bare: int = 256  # crops of photos and words
    rate: float = 2e-3
    decay: float = 0.02
    average: float = 0.997
    jitter: float = 0.12  # of a box's sides
    photos_most: int = 100_000
    workers: int = 5
    resume: Path | None = None  # a checkpoint to go on from
    seed: int = 2


def shaken(boxes: Tensor, jitter: float, maker: SceneMaker) -> Tensor:
    """Boxes whose sides are off by up to `jitter` of the box."""
    size = (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
    return boxes + (maker.rand(len(boxes), 4) * 2 - 1) * jitter * size


def coarse(crops: Tensor, maker: SceneMaker) -> Tensor:
    """Some crops as if they had come from 16 to 40 px only."""
    kind = maker.rand(len(crops))[:, None, None, None]
    for side, below in ((40, 0.45), (28, 0.3), (20, 0.12)):
        low = F.interpolate(F.interpolate(crops, size=(side, side), mode="area"), size=crops.shape[-2:], mode="bilinear", align_corners=False)
        crops = torch.where(kind < below, low, crops)
    return crops


def mark_crops(maker: SceneMaker, photos: Tensor, icons: Tensor, s: Settings) -> tuple[Tensor, Tensor]:
    """One crop [n, 3, 64, 64] of each of `icons` on a small scene, and whether the mark could be seen there [n]."""
    chosen = torch.randint(len(photos), (len(icons),), generator=maker.generator, device=s.device)
    scenes = cut_photos(photos, chosen, CANVAS, 0.3, maker.generator)
    drawn, boxes, seen = maker.put(scenes, icons, scenes.new_full((len(icons), 1, 4), -1.0))
    crops = crop(maker.camera(drawn), torch.arange(len(icons), device=s.device), crop_windows(shaken(boxes, s.jitter, maker)))
    return coarse(crops, maker), seen


def bare_crops(maker: SceneMaker, photos: Tensor, s: Settings) -> Tensor:
    """Crops [bare, 3, 64, 64] of random windows of photos, half of them with a word there."""
    chosen = torch.randint(len(photos), (s.bare,), generator=maker.generator, device=s.device)
    scenes = cut_photos(photos, chosen, CANVAS, 0.3, maker.generator)
    words = maker.pick(maker.drawer.marks.parts["word"], s.bare)
    drawn, boxes, seen = maker.put(scenes, words, scenes.new_full((s.bare, 1, 4), -1.0))
    word = (maker.rand(s.bare) < 0.4) & seen
    size = CANVAS * (0.12 + 0.8 * maker.rand(s.bare, 2))
    left = maker.rand(s.bare, 2) * (CANVAS - size)
    windows = torch.where(word[:, None], boxes, torch.cat([left, left + size], 1))
    pictures = torch.where(word[:, None, None, None], drawn, scenes)
    return coarse(crop(maker.camera(pictures), torch.arange(s.bare, device=s.device), crop_windows(shaken(windows, s.jitter, maker))), maker)


def drawings(maker: SceneMaker, icons: Tensor) -> Tensor:
    """Plain drawings [n, 3, 64, 64] of icons in colours that are well apart."""
    n = len(icons)
    ground = torch.where(maker.rand(n, 1) < 0.6, maker.rand(n, 1).round().expand(n, 3), maker.rand(n, 3))
    ink = torch.where(maker.rand(n, 1) < 0.5, 1 - ground.mean(1, keepdim=True).round().expand(n, 3), maker.rand(n, 3))
    dark = ground.mean(1, keepdim=True) > 0.5
    ink = torch.where((ink - ground).abs().mean(1, keepdim=True) < 0.3, dark.logical_not().float().expand(n, 3), ink)
    return draw_view(maker.drawer.marks.masks[icons], maker.drawer.extent[icons], ink, ground)


def contrast_loss(model: MarkEmbedder, queries: Tensor, plain: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """Cross-entropy of queries [q, 128] over drawings [b, 128] and nothing; `wanted` [q] is a drawing, b for nothing, -1 for not asked. And the share right."""
    scale = model.scale.clamp(max=4.2).exp()
    logits = torch.cat([queries @ plain.T, model.nothing.expand(len(queries), 1)], 1) * scale
    back = F.cross_entropy((plain @ queries[: len(plain)].T) * scale, torch.where(wanted[: len(plain)] >= 0, torch.arange(len(plain), device=plain.device), -1), ignore_index=-1)
    asked = wanted >= 0
    right = (logits.argmax(1) == wanted)[asked].float().mean()
    return F.cross_entropy(logits, wanted, ignore_index=-1, label_smoothing=0.02) + 0.3 * back, right


def main(s: Settings) -> None:
    torch.manual_seed(s.seed)
    photos = read_train_photos(s.data, s.photos, PHOTO, s.photos_most, s.workers).to(s.device)
    marks = load_marks(s.marks)
    icons = torch.cat([marks.parts["brand"], marks.parts["train"]]).to(s.device)
    maker = SceneMaker(MarkDrawer(marks.to(s.device)), Look(smallest=0.3, largest=0.98, words=0.0, empty=0.0), s.seed, s.device)
    model = resumed(MarkEmbedder(), "embedder", s)
    nothing = torch.full((s.strangers + s.bare,), s.batch, device=s.device)
    numbers = torch.arange(s.batch, device=s.device)
    print(f"{len(photos)} photos, {len(icons)} marks, {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters", flush=True)

    def batch() -> dict[str, Tensor]:
        drawn = icons[torch.randperm(len(icons), generator=maker.generator, device=s.device)[: s.batch + s.strangers]]
        with torch.no_grad():
            crops, seen = mark_crops(maker, photos, drawn, s)
            pictures = torch.cat([crops, bare_crops(maker, photos, s), drawings(maker, drawn[: s.batch])])
        with torch.autocast(s.device, torch.bfloat16, enabled=s.device == "cuda"):
            points = model(pictures.contiguous(memory_format=torch.channels_last))
        wanted = torch.where(torch.cat([seen, seen.new_ones(s.bare)]), torch.cat([numbers, nothing]), -1)
        loss, right = contrast_loss(model, points[: -s.batch], points[-s.batch :], wanted)
        return {"loss": loss, "right": right, "scale": model.scale.exp(), "nothing": model.nothing}

    train(model, "embedder", batch, s)


if __name__ == "__main__":
    main(parse(Settings))
