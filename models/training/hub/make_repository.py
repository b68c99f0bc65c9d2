"""Makes a hub repository with a random reference model: configs, tokenizer, processor, onnx/*.onnx and golden.json.

    python3 models/training/hub/make_repository.py --layout vit-gpt2 --size small --out test/fixtures/hub/vit-gpt2 --photos test/fixtures/photos
    python3 models/training/hub/make_repository.py --layout florence2 --size full --out florence2-full --photos COCO --list photos.txt --batch 5

Small: seconds. Full, on one core: see models/README.md. Written is what a repository of that layout has on the hub, so
that it can be pulled from a folder; the weights are random (a fixed seed), the words are not meant to make sense. Photos
are not copied. Prints how lively the sentences are; ends with code 1 when two candidates stood closer than `--gap`
(take another --seed, or more photos and --keep) or when the files' logits differ from torch's by more than 1e-3.
"""

import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import sys  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch  # noqa: E402
from torch import Tensor  # noqa: E402
from transformers import BlipImageProcessor, CLIPImageProcessor, PreTrainedModel, ViTImageProcessor  # noqa: E402
from transformers.utils import logging  # noqa: E402

from agreement import TOLERANCE, disagreement  # noqa: E402
from export_layouts import export_onnx, write_half  # noqa: E402
from golden import LIBRARY, case, generate, liveliness, pictures, prompt_of, see_once, start_of  # noqa: E402
from hub_config import hub_config  # noqa: E402
from reference_models import SHAPES, build  # noqa: E402
from reference_tokenizers import TOKENIZER_FILES, captions, save_tokenizer  # noqa: E402
from settings import parse  # noqa: E402


@dataclass(frozen=True)
class Settings:
    layout: str  # vit-gpt2, blip or florence2
    out: Path  # the repository's folder
    photos: Path  # folder with the photos
    list: Path | None = None  # file with one photo's name a line; all *.jpg of the folder otherwise
    size: str = "small"  # small or full
    seed: int = 1
    data: Path = Path("../shared/data")  # captions the tokenizer learns from
    origin: str | None = "written"  # only captions of this origin; none = all
    tokenizer: Path | None = None  # a repository whose tokenizer to take; none = learn one from the captions
    styles: str = "caption"  # prompts, with commas (florence2: caption,detailed-caption,more-detailed-caption,ocr,object-detection)
    beams: str = "1,3"
    tokens: int = 20  # longest sentence
    batch: int = 10  # pictures at once
    threads: int = 1
    gap: float = 1e-4  # candidates closer than this may be told apart differently by another float32 arithmetic
    keep: int | None = None  # so many of the photos, the first whose candidates never come closer than --gap; none = all
    first: int | None = None  # write golden.json of so many photos before that of all: something is there when a long run is cut off
    without: str = ""  # files of onnx/ to leave out, with commas (checked first), where the repository must be small
    half: bool = False  # also *_fp16.onnx
    export: bool = True  # false: only golden.json anew


README = """---
license: cc-by-4.0
pipeline_tag: image-to-text
---
Random weights (seed {seed}) in the layout of {like}: for tests of a runtime, not for captions. Made by
models/training/hub/make_repository.py with {library}.
"""
LIKE = {"vit-gpt2": "nlpconnect/vit-gpt2-image-captioning", "blip": "Salesforce/blip-image-captioning-base", "florence2": "microsoft/Florence-2-base"}


def processor_of(layout: str, side: int) -> Any:
    """The library's slow (Pillow) processor with the settings of the repository the layout is named after."""
    size = {"height": side, "width": side}
    if layout == "vit-gpt2":
        return ViTImageProcessor(size=size)
    if layout == "blip":
        return BlipImageProcessor(size=size)
    return CLIPImageProcessor(size=size, crop_size=size, do_center_crop=False, image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])


