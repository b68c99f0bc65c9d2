"""Train the text detector: a narrow neck on the published backbone, taught by the published network and by writing laid over photos.

    python -m textdetect.train --fonts FONTS --device cuda --minutes 5.5 --out runs/text

FONTS is a folder of .ttf files, with symbols.ttf (a font that has arrows, blocks and stars) beside it. Half of the pictures
of a step are photos as they are, on which the published network (PP-OCRv5 mobile, 96 wide) says where writing is; on the
other half lines of writing and signs that are none are laid over the photo, and there the kernels are known. All layers
are trained. Only photos of the train split are used; the figures printed at the end are of val photos with writing laid
over (overlap of kernels at 0.3, for the teacher too). Writes text.pt every 45 seconds and a report. On one data-centre GPU about
5.5 minutes; on a CPU use --side 128 --batch 2 --photo_limit 20 --masks 60 --layouts 20 --minutes 0.3 to see it run.
"""

import math
import random
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from data import read_tsv
from settings import parse
from textdetect.compose import Bank, some_photos, worn, write_on
from textdetect.layout import Layouts, make_layouts
from textdetect.lines import draw_masks
from textdetect.network import TextNet, published_net, save_net

SPLIT_FILES = ("captions.tsv", "fashion_attributes.tsv", "abo_attributes.tsv")
FOLDERS = ("coco/", "fashion/", "abo/")
MIN_WORD, WORDS_READ = 3, 8000
SAVE_SECONDS, PRINT_SECONDS = 45, 10
Precision = Callable[[], AbstractContextManager]
KERNEL_AT = 0.3  # a pixel from here on is in a kernel


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    fonts: Path = Path("fonts")
    out: Path = Path("runs/text")
    device: str = "cpu"
    minutes: float = 5.5
    wide: int = 48  # width of the neck
    side: int = 448  # px of a training picture
    batch: int = 24
    photo_side: int = 256  # px that photos are kept at
    photo_limit: int = 0  # 0: all
    masks: int = 6000  # lines of writing; a fifth as many signs that are none
    layouts: int = 12000
    rate: float = 2e-3  # of the new neck; the backbone learns at a fifth of it
    decay: float = 0.998  # of the averaged weights that are kept
    workers: int = 5
    seed: int = 1


def photo_lists(s: Settings) -> dict[str, list[str]]:
    """Names of train and of val photos that are there."""
    found: dict[str, dict[str, None]] = {"train": {}, "val": {}}
    for file in SPLIT_FILES:
        for row in read_tsv(s.data / file):
            if row["split"] in found and row["image"].startswith(FOLDERS):
                found[row["split"]][row["image"]] = None
    there = {split: [name for name in names if (s.photos / name).exists()] for split, names in found.items()}
    for names in there.values():
        random.Random(s.seed).shuffle(names)
    return {split: names[: s.photo_limit or None] for split, names in there.items()}


def read_square(path: Path, side: int) -> np.ndarray:
    """The photo's middle, uint8 [3, side, side]; a photo smaller than that is enlarged."""
    with Image.open(path) as photo:
        photo = photo.convert("RGB")
        short = min(photo.size)
        left, top = (photo.width - short) // 2, (photo.height - short) // 2
        photo = photo.resize((side, side), Image.Resampling.LANCZOS, (left, top, left + short, top + short))
        return np.asarray(photo).transpose(2, 0, 1).copy()


def read_part(paths: list[Path], side: int) -> np.ndarray:
    return np.stack([read_square(path, side) for path in paths])


def spread(pool: ProcessPoolExecutor, items: list, parts: int) -> list[list]:
    return [items[i::parts] for i in range(parts) if items[i::parts]]


def read_words(s: Settings) -> list[str]:
    words = [word.strip(".,") for row in read_tsv(s.data / "captions.tsv")[:WORDS_READ] for word in row["caption"].split()]
    return sorted({word for word in words if len(word) >= MIN_WORD and word.isascii()})


def join_layouts(parts: list[Layouts]) -> list[np.ndarray]:
    return [np.concatenate([getattr(part, name) for part in parts]) for name in ("lines", "maps", "style", "panels", "plated")]


