"""Adds onnx/*.onnx to a repository that publishes PyTorch weights only, so that it can be pulled.

    python3 models/training/hub/export_repository.py --model Salesforce/blip-image-captioning-base --out blip
    python3 models/training/hub/export_repository.py --model FOLDER --out florence2 --half true
    npm run models -- pull Salesforce/blip-image-captioning-base@main --from blip

`--model` is a folder as on the hub, or a repository's name, which the library loads (and caches) with its own settings
(HF_TOKEN, HF_HUB_OFFLINE). Vision-encoder-decoders with GPT-2, BLIP and Florence-2 in the library's own class. A minute or two.
Ends with code 1 when the files' logits differ from torch's by more than 1e-3. The weights keep their licence.
"""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch  # noqa: E402
from huggingface_hub import snapshot_download  # noqa: E402
from torch import Tensor  # noqa: E402
from transformers import AutoConfig, BlipForConditionalGeneration, Florence2ForConditionalGeneration, PreTrainedModel, VisionEncoderDecoderModel  # noqa: E402

from agreement import TOLERANCE, disagreement  # noqa: E402
from export_layouts import export_onnx, write_half  # noqa: E402
from golden import prompt_of, start_of  # noqa: E402
from settings import parse  # noqa: E402

CLASSES = {
    "vision-encoder-decoder": ("vit-gpt2", VisionEncoderDecoderModel),
    "blip": ("blip", BlipForConditionalGeneration),
    "florence2": ("florence2", Florence2ForConditionalGeneration),
}
FILES = ["*.json", "*.txt", "README.md", "*.safetensors"]  # no pickles
CHECKED_TOKENS = 4


@dataclass(frozen=True)
class Settings:
    model: str  # folder, or repository name
    out: Path  # the new repository's folder
    revision: str = "main"
    half: bool = False  # also *_fp16.onnx


def image_side(folder: Path) -> int:
    """The side of the square pictures that the processor makes, in pixels."""
    size = json.loads((folder / "preprocessor_config.json").read_text(encoding="utf-8"))["size"]
    height, width = (size["height"], size["width"]) if isinstance(size, dict) else (size, size)
    if height != width:
        raise SystemExit(f"Expected square pictures but the processor makes {height} x {width}")
    return height


def load(source: Path) -> tuple[str, PreTrainedModel]:
    """The layout's name and the model in float32."""
    kind = AutoConfig.from_pretrained(source).model_type
    if kind not in CLASSES:
        raise SystemExit(f"Expected a model_type of {', '.join(CLASSES)} but {source} has {kind}")
    layout, kind_class = CLASSES[kind]
    return layout, kind_class.from_pretrained(source, torch_dtype=torch.float32, use_safetensors=True).eval()


def worst_logit(layout: str, model: PreTrainedModel, out: Path, side: int) -> float:
    """The largest difference of a logit between torch and the files, on two random pictures and a few tokens."""
    pixels: Tensor = torch.rand(2, 3, side, side) * 2 - 1
    tokens = torch.tensor([[start_of(model), *range(5, 4 + CHECKED_TOKENS)]] * 2)
    prompt = prompt_of(model, out, "caption", pixels)
    return disagreement(layout, model, out / "onnx", pixels, prompt, tokens)


def main(settings: Settings) -> int:
    folder = Path(settings.model)
    source = folder if folder.is_dir() else Path(snapshot_download(settings.model, revision=settings.revision, allow_patterns=FILES))
    layout, model = load(source)
    settings.out.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        if path.suffix in (".json", ".txt", ".md") and path.is_file():
            shutil.copyfile(path, settings.out / path.name)
    side = image_side(source)
    with torch.no_grad():
        export_onnx(layout, model, settings.out / "onnx", side)
        if settings.half:
            write_half(settings.out / "onnx")
        worst = worst_logit(layout, model, settings.out, side)
    print(f"{settings.out}: {layout}, largest difference of a logit, torch against onnxruntime: {worst:.2e}")
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    raise SystemExit(main(parse(Settings)))
