"""Decode all photos of a data folder once: uint8 [n, 256, 256, 3], and the lists of ids that the next scripts read.

    python pictures.py --data DATA --photos cache/photos --out cache

Writes p256.npy and ids.txt (every photo with captions or labels), captioned.txt (those with captions) and held.txt (the
train photos that can be kept for self-critical training). About 3 minutes for 13,815 photos.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from data import LABEL_FILES, held_for_reward, read_examples, read_picture, read_tsv, unpack
from encoder import SIDE
from settings import parse


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")  # tar shards are unpacked to it
    out: Path = Path("cache")
    hold: int = 1400
    threads: int = 2


def main(s: Settings) -> None:
    unpack(s.data, s.photos)
    examples = read_examples(s.data)
    captioned = sorted({e.image for e in examples})
    labelled = {row["image"] for file in LABEL_FILES if (s.data / file).exists() for row in read_tsv(s.data / file)}
    ids = sorted({*captioned, *labelled})
    s.out.mkdir(parents=True, exist_ok=True)
    lists = {"ids": ids, "captioned": captioned, "held": [e.image for e in held_for_reward(examples, s.hold)]}
    for name, images in lists.items():
        (s.out / f"{name}.txt").write_text("\n".join(images), encoding="utf8")
    out = np.lib.format.open_memmap(s.out / "p256.npy", "w+", np.uint8, (len(ids), SIDE, SIDE, 3))

    def decode(i: int) -> None:
        out[i] = read_picture(s.photos / ids[i], SIDE)

    with ThreadPoolExecutor(s.threads) as pool:
        list(tqdm(pool.map(decode, range(len(ids))), total=len(ids)))
    out.flush()


if __name__ == "__main__":
    main(parse(Settings))
