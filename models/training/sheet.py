"""Contact sheets for judging by eye whether captions are true, and the table to write the verdicts into.

    python3 models/training/sheet.py --captions results/m2/alt-test.jsonl --photos PHOTOS --count 100 --table models/truth-alt-test.tsv

Each sheet (PNG in models/.cache/sheets/<table's name>, never committed) shows 9 photos with number, id and caption; confidence is left out
so that it cannot sway the eye. The table has a row per photo: number, image, verdict (fill in true, partly or false), reason (optional,
for failures.py), caption. True: all it says is in the picture; partly: the main thing is right, a detail is not; false: the main
thing is wrong. For a package that abstains, caption with abstainBelow 0 first: an abstained line has only its plain caption. A table
that holds verdicts is not overwritten: its sheets are drawn again. 100 photos: 5 seconds.
"""

import math
import random
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from data import read_tsv
from files import cache_folder, read_jsonl, write_tsv
from settings import parse

CELL, PHOTO_HEIGHT, TEXT_HEIGHT, MARGIN = 420, 330, 112, 10  # pixels
LETTERS_PER_LINE = 46
HEADER = ["number", "image", "verdict", "reason", "caption", "confidence"]


@dataclass(frozen=True)
class Settings:
    """Which captions are judged; a seed draws `count` of them, 0 takes all."""

    captions: Path
    photos: Path
    table: Path
    count: int = 100
    perSheet: int = 9
    sheets: Path | None = None  # default: models/.cache/sheets/<the table's name>
    seed: int = 1


def shown(row: dict) -> str:
    """What a person reads: the sentence, or the plain caption of a line that abstained."""
    return row.get("text") or row.get("plain") or "(no caption)"


def draw_cell(photo: Path, number: int, image: str, caption: str) -> Image.Image:
    """One photo, turned upright, over its number, id and caption: RGB [CELL, PHOTO_HEIGHT + TEXT_HEIGHT]."""
    cell = Image.new("RGB", (CELL, PHOTO_HEIGHT + TEXT_HEIGHT), "white")
    with Image.open(photo) as opened:
        picture = ImageOps.contain(ImageOps.exif_transpose(opened).convert("RGB"), (CELL - 2 * MARGIN, PHOTO_HEIGHT - MARGIN))
    cell.paste(picture, ((CELL - picture.width) // 2, MARGIN))
    pen = ImageDraw.Draw(cell)
    pen.text((MARGIN, PHOTO_HEIGHT + 4), f"{number}  {image[-52:]}", fill="#666", font=ImageFont.load_default(13))
    lines = textwrap.wrap(caption, LETTERS_PER_LINE)[:4]
    pen.multiline_text((MARGIN, PHOTO_HEIGHT + 24), "\n".join(lines), fill="black", font=ImageFont.load_default(17))
    return cell


def draw_sheet(cells: Sequence[Image.Image]) -> Image.Image:
    """The cells in a grid as square as can be, row by row."""
    columns = math.ceil(math.sqrt(len(cells)))
    rows = math.ceil(len(cells) / columns)
    sheet = Image.new("RGB", (columns * CELL, rows * cells[0].height), "white")
    for i, cell in enumerate(cells):
        sheet.paste(cell, ((i % columns) * CELL, (i // columns) * cell.height))
    return sheet


def choose(rows: Sequence[dict], count: int, seed: int) -> list[dict]:
    """`count` captioned rows drawn by the seed, in their own order."""
    usable = [row for row in rows if row.get("status") != "failed"]
    if not count or count >= len(usable):
        return usable
    kept = sorted(random.Random(seed).sample(range(len(usable)), count))
    return [usable[i] for i in kept]


def has_verdicts(table: Path) -> bool:
    """Whether somebody has judged in this table."""
    return table.exists() and any(row["verdict"].strip() for row in read_tsv(table))


def main(s: Settings) -> None:
    """Write the table (unless it holds verdicts) and draw its sheets."""
    if has_verdicts(s.table):
        entries = [(row["number"], row["image"], row["caption"]) for row in read_tsv(s.table)]
        print(f"{s.table} holds verdicts: kept")
    else:
        rows = choose(read_jsonl(s.captions), s.count, s.seed)
        entries = [(i + 1, row["image"], shown(row)) for i, row in enumerate(rows)]
        write_tsv(s.table, HEADER, [(i + 1, row["image"], "", "", shown(row), row.get("confidence", "")) for i, row in enumerate(rows)])
    if not entries:
        sys.exit(f"sheet: no captions in {s.captions}")
    folder = s.sheets or cache_folder(f"sheets/{s.table.stem}")
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(entries), s.perSheet):
        part = entries[start : start + s.perSheet]
        path = folder / f"sheet-{start // s.perSheet + 1:02}.png"
        draw_sheet([draw_cell(s.photos / image, int(number), image, caption) for number, image, caption in part]).save(path)
        print(path)
    print(f"{len(entries)} captions; write true, partly or false into the verdict column of {s.table}")


if __name__ == "__main__":
    main(parse(Settings))
