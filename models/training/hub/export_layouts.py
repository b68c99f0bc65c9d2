"""ONNX files of the reference models in the layouts the hub has, and the check that they say what torch says.

    export_onnx("florence2", model, Path("out/onnx"))   # seconds for small models, about 2 minutes for full ones

ViT-GPT2 goes through optimum's exporter whole (task image-to-text-with-past). Optimum has no configuration for BLIP and
Florence-2: their pieces are traced by torch.onnx.export inside optimum's patches, as its exporter does it, and joined by its
merge_decoders. Files and tensors are named as in Xenova's and onnx-community's repositories.

| layout | files |
|---|---|
| vit-gpt2 | encoder_model, decoder_model, decoder_with_past_model, decoder_model_merged |
| blip | encoder_model (the picture), decoder_model, decoder_with_past_model (keys and values of own words only) |
| florence2 | vision_encoder, embed_tokens, encoder_model, and the decoder's three files (keys and values of both attentions) |
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import onnx
import torch
from onnxruntime.transformers.float16 import convert_float_to_float16
from onnxruntime.transformers.onnx_model import OnnxModel
from optimum.exporters.onnx import onnx_export_from_model
from optimum.exporters.onnx.model_patcher import ModelPatcher
from optimum.onnx import merge_decoders
from torch import Tensor, nn
from transformers import DynamicCache, EncoderDecoderCache, PreTrainedModel

OPSET = 18
OWN = ("key", "value")
BOTH = ("decoder.key", "decoder.value", "encoder.key", "encoder.value")
Axes = dict[str, dict[int, str]]


class Piece(nn.Module):
    """A part of a model as a function of named tensors in this order."""

    def __init__(self, model: nn.Module, run: Callable[..., object]) -> None:
        super().__init__()
        self.model, self.run = model, run

    def forward(self, *tensors: Tensor) -> object:
        return self.run(*tensors)


def export_piece(model: nn.Module, run: Callable[..., object], inputs: dict[str, Tensor], outputs: list[str], axes: Axes, path: Path) -> None:
    """Trace `run` on the example inputs and write it; axes not named are fixed."""
    piece = Piece(model, run).eval()
    patches = ModelPatcher(SimpleNamespace(PATCHING_SPECS=[], use_past=True, outputs={}), nn.Identity())
    with torch.no_grad(), patches:
        torch.onnx.export(
            piece,
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=outputs,
            dynamic_axes={name: axes[name] for name in [*inputs, *outputs] if name in axes},
            opset_version=OPSET,
            do_constant_folding=True,
            dynamo=False,
        )


def past_names(kind: str, layers: int, parts: tuple[str, ...]) -> list[str]:
    """past_key_values.0.key, ... or present.0.key, ..."""
    return [f"{kind}.{layer}.{part}" for layer in range(layers) for part in parts]


def past_axes(kind: str, layers: int, parts: tuple[str, ...]) -> Axes:
    """Dynamic axes of the keys and values [batch, heads, length, width]."""
    after = "past_decoder_sequence_length" if kind == "past_key_values" else "past_decoder_sequence_length + 1"
    lengths = {part: "encoder_sequence_length_out" if part.startswith("encoder") else after for part in parts}
    return {f"{kind}.{layer}.{part}": {0: "batch_size", 2: lengths[part]} for layer in range(layers) for part in parts}


def export_vit_gpt2(model: PreTrainedModel, folder: Path, image: int) -> None:
    """Optimum's exporter, whole."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        onnx_export_from_model(model, name, task="image-to-text-with-past", opset=OPSET, do_validation=False)
        for path in Path(name).glob("*.onnx*"):
            path.rename(folder / path.name)


