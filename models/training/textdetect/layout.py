"""Where lines of writing stand in a training picture: signs of one to four lines, turned and seen at a slant, none over another.

A layout holds for each of `SLOTS` lines its mask and the homography from pixels of the picture (at their centres) to pixels of the mask,
and for each of `PANELS` plates behind the writing the homography to 0..1 of the plate. Empty slots have mask -1.
"""

import random
from dataclasses import dataclass

import numpy as np

from textdetect.lines import INK, MARGIN

SLOTS, PANELS = 8, 3
MIN_PX, MAX_PX = 7.0, 96.0  # height of the ink in the picture
TRIES = 6  # places that are tried for a sign before it is left out


@dataclass
class Layouts:
    """lines int32 [n, SLOTS], maps float32 [n, SLOTS, 3, 3], style int32 [n, SLOTS] (which sign a line is on), panels float32 [n, PANELS, 3, 3], plated bool [n, PANELS]."""

    lines: np.ndarray
    maps: np.ndarray
    style: np.ndarray
    panels: np.ndarray
    plated: np.ndarray


def homography(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The 3 x 3 matrix that takes four points [4, 2] to four others."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(values)), 1.0).reshape(3, 3)


def corners(width: float, height: float) -> np.ndarray:
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)


def some_turn(rng: random.Random) -> float:
    """Radians: mostly level, some tilted, a few upright."""
    kind = rng.random()
    if kind < 0.7:
        return rng.gauss(0, 0.08)
    return rng.uniform(-0.6, 0.6) if kind < 0.93 else rng.choice((-1, 1)) * np.pi / 2 + rng.gauss(0, 0.05)


def place_sign(rng: random.Random, width: float, height: float, side: int) -> np.ndarray:
    """The corners of a sign of that size, turned and slanted, somewhere in the picture."""
    turn, centre = some_turn(rng), np.array([width, height]) / 2
    slant = min(width, height) * 0.12
    points = corners(width, height) + np.array([[rng.uniform(-slant, slant) for _ in range(2)] for _ in range(4)]) - centre
    points = points @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    reach = np.abs(points).max(0)
    return points + [rng.uniform(min(r, side / 2), max(side - r, side / 2)) for r in reach]


def overlaps(box: np.ndarray, others: list[np.ndarray]) -> bool:
    """Boxes left, top, right, bottom."""
    return any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others)


def one_layout(rng: random.Random, widths: np.ndarray, side: int) -> list[tuple[list[int], list[np.ndarray], np.ndarray]]:
    """Signs of a picture: their lines, the lines' homographies, and the plate's."""
    signs, taken, left = [], [], SLOTS
    for _ in range(rng.randint(1, PANELS)):
        count = min(left, rng.choices((1, 2, 3, 4), (5, 3, 2, 1))[0])
        if count == 0:
            break
        lines = [rng.randrange(len(widths)) for _ in range(count)]
        ink = float(np.exp(rng.uniform(np.log(MIN_PX), np.log(MAX_PX))))
        ink = min(ink, 0.95 * side * INK / max(widths[lines]), 0.8 * side / (1.6 * count))
        scale, gap = ink / INK, ink * rng.uniform(0.35, 0.9)
        pad = ink * rng.uniform(0.2, 0.8)
        inner = max(widths[lines]) * scale
        width, height = inner + 2 * pad, count * ink + (count - 1) * gap + 2 * pad
        for _ in range(TRIES):
            points = place_sign(rng, width, height, side)
            box = np.concatenate([points.min(0), points.max(0)])
            if not overlaps(box, taken):
                break
        else:
            continue
        taken.append(box)
        left -= count
        to_sign, centred = homography(points, corners(width, height)), rng.random() < 0.5
        maps = []
        for i, line in enumerate(lines):
            x = pad + ((inner - widths[line] * scale) / 2 if centred else 0)
            to_mask = np.array([[1 / scale, 0, MARGIN - x / scale], [0, 1 / scale, MARGIN - (pad + i * (ink + gap)) / scale], [0, 0, 1]])
            maps.append(to_mask @ to_sign)
        signs.append((lines, maps, np.diag([1 / width, 1 / height, 1]) @ to_sign))
    return signs


def make_layouts(widths: np.ndarray, count: int, side: int, seed: int) -> Layouts:
    """`count` layouts for pictures of `side` x `side` px."""
    rng = random.Random(seed)
    out = Layouts(
        np.full((count, SLOTS), -1, np.int32), np.zeros((count, SLOTS, 3, 3), np.float32), np.zeros((count, SLOTS), np.int32),
        np.zeros((count, PANELS, 3, 3), np.float32), np.zeros((count, PANELS), bool),
    )  # fmt: skip
    for n in range(count):
        slot = 0
        for s, (lines, maps, plate) in enumerate(one_layout(rng, widths, side)):
            out.panels[n, s], out.plated[n, s] = plate, rng.random() < 0.45
            for line, matrix in zip(lines, maps):
                out.lines[n, slot], out.maps[n, slot], out.style[n, slot] = line, matrix, s
                slot += 1
    return out
