"""The marks that the logo networks learn from: masks of simple-icons (CC0) and of printed words, packed into one file.

    node infra/brand-masks.ts cache/masks                                     # draws the SVGs
    python logos/marks.py --masks cache/masks --out cache/marks.npz           # about 1 minute

marks.npz holds, one bit a pixel at 256 x 256 px: the 100 brands of brands.txt, the other icons to learn from, 150 icons that
no network ever sees in training (`held`: what a brand added by its SVG alone is worth), and words in the fonts of this
machine, which are no marks. Icons that look the same as an earlier one are left out.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from data import read_tsv  # noqa: E402
from settings import parse  # noqa: E402

HERE = Path(__file__).resolve().parent
SIDE, LONGEST = 256, 236  # px of a mask, and of the longest side of what is drawn in it
ROW = SIDE * SIDE // 8  # bytes of a mask
SAME = 0.94  # intersection over union from which two icons are the same
WORDS = """sale new best open fresh coffee bread hotel stop exit school police summer original classic quality premium cotton
size free home shop menu pizza happy love world music street city sport team club 1985 2024 100 50% no.1 you are here
welcome to london paris est. since est made in italy the big one now call today hello keep calm enjoy park bus taxi first
second limited edition natural organic milk water tea wine beer fish & chips breakfast all day kids men women vintage""".split()


@dataclass(frozen=True)
class Settings:
    masks: Path = Path("cache/masks")
    fonts: Path = Path("/usr/share/fonts")
    out: Path = Path("cache/marks.npz")
    held: int = 150
    words: int = 300
    seed: int = 7


@dataclass(frozen=True)
class Marks:
    """Masks [n, 1, 128, 128] as float16 with 0..1, longest side 118 px, and which of them play which part."""

    masks: Tensor
    slugs: list[str]
    titles: list[str]
    parts: dict[str, Tensor]  # brand, train, held, word -> indices

    def to(self, device: str) -> "Marks":
        return Marks(self.masks.to(device), self.slugs, self.titles, {k: v.to(device) for k, v in self.parts.items()})


def unpack_masks(packed: np.ndarray) -> Tensor:
    """Bits [n, 8192] to float16 [n, 1, 128, 128]: each value is the mean of 2 x 2 bits."""
    chunks = []
    for start in range(0, len(packed), 256):
        bits = torch.from_numpy(np.unpackbits(packed[start : start + 256], axis=1)).view(-1, 1, SIDE, SIDE)
        chunks.append(F.avg_pool2d(bits.float(), 2).half())
    return torch.cat(chunks)


def load_marks(path: Path) -> Marks:
    """The packed file, unpacked."""
    with np.load(path) as file:
        parts = {name: torch.from_numpy(np.flatnonzero(file["part"] == name)) for name in ("brand", "train", "held", "word")}
        return Marks(unpack_masks(file["masks"]), file["slugs"].tolist(), file["titles"].tolist(), parts)


def draw_word(text: str, font: ImageFont.FreeTypeFont) -> np.ndarray:
    """A word as bits of one mask."""
    box = font.getbbox(text)
    picture = Image.new("L", (box[2] - box[0], box[3] - box[1]))
    ImageDraw.Draw(picture).text((-box[0], -box[1]), text, fill=255, font=font)
    scale = LONGEST / max(picture.size)
    picture = picture.resize([max(1, round(side * scale)) for side in picture.size], Image.Resampling.BICUBIC)
    canvas = Image.new("L", (SIDE, SIDE))
    canvas.paste(picture, ((SIDE - picture.width) // 2, (SIDE - picture.height) // 2))
    return np.packbits(np.asarray(canvas).reshape(-1) >= 128)


def draw_words(fonts: Path, count: int, random: np.random.Generator) -> list[np.ndarray]:
    """`count` words, some of them two on a line, in random fonts and letter cases."""
    paths = sorted(p for p in fonts.rglob("*.ttf"))
    if not paths:
        raise FileNotFoundError(f"{fonts}: expected TrueType fonts (*.ttf) in it")
    drawn = []
    for _ in range(count):
        text = " ".join(random.choice(WORDS, random.integers(1, 3)))
        text = [text, text.upper(), text.title()][random.integers(3)]
        drawn.append(draw_word(text, ImageFont.truetype(str(paths[random.integers(len(paths))]), 96)))
    return drawn


def unlike(masks: np.ndarray, order: list[int]) -> list[int]:
    """Those of `order` that do not look the same as an earlier one."""
    small = F.avg_pool2d(unpack_masks(masks).float(), 4).flatten(1)[order]  # [n, 32 * 32]
    both = small @ small.T
    area = (small * small).sum(1)
    same = (both / (area[:, None] + area[None, :] - both)) > SAME
    first = torch.argmax(same.float(), 1)
    return [order[i] for i in range(len(order)) if first[i] == i]


def main(s: Settings) -> None:
    rows = read_tsv(s.masks / "masks.tsv")
    masks = np.frombuffer((s.masks / "masks.bin").read_bytes(), np.uint8).reshape(len(rows), ROW)
    number = {row["slug"]: i for i, row in enumerate(rows)}
    random = np.random.default_rng(s.seed)
    brands = [number[slug] for slug in (HERE / "brands.txt").read_text().split()]
    known = set(brands)
    kept = unlike(masks, brands + [i for i in range(len(rows)) if i not in known])
    if kept[: len(brands)] != brands:
        raise ValueError("two of the brands look the same")
    others = random.permutation(kept[len(brands) :]).tolist()
    words = draw_words(s.fonts, s.words, random)
    chosen = brands + others
    part = ["brand"] * len(brands) + ["held"] * s.held + ["train"] * (len(others) - s.held) + ["word"] * len(words)
    names = [(rows[i]["slug"], rows[i]["title"]) for i in chosen] + [(f"word-{i}", "") for i in range(len(words))]
    np.savez_compressed(
        s.out, masks=np.concatenate([masks[chosen], np.stack(words)]), part=np.array(part),
        slugs=np.array([slug for slug, _ in names]), titles=np.array([title for _, title in names]),
    )  # fmt: skip
    print(f"{len(brands)} brands, {len(others) - s.held} others, {s.held} held back, {len(words)} words, {len(rows) - len(chosen)} twins left out; {s.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(parse(Settings))
