"""Write the text detector as a package of the stage `text`: ONNX graph with int8 weights, settings, digests, model card.

    python -m textdetect.export --checkpoint runs/text/text.pt --pictures cache/rendered --out ../text

PICTURES is a folder that textdetect.rendered wrote. Refuses to write unless PyTorch and onnxruntime agree (1e-3 of a probability) and the
int8 graph finds the same kernels (overlap at least 0.95) on those pictures. Half a minute.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from quantise import quantise_weights
from sessions import cpu_session
from settings import parse
from stage_package import write_stage_package
from textdetect.network import STRIDE, TextNet, load_net

MAX_DIFFERENCE = 1e-3  # of a probability, PyTorch against onnxruntime
MIN_OVERLAP = 0.95  # of kernels, int8 against float32
SIDE = 640  # px of the longer side that the runtime looks at
PIXEL_AT = 0.5  # what is fainter around a kernel is no part of it
FIND = {"pixelAtLeast": PIXEL_AT, "kernelAtLeast": 0.65, "minKernelPx": 2}
ACCEPT = {"knownAtLeast": 0.55, "unknownAtLeast": 0.8, "shortAtLeast": 0.9, "lineAtLeast": 0.6}  # chosen on train photos without text and rendered texts of another seed
LICENCE = "Apache-2.0"
STARTED_FROM = ["PP-OCRv5 mobile text detector (PaddleOCR, Apache-2.0): the backbone; its answers on photos were the teacher"]
TRAINING_DATA = [
    "MS-COCO photos (various Creative Commons licences, not redistributed), train split",
    "product photos of a fashion catalogue (MIT) and of Amazon Berkeley Objects (CC BY 4.0; Amazon.com), train split",
    "lines of words, prices and codes laid over those photos, in 27 fonts (DejaVu, Liberation, and fonts under the SIL Open Font License or Apache-2.0)",
]


@dataclass(frozen=True)
class Settings:
    checkpoint: Path = Path("runs/text/text.pt")
    pictures: Path = Path("cache/rendered")
    out: Path = Path("../text")
    version: str = "1.0.0"
    check: int = 12  # pictures that graph and network are compared on


class DetectGraph(nn.Module):
    """image [1, 3, h, w] RGB 0..255 -> map [1, 1, h, w], probabilities."""

    def __init__(self, net: TextNet):
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> Tensor:
        return torch.sigmoid(self.net(image))


def read_input(path: Path) -> np.ndarray:
    """[1, 3, h, w] as the runtime scales it."""
    with Image.open(path) as picture:
        scale = SIDE / max(picture.size)
        width, height = (max(1, round(length * scale / STRIDE)) * STRIDE for length in picture.size)
        return np.asarray(picture.convert("RGB").resize((width, height), Image.Resampling.BILINEAR), np.float32).transpose(2, 0, 1)[None].copy()


def export_graph(graph: nn.Module, path: Path) -> None:
    free = {2: "height", 3: "width"}
    torch.onnx.export(graph, (torch.zeros(1, 3, 64, 96),), path, input_names=["image"], output_names=["map"], dynamic_axes={"image": free, "map": free}, opset_version=17, dynamo=False)


def maps_of(path: Path, inputs: list[np.ndarray]) -> list[np.ndarray]:
    session = cpu_session(path, 1)
    return [session.run(None, {"image": x})[0] for x in inputs]


def overlap(a: list[np.ndarray], b: list[np.ndarray]) -> float:
    """Intersection over union of kernels over all pictures."""
    both = sum(int(((x > PIXEL_AT) & (y > PIXEL_AT)).sum()) for x, y in zip(a, b))
    return both / max(1, sum(int(((x > PIXEL_AT) | (y > PIXEL_AT)).sum()) for x, y in zip(a, b)))


def model_card(manifest: dict) -> str:
    bullets = lambda lines: "\n".join(f"- {line}" for line in lines)  # noqa: E731
    return f"""# {manifest["name"]} {manifest["version"]}

Says where writing is in a photo; it reads nothing. Backbone PP-LCNetV3, a feature pyramid half as wide as the published one, DB head
(docs/reading-text.md). int8 weights with a scale for each channel, arithmetic in float32. Licence of the weights: {LICENCE}.

## Started from, then every layer trained further here
{bullets(STARTED_FROM)}

## Training data
{bullets(TRAINING_DATA)}

## Figures
{bullets(f"{m['what']}: {m['value']}" for m in manifest["metrics"])}

What is read with it, and what is read where there is nothing, is in docs/reading-text.md.

## Limits
- Writing lower than about 8 px, at {SIDE} px of the longer side, is missed. Letters of other scripts than Latin were seen by the teacher only.
- Patterns that look like letters are found, too; the reader's confidence decides what is believed.
"""


@torch.no_grad()
def main(s: Settings) -> None:
    net = load_net(s.checkpoint)
    graph = DetectGraph(net).eval()
    inputs = [read_input(path) for path in sorted(s.pictures.glob("*.jpg"))[: s.check]]
    if not inputs:
        raise SystemExit(f"Expected pictures in {s.pictures} but found none")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "package"
        folder.mkdir()
        full = Path(temporary) / "float32.onnx"
        export_graph(graph, full)
        quantise_weights(full, folder / "detect.onnx")
        torch_maps, full_maps, small_maps = [graph(torch.from_numpy(x)).numpy() for x in inputs], maps_of(full, inputs), maps_of(folder / "detect.onnx", inputs)
        difference = max(float(np.abs(a - b).max()) for a, b in zip(torch_maps, full_maps))
        same = overlap(full_maps, small_maps)
        print(f"PyTorch against onnxruntime: {difference:.1e}; int8 against float32: kernels overlap by {same:.3f}", flush=True)
        if difference > MAX_DIFFERENCE or same < MIN_OVERLAP:
            raise SystemExit(f"Refused: expected at most {MAX_DIFFERENCE} and at least {MIN_OVERLAP}")
        manifest = {
            "kind": "text",
            "name": "text",
            "version": s.version,
            "graphs": {"detect": {"file": "detect.onnx", "inputs": ["image"], "outputs": ["map"]}},
            "settings": {"input": "image", "output": "map", "side": SIDE, "find": FIND, "accept": ACCEPT},
            "licence": LICENCE,
            "startedFrom": STARTED_FROM,
            "trainingData": TRAINING_DATA,
            "metrics": [{"what": "kernels of the int8 graph overlap with those of the float32 one, on rendered texts", "value": round(same, 4)}],
        }
        write_stage_package(folder, s.out, manifest, model_card(manifest))
    print(f"wrote {s.out}: {sum(f.stat().st_size for f in s.out.iterdir()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main(parse(Settings))
