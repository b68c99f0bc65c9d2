"""Scenes to measure on, written once as JPEG files: other photos, other seeds and the true shape of photos, not a square.

    python logos/held_scenes.py --data DATA --photos PHOTOS --marks marks.npz --split test --part brand --count 500 --out cache/scenes/test

scenes.tsv lists what is on them: file, slug, left, top, right, bottom (fractions of the sides). `--part held` draws the icons that no
network has seen. Val has seed 11, test seed 12. About a second a scene.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from files import write_tsv  # noqa: E402
from logos.mark_drawer import MarkDrawer  # noqa: E402
from logos.marks import load_marks  # noqa: E402
from logos.photos import photo_names  # noqa: E402
from logos.scenes import Look, SceneMaker  # noqa: E402
from settings import parse  # noqa: E402

LONG, SHORT = 512, 384  # px of a scene
SEEDS = {"val": 11, "test": 12}
PARTS = ("brand", "held", "train")
QUALITY = 90


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    marks: Path = Path("cache/marks.npz")
    split: str = "val"
    part: str = "brand"
    count: int = 300
    most: int = 3  # marks in a scene
    out: Path = Path("cache/scenes/val")
    threads: int = 1


def read_canvas(path: Path) -> Tensor:
    """The photo as [1, 3, h, w] in 0..1, 512 x 384 px or upright, cut to that shape."""
    with Image.open(path) as file:
        photo = file.convert("RGB")
    w, h = (LONG, SHORT) if photo.width >= photo.height else (SHORT, LONG)
    scale = max(w / photo.width, h / photo.height)
    photo = photo.resize((max(w, round(photo.width * scale)), max(h, round(photo.height * scale))), Image.Resampling.BICUBIC)
    left, top = (photo.width - w) // 2, (photo.height - h) // 2
    pixels = torch.frombuffer(bytearray(photo.crop((left, top, left + w, top + h)).tobytes()), dtype=torch.uint8)
    return pixels.view(h, w, 3).permute(2, 0, 1)[None].float() / 255


def main(s: Settings) -> None:
    torch.set_num_threads(s.threads)
    marks = load_marks(s.marks)
    maker = SceneMaker(MarkDrawer(marks), Look(), SEEDS[s.split] + 100 * PARTS.index(s.part), "cpu")
    names = photo_names(s.data, s.split)
    order = torch.randperm(len(names), generator=maker.generator).tolist()
    # every icon is as often on a scene, so that each brand's precision means something
    deck = torch.cat([marks.parts[s.part][torch.randperm(len(marks.parts[s.part]), generator=maker.generator)] for _ in range(1 + s.count * s.most // len(marks.parts[s.part]))])
    s.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for i in range(s.count):
        photo = read_canvas(s.photos / names[order[i % len(names)]])
        h, w = photo.shape[-2:]
        scene = maker.scenes(photo, deck[i * s.most : (i + 1) * s.most], s.most)
        pixels = (scene.pictures[0].permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
        file = f"{s.part}-{i:04d}.jpg"
        Image.fromarray(pixels).save(s.out / file, quality=QUALITY)
        boxes = (scene.boxes / torch.tensor([w, h, w, h])).tolist()
        rows += [(file, marks.slugs[icon], *(f"{v:.4f}" for v in box)) for icon, box in zip(scene.icons.tolist(), boxes)] or [(file, "", 0, 0, 0, 0)]
    write_tsv(s.out / "scenes.tsv", ["file", "slug", "left", "top", "right", "bottom"], rows)
    print(f"{s.count} scenes with {sum(1 for row in rows if row[1])} marks in {s.out}")


if __name__ == "__main__":
    main(parse(Settings))
