"""Cache the shipped encoder's grid features of product photos and others, for training the attributes head.

    python attributes/feature_cache.py --data DATA --photos PHOTOS --out CACHE        # about 10 minutes of one core

Writes CACHE/<group>.npy (float16 [n, 64, 1552]), CACHE/<group>.thumbs.npy (uint8 [n, 24, 24, 3], the mean colours of parts
of the picture, which the encoder says too little about) and CACHE/<group>.ids.txt: view 0 of every product photo as the runtime
sees it (group `products`), further views of the train photos of fashion and abo (`views`: mirrored, zoomed out on white
or in, a little brighter or darker, every third one reduced to 60 x 80 first, like fashion_small), and of the 60 x 80 photos
up to SMALL of each article type (`small`). Groups that are there are kept. Photos of other things come from features.py.
"""

import sys
from collections import Counter
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


from data import read_picture, read_tsv  # noqa: E402
from encoder import SIDE  # noqa: E402
from files import REPO  # noqa: E402
from give_features import OUTPUT, give_output, regions_of  # noqa: E402
from sessions import cpu_session  # noqa: E402
from settings import parse  # noqa: E402

MEAN, STD = 127.0, 128.0  # of the packages' manifests
VIEWS = 4  # further views of a train photo
SMALL = 40  # photos of fashion_small for each article type and split
THUMB = 24  # pixels of a side
BATCH = 8


@dataclass(frozen=True)
class Settings:
    data: Path = REPO.parent / "shared" / "data"
    photos: Path = Path("cache/photos")
    package: Path = REPO / "models" / "m2"
    out: Path = Path("cache/attributes")
    threads: int = 1


def seeded(text: str) -> np.random.Generator:
    """Random numbers that depend on the text only, so that a cache can be made again."""
    return np.random.default_rng(int.from_bytes(sha1(text.encode()).digest()[:8], "big"))


def view_of(path: Path, view: int) -> np.ndarray:
    """uint8 [256, 256, 3]: view 0 is what the runtime sees, the others see the docstring of this script."""
    if view == 0:
        return read_picture(path, SIDE)
    rng = seeded(f"{path.parent.name}/{path.name} {view}")
    with Image.open(path) as file:
        image = file.convert("RGB")
    if rng.random() < 0.5:
        image = ImageOps.mirror(image)
    width, height = image.size
    left, top, right, bottom = rng.uniform(-0.15, 0.12, 4)  # below 0: white margin, above: cut off
    box = (int(left * width), int(top * height), int((1 - right) * width), int((1 - bottom) * height))
    canvas = Image.new("RGB", (box[2] - box[0], box[3] - box[1]), "white")
    canvas.paste(image, (-box[0], -box[1]))
    if view % 3 == 0:
        canvas = canvas.resize((60, 80), Image.Resampling.BICUBIC)
    pixels = np.asarray(canvas.resize((SIDE, SIDE), Image.Resampling.BICUBIC), np.float32)
    return np.clip(pixels * rng.uniform(0.9, 1.06), 0, 255).astype(np.uint8)


def thumb_of(picture: np.ndarray) -> np.ndarray:
    """uint8 [h, w, 3] -> uint8 [24, 24, 3]: the mean of each part."""
    return np.asarray(Image.fromarray(picture).resize((THUMB, THUMB), Image.Resampling.BOX))


def cache_thumbs(out: Path, photos: Path, items: list[tuple[str, int]]) -> None:
    """Mean colours of each photo and view; a second pass over the photos, seconds for each thousand."""
    if not out.exists():
        np.save(out, np.stack([thumb_of(view_of(photos / image, view)) for image, view in items]))


def wanted(data: Path) -> dict[str, list[tuple[str, int]]]:
    """(photo, view) of each group."""
    fashion, abo, small = (read_tsv(data / f"{name}_attributes.tsv") for name in ("fashion", "abo", "fashion_small"))
    train = [row["image"] for row in [*fashion, *abo] if row["split"] == "train"]
    taken: Counter[tuple[str, str]] = Counter()
    few = []
    for row in sorted(small, key=lambda row: sha1(row["image"].encode()).hexdigest()):
        kind = (row["split"], row["article_type"])
        taken[kind] += 1
        if taken[kind] <= SMALL:
            few.append((row["image"], 0))
    return {
        "products": [(row["image"], 0) for row in [*fashion, *abo]],
        "views": [(image, view) for view in range(1, VIEWS + 1) for image in train],
        "small": few,
    }


def main(s: Settings) -> None:
    manifest, model = regions_of(s.package)
    config = manifest["training"]["config"]
    if "features" not in manifest["encoder"]:
        give_output(model, manifest["training"]["regions"], ["pictures", config["cells"], config["channels"]])
    session = cpu_session(model.SerializeToString(), s.threads)
    s.out.mkdir(parents=True, exist_ok=True)
    for group, items in wanted(s.data).items():
        cache_thumbs(s.out / f"{group}.thumbs.npy", s.photos, items)
        done = s.out / f"{group}.ids.txt"
        if done.exists():
            continue
        out = np.lib.format.open_memmap(s.out / f"{group}.npy", "w+", np.float16, (len(items), config["cells"], config["channels"]))
        for start in range(0, len(items), BATCH):
            part = items[start : start + BATCH]
            pictures = np.stack([view_of(s.photos / image, view) for image, view in part])
            planes = ((pictures.transpose(0, 3, 1, 2).astype(np.float32) - MEAN) / STD).astype(np.float32)
            out[start : start + len(part)] = session.run([OUTPUT], {"image": planes})[0]
            if start % 400 == 0:
                print(f"{group} {start}/{len(items)}", flush=True)
        out.flush()
        done.write_text("\n".join(f"{image} {view}" for image, view in items), encoding="utf-8")


if __name__ == "__main__":
    main(parse(Settings))
