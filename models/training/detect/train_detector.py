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

import csv
import gzip
import gzip
import math
import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from torchvision.ops import batched_nms

from detect.boxes import area, best_per_class, overlap
from detect.classes import ATTRIBUTE_VALUES, COCO_CLASSES
from detect.losses import Lesson, point_losses, region_losses
from detect.targets import Target, coco_targets, product_targets, settle_product
from detect.two_stage import SIDE, TEACHER_IOU, TwoStage, save_detector, starting_detector
from files import write_tsv
from settings import parse

MAX_BOXES, MAX_CROWDS = 48, 8  # of a photo; the smallest beyond are left out
PSEUDO_FLOOR = 0.1  # score of the teacher's boxes that are kept
MIN_VISIBLE = 0.35  # share of a box that a crop must keep
MIN_SIDE = 4 / SIDE  # of a box after the crop
LARGER = 544  # px of the teacher's third look
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
    pseudo: Path = Path("")  # pseudo_boxes.tsv of an earlier run: the teacher need not look again
    pseudo: Path = Path("")  # pseudo_boxes.tsv of an earlier run, instead of looking again
    photo_limit: int = 0  # 0: all
    workers: int = 5
    seed: int = 1


def read_square(job: tuple[Path, Target]) -> tuple[np.ndarray | None, Target]:
    """A photo as uint8 [SIDE, SIDE, 3], stretched, and its target with the product's box; None when it teaches nothing."""
    folder, target = job
    with Image.open(folder / target.image) as image:
        rgb = image.convert("RGB")
        if not settle_product(target, np.asarray(rgb)):
            return None, target
        return np.asarray(rgb.resize((SIDE, SIDE), Image.Resampling.BICUBIC)), target


