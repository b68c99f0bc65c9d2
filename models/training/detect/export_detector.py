"""Write the package of the stage `objects`: one ONNX graph with both stages and all suppression in it, manifest, model card.

    python -m detect.export_detector --data DATA --photos PHOTOS --checkpoint runs/detector/detector.pt --out ../objects

Refuses to write unless PyTorch and onnxruntime find the same objects on val photos (scores within 1e-3, boxes within 1e-3 of a
side), and unless half floats (trunk) and int8 (the rest) cost less than 1 % of val mAP50. Thresholds and calibration are chosen on
val photos by the packaged graph itself. `--renew true` only puts the figures of evaluate_detector.py into manifest and card.
About 6 minutes on one core.
"""

import json
import tempfile
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torchvision.ops import nms

from detect.classes import ATTRIBUTE_VALUES, CLASSES, COCO_CLASSES
from detect.detector_card import card_of, metrics_of
from detect.evaluate_detector import OBJECT_AT, Photos, choose, photos_of, report
from detect.figures import box_figures
from detect.looking import GRAPH_FILE, as_tensor, look_at, packaged, read_as_runtime
from detect.trunk import SIDE
from detect.two_stage import CANDIDATES, FINAL_IOU, MAX_FOUND, PROPOSAL_IOU, PROPOSALS, SCORE_FLOOR, TwoStage, decided, image_tags, load_detector
from quantise import quantise_weights
from sessions import cpu_session
from settings import parse
from stage_package import write_stage_package

OUTPUTS = ["boxes", "scores", "labels", *(f"attributes.{name}" for name in ATTRIBUTE_VALUES), "features", "tags"]
MAX_DIFFERENCE = 1e-3
MIN_SMALL_SHARE = 0.99  # of float32's val mAP50
TRUNK = "model.trunk."  # its weights are stored as half floats, as int8 would cost persons; all others as int8
CHECKED = 24  # val photos on which PyTorch and onnxruntime are compared
OPSET = 17
AGREEMENT = "largest difference, PyTorch against onnxruntime"


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    checkpoint: Path = Path("runs/detector/detector.pt")
    out: Path = Path("../objects")
    version: str = "1.0.0"
    figures: Path = Path("")  # JSON of evaluate_detector.py with test figures, for the card
    teacher_figures: Path = Path("")  # the same of the teacher
    renew: bool = False  # only put the figures into the package that is there
    threads: int = 1


class DetectorGraph(nn.Module):
    """One picture [1, 3, SIDE, SIDE], RGB 0..255 -> what `OUTPUTS` names: boxes [n, 4] as left, top, width, height in fractions,
    scores [n], labels [n], attribute probabilities [n, values], features [n, 192], and tags [K]: that people name the class."""

    def __init__(self, model: TwoStage):
        super().__init__()
        self.model = deepcopy(model)
        self.model.trunk.take_bytes()

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        logits, _, boxes, maps = self.model.dense(image)
        best, at = logits[0].amax(-1).topk(CANDIDATES)
        boxes, logits = boxes[0][at], logits[0][at]
        keep = nms(boxes, best, PROPOSAL_IOU)[:PROPOSALS]
        judged = self.model.judge(maps, boxes[keep][None], logits[keep][None])
        scores = torch.sigmoid(decided(logits[keep], judged.logits[0]))
        rows, labels = (scores > SCORE_FLOOR).nonzero(as_tuple=True)
        values = scores[rows, labels]
        places = torch.where((labels < len(COCO_CLASSES))[:, None], boxes[keep][rows], judged.boxes[0][rows])
        apart = labels.to(places.dtype)[:, None] * 2.0  # classes never overlap
        kept = nms(places + apart, values, FINAL_IOU)[:MAX_FOUND]
        rows, corners = rows[kept], places[kept]
        found = torch.cat([corners[:, :2], corners[:, 2:] - corners[:, :2]], 1)
        attributes = [judged.attributes[name][0][rows].softmax(-1) for name in ATTRIBUTE_VALUES]
        tags = image_tags(judged.named, torch.ones_like(judged.named[..., 0]))[0]
        return found, values[kept], labels[kept], *attributes, judged.features[0][rows], tags


def export_graph(model: TwoStage, path: Path) -> None:
    """Writes the graph with float32 weights."""
    axes = {name: {0: "objects"} for name in OUTPUTS if name != "tags"}
    torch.onnx.export(
        DetectorGraph(model).eval(), (torch.rand(1, 3, model.side, model.side) * 255,), path,
        input_names=["image"], output_names=OUTPUTS, dynamic_axes=axes, opset_version=OPSET, dynamo=False,
    )  # fmt: skip
    onnx.checker.check_model(onnx.load(path))


