"""Train the two-stage detector from NanoDet-Plus-m: every layer, both stages at once, for a fixed time.

    python -m detect.train_detector --data DATA --photos PHOTOS --out runs/detector --device cuda --minutes 5.5

Photos: COCO's train photos and product photos on white (targets.py says what each teaches; 240 photos with person boxes are kept
for choosing thresholds). The teacher, the same network as it came, labels the train photos first: three looks (as it is,
mirrored, larger), boxes of the same thing averaged, a score the mean over the looks. During training it also looks at each
augmented photo, for the classes that are not settled there. Photos stay on the device as 416 x 416 bytes; cropping, mirroring and
colours are changed there. Writes detector.pt (moving average, half floats) every 45 seconds, and pseudo_boxes.tsv.
The rate here (2e-4, from converged weights, for 2.6 minutes) proved too high: see blend_detector.py, which goes half of the way back.
On one data-centre GPU about 5.5 minutes; on CPU only tiny settings make sense: --photo_limit 24 --batch 4 --minutes 0.5.
"""

import math
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import torch

from detect.lessons import Lessons
from detect.losses import point_losses, region_losses
from detect.pseudo_boxes import pseudo_boxes, read_pseudo, write_pseudo
from detect.read_photos import read_photos
from detect.two_stage import save_detector, starting_detector
from settings import parse

AVERAGE = 0.998  # of the weights, per step
SAVE_SECONDS, PRINT_SECONDS = 45, 10
WEIGHTS = {"class": 1.0, "box": 2.0, "bins": 0.25, "region": 1.0, "refine": 1.0, "attributes": 0.1, "named": 0.3}


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")  # TSV files and weights/
    photos: Path = Path("cache/photos")  # unpacked: coco/, fashion/, abo/
    out: Path = Path("runs/detector")
    device: str = "cuda"
    minutes: float = 5.5  # of everything, from the first photo read to the last checkpoint
    batch: int = 48
    rate: float = 2e-4  # of the trunk; the new layers learn at `head_rate`
    head_rate: float = 1e-3
    product_share: float = 0.15  # of a batch
    person_share: float = 0.45  # of a batch: photos with boxes by people
    pseudo: Path = Path("")  # pseudo_boxes.tsv of an earlier run, instead of looking again
    photo_limit: int = 0  # 0: all
    workers: int = 5
    seed: int = 1


def train(s: Settings, lessons: Lessons, device: torch.device, ends: float) -> None:
    """Until the time is up; the rate falls with the time."""
    teacher = starting_detector(s.data / "weights").to(device)
    model, average = (starting_detector(s.data / "weights").to(device) for _ in range(2))
    model.train()
    groups = [{"params": model.trunk.parameters(), "lr": s.rate}, {"params": model.head.parameters(), "lr": s.head_rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=1e-3)
    counts = lessons.counts(s.batch, s.product_share, s.person_share)
    begun, saved, printed, step, sums = time.time(), time.time(), time.time(), 0, {}
    while (now := time.time()) < ends:
        share = (now - begun) / max(ends - begun, 1e-6)
        for group, peak in zip(optimizer.param_groups, (s.rate, s.head_rate)):
            group["lr"] = peak * min(1.0, (step + 1) / 100) * (0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * share)))
        pictures, lesson = lessons.draw(counts)
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            with torch.no_grad():
                theirs = teacher.dense(pictures)[:3]
            logits, bins, boxes, maps = model.dense(pictures)
        losses = point_losses(model, (logits, bins, boxes), theirs, lesson)
        with torch.no_grad():
            proposals = model.propose(logits, boxes)
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            judged = model.judge(maps, proposals.boxes, proposals.logits)
        losses |= region_losses(proposals, judged, lesson)
        loss = sum(WEIGHTS[k] * v for k, v in losses.items())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)):
            optimizer.step()
        step += 1
        with torch.no_grad():
            keep = min(AVERAGE, step / (step + 10))
            torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - keep)
        for k, v in losses.items():
            sums[k] = sums.get(k, 0) + v.detach()
        sums["steps"] = sums.get("steps", 0) + 1
        if time.time() - printed > PRINT_SECONDS:
            line = " ".join(f"{k} {float(v) / sums['steps']:.4f}" for k, v in sums.items() if k != "steps")
            if not math.isfinite(float(loss.detach())):
                raise SystemExit(f"step {step}: the loss is not finite: {line}")
            print(f"{now - begun:.0f} s, step {step}, {step / max(now - begun, 1e-6):.2f} steps/s: {line}", flush=True)
            printed, sums = time.time(), {}
        if time.time() - saved > SAVE_SECONDS:
            save_detector(average, s.out / "detector.pt", steps=step, finished=False)
            saved = time.time()
    save_detector(average, s.out / "detector.pt", steps=step, finished=True)
    print(f"{step} steps of {s.batch} photos", flush=True)


def main(s: Settings) -> None:
    ends = time.time() + 60 * s.minutes
    torch.manual_seed(s.seed)
    if s.device == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
    device = torch.device(s.device)
    begun = time.time()
    with get_context("fork").Pool(s.workers) as pool:  # before anything touches the device
        pictures, targets = read_photos(s.data, s.photos, s.photo_limit, pool)
        print(f"photos read: {time.time() - begun:.0f} s, {len(targets)} teach something", flush=True)
        known = bool(s.pseudo.name)
        pseudo = read_pseudo(s.pseudo, targets) if known else pseudo_boxes(s.data / "weights", pictures, s.batch, device, pool)
    if not known:
        write_pseudo(s.out / "pseudo_boxes.tsv", targets, pseudo)
    print(f"teacher's boxes: {time.time() - begun:.0f} s, {sum(len(f[0]) for f in pseudo)} boxes", flush=True)
    train(s, Lessons(pictures, targets, pseudo, device), device, ends)


if __name__ == "__main__":
    main(parse(Settings))
