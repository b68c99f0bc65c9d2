"""Write the package of the logo stage: detector and embedder as ONNX with int8 weights, and the brands' prototypes.

    python logos/export_logos.py --detector runs/mark-detector.pt --embedder runs/mark-embedder.pt --data DATA --marks marks.npz --out ../logos

Refuses to write unless PyTorch and onnxruntime agree (boxes within 1e-3 of a side, scores and points within 1e-3) before the
weights become int8. calibrate_logos.py then fits the confidence on val. Half a minute.
"""

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from logos.mark_detector import SIDE, DetectorGraph, load_mark_detector  # noqa: E402
from logos.mark_drawer import MarkDrawer  # noqa: E402
from logos.mark_embedder import POINT, EmbedderGraph, load_mark_embedder, prototypes  # noqa: E402
from logos.mark_embedder import SIDE as CROP  # noqa: E402
from logos.marks import load_marks  # noqa: E402
from logos.recognise import point_text  # noqa: E402

from quantise import quantise_weights  # noqa: E402
from sessions import cpu_session  # noqa: E402
from settings import parse  # noqa: E402
from stage_package import write_stage_package  # noqa: E402

HERE = Path(__file__).resolve().parent
MAX_DIFFERENCE = 1e-3
GRAPHS = {
    "detect": {"file": "detect.onnx", "inputs": ["image"], "outputs": ["boxes", "scores"]},
    "embed": {"file": "embed.onnx", "inputs": ["crops"], "outputs": ["points"]},
}
# until calibrate_logos.py has fitted it: the cosine alone, never silent
UNCALIBRATED = {"score": 0.0, "cosine": 10.0, "lead": 0.0, "bias": -7.0}
BOXES = {"atLeast": 0.25, "most": 6, "overlap": 0.5}
STARTED_FROM = ["NanoDet-Plus-m 416, COCO train2017 (RangiLyu/nanodet, Apache-2.0): backbone, pyramid, and head towers of the detector"]
TRAINING_DATA = [
    "marks of simple-icons 16.37.0 (CC0 1.0; the marks themselves belong to their owners), drawn as masks",
    "COCO photos (various Creative Commons licences, not redistributed), fashion catalogue (MIT) and Amazon Berkeley Objects (CC BY 4.0; Amazon.com) photos to put them on",
]


@dataclass(frozen=True)
class Settings:
    detector: Path = Path("runs/mark-detector.pt")
    embedder: Path = Path("runs/mark-embedder.pt")
    data: Path = Path("../shared/data")
    marks: Path = Path("cache/marks.npz")
    out: Path = Path("../logos")
    version: str = "1.0.0"


def export(module: torch.nn.Module, example: torch.Tensor, path: Path, graph: dict, batch: bool) -> float:
    """Writes one graph with int8 weights; returns the largest difference of float32 onnxruntime from PyTorch."""
    names = {"input_names": graph["inputs"], "output_names": graph["outputs"]}
    axes = {"dynamic_axes": {name: {0: "n"} for name in (*graph["inputs"], *graph["outputs"])}} if batch else {}
    full = path.with_name(f"float-{path.name}")
    with torch.no_grad():
        torch.onnx.export(module.eval(), (example,), full, opset_version=17, dynamo=False, **names, **axes)
        expected = module(example)
    given = cpu_session(full, 1).run(graph["outputs"], {graph["inputs"][0]: example.numpy()})
    wanted = [t.numpy() for t in (expected if isinstance(expected, tuple) else (expected,))]
    difference = max(float(np.abs(a - b).max()) for a, b in zip(given, wanted))
    if difference > MAX_DIFFERENCE:
        raise ValueError(f"{path.name}: PyTorch and onnxruntime differ by {difference:.1e}, more than {MAX_DIFFERENCE}")
    quantise_weights(full, path)
    full.unlink()
    return difference


def write_brands(path: Path, titles: list[str], points: torch.Tensor) -> None:
    """brands.json, in the order of the alphabet."""
    order = sorted(range(len(titles)), key=lambda i: titles[i].lower())
    brands = [{"name": titles[i], "point": point_text(points[i].numpy())} for i in order]
    path.write_text(json.dumps({"schemaVersion": 1, "points": POINT, "brands": brands}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main(s: Settings) -> None:
    torch.manual_seed(0)
    detector = load_mark_detector(s.detector, s.data / "weights" / "nanodet-plus-m_416.ncnn.param")
    embedder, marks = load_mark_embedder(s.embedder), load_marks(s.marks)
    brands = marks.parts["brand"]
    points = prototypes(embedder, marks.masks[brands], MarkDrawer(marks).extent[brands])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "package"
        folder.mkdir()
        found = export(DetectorGraph(detector), torch.rand(1, 3, SIDE, SIDE) * 255, folder / "detect.onnx", GRAPHS["detect"], batch=False)
        placed = export(EmbedderGraph(embedder), torch.rand(3, 3, CROP, CROP) * 255, folder / "embed.onnx", GRAPHS["embed"], batch=True)
        print(f"PyTorch and onnxruntime differ by at most {found:.1e} (detector) and {placed:.1e} (embedder)")
        write_brands(folder / "brands.json", [marks.titles[i] for i in brands.tolist()], points)
        manifest = {
            "kind": "logos", "name": s.out.resolve().name, "version": s.version, "graphs": GRAPHS,
            "settings": {"side": SIDE, "boxes": BOXES, "confidence": UNCALIBRATED, "atLeast": 0.0},
            "licence": "Apache-2.0", "startedFrom": STARTED_FROM, "trainingData": TRAINING_DATA, "metrics": [],
        }  # fmt: skip
        write_stage_package(folder, s.out, manifest, (HERE / "card.md").read_text(encoding="utf-8"))
    print(f"{s.out}: {sum(f.stat().st_size for f in s.out.iterdir()) / 1e6:.2f} MB, {len(brands)} brands")


if __name__ == "__main__":
    main(parse(Settings))
