"""The train photos as squares of bytes, read by several processes."""

from multiprocessing.pool import Pool
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from detect.targets import Target, coco_targets, product_targets, settle_product
from detect.trunk import SIDE


def read_square(job: tuple[Path, Target]) -> tuple[np.ndarray | None, Target]:
    """A photo as uint8 [SIDE, SIDE, 3], stretched, and its target with the product's box; None when it teaches nothing."""
    folder, target = job
    with Image.open(folder / target.image) as image:
        rgb = image.convert("RGB")
        if not settle_product(target, np.asarray(rgb)):
            return None, target
        return np.asarray(rgb.resize((SIDE, SIDE), Image.Resampling.BICUBIC)), target


def read_photos(data: Path, photos: Path, limit: int, pool: Pool) -> tuple[Tensor, list[Target]]:
    """The train photos [n, 3, SIDE, SIDE] uint8 that are among `photos` and what they teach; about `limit` of them, 0 for all."""
    coco, products = list(coco_targets(data, "train").values()), list(product_targets(data, "train").values())
    if limit:
        with_boxes = [t for t in coco if t.boxes]
        coco, products = [*with_boxes[: limit // 2], *[t for t in coco if not t.boxes][: limit // 4]], products[: limit // 4]
    jobs = [(photos, t) for t in [*coco, *products] if (photos / t.image).is_file()]
    if not jobs:
        raise SystemExit(f"{photos}: none of the train photos is here")
    print(f"{len(jobs)} of {len(coco) + len(products)} photos are here", flush=True)
    pictures, targets = np.zeros((len(jobs), SIDE, SIDE, 3), np.uint8), []
    for picture, target in pool.imap(read_square, jobs, chunksize=16):
        if picture is not None:
            pictures[len(targets)] = picture
            targets.append(target)
    return torch.from_numpy(pictures[: len(targets)]).permute(0, 3, 1, 2), targets
