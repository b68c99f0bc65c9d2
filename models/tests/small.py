"""Small pictures, feature files, data folders and random models for the tests of the training scripts."""

from pathlib import Path

import numpy as np
import torch
from backbone import Backbone, InvertedResidualNet
from encoder import SIDE, GridEncoder
from files import write_tsv
from m2 import M2, M2Config
from PIL import Image
from text import SPECIALS, Vocabulary
from updown import UpDown, UpDownConfig

CELLS, CHANNELS = 9, 12
KINDS = ("m2", "updown")
WORDS = "a the on in of and with dog cat bird man woman red blue green white runs sits stands grass table beach bed tree road".split()
VOCABULARY = Vocabulary([*SPECIALS, *WORDS])
STAGES = [(1, 16, 1, 2, 3), (2, 24, 1, 2, 3), (2, 32, 1, 2, 3), (2, 48, 1, 2, 3)]  # of a backbone of five convolution blocks


def small_model(kind: str, seed: int = 0, vocabulary: int = len(VOCABULARY.words), channels: int = CHANNELS, cells: int = CELLS) -> torch.nn.Module:
    """A random model of few weights in eval mode, loud enough that its words depend on the photo."""
    torch.manual_seed(seed)
    if kind == "m2":
        model = M2(M2Config(vocabulary, channels, cells, width=32, heads=4, hidden=48, decoder_layers=2, memory_slots=3))
    else:
        model = UpDown(UpDownConfig(vocabulary, channels, cells, width=24, hidden=32, attention=16))
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1 and "memory" not in name:
                weight.mul_(2.0)
        model.bias.normal_()
    return model.eval()


def small_encoder(seed: int = 0) -> GridEncoder:
    """A MobileNetV2 cut to five blocks, random, that gives 8 x 8 x 1280 like the whole one."""
    torch.manual_seed(seed)
    backbone = Backbone("mobilenet_v2")
    backbone.net = InvertedResidualNet(STAGES)
    for module in backbone.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight)
    return GridEncoder(backbone, None).eval()


def draw_photos(folder: Path, names: list[str], seed: int = 0) -> None:
    """PNG pictures of exactly the encoder's size (no resizing happens): a plain ground, one rectangle, some noise."""
    rng = np.random.default_rng(seed)
    for name in names:
        picture = np.empty((SIDE, SIDE, 3), np.uint8)
        picture[:] = rng.integers(256, size=3)
        (top, left), (height, width) = rng.integers(0, 120, 2), rng.integers(40, 130, 2)
        picture[top : top + height, left : left + width] = rng.integers(256, size=3)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((picture // 2 + rng.integers(0, 128, picture.shape).astype(np.uint8))).save(path)


def feature_file(path: Path, ids: list[str], channels: int = CHANNELS, cells: int = CELLS, seed: int = 0) -> Path:
    """Random features [ids, cells, channels] as features.py writes them."""
    np.save(path, np.random.default_rng(seed).normal(size=(len(ids), cells, channels)).astype(np.float16))
    path.with_suffix(".ids.txt").write_text("\n".join(ids), encoding="utf8")
    return path


def data_folder(folder: Path, train: int = 24, val: int = 6) -> list[str]:
    """A captions.tsv of photos that two colours and two animals tell apart, four people's captions each; returns the photos."""
    rows, names = [], []
    for i in range(train + val):
        colour, animal, place = ("red", "blue")[i % 2], ("dog", "cat")[i // 2 % 2], ("grass", "bed")[i // 4 % 2]
        names.append(f"pictures/{i}.png")
        for caption in (f"A {colour} {animal} sits on the {place}", f"{colour} {animal} on a {place}.", f"The {animal} runs on {place}", f"a {colour} {animal} with the {place}"):
            rows.append((names[-1], "train" if i < train else "val", "coco", caption))
    write_tsv(folder / "captions.tsv", ["image", "split", "origin", "caption"], rows)
    return names
