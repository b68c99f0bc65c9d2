"""Weights between the detector's start and what training made of it, and its second stage tuned on that trunk.

    python -m detect.blend_detector --data DATA --photos PHOTOS --trained runs/detector/detector.pt --pseudo runs/detector/pseudo_boxes.tsv \
        --share 0.4 --out runs/detector/blended.pt

Every weight w of the trunk becomes start + share * (trained - start) (WiSE-FT, Wortsman et al. 2022): a fast rate on few photos
moves a network further than it had to, and half of the way back keeps what was learned and much of what was forgotten. The share is
chosen on val (`--photo_limit 0` blends only). Then the first stage looks once at each photo, as it is and mirrored, its pooled
regions are kept, and the second stage is trained on them, from the trained one. About 8 minutes on one core for 1,500 photos.
"""

from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torchvision.ops import nms

from detect.boxes import apply_deltas
from detect.lessons import Lessons
from detect.losses import region_losses
from detect.pseudo_boxes import read_pseudo
from detect.read_photos import read_square
from detect.region_head import pool_regions, scene_of
from detect.targets import coco_targets, product_targets
from detect.train_detector import WEIGHTS
from detect.two_stage import CANDIDATES, PROPOSAL_IOU, PROPOSALS, Judgement, Proposals, TwoStage, load_detector, save_detector, starting_detector
from sessions import cpu_session
from settings import parse

LOSSES = ("region", "refine", "attributes", "named")
PART = 50  # photos that a process looks at in one go
AVERAGE = 0.99  # of the weights, per step


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    trained: Path = Path("runs/detector/detector.pt")
    pseudo: Path = Path("runs/detector/pseudo_boxes.tsv.gz")
    out: Path = Path("runs/detector/blended.pt")
    share: float = 0.4
    photo_limit: int = 1500  # 0: no tuning
    epochs: int = 8
    batch: int = 16
    rate: float = 3e-4
    workers: int = 2
    threads: int = 1
    seed: int = 1


def blended(start: TwoStage, trained: TwoStage, share: float) -> TwoStage:
    """The trunk between both, the second stage of the trained one, but for what it changes of classes and boxes."""
    begin, end = start.state_dict(), trained.state_dict()
    trained.load_state_dict({k: torch.lerp(begin[k], w, share) if k.startswith("trunk.") else w for k, w in end.items()})
    for layer in (trained.head.classes, trained.head.refine):  # what these learned belongs to the other trunk
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)
    return trained.eval()


@dataclass(frozen=True)
class Kept:
    """What the second stage takes, of n looks with r regions each."""

    boxes: Tensor  # [n, r, 4]
    logits: Tensor  # [n, r, K]
    valid: Tensor  # [n, r]
    pooled: Tensor  # [n, r, 2400] half floats
    scene: Tensor  # [n, 192]


class FirstStage(nn.Module):
    """A picture [1, 3, s, s] in 0..1 -> what `Kept` holds of it."""

    def __init__(self, model: TwoStage):
        super().__init__()
        self.model = model

    def forward(self, square: Tensor) -> tuple[Tensor, ...]:
        logits, _, boxes, maps = self.model.dense(square)
        best, at = logits[0].amax(-1).topk(CANDIDATES)
        boxes, logits = boxes[0][at], logits[0][at]
        kept = nms(boxes, best, PROPOSAL_IOU)
        rows = torch.cat([kept, torch.zeros(PROPOSALS, dtype=kept.dtype)])[:PROPOSALS]
        valid = torch.cat([torch.ones_like(kept), torch.zeros(PROPOSALS, dtype=kept.dtype)])[:PROPOSALS]
        boxes = boxes[rows][None]
        return boxes, logits[rows][None], valid[None], pool_regions(maps[:3], boxes, self.model.side)[None].half(), scene_of(maps[-1])


def look_once(job: tuple[bytes, np.ndarray]) -> list[tuple[np.ndarray, ...]]:
    """The first stage (an ONNX graph) on some pictures [n, s, s, 3], each as it is and then mirrored."""
    graph, pictures = job
    session, rows = cpu_session(graph, 1), []
    for picture in pictures:
        square = np.ascontiguousarray(picture.transpose(2, 0, 1)[None], dtype=np.float32) / 255
        for look in (square, np.ascontiguousarray(square[..., ::-1])):
            rows.append(tuple(session.run(None, {"square": look})))
    return rows


