"""Masks of written lines: words of the captions, prices, codes and capitals in many fonts, and signs that are no writing.

`draw_line` gives the ink of a line, uint8 [HEIGHT, WIDTH], its ink box scaled to be INK high and at the mask's left rim
but for MARGIN. Signs (arrows, blocks, stars) and drawn strokes look like writing to a careless detector; they teach it not to be one.
"""

import random
import string
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

HEIGHT, WIDTH, MARGIN = 48, 512, 4
INK = HEIGHT - 2 * MARGIN
FONT_SIZE = 64  # px at which a line is drawn before it is scaled
MIN_ASPECT = 0.5  # width by height of the ink: narrower ink is a stray stroke


def some_text(rng: random.Random, words: list[str]) -> str:
    """A line as it is met on signs, labels and pages."""
    kind = rng.random()
    if kind < 0.12:
        return rng.choice(["$", "€", "£", ""]) + f"{rng.randint(0, 999)}" + rng.choice(["", ".99", ".50", "%", "% OFF", " km", ":30"])
    if kind < 0.2:
        return "".join(rng.choices(string.ascii_uppercase + string.digits, k=rng.randint(2, 8)))
    text = " ".join(rng.choice(words) for _ in range(rng.choices((1, 2, 3, 4, 6), (5, 4, 3, 2, 1))[0]))
    return rng.choices((text, text.upper(), text.title(), text.capitalize() + rng.choice(".!?,")), (4, 4, 2, 2))[0]


def scaled_ink(drawn: Image.Image) -> tuple[np.ndarray, int] | None:
    """The ink of a drawing as mask and its width in px; None when there is too little of it."""
    box = drawn.getbbox()
    if box is None or box[2] - box[0] < MIN_ASPECT * (box[3] - box[1]):
        return None
    ink = drawn.crop(box)
    width = max(2, round(ink.width * INK / ink.height))
    ink = ink.resize((width, INK), Image.Resampling.LANCZOS)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    width = min(width, WIDTH - 2 * MARGIN)
    mask[MARGIN : MARGIN + INK, MARGIN : MARGIN + width] = np.asarray(ink)[:, :width]
    return mask, width


def draw_line(text: str, font: ImageFont.FreeTypeFont) -> tuple[np.ndarray, int] | None:
    """A line of text; None when it is wider than a mask, so that none is cut."""
    left, top, right, bottom = font.getbbox(text)
    if (right - left) * INK > (WIDTH - 2 * MARGIN) * (bottom - top):
        return None
    drawn = Image.new("L", (int(right - left) + 20, int(bottom - top) + 20))
    ImageDraw.Draw(drawn).text((10 - left, 10 - top), text, font=font, fill=255)
    return scaled_ink(drawn)


def draw_strokes(rng: random.Random) -> tuple[np.ndarray, int] | None:
    """Bars, grids, dots and scribbles: what fences, windows, leaves and fabric look like from afar."""
    width, kind = rng.randint(60, 480), rng.randrange(4)
    drawn = Image.new("L", (width, 64))
    pen = ImageDraw.Draw(drawn)
    step, thick = rng.randint(6, 40), rng.randint(1, 8)
    for x in range(0, width, step):
        slant = rng.randint(-6, 6)
        if kind == 0:
            pen.line((x, 2, x + slant, 62), fill=255, width=thick)
        elif kind == 1:
            pen.rectangle((x, 2, x + step // 2, 62), outline=255, width=max(1, thick // 2))
        elif kind == 2:
            y = rng.randint(8, 56)
            pen.ellipse((x, y - thick - 2, x + thick + 4, y + thick + 2), fill=255)
        else:
            pen.line([(x + rng.randint(-step, step), rng.randint(2, 62)) for _ in range(3)], fill=255, width=max(1, thick // 2))
    return scaled_ink(drawn)


def draw_masks(fonts: list[Path], symbols: Path, words: list[str], count: int, signs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """`count` lines and then `signs` that are none: masks uint8 [count + signs, HEIGHT, WIDTH], widths of the ink int32 [count + signs]."""
    rng = random.Random(seed)
    loaded = [ImageFont.truetype(str(font), FONT_SIZE) for font in fonts]
    signs_font = ImageFont.truetype(str(symbols), FONT_SIZE)
    glyphs = [chr(c) for first, last in ((0x2190, 0x21FF), (0x25A0, 0x25FF), (0x2600, 0x266F), (0x2701, 0x27BE)) for c in range(first, last)]
    found: list[tuple[np.ndarray, int]] = []
    while len(found) < count + signs:
        if len(found) < count:
            drawn = draw_line(some_text(rng, words), rng.choice(loaded))
        elif rng.random() < 0.5:
            drawn = draw_line(rng.choice(glyphs) * rng.choice((1, 1, 3, 5)), signs_font)
        else:
            drawn = draw_strokes(rng)
        if drawn is not None:
            found.append(drawn)
    return np.stack([mask for mask, _ in found]), np.array([width for _, width in found], np.int32)
