"""ONNX graphs in onnxruntime on the CPU, set up as the TypeScript runtime does: int8 weights become float once, at load."""

from pathlib import Path

import onnxruntime as ort


def cpu_session(graph: Path | bytes | str, threads: int) -> ort.InferenceSession:
    """A session of a graph's file or bytes with `threads` intra-op threads."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
