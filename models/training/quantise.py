"""Weight-only int8: kernels and matrices of an ONNX graph become int8 with one scale per output channel.

A DequantizeLinear node restores each at load (onnxruntime folds it once), so the arithmetic stays float32: the file is
a quarter of the size, the answers do not depend on which int8 instructions a CPU has, and they hardly change.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MIN_VALUES = 4096  # smaller tensors (biases, norms) stay float32
OUTPUT_AXIS = {"Conv": 0, "Gemm": 0, "MatMul": 1, "Gather": 0, "Transpose": 0}


def round_to_int8(values: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """int8 values of the same shape, and their float32 scales along `axis`."""
    others = tuple(i for i in range(values.ndim) if i != axis)
    scale = np.maximum(np.abs(values).max(axis=others), 1e-12).astype(np.float32) / 127
    shape = [-1 if i == axis else 1 for i in range(values.ndim)]
    return np.clip(np.round(values / scale.reshape(shape)), -127, 127).astype(np.int8), scale


def read_weights(path: Path) -> dict[str, np.ndarray]:
    """All weights of a graph as float32 by their PyTorch names, int8 ones restored."""
    graph = onnx.load(path).graph
    stored = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    weights = {name: values for name, values in stored.items() if values.dtype == np.float32}
    for node in graph.node:
        if node.op_type == "DequantizeLinear":
            values, scale = stored[node.input[0]], stored[node.input[1]]
            shape = [-1 if i == node.attribute[0].i else 1 for i in range(values.ndim)]
            weights[node.output[0]] = values.astype(np.float32) * scale.reshape(shape)
            weights.pop(node.input[1])
        if node.op_type == "Cast" and node.input[0] in stored:
            weights[node.output[0]] = stored[node.input[0]].astype(np.float32)
    return weights


def write_weights(path: Path, weights: dict[str, np.ndarray]) -> None:
    """Puts new values (same shapes) into a graph that `quantise_weights` wrote; names it lacks are passed over."""
    model = onnx.load(path)
    stored = {t.name: t for t in model.graph.initializer}
    for name, values in weights.items():
        if name in stored:
            stored[name].CopyFrom(numpy_helper.from_array(values.astype(np.float32), name))
    for node in model.graph.node:
        if node.op_type == "DequantizeLinear" and node.output[0] in weights:
            parts = round_to_int8(weights[node.output[0]], node.attribute[0].i)
            for name, values in zip(node.input[:2], parts):
                stored[name].CopyFrom(numpy_helper.from_array(values, name))
    onnx.save(model, path)


def quantise_weights(source: Path, target: Path, halves: tuple[str, ...] = ()) -> None:
    """Writes `source` with int8 weights to `target`, half floats where a name begins with one of `halves`. Unused initialisers are dropped."""
    model = onnx.load(source)
    graph = model.graph
    axis = {}
    for node in graph.node:
        for name in node.input:
            if node.op_type in OUTPUT_AXIS:
                plain_gemm = node.op_type == "Gemm" and not any(a.name == "transB" and a.i == 1 for a in node.attribute)
                axis.setdefault(name, 1 if plain_gemm else OUTPUT_AXIS[node.op_type])
    used = {name for node in graph.node for name in node.input}
    kept, nodes = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.name not in used:
            continue
        if values.dtype != np.float32 or values.size < MIN_VALUES or values.ndim < 2 or tensor.name not in axis:
            kept.append(tensor)
            continue
        if tensor.name.startswith(halves):
            kept.append(numpy_helper.from_array(values.astype(np.float16), f"{tensor.name}_half"))
            nodes.append(helper.make_node("Cast", [f"{tensor.name}_half"], [tensor.name], name=f"{tensor.name}_cast", to=TensorProto.FLOAT))
            continue
        side = axis[tensor.name]
        quantised, scale = round_to_int8(values, side)
        names = [f"{tensor.name}_{part}" for part in ("int8", "scale", "zero")]
        for name, part in zip(names, (quantised, scale, np.zeros(len(scale), np.int8))):
            kept.append(numpy_helper.from_array(part, name))
        nodes.append(helper.make_node("DequantizeLinear", names, [tensor.name], name=f"{tensor.name}_dequantise", axis=side))
    body = list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes + body)
    onnx.checker.check_model(model)
    onnx.save(model, target)
