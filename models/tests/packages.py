"""A whole tiny package made by export.py itself, for the tests of export, fine-tuning and the runtime."""

import atexit
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import export
import numpy as np
import torch
from data import read_picture
from encoder import SIDE, pictures_to_tensor
from export import MEAN, STD
from files import sha256_of, write_tsv
from pytest import MonkeyPatch
from small import VOCABULARY, draw_photos, small_encoder, small_model
from validate import search_rules

PHOTOS = [f"photos/{i}.png" for i in range(8)]
NOISE, NOISE_SEED = 0.02, 7  # standard deviation of the noise on random weights


def normalised(folder: Path, names: list[str]) -> np.ndarray:
    """Pictures as the encoder graph wants them, [n, 3, side, side]."""
    return np.concatenate([(pictures_to_tensor(read_picture(folder / n, SIDE)[None]).numpy() * 255.0 - MEAN) / STD for n in names]).astype(np.float32)


@torch.no_grad()
def random_captioner(kind: str, folder: Path) -> tuple[torch.nn.Module, torch.nn.Module]:
    """A small random encoder and model, with the moments of the photos in `folder` so that captions differ.

    Noise on every parameter makes none equal to another, as in a trained model: the exporter merges equal ones (fresh
    norms are all ones, fresh biases all zeros), and a package cannot give merged weights back.
    """
    encoder = small_encoder()
    model = small_model(kind, channels=encoder.channels, cells=64)
    noise = torch.Generator().manual_seed(NOISE_SEED)
    for weight in model.parameters():
        weight.add_(NOISE * torch.randn(weight.shape, generator=noise))
    regions = encoder(torch.from_numpy((normalised(folder, PHOTOS) * STD + MEAN) / 255.0)).flatten(0, 1)
    model.region_mean.copy_(regions.mean(0))
    model.region_std.copy_(regions.std(0) + 1e-2)
    return encoder, model


def export_settings(kind: str, folder: Path, patch, caption: str | None = "nothing anyone says") -> export.Settings:
    """Data folder, checkpoint and settings of export.py for a random captioner; references are its own captions if `caption` is None."""
    draw_photos(folder, PHOTOS)
    encoder, model = random_captioner(kind, folder)
    torch.save({"kind": kind, "config": asdict(model.config), "words": VOCABULARY.words, "average": model.state_dict()}, folder / "captioner.pt")
    patch.setattr(export, "load_encoder", lambda s: encoder)
    own = dict.fromkeys(PHOTOS, caption)
    if caption is None:
        regions = encoder(torch.from_numpy((normalised(folder, PHOTOS) * STD + MEAN) / 255.0)).detach()
        own = {n: VOCABULARY.decode(h[0].tokens) for n, h in zip(PHOTOS, export.search_model(model, regions, VOCABULARY.start("coco"), search_rules(VOCABULARY)))}
    write_tsv(folder / "captions.tsv", ["image", "split", "origin", "caption"], [(n, "val", "coco", c) for n, c in own.items()])
    return export.Settings(folder / "captioner.pt", data=folder, photos=folder, out=folder / "package", check=8, threads=1)


@cache
def tiny_package(kind: str) -> export.Settings:
    """A package of a random captioner, made once for all tests, its photos, captions.tsv and checkpoint beside it; for reading only."""
    folder = Path(mkdtemp(prefix="tiny-package-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    with MonkeyPatch.context() as patch:
        settings = export_settings(kind, folder, patch)
        export.main(settings)
    return settings


def tampered(package: Path) -> list[str]:
    """Files of a package whose size or digest is not what its manifest says, or that it does not list."""
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    listed = {f["path"]: f for f in manifest["files"]}
    wrong = [n for n, f in listed.items() if (package / n).stat().st_size != f["bytes"] or sha256_of(package / n) != f["sha256"]]
    if (package / "manifest.sha256").read_text() != f"{sha256_of(package / 'manifest.json')}  manifest.json\n":
        wrong.append("manifest.json")
    return wrong + sorted({f.name for f in package.iterdir()} - set(listed) - {"manifest.json", "manifest.sha256"})