def read_photos(s: Settings, pool: Pool) -> tuple[Tensor, list[Target]]:
    """All train photos [n, 3, SIDE, SIDE] uint8 and what they teach."""
    coco, products = list(coco_targets(s.data, "train").values()), list(product_targets(s.data, "train").values())
    if s.photo_limit:
        with_boxes = [t for t in coco if t.boxes]
        coco, products = [*with_boxes[: s.photo_limit // 2], *[t for t in coco if not t.boxes][: s.photo_limit // 4]], products[: s.photo_limit // 4]
    jobs = [(s.photos, t) for t in [*coco, *products] if (s.photos / t.image).is_file()]
    if not jobs:
        raise SystemExit(f"{s.photos}: none of the train photos is here")
    print(f"{len(jobs)} of {len(coco) + len(products)} photos are here", flush=True)
    pictures, targets = np.zeros((len(jobs), SIDE, SIDE, 3), np.uint8), []
    for picture, target in pool.imap(read_square, jobs, chunksize=16):
        if picture is not None:
            pictures[len(targets)] = picture
            targets.append(target)
    return torch.from_numpy(pictures[: len(targets)]).permute(0, 3, 1, 2), targets


def merge_looks(looks: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor, Tensor]:
    """(boxes [p, 4], probabilities [p, 80]) of several looks at one photo -> boxes, scores, labels; same things are averaged."""
    each = [best_per_class(boxes, scores, PSEUDO_FLOOR, TEACHER_IOU, 100) for boxes, scores in looks]
    boxes, scores, labels = torch.cat([e[0] for e in each]), torch.cat([e[1] for e in each]), torch.cat([e[2][:, 1] for e in each])
    look = torch.cat([torch.full((len(e[0]),), i, device=boxes.device) for i, e in enumerate(each)])
    keep = batched_nms(boxes, scores, labels, TEACHER_IOU)
    same = (overlap(boxes[keep], boxes) >= TEACHER_IOU) & (labels[keep, None] == labels[None])
    weight = scores * same  # [kept, all]
    mean = torch.stack([(weight * (look == v)).amax(1) if len(boxes) else weight.sum(1) for v in range(len(looks))]).mean(0)
    merged = (weight @ boxes) / weight.sum(1, keepdim=True)
    sure = mean >= PSEUDO_FLOOR
    return merged[sure], mean[sure], labels[keep][sure]


@torch.no_grad()
def look_three_times(teacher: TwoStage, larger: TwoStage, squares: Tensor) -> list[list[tuple[Tensor, Tensor]]]:
    """The teacher's three looks at pictures [n, 3, SIDE, SIDE], by picture."""
    known = len(COCO_CLASSES)
    looks = []
    for model, mirrored in ((teacher, False), (teacher, True), (larger, False)):
        pictures = squares.flip(-1) if mirrored else squares
        if model.side != SIDE:
            pictures = F.interpolate(pictures, size=(model.side, model.side), mode="bilinear", align_corners=False)
        logits, _, boxes, _ = model.dense(pictures)
        if mirrored:
            boxes = torch.stack([1 - boxes[..., 2], boxes[..., 1], 1 - boxes[..., 0], boxes[..., 3]], -1)
        best, at = logits[..., :known].amax(-1).topk(200, 1)
        picked = at[..., None]
        looks.append((boxes.gather(1, picked.expand(-1, -1, 4)).cpu(), torch.sigmoid(logits[..., :known].gather(1, picked.expand(-1, -1, known))).cpu()))
    return [[(boxes[i], scores[i]) for boxes, scores in looks] for i in range(len(squares))]


def merge_in_worker(looks: list[tuple[np.ndarray, np.ndarray]]) -> list[np.ndarray]:
    """`merge_looks` for a pool: arrays in, arrays out."""
    torch.set_num_threads(1)
    return [part.numpy() for part in merge_looks([(torch.from_numpy(b), torch.from_numpy(p)) for b, p in looks])]


def pseudo_boxes(s: Settings, pictures: Tensor, device: torch.device, pool: Pool) -> list[list[np.ndarray]]:
    """The teacher's boxes, scores and labels of every photo."""
    files = (s.data / "weights" / "nanodet-plus-m_416.ncnn.param", s.data / "weights" / "nanodet-plus-m_416.ncnn.fp16.bin")
    teacher, larger = (TwoStage(*files, side=side).eval().to(device) for side in (SIDE, LARGER))

    def looked():
        for start in range(0, len(pictures), s.batch):
            for looks in look_three_times(teacher, larger, pictures[start : start + s.batch].to(device).float() / 255):
                yield [(b.numpy(), p.numpy()) for b, p in looks]

    return list(pool.imap(merge_in_worker, looked(), chunksize=8))


def read_pseudo(path: Path, targets: list[Target]) -> list[list[np.ndarray]]:
    """`pseudo_boxes` of an earlier run, from its pseudo_boxes.tsv (or .tsv.gz)."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        next(file)
        for line in file:
            image, *rest = line.rstrip("\n").split("\t")
            rows.setdefault(image, []).append(tuple(rest))
    index = {name: i for i, name in enumerate(COCO_CLASSES)}
    found = []
    for target in targets:
        mine = rows.get(target.image, [])
        numbers = np.array([[float(v) for v in row[1:]] for row in mine], np.float32).reshape(-1, 5)
        found.append([numbers[:, 1:], numbers[:, 0], np.array([index[row[0]] for row in mine], np.int64)])
    return found


class Lessons:
    """What all photos teach, as tensors on the device; `draw` makes an augmented batch."""

    def __init__(self, s: Settings, pictures: Tensor, targets: list[Target], pseudo: list[list[np.ndarray]], device: torch.device):
        self.s, self.device, self.pictures = s, device, pictures.to(device)
        n = len(targets)
        boxes, labels = np.zeros((n, MAX_BOXES, 4), np.float32), np.zeros((n, MAX_BOXES), np.int64)
        scores, settled = np.zeros((n, MAX_BOXES), np.float32), np.zeros((n, MAX_BOXES), bool)
        crowds, named = np.zeros((n, MAX_CROWDS, 4), np.float32), np.full((n, len(COCO_CLASSES)), -1, np.float32)
        for i, (t, (their_boxes, their_scores, their_labels)) in enumerate(zip(targets, pseudo)):
            own = sorted(zip(t.boxes, t.labels), key=lambda pair: -(pair[0][2] - pair[0][0]) * (pair[0][3] - pair[0][1]))[:MAX_BOXES]
            for j, (box, label) in enumerate(own):
                boxes[i, j], labels[i, j], scores[i, j], settled[i, j] = box, label, 1.0, True
            free = ~t.settled[their_labels] if len(their_labels) else np.zeros(0, bool)
            room = MAX_BOXES - len(own)
            more = np.flatnonzero(free)[np.argsort(-their_scores[free], kind="stable")][:room]
            slots = slice(len(own), len(own) + len(more))
            boxes[i, slots], labels[i, slots], scores[i, slots] = their_boxes[more], their_labels[more], their_scores[more]
            for j, crowd in enumerate(t.crowds[:MAX_CROWDS]):
                crowds[i, j] = crowd
            if t.named is not None:
                named[i] = 0
                named[i, list(t.named)] = 1
        arrays = (boxes, labels, scores, settled, np.stack([t.settled for t in targets]), crowds, named)
        self.boxes, self.labels, self.scores, self.settled, self.classes, self.crowds, self.named = (torch.from_numpy(a).to(device) for a in arrays)
        self.attributes = {k: torch.tensor([t.attributes[k] for t in targets], device=device) for k in ATTRIBUTE_VALUES}
        kinds = np.array([0 if t.product is not None else 1 if t.boxes or t.crowds else 2 for t in targets])
        self.groups = [torch.from_numpy(np.flatnonzero(kinds == k)).to(device) for k in range(3)]
        shares = np.array([s.product_share, s.person_share, 1 - s.product_share - s.person_share]) * [len(g) > 0 for g in self.groups]
        self.counts = np.diff(np.round(np.concatenate([[0], np.cumsum(shares / shares.sum())]) * s.batch).astype(int), prepend=0)[1:]

    def draw(self) -> tuple[Tensor, Lesson]:
        """Pictures [b, 3, SIDE, SIDE] in 0..1 and their lesson."""
        rows = torch.cat([g[torch.randint(len(g), (c,), device=self.device)] for g, c in zip(self.groups, self.counts.tolist()) if c])
        scale, shift, mirror = crop_of(len(rows), self.device)
        pictures = change_colours(cut_out(self.pictures[rows].float() / 255, scale, shift, mirror))
        boxes, visible = move_boxes(self.boxes[rows], scale, shift, mirror)
        crowds, _ = move_boxes(self.crowds[rows], scale, shift, mirror)
        scores, settled = self.scores[rows] * visible, self.settled[rows]
        lost = settled & ~visible & (self.scores[rows] > 0) & (area(boxes) > 0)  # what a crop left of a box is neither right nor wrong
        crowds = torch.cat([crowds, boxes * lost[..., None]], 1)
        named = torch.where((scale.amin(1) >= 0.85)[:, None], self.named[rows], -1)  # a narrow crop may lose what people named
        attributes = {k: v[rows] for k, v in self.attributes.items()}
        return pictures, Lesson(boxes, self.labels[rows], scores, settled, self.classes[rows], crowds, named, attributes)


def crop_of(n: int, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Of n photos: the share of each side that is seen [n, 2] (over 1: the photo becomes smaller), where it begins [n, 2], mirrored or not [n]."""
    base = torch.empty(n, 1, device=device).uniform_(0.6, 1.35)
    base = torch.where(torch.rand(n, 1, device=device) < 0.35, torch.ones_like(base), base)
    scale = (base * torch.empty(n, 2, device=device).uniform_(0.9, 1.1)).clamp(0.5, 1.5)
    return scale, (1 - scale) * torch.rand(n, 2, device=device), torch.rand(n, device=device) < 0.5


def cut_out(pictures: Tensor, scale: Tensor, shift: Tensor, mirror: Tensor) -> Tensor:
    """Crops of pictures [n, 3, s, s], grey outside."""
    theta = torch.zeros(len(pictures), 2, 3, device=pictures.device)
    sign = torch.where(mirror, -1.0, 1.0)
    theta[:, 0, 0], theta[:, 1, 1] = scale[:, 0] * sign, scale[:, 1]
    theta[:, :, 2] = 2 * shift + scale - 1
    grid = F.affine_grid(theta, list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures - 0.45, grid, align_corners=False) + 0.45


def move_boxes(boxes: Tensor, scale: Tensor, shift: Tensor, mirror: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes [n, g, 4] as the crops of `cut_out` show them, cut at the rim, and which of them are still to be seen."""
    moved = (boxes - torch.cat([shift, shift], 1)[:, None]) / torch.cat([scale, scale], 1)[:, None]
    flipped = torch.stack([1 - moved[..., 2], moved[..., 1], 1 - moved[..., 0], moved[..., 3]], -1)
    moved = torch.where(mirror[:, None, None], flipped, moved)
    seen = moved.clamp(0, 1)
    sides = seen[..., 2:] - seen[..., :2]
    return seen, (area(seen) >= MIN_VISIBLE * area(moved)) & (sides.amin(-1) >= MIN_SIDE)


def change_colours(pictures: Tensor) -> Tensor:
    """Brightness, contrast, saturation and the sharpness of some."""
    n, device = len(pictures), pictures.device

    def factor(by: float) -> Tensor:
        return torch.empty(n, 1, 1, 1, device=device).uniform_(1 - by, 1 + by)

    grey = pictures.mean(1, keepdim=True)
    pictures = grey + (pictures - grey) * factor(0.3)
    mean = pictures.mean((1, 2, 3), keepdim=True)
    pictures = (mean + (pictures - mean) * factor(0.3)) * factor(0.2)
    soft = F.avg_pool2d(pictures, 3, 1, 1, count_include_pad=False)
    strength = torch.empty(n, 1, 1, 1, device=device).uniform_(-0.6, 0.6)  # below 0: sharpened
    return (pictures + (soft - pictures) * strength).clamp(0, 1)


def train(s: Settings, lessons: Lessons, device: torch.device, ends: float) -> None:
    """Until the time is up; the rate falls with the time."""
    teacher = starting_detector(s.data / "weights").to(device)
    model, average = (starting_detector(s.data / "weights").to(device) for _ in range(2))
    model.train()
    groups = [{"params": model.trunk.parameters(), "lr": s.rate}, {"params": model.head.parameters(), "lr": s.head_rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=1e-3)
    begun, saved, printed, step, sums = time.time(), time.time(), time.time(), 0, {}
    while (now := time.time()) < ends:
        share = (now - begun) / max(ends - begun, 1e-6)
        for group, peak in zip(optimizer.param_groups, (s.rate, s.head_rate)):
            group["lr"] = peak * min(1.0, (step + 1) / 100) * (0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * share)))
        pictures, lesson = lessons.draw()
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
        pictures, targets = read_photos(s, pool)
        print(f"photos read: {time.time() - begun:.0f} s, {len(targets)} teach something", flush=True)
        known = bool(s.pseudo.name)
        pseudo = read_pseudo(s.pseudo, targets) if known else pseudo_boxes(s, pictures, device, pool)
    if not known:
        rows = ([t.image, COCO_CLASSES[label], f"{score:.4f}", *(f"{v:.4f}" for v in box)] for t, found in zip(targets, pseudo) for box, score, label in zip(*found))
        write_tsv(s.out / "pseudo_boxes.tsv", ["image", "label", "score", "left", "top", "right", "bottom"], rows)
    print(f"teacher's boxes: {time.time() - begun:.0f} s, {sum(len(f[0]) for f in pseudo)} boxes", flush=True)
    train(s, Lessons(s, pictures, targets, pseudo, device), device, ends)


if __name__ == "__main__":
    main(parse(Settings))
