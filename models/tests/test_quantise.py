"""Weight-only int8 graphs: what is written comes back within half a step, and is used in place of the old weights."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper
from quantise import quantise_weights, read_weights, round_to_int8, write_weights

SIDES = {"conv": 0, "table": 0, "matmul": 1, "gemm": 0, "gemm_flat": 1}  # which axis has a scale of its own


@pytest.fixture
def graph(tmp_path):
    """A graph with every kind of weight, an unused one, and small ones."""
    rng = np.random.default_rng(0)
    values = {
        "conv": (64, 8, 3, 3), "matmul": (64, 96), "gemm": (80, 96), "gemm_flat": (80, 70), "table": (70, 70), "bias": (80,), "small": (8, 8), "unused": (90, 90),
    }  # fmt: skip
    weights = {n: (rng.normal(size=s) * rng.uniform(0.01, 3, (*s[:1], *[1] * (len(s) - 1)))).astype(np.float32) for n, s in values.items()}
    nodes = [
        helper.make_node("Conv", ["image", "conv"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("GlobalAveragePool", ["c"], ["p"]),
        helper.make_node("Flatten", ["p"], ["f"]),
        helper.make_node("MatMul", ["f", "matmul"], ["m"]),
        helper.make_node("Gemm", ["m", "gemm", "bias"], ["g"], transB=1),
        helper.make_node("Gemm", ["g", "gemm_flat"], ["e"]),
        helper.make_node("Gather", ["table", "ids"], ["t"]),
        helper.make_node("Add", ["e", "t"], ["out"]),
    ]
    image, ids = helper.make_tensor_value_info("image", TensorProto.FLOAT, [2, 8, 6, 6]), helper.make_tensor_value_info("ids", TensorProto.INT64, [2])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [2, 70])
    made = helper.make_graph(nodes, "g", [image, ids], [out], [numpy_helper.from_array(v, n) for n, v in weights.items()])
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "float32.onnx")
    quantise_weights(tmp_path / "float32.onnx", tmp_path / "int8.onnx")
    return tmp_path, weights


def run(path):
    rng = np.random.default_rng(1)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return session.run(None, {"image": rng.normal(size=(2, 8, 6, 6)).astype(np.float32), "ids": np.array([3, 5])})[0]


def within_half_a_step(values, back, axis):
    scale = np.abs(values).max(axis=tuple(i for i in range(values.ndim) if i != axis), keepdims=True) / 127
    return (np.abs(values - back) <= scale * 0.5001).all()


def test_every_weight_comes_back_within_half_a_step_of_its_channel(graph):
    folder, weights = graph
    back = read_weights(folder / "int8.onnx")
    assert set(back) == set(weights) - {"unused", "small"}
    for name, axis in SIDES.items():
        assert back[name].shape == weights[name].shape and within_half_a_step(weights[name], back[name], axis), name
    assert np.array_equal(back["bias"], weights["bias"])
    assert (folder / "int8.onnx").stat().st_size < 0.35 * (folder / "float32.onnx").stat().st_size


def test_answers_hardly_change(graph):
    folder, _ = graph
    before, after = run(folder / "float32.onnx"), run(folder / "int8.onnx")
    assert np.abs(before - after).max() < 0.02 * np.abs(before).max() and np.abs(before - after).max() > 0


def test_new_weights_are_written_in_place_and_answered_with(graph):
    folder, weights = graph
    new = {n: v[::-1].copy() * 1.5 for n, v in weights.items()} | {"unheard_of": np.ones(3, np.float32)}
    write_weights(folder / "int8.onnx", new)
    back = read_weights(folder / "int8.onnx")
    for name, axis in SIDES.items():
        assert within_half_a_step(new[name], back[name], axis), name
    assert np.array_equal(back["bias"], new["bias"])
    model = onnx.load(folder / "float32.onnx")
    for tensor in model.graph.initializer:
        tensor.CopyFrom(numpy_helper.from_array(new[tensor.name], tensor.name))
    onnx.save(model, folder / "float32.onnx")
    expected = run(folder / "float32.onnx")
    assert np.abs(run(folder / "int8.onnx") - expected).max() < 0.02 * np.abs(expected).max()


def test_writing_what_was_read_changes_nothing(graph):
    folder, _ = graph
    before = read_weights(folder / "int8.onnx")
    write_weights(folder / "int8.onnx", before)
    after = read_weights(folder / "int8.onnx")
    assert all(np.allclose(before[n], after[n], rtol=1e-6, atol=0) for n in before)


def test_a_channel_of_zeros_stays_zero():
    values, scale = round_to_int8(np.array([[0.0, 0.0], [1.0, -2.0]]), 0)
    assert values.tolist() == [[0, 0], [64, -127]] and np.isfinite(scale).all()


def test_weights_that_must_not_lose_much_are_stored_as_half_floats(graph):
    folder, weights = graph
    quantise_weights(folder / "float32.onnx", folder / "halves.onnx", ("conv",))
    stored = {t.name: t.data_type for t in onnx.load(folder / "halves.onnx").graph.initializer}
    assert stored["conv_half"] == TensorProto.FLOAT16 and stored["gemm_int8"] == TensorProto.INT8 and "conv_int8" not in stored
    np.testing.assert_array_equal(read_weights(folder / "halves.onnx")["conv"], weights["conv"].astype(np.float16).astype(np.float32))
    np.testing.assert_allclose(run(folder / "halves.onnx"), run(folder / "int8.onnx"), rtol=0.1, atol=0.1 * np.abs(run(folder / "int8.onnx")).max())