def make_banks(s: Settings, device: torch.device) -> tuple[Bank, Tensor]:
    """All that training pictures are made of, and val photos uint8 [n, 3, side, side]."""
    lists, words = photo_lists(s), read_words(s)
    fonts, symbols = sorted(s.fonts.glob("*.ttf")), s.fonts.parent / "symbols.ttf"
    if not fonts or not lists["train"] or not lists["val"]:
        raise SystemExit(f"Expected .ttf files in {s.fonts} and photos in {s.photos} but found {len(fonts)}, {len(lists['train'])} for train and {len(lists['val'])} for val")
    with ProcessPoolExecutor(s.workers) as pool:
        photos = {split: [pool.submit(read_part, [s.photos / n for n in part], s.photo_side) for part in spread(pool, names, 4 * s.workers)] for split, names in lists.items()}
        drawn = [pool.submit(draw_masks, fonts, symbols, words, s.masks // s.workers, 0, s.seed + i) for i in range(s.workers)]
        drawn.append(pool.submit(draw_masks, fonts, symbols, words, 0, s.masks // 5, s.seed + s.workers))
        masks, widths = (np.concatenate(parts) for parts in zip(*(d.result() for d in drawn)))
        placed = [pool.submit(make_layouts, widths, s.layouts // s.workers, s.side, s.seed + i) for i in range(s.workers)]
        lines, maps, style, panels, plated = join_layouts([p.result() for p in placed])
        read = {split: np.concatenate([part.result() for part in parts]) for split, parts in photos.items()}
    put = lambda array: torch.from_numpy(array).to(device)  # noqa: E731
    bank = Bank(
        put(read["train"]), put(masks), put(widths).float(), s.masks // s.workers * s.workers,
        put(lines).long(), put(maps), put(style).long(), put(panels), put(plated),
    )  # fmt: skip
    return bank, put(read["val"])


def focal_and_dice(logits: Tensor, target: Tensor) -> Tensor:
    """Quality focal loss (Li et al. 2020, beta 1) by the number of kernel pixels, and a dice loss."""
    logits, chance = logits.float(), torch.sigmoid(logits.float())
    focal = ((chance.detach() - target).abs() * F.binary_cross_entropy_with_logits(logits, target, reduction="none")).sum()
    both = (chance * target).sum((1, 2, 3))
    dice = 1 - (2 * both + 1) / ((chance**2).sum((1, 2, 3)) + (target**2).sum((1, 2, 3)) + 1)
    return focal / (target.sum() + 100.0 * len(target)) + dice.mean()


@torch.no_grad()
def some_pictures(bank: Bank, teacher: nn.Module, s: Settings, precision: Precision) -> tuple[Tensor, Tensor]:
    """Pictures [n, 3, side, side] 0..255 and what the detector shall say [n, 1, side, side]."""
    photos = some_photos(bank, s.batch, s.side)
    with precision():
        target = teacher(photos.contiguous(memory_format=torch.channels_last))
    target = torch.sigmoid(target.float())
    half = s.batch // 2
    pictures, kernel, touched = write_on(bank, photos[:half])
    target[:half] = target[:half] * (touched < 0.02) + kernel
    return worn(torch.cat([pictures, photos[half:]])), target.clamp(0, 1)


@torch.no_grad()
def overlap(net: nn.Module, bank: Bank, photos: Tensor, s: Settings, precision: Precision) -> float:
    """Intersection over union of kernels, with writing laid over val photos; the same pictures at each call."""
    state = torch.random.get_rng_state()
    torch.manual_seed(0)
    seen = Bank(photos, *(getattr(bank, name) for name in ("masks", "widths", "written", "lines", "maps", "style", "panels", "plated")))
    both = either = 0.0
    for _ in range(8):
        pictures, kernel, _ = write_on(seen, some_photos(seen, s.batch, s.side))
        with precision():
            found = torch.sigmoid(net(worn(pictures)).float()) > KERNEL_AT
        true = kernel > KERNEL_AT
        both, either = both + float((found & true).sum()), either + float((found | true).sum())
    torch.random.set_rng_state(state)
    return both / max(either, 1.0)


def start_net(teacher: TextNet, wide: int) -> TextNet:
    """The published backbone with a neck of that width; where the width is the published one, the published neck too."""
    net, state = TextNet(wide), teacher.state_dict()
    own = net.state_dict()
    net.load_state_dict({name: state[name] if state[name].shape == values.shape else values for name, values in own.items()})
    return net


def main(s: Settings) -> None:
    began = time.monotonic()
    torch.manual_seed(s.seed)
    device = torch.device(s.device)
    s.out.mkdir(parents=True, exist_ok=True)
    weights = s.data / "weights" / "PP_OCRv5_mobile_det.ncnn"
    teacher = published_net(weights.with_suffix(".ncnn.param"), weights.with_suffix(".ncnn.bin"))
    bank, val = make_banks(s, device)
    net = start_net(teacher, s.wide).to(device, memory_format=torch.channels_last).train()
    teacher = teacher.to(device, memory_format=torch.channels_last)
    average = deepcopy(net).eval().requires_grad_(False)
    print(f"{len(bank.photos)} photos, {len(bank.masks)} masks, {len(bank.lines)} layouts after {time.monotonic() - began:.0f} s", flush=True)
    backbone = [p for name, p in net.named_parameters() if name.startswith(("stem", "blocks", "taps"))]
    rest = [p for name, p in net.named_parameters() if not name.startswith(("stem", "blocks", "taps"))]
    optimiser = torch.optim.AdamW([{"params": backbone, "share": 0.2}, {"params": rest, "share": 1.0}], lr=s.rate, weight_decay=0.01)
    precision = (lambda: torch.autocast("cuda", torch.bfloat16)) if device.type == "cuda" else nullcontext
    started, saved, printed, step, losses = time.monotonic(), time.monotonic(), time.monotonic(), 0, []
    while (share := (time.monotonic() - started) / (s.minutes * 60)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = s.rate * group["share"] * min(1.0, (step + 1) / 200) * (0.02 + 0.49 * (1 + math.cos(math.pi * share)))
        pictures, target = some_pictures(bank, teacher, s, precision)
        with precision():
            logits = net(pictures.contiguous(memory_format=torch.channels_last))
        loss = focal_and_dice(logits, target)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        decay = min(s.decay, (step + 1) / (step + 10))
        torch._foreach_lerp_(list(average.parameters()), [p.detach() for p in net.parameters()], 1 - decay)
        step += 1
        losses.append(loss.detach())
        if time.monotonic() - printed > PRINT_SECONDS:
            print(f"{time.monotonic() - started:5.0f} s  step {step}  loss {float(torch.stack(losses).mean()):.4f}", flush=True)
            printed, losses = time.monotonic(), []
        if time.monotonic() - saved > SAVE_SECONDS:
            save_net(average, s.out / "text.pt")
            saved = time.monotonic()
    save_net(average, s.out / "text.pt")
    report = f"steps {step}\noverlap of kernels on val photos: {overlap(average, bank, val, s, precision):.4f}, teacher {overlap(teacher, bank, val, s, precision):.4f}\n"
    (s.out / "report.txt").write_text(report, encoding="utf-8")
    print(report, end="", flush=True)


if __name__ == "__main__":
    main(parse(Settings))
