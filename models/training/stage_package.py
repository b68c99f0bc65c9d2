"""Packages of the stages of the analysis (objects, attributes, text, logos): what `openStagePackage` in
functions/captioner/analysis/stage-package.ts reads.

    graphs = {"detect": {"file": "detect.onnx", "inputs": ["image"], "outputs": ["boxes", "scores", "labels"]}}
    manifest = {"kind": "objects", "name": "objects", "version": "1.0.0", "graphs": graphs, "settings": {"side": 320},
                "licence": "Apache-2.0", "startedFrom": [...], "trainingData": [...], "metrics": [...]}
    write_stage_package(folder, Path("../objects"), manifest, card)

`folder` holds the graphs and other files of the package and nothing else; `card` is the text of MODEL_CARD.md.
A manifest that the runtime would refuse is refused here.
"""

from pathlib import Path
from typing import Any

import onnx

from card import place_package

KINDS = ("objects", "attributes", "text", "logos")
FOR_PEOPLE = ("licence", "startedFrom", "trainingData", "metrics")
FIELDS = ("kind", "name", "version", "graphs", "settings", *FOR_PEOPLE)


def problems(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """What the runtime would refuse, one line each."""
    found = [f"lacks {field}" for field in FIELDS if field not in manifest]
    if found:
        return found
    if manifest["kind"] not in KINDS:
        found.append(f"kind {manifest['kind']!r} is none of {', '.join(KINDS)}")
    for name, graph in manifest["graphs"].items():
        found += [f"graph {name}: {problem}" for problem in graph_problems(folder, graph)]
    return found


def graph_problems(folder: Path, graph: dict[str, Any]) -> list[str]:
    """Whether the file is there and takes and gives what the manifest says."""
    path = folder / graph["file"]
    if not path.is_file():
        return [f"{graph['file']} is not in {folder}"]
    model = onnx.load(path, load_external_data=False).graph
    constants = {tensor.name for tensor in model.initializer}
    takes = {value.name for value in model.input} - constants
    gives = {value.name for value in model.output}
    found = [f"{graph['file']} has no input {name}" for name in graph["inputs"] if name not in takes]
    found += [f"{graph['file']} needs {name} too" for name in sorted(takes - set(graph["inputs"]))]
    return found + [f"{graph['file']} has no output {name}" for name in graph["outputs"] if name not in gives]


def write_stage_package(folder: Path, out: Path, manifest: dict[str, Any], card: str) -> None:
    """Completes `folder` with card, manifest and digests and copies it to `out` in one step; ValueError for what the runtime would refuse."""
    found = problems(folder, manifest)
    if found:
        raise ValueError(f"package {out} not written: " + "; ".join(found))
    (folder / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    place_package(folder, out, {"schemaVersion": 1} | manifest)