@torch.no_grad()
def largest_difference(model: TwoStage, graph: Path, pictures: list[np.ndarray], threads: int) -> float:
    """Largest difference of scores and boxes, PyTorch against onnxruntime; the same objects in the same order, or an error."""
    ours, session = DetectorGraph(model).eval(), cpu_session(graph, threads)
    difference = 0.0
    for picture in pictures:
        image = as_tensor(picture) * 255
        expected = [v.numpy() for v in ours(image)]
        received = session.run(OUTPUTS, {"image": image.numpy()})
        if expected[0].shape != received[0].shape or (expected[2] != received[2]).any():
            raise ValueError(f"PyTorch finds {expected[2].tolist()} but onnxruntime {received[2].tolist()}")
        difference = max(difference, *(float(np.abs(a - b).max(initial=0)) for a, b in zip(expected, received) if a.dtype == np.float32 and a.shape[-1:] != (192,)))
    return difference


def settings_of(chosen: dict) -> dict:
    """What the stage in TypeScript reads from the manifest."""
    return {
        "side": SIDE, "filter": "bilinear", "classes": list(CLASSES), "products": len(COCO_CLASSES),
        "attributes": {k: list(v) for k, v in ATTRIBUTE_VALUES.items()}, "objectAt": OBJECT_AT, **chosen,
    }  # fmt: skip


def rounded(value: object) -> object:
    """Figures with four digits."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def manifest_of(s: Settings, settings: dict, metrics: list[dict]) -> dict:
    """The package's manifest without digests."""
    return {
        "kind": "objects", "name": s.out.resolve().name, "version": s.version,
        "graphs": {"objects": {"file": GRAPH_FILE, "inputs": ["image"], "outputs": OUTPUTS}},
        "settings": settings, "licence": "Apache-2.0",
        "startedFrom": ["NanoDet-Plus-m 416 (RangiLyu/nanodet, Apache-2.0)"],
        "trainingData": ["COCO captions and boxes (CC BY 4.0)", "catalogue photos (MIT as their publisher states)", "Amazon Berkeley Objects (CC BY 4.0)", "labels by the NanoDet-Plus-m that it started from"],
        "metrics": metrics,
    }  # fmt: skip


def renew(s: Settings) -> None:
    """The package at `out` with the figures of the JSON files in manifest and card; graph and settings stay."""
    manifest = json.loads((s.out / "manifest.json").read_text(encoding="utf-8"))
    difference = next(m["value"] for m in manifest["metrics"] if m["name"] == AGREEMENT)
    metrics = metrics_of(s.figures, s.teacher_figures)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / GRAPH_FILE).write_bytes((s.out / GRAPH_FILE).read_bytes())
        card = card_of(s.version, metrics, difference)
        write_stage_package(folder, s.out, manifest_of(s, manifest["settings"], [*metrics, {"name": AGREEMENT, "value": difference}]), card)


def main(s: Settings) -> None:
    if s.renew:
        return renew(s)
    torch.set_num_threads(s.threads)
    model = load_detector(s.checkpoint, s.data / "weights")
    val: Photos = photos_of(s.data, s.photos, "val")
    with tempfile.TemporaryDirectory() as temporary:
        full, folder = Path(temporary) / "float32.onnx", Path(temporary) / "package"
        folder.mkdir()
        export_graph(model, full)
        difference = largest_difference(model, full, [read_as_runtime(s.photos / i) for i in list(val.boxes)[:CHECKED]], s.threads)
        print(f"largest difference, PyTorch against onnxruntime: {difference:.1e}", flush=True)
        if difference > MAX_DIFFERENCE:
            raise SystemExit(f"Refused: {difference:.1e} is more than {MAX_DIFFERENCE}")
        quantise_weights(full, folder / GRAPH_FILE, (TRUNK,))
        looks = look_at(packaged(folder / GRAPH_FILE, s.threads), s.photos, val.all())
        chosen = choose(looks, val)
        figures = report(looks, val, chosen)
        before = box_figures(look_at(packaged(full, s.threads), s.photos, val.boxes), val.boxes, (0.5,))
        print(f"val mAP50: float32 {before:.4f}, small {figures['mAP50']:.4f}\n{json.dumps(rounded(figures))}\n{json.dumps(chosen)}", flush=True)
        if figures["mAP50"] < MIN_SMALL_SHARE * before:
            raise SystemExit(f"Refused: the small weights have {figures['mAP50'] / before:.1%} of float32's mAP50, less than {MIN_SMALL_SHARE:.0%}")
        metrics = metrics_of(s.figures, s.teacher_figures) or [{"name": f"{k}, val", "photos": len(val.boxes), "value": v} for k, v in rounded(figures).items() if isinstance(v, float)]
        manifest = manifest_of(s, settings_of(chosen), [*metrics, {"name": AGREEMENT, "value": difference}])
        write_stage_package(folder, s.out, manifest, card_of(s.version, metrics, difference))
    print(f"wrote {s.out}: {sum(f.stat().st_size for f in s.out.iterdir()) / 1e6:.2f} MB")


if __name__ == "__main__":
    main(parse(Settings))
