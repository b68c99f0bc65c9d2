"""Weight-only int8: kernels and matrices of an ONNX graph become int8 with one scale per output channel.

A DequantizeLinear node restores each at load (onnxruntime folds it once), so the arithmetic stays float32: the file is
a quarter of the size, the answers do not depend on which int8 instructions a CPU has, and they hardly change.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

MIN_VALUES = 4096  # smaller tensors (biases, norms) stay float32
OUTPUT_AXIS = {"Conv": 0, "Gemm": 0, "MatMul": 1, "Gather": 0, "Transpose": 0}


def quantise_weights(source: Path, target: Path) -> None:
    """Writes `source` with int8 weights to `target`. Unused initialisers are dropped."""
    model = onnx.load(source)
    graph = model.graph
    axis = {}
    for node in graph.node:
        for name in node.input:
            if node.op_type in OUTPUT_AXIS:
                transposed = any(a.name == "transB" and a.i == 0 for a in node.attribute)
                axis.setdefault(name, 1 if node.op_type == "Gemm" and transposed else OUTPUT_AXIS[node.op_type])
    used = {name for node in graph.node for name in node.input}
    kept, nodes = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.name not in used:
            continue
        if values.dtype != np.float32 or values.size < MIN_VALUES or values.ndim < 2 or tensor.name not in axis:
            kept.append(tensor)
            continue
        side = axis[tensor.name]
        others = tuple(i for i in range(values.ndim) if i != side)
        scale = np.maximum(np.abs(values).max(axis=others), 1e-12).astype(np.float32) / 127
        shape = [-1 if i == side else 1 for i in range(values.ndim)]
        quantised = np.clip(np.round(values / scale.reshape(shape)), -127, 127).astype(np.int8)
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
