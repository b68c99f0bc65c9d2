"""Do the exported files say what torch says? One sentence at a time, step by step through the caches, in onnxruntime.

    worst = disagreement("blip", model, Path("out/onnx"), pixels, prompt=None, sentence=[5, 9, 2])   # largest logit difference
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from onnxruntime import InferenceSession, SessionOptions
from torch import Tensor
from transformers import PreTrainedModel

TOLERANCE = 1e-3  # of logits, float32
Feeds = dict[str, np.ndarray]


def session(path: Path) -> InferenceSession:
    """A session on the CPU, quiet."""
    options = SessionOptions()
    options.log_severity_level = 3
    return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run(graph: InferenceSession, feeds: Feeds) -> Feeds:
    """Outputs by name; inputs the graph lacks are left out."""
    names = {given.name for given in graph.get_inputs()}
    outputs = graph.run(None, {name: value for name, value in feeds.items() if name in names})
    return {output.name: value for output, value in zip(graph.get_outputs(), outputs, strict=True)}


def whole_logits(layout: str, model: PreTrainedModel, pixels: Tensor, prompt: Tensor | None, tokens: Tensor) -> Tensor:
    """Torch without any cache: logits [rows, tokens, vocabulary] after each of the decoder's tokens [rows, tokens]."""
    with torch.no_grad():
        if layout == "blip":
            memory = model.vision_model(pixels)[0]
            return model.text_decoder(tokens, encoder_hidden_states=memory, use_cache=False).logits
        if layout == "florence2":
            mask = torch.ones_like(prompt)
            return model(input_ids=prompt, attention_mask=mask, pixel_values=pixels, decoder_input_ids=tokens, use_cache=False).logits
        return model(pixel_values=pixels, decoder_input_ids=tokens, use_cache=False).logits


def memory_of(layout: str, folder: Path, pixels: np.ndarray, words: np.ndarray | None) -> tuple[Feeds, Callable[[np.ndarray], Feeds]]:
    """What the decoder reads of the picture, and how it reads tokens."""
    if layout != "florence2":
        memory = run(session(folder / "encoder_model.onnx"), {"pixel_values": pixels})["last_hidden_state"]
        return {"encoder_hidden_states": memory}, lambda ids: {"input_ids": ids}
    embed = session(folder / "embed_tokens.onnx")
    features = run(session(folder / "vision_encoder.onnx"), {"pixel_values": pixels})["image_features"]
    embeds = np.concatenate([features, run(embed, {"input_ids": words})["inputs_embeds"]], axis=1)
    mask = np.ones(embeds.shape[:2], np.int64)
    memory = run(session(folder / "encoder_model.onnx"), {"inputs_embeds": embeds, "attention_mask": mask})["last_hidden_state"]
    return {"encoder_hidden_states": memory, "encoder_attention_mask": mask}, lambda ids: run(embed, {"input_ids": ids})


def stepped_logits(layout: str, folder: Path, pixels: Tensor, words: Tensor | None, tokens: Tensor) -> np.ndarray:
    """The same logits as the files give them, one token a step, keys and values carried over."""
    memory, read = memory_of(layout, folder, pixels.numpy(), None if words is None else words.numpy())
    merged = (folder / "decoder_model_merged.onnx").exists()
    first = session(folder / ("decoder_model_merged.onnx" if merged else "decoder_model.onnx"))
    later = first if merged else session(folder / "decoder_with_past_model.onnx")
    past: Feeds = {}
    if merged:  # the unused branch still wants its inputs
        for given in (given for given in first.get_inputs() if given.name.startswith("past_key_values")):
            past[given.name] = np.zeros((len(tokens), given.shape[1], 1, given.shape[3]), np.float32)
    logits = []
    for place in range(tokens.shape[1]):
        mask = np.ones((len(tokens), place + 1), np.int64)
        feeds = {**memory, **read(tokens[:, place : place + 1].numpy()), **past, "attention_mask": mask}
        out = run(first if place == 0 else later, {**feeds, "use_cache_branch": np.array([place > 0])})
        for name, value in out.items():
            if name.startswith("present") and not (place > 0 and ".encoder." in name):  # the merged graph's are dummies later on
                past[name.replace("present", "past_key_values")] = value
        logits.append(out["logits"][:, -1])
    return np.stack(logits, axis=1)


def disagreement(layout: str, model: PreTrainedModel, folder: Path, pixels: Tensor, prompt: Tensor | None, tokens: Tensor) -> float:
    """The largest difference of a logit between torch and the files over these sentences."""
    words = None if prompt is None else prompt[:, int((prompt[0] == model.config.image_token_id).sum()) :]
    return float(np.abs(whole_logits(layout, model, pixels, prompt, tokens).numpy() - stepped_logits(layout, folder, pixels, words, tokens)).max())
