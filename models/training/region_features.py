"""Cache grid cells and detector regions of all captioned photos, in several views, on a GPU or the CPU.

    python region_features.py --data DATA --photos PHOTOS --detector runs/detector.pt --out cache/regions --device cuda --views 0,1,2

Grid cells come from the encoder of a package (its weights, read from the int8 graph), regions from the same backbone and the detector
(regions.py). Writes grid-V.npy [n, 64, channels] and regions-V.npy [n, 36, channels], float16, and for each its list of ids; views as in
features.py: 0 as it is, 1 mirrored, 2 and above random crops. Without --detector the detector is the untrained one. Both kinds see the
same pixels. About 50 seconds for two views of 13,198 photos on a data-centre GPU; on a CPU `--limit` keeps it short.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from data import read_examples, read_picture
from detect.two_stage import load_detector, starting_detector
from encoder import SIDE, GridEncoder, build_encoder
from greedy import pack_weights, unpack_weights
from quantise import read_weights
from regions import RegionEncoder
from settings import parse


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    package: Path = Path("../m2")  # whose encoder gives the grid cells
    encoder: Path = Path("")  # that encoder's weights in a file of their own, where the package's graph is not at hand
    pack: bool = False  # only write `encoder`
    detector: Path = Path("")  # a checkpoint of detect/two_stage.py
    out: Path = Path("cache/regions")
    views: str = "0,1,2"
    limit: int = 0  # photos of each split, 0 = all
    batch: int = 128
    workers: int = 5
    device: str = "cpu"
    threads: int = 1


def stored_encoder(package: Path) -> dict[str, Tensor]:
    """The grid encoder's weights in a package's encoder graph."""
    return {k.removeprefix("encoder."): torch.tensor(v) for k, v in read_weights(package / "encoder.onnx").items() if k.startswith("encoder.")}


def package_encoder(package: Path, weights: Path, packed: Path | None = None) -> GridEncoder:
    """The grid encoder whose weights a package's encoder graph or a file of `--pack` holds."""
    stored = unpack_weights(torch.load(packed, weights_only=True)) if packed else stored_encoder(package)
    encoder = build_encoder("efficientnet_lite2", True, weights, pretrained=False)
    missing, unexpected = encoder.load_state_dict(stored, strict=False)
    if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
        raise ValueError(f"{package}: its encoder graph does not hold the weights of the grid encoder")
    return encoder.eval()


def decode(images: list[str], photos: Path, workers: int) -> np.ndarray:
    """All photos as uint8 [n, 256, 256, 3]."""
    out = np.empty((len(images), SIDE, SIDE, 3), np.uint8)
    with ProcessPoolExecutor(workers) as pool:
        for i, picture in enumerate(pool.map(partial(read_picture, side=SIDE), [photos / image for image in images], chunksize=64)):
            out[i] = picture
    return out


def view_of(pictures: Tensor, view: int, random: torch.Generator) -> Tensor:
    """Pictures [n, 3, s, s] as they are (0), mirrored (1), or cut at random to at least 70 % of each side and stretched back, half of them mirrored."""
    if view < 2:
        return pictures.flip(-1) if view else pictures
    n = len(pictures)
    scale = 0.7 + 0.3 * torch.rand(n, 2, generator=random)
    shift = (2 * torch.rand(n, 2, generator=random) - 1) * (1 - scale)
    mirror = torch.where(torch.rand(n, generator=random) < 0.5, -1.0, 1.0)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1], theta[:, :, 2] = scale[:, 0] * mirror, scale[:, 1], shift
    place = F.affine_grid(theta.to(pictures.device), list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, place, align_corners=False, padding_mode="border")


@torch.no_grad()
def cache_view(encoders: dict[str, torch.nn.Module], pictures: Tensor, view: int, s: Settings, ids: list[str]) -> None:
    """Writes the features of uint8 pictures [n, 256, 256, 3], which lie on the device, as one view sees them."""
    random, parts = torch.Generator().manual_seed(view), {name: [] for name in encoders}
    for start in range(0, len(pictures), s.batch):
        batch = view_of(pictures[start : start + s.batch].permute(0, 3, 1, 2).float() / 255.0, view, random)
        for name, encoder in encoders.items():
            parts[name].append(encoder(batch).half().cpu())
    for name, found in parts.items():
        path = s.out / f"{name}-{view}.npy"
        np.save(path, torch.cat(found).numpy())
        path.with_suffix(".ids.txt").write_text("\n".join(ids), encoding="utf8")


def chosen_photos(s: Settings) -> list[str]:
    """The captioned photos that are there, at most `limit` of each split, in order."""
    counts, images = {"train": 0, "val": 0, "test": 0}, []
    for example in read_examples(s.data):
        if (s.photos / example.image).is_file() and (not s.limit or counts[example.split] < s.limit):
            counts[example.split] += 1
            images.append(example.image)
    return sorted(images)


def main(s: Settings) -> None:
    begun = time.time()
    torch.set_num_threads(s.threads)
    torch.set_float32_matmul_precision("high")
    if s.pack:
        torch.save(pack_weights(stored_encoder(s.package)), s.encoder)
        return
    weights, ids = s.data / "weights", chosen_photos(s)
    decoded = decode(ids, s.photos, s.workers)  # before the device is touched: the workers are forks
    grid = package_encoder(s.package, weights, s.encoder if s.encoder.name else None)
    detector = load_detector(s.detector, weights) if s.detector.name else starting_detector(weights)
    encoders = {"grid": grid.to(s.device), "regions": RegionEncoder(grid.backbone, detector.eval()).eval().to(s.device)}
    pictures = torch.from_numpy(decoded).to(s.device)
    print(f"{len(ids)} photos decoded after {time.time() - begun:.0f} s", flush=True)
    s.out.mkdir(parents=True, exist_ok=True)
    for view in map(int, s.views.split(",")):
        cache_view(encoders, pictures, view, s, ids)
        print(f"view {view} after {time.time() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main(parse(Settings))
