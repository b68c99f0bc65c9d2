"""Grid features as an output of a package's encoder: the same answers as before, and equal encoders only."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import give_features
from sessions import cpu_session


def package(folder: Path, weight: float, after: float = 2.0) -> Path:
    """A package of which only the encoder is real: regions = image x weight, memory = regions x after."""
    folder.mkdir()
    shape = ["pictures", 2, 3]
    values = [numpy_helper.from_array(np.array([v], np.float32), n) for n, v in (("weight", weight), ("after", after))]
    nodes = [helper.make_node("Mul", ["image", "weight"], ["regions"]), helper.make_node("Mul", ["regions", "after"], ["memory"])]
    ins, outs = ([helper.make_tensor_value_info(n, TensorProto.FLOAT, shape)] for n in ("image", "memory"))
    graph = helper.make_graph(nodes, "encoder", ins, outs, values)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "encoder.onnx")
    manifest = {
        "encoder": {"file": "encoder.onnx", "input": "image", "outputs": ["memory"]},
        "training": {"regions": "regions", "config": {"cells": 2, "channels": 3}},
        "files": [{"path": "encoder.onnx"}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def answers(folder: Path, image: np.ndarray) -> dict[str, np.ndarray]:
    session = cpu_session(folder / "encoder.onnx", 1)
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, {"image": image})))


def test_the_encoder_gives_its_regions_and_says_all_else_as_before(tmp_path):
    folder, image = package(tmp_path / "a", 3.0), np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    before = answers(folder, image)
    give_features.main(give_features.Settings(package=folder, name="grid@1"))
    after = answers(folder, image)
    assert np.array_equal(after["memory"], before["memory"])
    assert np.array_equal(after["features"], image * 3)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["encoder"]["features"] == {"output": "features", "name": "grid@1"}
    assert manifest["files"][0]["bytes"] == (folder / "encoder.onnx").stat().st_size


def test_a_package_is_changed_once(tmp_path):
    folder = package(tmp_path / "a", 3.0)
    give_features.main(give_features.Settings(package=folder))
    with pytest.raises(SystemExit, match="already"):
        give_features.main(give_features.Settings(package=folder))


def test_one_name_is_for_equal_features_only(tmp_path):
    first, other, same = package(tmp_path / "a", 3.0), package(tmp_path / "b", 4.0), package(tmp_path / "c", 3.0, after=5.0)
    give_features.main(give_features.Settings(package=first))
    with pytest.raises(SystemExit, match="differ"):
        give_features.main(give_features.Settings(package=other, like=first))
    give_features.main(give_features.Settings(package=same, like=first))
    assert "features" in json.loads((same / "manifest.json").read_text())["encoder"]