def look_at_all(model: TwoStage, pictures: np.ndarray, workers: int) -> Kept:
    """`look_once` at pictures [n, s, s, 3] by several processes."""
    file = BytesIO()
    torch.onnx.export(FirstStage(model).eval(), (torch.rand(1, 3, model.side, model.side),), file, input_names=["square"], opset_version=17, dynamo=False)
    jobs = [(file.getvalue(), pictures[i : i + PART]) for i in range(0, len(pictures), PART)]
    rows: list[tuple[np.ndarray, ...]] = []
    with get_context("spawn").Pool(workers) as pool:
        for part in pool.imap(look_once, jobs):
            rows += part
            print(f"looked at {len(rows) // 2} of {len(pictures)} photos", flush=True)
    return Kept(*(torch.from_numpy(np.concatenate(parts)) for parts in zip(*rows)))


def judge_kept(model: TwoStage, kept: Kept, looks: Tensor) -> tuple[Proposals, Judgement]:
    """The second stage on looks that were kept."""
    boxes, logits = kept.boxes[looks], kept.logits[looks]
    n, r, _ = boxes.shape
    scene = kept.scene[looks][:, None].expand(-1, r, -1).flatten(0, 1)
    judged, named, deltas, attributes, features = model.head(kept.pooled[looks].float().flatten(0, 1), boxes.flatten(0, 1), logits.flatten(0, 1), scene)
    attributes = {k: v.view(n, r, -1) for k, v in attributes.items()}
    refined = apply_deltas(boxes, deltas.view(n, r, 4))
    return Proposals(boxes, logits, kept.valid[looks] > 0), Judgement(refined, judged.view(n, r, -1), named.view(n, r, -1), attributes, features.view(n, r, -1))


def tune(s: Settings, model: TwoStage, kept: Kept, lessons: Lessons) -> None:
    """Trains the second stage; a moving average of its weights stays."""
    head, average = model.head, [p.detach().clone() for p in model.head.parameters()]
    optimizer = torch.optim.AdamW(head.parameters(), s.rate, weight_decay=1e-2)
    looks, steps = len(kept.boxes), s.epochs * (len(kept.boxes) // s.batch)
    step = 0
    for epoch in range(s.epochs):
        sums = dict.fromkeys(LOSSES, 0.0)
        order = torch.randperm(looks)
        for start in range(0, looks - s.batch + 1, s.batch):
            for group in optimizer.param_groups:
                group["lr"] = s.rate * min(1.0, (step + 1) / 20) * (0.5 + 0.5 * np.cos(np.pi * step / steps))
            taken = order[start : start + s.batch]
            lesson = lessons.whole(taken // 2, taken % 2 == 1)
            losses = region_losses(*judge_kept(model, kept, taken), lesson)
            optimizer.zero_grad(set_to_none=True)
            sum(WEIGHTS[k] * losses[k] for k in LOSSES).backward()
            nn.utils.clip_grad_norm_(head.parameters(), 5.0)
            optimizer.step()
            step += 1
            with torch.no_grad():
                torch._foreach_lerp_(average, list(head.parameters()), 1 - AVERAGE)
            for k in LOSSES:
                sums[k] += float(losses[k].detach()) * s.batch / looks
        print(f"epoch {epoch + 1}: " + " ".join(f"{k} {v:.4f}" for k, v in sums.items()), flush=True)
    with torch.no_grad():
        for p, mean in zip(head.parameters(), average):
            p.copy_(mean)


def main(s: Settings) -> None:
    torch.manual_seed(s.seed)
    torch.set_num_threads(s.threads)
    weights = s.data / "weights"
    model = blended(starting_detector(weights), load_detector(s.trained, weights), s.share)
    if s.photo_limit:
        rng = np.random.default_rng(s.seed)
        coco, products = list(coco_targets(s.data, "train").values()), list(product_targets(s.data, "train").values())
        groups = ([t for t in coco if t.boxes], products, [t for t in coco if not t.boxes and t.named is not None])
        chosen = [g[i] for g, part in zip(groups, (0.6, 0.15, 0.25)) for i in rng.permutation(len(g))[: round(part * s.photo_limit)]]
        read = [read_square((s.photos, t)) for t in chosen]
        pictures, targets = np.stack([p for p, _ in read if p is not None]), [t for p, t in read if p is not None]
        lessons = Lessons(torch.zeros(1), targets, read_pseudo(s.pseudo, targets), torch.device("cpu"))
        tune(s, model, look_at_all(model, pictures, s.workers), lessons)
    save_detector(model, s.out, share=s.share, tuned=s.photo_limit)
    print(f"wrote {s.out}")


if __name__ == "__main__":
    main(parse(Settings))
