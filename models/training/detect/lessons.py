"""What the train photos teach, as tensors: boxes by people, the teacher's for classes that are not settled, and what captions name."""

import numpy as np
import torch
from torch import Tensor

from detect.augment import change_colours, crop_of, cut_out, move_boxes
from detect.boxes import area
from detect.classes import ATTRIBUTE_VALUES, COCO_CLASSES
from detect.losses import Lesson
from detect.targets import Target

MAX_BOXES, MAX_CROWDS = 48, 8  # of a photo; the smallest beyond are left out


class Lessons:
    """What all photos teach, as tensors on the device; `draw` makes an augmented batch, `whole` takes photos as they are."""

    def __init__(self, pictures: Tensor, targets: list[Target], pseudo: list[list[np.ndarray]], device: torch.device):
        self.device, self.pictures = device, pictures.to(device)
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

    def counts(self, batch: int, product_share: float, person_share: float) -> list[int]:
        """How many photos of a batch are of each group; groups without photos leave their share to the others."""
        shares = np.array([product_share, person_share, 1 - product_share - person_share]) * [len(g) > 0 for g in self.groups]
        return np.diff(np.round(np.concatenate([[0], np.cumsum(shares / shares.sum())]) * batch).astype(int)).tolist()

    def draw(self, counts: list[int]) -> tuple[Tensor, Lesson]:
        """Pictures [b, 3, SIDE, SIDE] in 0..1, so many of each group, and their lesson."""
        rows = torch.cat([g[torch.randint(len(g), (c,), device=self.device)] for g, c in zip(self.groups, counts) if c])
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

    def whole(self, rows: Tensor, mirror: Tensor) -> Lesson:
        """What photos teach when they are looked at whole, mirrored or not."""
        scale, shift = torch.ones(len(rows), 2), torch.zeros(len(rows), 2)
        boxes, visible = move_boxes(self.boxes[rows], scale, shift, mirror)
        crowds, _ = move_boxes(self.crowds[rows], scale, shift, mirror)
        crowds = crowds * (self.crowds[rows].sum(-1, keepdim=True) > 0)
        attributes = {k: v[rows] for k, v in self.attributes.items()}
        return Lesson(boxes, self.labels[rows], self.scores[rows] * visible, self.settled[rows], self.classes[rows], crowds, self.named[rows], attributes)