def write_json(path: Path, content: dict[str, Any]) -> None:
    """One level of indentation, floats as they are."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_repository(settings: Settings, model: PreTrainedModel) -> None:
    """Everything but golden.json."""
    shape = SHAPES[settings.layout, settings.size]
    out = settings.out
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / "config.json", hub_config(settings.layout, model))
    write_json(out / "generation_config.json", json.loads(model.generation_config.to_json_string()))
    processor = processor_of(settings.layout, shape.image).to_dict()
    if settings.layout == "florence2":
        with torch.no_grad():
            processor["image_seq_length"] = model.get_image_features(torch.zeros(1, 3, shape.image, shape.image)).shape[1]
        processor["processor_class"] = "Florence2Processor"
    write_json(out / "preprocessor_config.json", {name: value for name, value in processor.items() if not name.startswith("_")})
    if settings.tokenizer is None:
        save_tokenizer(settings.layout, shape.vocabulary, captions(settings.data, settings.origin), out)
    else:
        for name in TOKENIZER_FILES:
            shutil.copyfile(settings.tokenizer / name, out / name)
    (out / "README.md").write_text(README.format(seed=settings.seed, like=LIKE[settings.layout], library=LIBRARY), encoding="utf-8")
    export_onnx(settings.layout, model, out / "onnx", shape.image)
    if settings.half:
        write_half(out / "onnx")


def photo_files(settings: Settings) -> list[Path]:
    """The photos in the order of the list."""
    if settings.list is None:
        return sorted(settings.photos.glob("*.jpg"))
    return [settings.photos / name for name in settings.list.read_text(encoding="utf-8").split()]


def write_golden(settings: Settings, model: PreTrainedModel, photos: list[Path], pixels: Tensor) -> bool:
    """Run every style and beam width, print the figures, write golden.json; false if candidates stood too close."""
    runs = []
    for style in settings.styles.split(","):
        prompt = prompt_of(model, settings.out, style, pixels)
        for beams in (int(word) for word in settings.beams.split(",")):
            began = time.time()
            said = generate(model, pixels, prompt, beams, settings.tokens, settings.batch)
            runs.append((style, beams, prompt, said))
            figures = ", ".join(f"{name} {value:.3g}" for name, value in liveliness(said).items())
            print(f"{style}, beams {beams}: {figures} ({time.time() - began:.0f} s)", flush=True)
    least = [min(said.gaps[n] for *_, said in runs) for n in range(len(photos))]
    clear = [n for n, gap in enumerate(least) if gap >= settings.gap]
    kept = list(range(len(photos))) if settings.keep is None else clear[: settings.keep]
    print(f"{len(photos) - len(clear)} of {len(photos)} photos have candidates closer than {settings.gap:g}; kept {len(kept)}")
    cases = [case(settings.layout, model, pixels, style, beams, settings.tokens, prompt, said, kept) for style, beams, prompt, said in runs]
    lines = ",\n".join("    " + json.dumps(entry, separators=(",", ":")) for entry in cases)
    named = json.dumps([{"file": photos[n].name} for n in kept])
    text = f'{{\n  "library": "{LIBRARY}",\n  "photos": {named},\n  "cases": [\n{lines}\n  ]\n}}\n'
    (settings.out / "golden.json").write_text(text, encoding="utf-8")
    return min(least[n] for n in kept) >= settings.gap


def worst_logit(settings: Settings, model: PreTrainedModel, pixels: Tensor) -> float:
    """The largest difference of a logit between torch and the files: the first two sentences of golden.json, a step at a time."""
    golden = json.loads((settings.out / "golden.json").read_text(encoding="utf-8"))
    rows = golden["cases"][0]["sequences"][:2]
    length = min(len(row) for row in rows)
    tokens = torch.tensor([[start_of(model), *row[: length - 1]] for row in rows])
    prompt = prompt_of(model, settings.out, settings.styles.split(",")[0], pixels[: len(rows)])
    return disagreement(settings.layout, model, settings.out / "onnx", pixels[: len(rows)], prompt, tokens)


def main(settings: Settings) -> int:
    torch.set_num_threads(settings.threads)
    logging.set_verbosity_error()
    began = time.time()
    model = build(settings.layout, settings.size, settings.seed)
    if settings.export:
        write_repository(settings, model)
        print(f"{settings.out}: written in {time.time() - began:.0f} s, {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M weights", flush=True)
    photos = photo_files(settings)
    pixels = pictures(processor_of(settings.layout, SHAPES[settings.layout, settings.size].image), photos)
    see_once(model)
    if settings.first is not None:
        write_golden(settings, model, photos[: settings.first], pixels[: settings.first])
    apart = write_golden(settings, model, photos, pixels)
    worst = worst_logit(settings, model, pixels)
    print(f"largest difference of a logit, torch against onnxruntime: {worst:.2e}")
    for name in filter(None, settings.without.split(",")):
        (settings.out / "onnx" / name).unlink()
    return 0 if apart and worst <= TOLERANCE else 1


if __name__ == "__main__":
    raise SystemExit(main(parse(Settings)))
