"""Pictures with known writing, to measure what is read: fonts, sizes, slant, turn, ground, blur, noise and compression all vary.

    python -m textdetect.rendered --fonts FONTS --photos cache/photos --out cache/rendered

FONTS is a folder of .ttf files that the detector was not trained with. Writes 200 pictures (JPEG, 800 x 600) and truth.tsv:
image, and the lines of the writing joined by " / ". Same seed, fonts and photos: same pictures. Half a minute. A third of the grounds are
plain, a third are gradients with texture, a third are photos without text (models/truth). `test/bench/read-text.ts` reads them.
"""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from data import read_tsv
from files import REPO, write_tsv
from settings import parse
from textdetect.layout import corners, homography

WIDTH, HEIGHT = 800, 600
PLAIN_PHOTOS = REPO / "models" / "truth" / "photos-without-text.tsv"
MIN_FONT, MAX_FONT = 16, 88  # px
MAX_LINES = 3
MIN_CONTRAST = 70  # of luma


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    fonts: Path = Path("fonts-held-back")
    out: Path = Path("cache/rendered")
    count: int = 200
    seed: int = 7


def test_lists(data: Path) -> tuple[list[str], list[str]]:
    """Words of the test captions, and names of photos without text."""
    rows = [row for row in read_tsv(data / "captions.tsv") if row["split"] == "test" and row["image"].startswith("coco/")]
    plain = [row["image"] for row in read_tsv(PLAIN_PHOTOS) if row["image"].startswith("coco/")]
    words = sorted({word.strip(".,") for row in rows for word in row["caption"].split() if word.strip(".,").isalpha() and len(word) > 2})
    return words, plain


def some_lines(rng: random.Random, words: list[str]) -> list[str]:
    lines = []
    for _ in range(rng.randint(1, MAX_LINES)):
        line = " ".join(rng.choice(words) for _ in range(rng.randint(1, 4)))
        lines.append(rng.choice((line, line.upper(), line.title(), f"{line} {rng.randint(2, 999)}", f"${rng.randint(1, 99)}.{rng.randint(10, 99)} {line}")))
    return lines


def some_ground(rng: random.Random, numbers: np.random.Generator, photos: list[Path]) -> Image.Image:
    kind = rng.randrange(3)
    if kind == 0:
        return Image.new("RGB", (WIDTH, HEIGHT), tuple(rng.randint(0, 255) for _ in range(3)))
    if kind == 1:
        one, two = (numbers.uniform(0, 255, 3) for _ in range(2))
        ramp = np.linspace(0, 1, WIDTH)[None, :, None] * (two - one) + one
        texture = numbers.normal(0, 12, (HEIGHT // 4, WIDTH // 4, 1)).repeat(4, 0).repeat(4, 1)
        return Image.fromarray((ramp + texture).clip(0, 255).astype(np.uint8))
    with Image.open(rng.choice(photos)) as photo:
        return photo.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def luma(colour: np.ndarray) -> float:
    return float(colour @ [0.299, 0.587, 0.114])


def some_ink(rng: random.Random, ground: np.ndarray) -> tuple[int, int, int]:
    """A colour that differs enough from the mean of the ground; white or black where none is found soon."""
    for _ in range(20):
        ink = np.array([rng.randint(0, 255) for _ in range(3)])
        if abs(luma(ink) - luma(ground)) >= MIN_CONTRAST:
            return tuple(int(c) for c in ink)
    return (0, 0, 0) if luma(ground) > 127 else (255, 255, 255)


def draw_block(lines: list[str], font: ImageFont.FreeTypeFont) -> Image.Image:
    """Mask of the lines, left-aligned, with a margin of half a line."""
    boxes = [font.getbbox(line) for line in lines]
    step, margin = int(font.size * 1.35), font.size // 2
    block = Image.new("L", (int(max(b[2] for b in boxes)) + 2 * margin, step * len(lines) + 2 * margin))
    pen = ImageDraw.Draw(block)
    for i, line in enumerate(lines):
        pen.text((margin, margin + i * step), line, font=font, fill=255)
    return block


def slanted(rng: random.Random, block: Image.Image) -> Image.Image:
    """The mask laid into the picture: turned by up to 15 degrees, corners off by up to 6 % of its size."""
    turn = np.radians(rng.uniform(-15, 15)) * rng.choice((0, 0.3, 1))
    cos, sin = np.cos(turn), np.sin(turn)
    points = (corners(*block.size) - np.array(block.size) / 2) @ np.array([[cos, sin], [-sin, cos]])
    points += np.array([[rng.uniform(-0.06, 0.06) * block.height * 2, rng.uniform(-0.06, 0.06) * block.height * 2] for _ in range(4)])
    reach = np.abs(points).max(0)
    fit = min(1.0, 0.96 * WIDTH / 2 / reach[0], 0.96 * HEIGHT / 2 / reach[1])
    points, reach = points * fit, reach * fit
    points += [rng.uniform(reach[0], WIDTH - reach[0]), rng.uniform(reach[1], HEIGHT - reach[1])]
    matrix = homography(points, corners(*block.size))
    return block.transform((WIDTH, HEIGHT), Image.Transform.PERSPECTIVE, tuple(matrix.flatten()[:8]), Image.Resampling.BICUBIC)


def render(rng: random.Random, numbers: np.random.Generator, lines: list[str], font: Path, photos: list[Path]) -> Image.Image:
    ground = some_ground(rng, numbers, photos)
    size = int(np.exp(rng.uniform(np.log(MIN_FONT), np.log(MAX_FONT))))
    mask = slanted(rng, draw_block(lines, ImageFont.truetype(str(font), size)))
    under = np.asarray(ground, np.float32)[np.asarray(mask) > 60].mean(0)
    picture = Image.composite(Image.new("RGB", ground.size, some_ink(rng, under)), ground, mask)
    picture = picture.filter(ImageFilter.GaussianBlur(rng.choice((0, 0, 0.5, 0.9)))) if size > 20 else picture
    noise = numbers.normal(0, rng.choice((0, 4, 10)), (HEIGHT, WIDTH, 3))
    return Image.fromarray((np.asarray(picture) + noise).clip(0, 255).astype(np.uint8))


def main(s: Settings) -> None:
    rng, numbers = random.Random(s.seed), np.random.default_rng(s.seed)
    fonts = sorted(s.fonts.glob("*.ttf"))
    words, names = test_lists(s.data)
    photos = [s.photos / name for name in names]
    if not fonts:
        raise SystemExit(f"Expected .ttf files in {s.fonts} but found none")
    s.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for i in range(s.count):
        lines = some_lines(rng, words)
        render(rng, numbers, lines, rng.choice(fonts), photos).save(s.out / f"{i:03}.jpg", quality=rng.choice((60, 80, 92)))
        rows.append([f"{i:03}.jpg", " / ".join(lines)])
    write_tsv(s.out / "truth.tsv", ["image", "text"], rows)
    print(f"wrote {s.count} pictures with {len(fonts)} fonts to {s.out}")


if __name__ == "__main__":
    main(parse(Settings))
