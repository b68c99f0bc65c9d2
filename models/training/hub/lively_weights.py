"""Random weights that keep a captioner lively: pictures, positions and earlier words all reach the logits.

Drawn as the library does it (std 0.02), a captioner writes one word again and again and does not look at the picture: the
token just written answers itself through the tied embedding, and attention on the picture is an even mean. Hence quiet
token embeddings against loud positions, sharp attention on the picture, and an end token somewhat louder than the others.
"""

import math

import torch
from torch import nn
from transformers import PreTrainedModel

LOUDNESS = 2.5  # spread of the logits
END_LOUDNESS = 1.6  # the end is said more often than another token, so that some sentences are short


def end_of(model: PreTrainedModel) -> int:
    """The token that ends a sentence."""
    return model.config.text_config.sep_token_id if hasattr(model, "text_decoder") else model.generation_config.eos_token_id


def sides(parameter: torch.Tensor, module: nn.Module) -> int:
    """How many numbers feed one output of this matrix."""
    if type(module).__name__ == "Conv1D":  # GPT-2 keeps its matrices as [in, out]
        return parameter.shape[0]
    return math.prod(parameter.shape[1:])


def gain(name: str, text: bool) -> float:
    """Sharp attention on the picture; half as loud into a sum that is normalised at once, or the last sum alone counts."""
    if text and any(name.endswith(part) for part in (".output.dense", ".out_proj", ".fc2")):
        return 0.5
    return 2.0 if "crossattention" in name or "encoder_attn" in name else 1.0


def enliven(model: PreTrainedModel, seed: int) -> None:
    """Draw all weights anew: unit variance through every matrix, sharp attention on the picture, quiet token embeddings."""
    random = torch.Generator().manual_seed(seed)

    def normal(parameter: torch.Tensor, std: float) -> None:
        parameter.copy_(torch.randn(parameter.shape, generator=random) * std)

    words = model.get_output_embeddings() or model.text_decoder.get_output_embeddings()
    shared = words.weight  # [vocabulary, hidden], tied to the input embedding
    seen = {id(shared)}
    with torch.no_grad():
        for name, module in model.named_modules():
            for own, parameter in module.named_parameters(recurse=False):
                if id(parameter) in seen:
                    continue
                seen.add(id(parameter))
                text = "decoder" in name or "language_model" in name
                if isinstance(module, nn.LayerNorm):
                    normal(parameter, 0.1)
                    if own == "weight":
                        parameter.add_(1.0)
                elif parameter.dim() < 2 or own in ("cls_token", "class_embedding"):
                    normal(parameter, 0.1)
                elif isinstance(module, nn.Embedding) or "position" in name or "position" in own:
                    normal(parameter, 1.5 if text else 0.2)
                elif isinstance(module, nn.Conv2d):
                    normal(parameter, (0.5 if module.groups > 1 else 2.0) / math.sqrt(sides(parameter, module)))
                else:
                    normal(parameter, gain(name, text) / math.sqrt(sides(parameter, module)))
        normal(shared, LOUDNESS / math.sqrt(shared.shape[1]))
        shared[end_of(model)] *= END_LOUDNESS