def export_blip(model: PreTrainedModel, folder: Path, image: int) -> None:
    """The ViT, the text decoder's first step, and its later steps."""
    text = model.config.text_config
    layers, width = text.num_hidden_layers, text.hidden_size // text.num_attention_heads
    axes: Axes = {
        "pixel_values": {0: "batch_size"},
        "last_hidden_state": {0: "batch_size"},
        "input_ids": {0: "batch_size", 1: "decoder_sequence_length"},
        "attention_mask": {0: "batch_size", 1: "past_decoder_sequence_length + decoder_sequence_length"},
        "encoder_hidden_states": {0: "batch_size", 1: "encoder_sequence_length"},
        "logits": {0: "batch_size", 1: "decoder_sequence_length"},
    }
    axes |= past_axes("past_key_values", layers, OWN) | past_axes("present", layers, OWN)

    def step(ids: Tensor, mask: Tensor, memory: Tensor, *past: Tensor) -> tuple[Tensor, ...]:
        legacy = tuple(zip(past[::2], past[1::2], strict=True))
        cache = EncoderDecoderCache(DynamicCache.from_legacy_cache(legacy), DynamicCache())
        out = model.text_decoder(ids, attention_mask=mask, encoder_hidden_states=memory, past_key_values=cache, use_cache=True)
        return out.logits, *[tensor for layer in out.past_key_values.self_attention_cache.layers for tensor in (layer.keys, layer.values)]

    outputs = ["logits", *past_names("present", layers, OWN)]
    pixels, memory = torch.randn(2, 3, image, image), torch.randn(2, 5, text.encoder_hidden_size)
    export_piece(
        model, lambda x: model.vision_model(x).last_hidden_state, {"pixel_values": pixels}, ["last_hidden_state"], axes, folder / "encoder_model.onnx"
    )
    first = {"input_ids": torch.ones(2, 4, dtype=torch.long), "attention_mask": torch.ones(2, 4, dtype=torch.long)}
    export_piece(model, step, {**first, "encoder_hidden_states": memory}, outputs, axes, folder / "decoder_model.onnx")
    later = {"input_ids": torch.ones(2, 1, dtype=torch.long), "attention_mask": torch.ones(2, 5, dtype=torch.long)}
    past = {name: torch.randn(2, text.num_attention_heads, 4, width) for name in past_names("past_key_values", layers, OWN)}
    export_piece(model, step, {**later, "encoder_hidden_states": memory, **past}, outputs, axes, folder / "decoder_with_past_model.onnx")


