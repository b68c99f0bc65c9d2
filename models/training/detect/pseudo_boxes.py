"""The teacher's boxes of the train photos: NanoDet-Plus-m as it came, three looks at each (as it is, mirrored, larger).

Boxes of the same thing are averaged, and a score is the mean over the looks, so that what only one look saw counts for little.
"""

import gzip
from multiprocessing.pool import Pool
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import batched_nms

from detect.boxes import best_per_class, overlap
from detect.classes import COCO_CLASSES
from detect.targets import Target
from detect.trunk import SIDE
from detect.two_stage import TEACHER_IOU, TwoStage
from files import write_tsv

PSEUDO_FLOOR = 0.1  # score of the teacher's boxes that are kept
LARGER = 544  # px of the teacher's third look


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


def pseudo_boxes(weights: Path, pictures: Tensor, batch: int, device: torch.device, pool: Pool) -> list[list[np.ndarray]]:
    """The teacher's boxes, scores and labels of every photo."""
    files = (weights / "nanodet-plus-m_416.ncnn.param", weights / "nanodet-plus-m_416.ncnn.fp16.bin")
    teacher, larger = (TwoStage(*files, side=side).eval().to(device) for side in (SIDE, LARGER))

    def looked():
        for start in range(0, len(pictures), batch):
            for looks in look_three_times(teacher, larger, pictures[start : start + batch].to(device).float() / 255):
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


def write_pseudo(path: Path, targets: list[Target], pseudo: list[list[np.ndarray]]) -> None:
    """`pseudo_boxes` as a file that `read_pseudo` reads."""
    rows = ([t.image, COCO_CLASSES[label], f"{score:.4f}", *(f"{v:.4f}" for v in box)] for t, found in zip(targets, pseudo) for box, score, label in zip(*found))
    write_tsv(path, ["image", "label", "score", "left", "top", "right", "bottom"], rows)
