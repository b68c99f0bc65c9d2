"""A stage's package is written whole with true digests, and not at all when the runtime would refuse it."""

import json
from pathlib import Path

import onnx
import pytest
from files import sha256_of
from onnx import TensorProto, helper
from stage_package import write_stage_package


def graph_file(path: Path) -> None:
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, 3])
    graph = helper.make_graph([helper.make_node("Identity", ["image"], ["scores"])], "g", [image], [scores])
    onnx.save(helper.make_model(graph), path)


def manifest(**changes) -> dict:
    graphs = {"detect": {"file": "detect.onnx", "inputs": ["image"], "outputs": ["scores"]}}
    people = {"licence": "Apache-2.0", "startedFrom": [], "trainingData": [], "metrics": []}
    return {"kind": "objects", "name": "objects", "version": "1.0.0", "graphs": graphs, "settings": {}, **people} | changes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "parts"
    made.mkdir()
    graph_file(made / "detect.onnx")
    return made


def test_writes_a_package_whose_digests_are_true(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "objects"
    write_stage_package(folder, out, manifest(), "# objects\n")
    written = json.loads((out / "manifest.json").read_text())
    assert written["schemaVersion"] == 1
    assert [file["path"] for file in written["files"]] == ["MODEL_CARD.md", "detect.onnx"]
    assert all(file["sha256"] == sha256_of(out / file["path"]) for file in written["files"])
    assert (out / "manifest.sha256").read_text() == f"{sha256_of(out / 'manifest.json')}  manifest.json\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "weather"}, "none of objects"),
        ({"graphs": {"detect": {"file": "other.onnx", "inputs": ["image"], "outputs": ["scores"]}}}, "other.onnx is not in"),
        ({"graphs": {"detect": {"file": "detect.onnx", "inputs": ["pixels"], "outputs": ["boxes"]}}}, "has no input pixels"),
        ({"graphs": {"detect": {"file": "detect.onnx", "inputs": ["pixels"], "outputs": ["boxes"]}}}, "needs image too"),
        ({"graphs": {"detect": {"file": "detect.onnx", "inputs": ["image"], "outputs": ["boxes"]}}}, "has no output boxes"),
    ],
)
def test_refuses_what_the_runtime_would_refuse(folder: Path, tmp_path: Path, change: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        write_stage_package(folder, tmp_path / "objects", manifest(**change), "# objects\n")
    assert not (tmp_path / "objects").exists()


def test_refuses_a_manifest_without_a_licence(folder: Path, tmp_path: Path) -> None:
    incomplete = {key: value for key, value in manifest().items() if key != "licence"}
    with pytest.raises(ValueError, match="lacks licence"):
        write_stage_package(folder, tmp_path / "objects", incomplete, "# objects\n")