def export_florence2(model: PreTrainedModel, folder: Path, image: int) -> None:
    """Vision encoder with projector, token embedding, BART encoder, and both decoder steps merged."""
    text = model.config.text_config
    layers, width = text.decoder_layers, text.d_model // text.decoder_attention_heads
    axes: Axes = {
        "pixel_values": {0: "batch_size"},
        "image_features": {0: "batch_size"},
        "input_ids": {0: "batch_size", 1: "sequence_length"},
        "inputs_embeds": {0: "batch_size", 1: "sequence_length"},
        "attention_mask": {0: "batch_size", 1: "encoder_sequence_length"},
        "last_hidden_state": {0: "batch_size", 1: "encoder_sequence_length"},
        "encoder_attention_mask": {0: "batch_size", 1: "encoder_sequence_length"},
        "encoder_hidden_states": {0: "batch_size", 1: "encoder_sequence_length"},
        "logits": {0: "batch_size", 1: "decoder_sequence_length"},
    }
    encoder_axes = axes | {"inputs_embeds": {0: "batch_size", 1: "encoder_sequence_length"}}
    decoder_axes = axes | {"inputs_embeds": {0: "batch_size", 1: "decoder_sequence_length"}}
    decoder_axes |= past_axes("past_key_values", layers, BOTH) | past_axes("present", layers, BOTH)

    def first(mask: Tensor, memory: Tensor, embeds: Tensor) -> tuple[Tensor, ...]:
        cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
        return answer(mask, memory, embeds, cache, BOTH)

    def later(mask: Tensor, embeds: Tensor, *past: Tensor) -> tuple[Tensor, ...]:
        legacy = tuple(tuple(past[4 * layer : 4 * layer + 4]) for layer in range(layers))
        return answer(mask, torch.zeros(1), embeds, EncoderDecoderCache.from_legacy_cache(legacy), OWN)

    def answer(mask: Tensor, memory: Tensor, embeds: Tensor, cache: EncoderDecoderCache, parts: tuple[str, ...]) -> tuple[Tensor, ...]:
        if parts == OWN:  # only its length and presence count: the keys and values are in the cache
            memory = cache.cross_attention_cache.layers[0].keys[:, 0, :, :1].expand(-1, -1, text.d_model)
        out = model.language_model.decoder(
            inputs_embeds=embeds, encoder_hidden_states=memory, encoder_attention_mask=mask, past_key_values=cache, use_cache=True
        )
        own, cross = out.past_key_values.self_attention_cache.layers, out.past_key_values.cross_attention_cache.layers
        presents = []
        for layer in range(layers):
            presents += [own[layer].keys, own[layer].values, *([cross[layer].keys, cross[layer].values] if parts == BOTH else [])]
        return model.lm_head(out.last_hidden_state), *presents

    pixels = torch.randn(2, 3, image, image)
    export_piece(model, model.get_image_features, {"pixel_values": pixels}, ["image_features"], axes, folder / "vision_encoder.onnx")
    ids = torch.ones(2, 5, dtype=torch.long)
    export_piece(model, model.get_input_embeddings().forward, {"input_ids": ids}, ["inputs_embeds"], axes, folder / "embed_tokens.onnx")
    mask, memory = torch.ones(2, 7, dtype=torch.long), torch.randn(2, 7, text.d_model)
    export_piece(
        model,
        lambda mask, embeds: model.language_model.encoder(inputs_embeds=embeds, attention_mask=mask).last_hidden_state,
        {"attention_mask": mask, "inputs_embeds": memory},
        ["last_hidden_state"],
        encoder_axes,
        folder / "encoder_model.onnx",
    )
    embeds = torch.randn(2, 3, text.d_model)
    whole, step = folder / "decoder_model.onnx", folder / "decoder_with_past_model.onnx"
    inputs = {"encoder_attention_mask": mask, "encoder_hidden_states": memory, "inputs_embeds": embeds}
    export_piece(model, first, inputs, ["logits", *past_names("present", layers, BOTH)], decoder_axes, whole)
    lengths = {part: 7 if part.startswith("encoder") else 4 for part in BOTH}
    past = {
        f"past_key_values.{layer}.{part}": torch.randn(2, text.decoder_attention_heads, lengths[part], width) for layer in range(layers) for part in BOTH
    }
    names = ["logits", *past_names("present", layers, ("decoder.key", "decoder.value"))]
    export_piece(model, later, {"encoder_attention_mask": mask, "inputs_embeds": embeds[:, :1], **past}, names, decoder_axes, step)
    merge_decoders(whole, step, save_path=folder / "decoder_model_merged.onnx", strict=False)


EXPORTERS = {"vit-gpt2": export_vit_gpt2, "blip": export_blip, "florence2": export_florence2}


def export_onnx(layout: str, model: PreTrainedModel, folder: Path, image: int) -> None:
    """Write this layout's *.onnx for square pictures of `image` pixels."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.onnx*"):
        old.unlink()
    EXPORTERS[layout](model, folder, image)


def write_half(folder: Path) -> None:
    """Beside every file the same with float16 weights (*_fp16.onnx), inputs and outputs float32, as the hub's repositories have it."""
    for path in sorted(folder.glob("*.onnx")):
        if not path.stem.endswith(("_fp16", "_merged")):  # the converter breaks the branches of an If
            half = OnnxModel(convert_float_to_float16(onnx.load(path), keep_io_types=True))
            half.topological_sort()  # the converter appends its casts
            onnx.save(half.model, folder / f"{path.stem}_fp16.onnx")
    if (folder / "decoder_model_merged.onnx").exists():
        pair = folder / "decoder_model_fp16.onnx", folder / "decoder_with_past_model_fp16.onnx"
        merge_decoders(*pair, save_path=folder / "decoder_model_merged_fp16.onnx", strict=False)
