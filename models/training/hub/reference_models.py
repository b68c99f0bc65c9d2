"""Reference models with random but lively weights: ViT-GPT2, BLIP and Florence-2 as the transformers library builds them.

    model = build("blip", "small", seed=1)   # eval mode, float32, same weights for the same seed

No weights can be downloaded where this is built, so a runtime is proved on the real architectures with random weights.
Fresh weights of the library write one word again and again and do not look at the picture; `enliven` draws every matrix
anew so that pictures, positions and earlier words all reach the logits. `small` is a few thousand weights with pictures of
48 or 64 pixels; `full` has the sizes of nlpconnect/vit-gpt2-image-captioning (224), Salesforce/blip-image-captioning-base
(384) and microsoft/Florence-2-base (768).
"""

import math
from dataclasses import dataclass

import torch
from torch import nn
from transformers import (
    BartConfig,
    BlipConfig,
    BlipForConditionalGeneration,
    Florence2Config,
    Florence2ForConditionalGeneration,
    GenerationConfig,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedModel,
    VisionEncoderDecoderModel,
    ViTConfig,
    ViTModel,
)
from transformers.modeling_utils import no_init_weights
from transformers.models.florence2.configuration_florence2 import Florence2VisionConfig

LAYOUTS = ("vit-gpt2", "blip", "florence2")
SIZES = ("small", "full")


@dataclass(frozen=True)
class Shape:
    """Sizes of one reference model."""

    image: int  # side of the picture in pixels
    patch: int  # side of a patch of a ViT
    hidden: int
    inner: int  # width inside a feed-forward block
    layers: int
    heads: int
    positions: int  # longest text
    vocabulary: int


SHAPES = {
    ("vit-gpt2", "small"): Shape(48, 8, 24, 48, 2, 2, 64, 300),
    ("vit-gpt2", "full"): Shape(224, 16, 768, 3072, 12, 12, 1024, 50257),
    ("blip", "small"): Shape(48, 8, 24, 48, 2, 2, 64, 300),
    ("blip", "full"): Shape(384, 16, 768, 3072, 12, 12, 512, 30524),
    ("florence2", "small"): Shape(64, 0, 24, 48, 2, 2, 128, 1344),
    ("florence2", "full"): Shape(768, 0, 768, 3072, 6, 12, 1024, 51289),
}


def vit_gpt2(shape: Shape) -> VisionEncoderDecoderModel:
    """ViT without pooler + GPT-2 with cross attention; start = end = padding = the last token."""
    end = shape.vocabulary - 1
    encoder = ViTConfig(
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        image_size=shape.image,
        patch_size=shape.patch,
    )
    decoder = GPT2Config(
        vocab_size=shape.vocabulary,
        n_positions=shape.positions,
        n_ctx=shape.positions,
        n_embd=shape.hidden,
        n_layer=shape.layers,
        n_head=shape.heads,
        n_inner=None if shape.inner == 4 * shape.hidden else shape.inner,
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
        is_decoder=True,
        add_cross_attention=True,
    )
    model = VisionEncoderDecoderModel(encoder=ViTModel(encoder, add_pooling_layer=False), decoder=GPT2LMHeadModel(decoder))
    ids = {"bos_token_id": end, "eos_token_id": end, "pad_token_id": end, "decoder_start_token_id": end}
    for name, value in ids.items():
        setattr(model.config, name, value)
    model.generation_config = GenerationConfig(**ids)
    return model


def blip(shape: Shape) -> BlipForConditionalGeneration:
    """BLIP's ViT + BERT decoder; starts with [DEC] (bos), ends with [SEP] (sep_token_id), as Salesforce's config has it."""
    small = shape.vocabulary < 1000
    text = {
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "encoder_hidden_size": shape.hidden,
        "intermediate_size": shape.inner,
        "projection_dim": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "max_position_embeddings": shape.positions,
        "bos_token_id": shape.vocabulary - 2,
        "eos_token_id": 2,
        "pad_token_id": 0,
        "sep_token_id": 3 if small else 102,
    }
    vision = {
        "hidden_size": shape.hidden,
        "intermediate_size": shape.inner,
        "projection_dim": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "image_size": shape.image,
        "patch_size": shape.patch,
    }
    config = BlipConfig(text_config=text, vision_config=vision, projection_dim=shape.hidden, image_text_hidden_size=min(256, shape.hidden))
    return BlipForConditionalGeneration(config)


def florence2(shape: Shape) -> Florence2ForConditionalGeneration:
    """DaViT + BART with Florence-2's generation settings. image_token_id only marks places, so the last token serves as it."""
    small = shape.image < 100
    vision = Florence2VisionConfig(
        depths=[1, 1, 1, 1] if small else [1, 1, 9, 1],
        embed_dim=[12, 12, 24, 24] if small else [128, 256, 512, 1024],
        num_heads=[2, 2, 2, 2] if small else [4, 8, 16, 32],
        num_groups=[2, 2, 2, 2] if small else [4, 8, 16, 32],
        window_size=3 if small else 12,
        mlp_ratio=2.0 if small else 4.0,
        projection_dim=shape.hidden,
        max_temporal_embeddings=100,
        max_position_embeddings=50,
    )
    text = BartConfig(
        vocab_size=shape.vocabulary,
        d_model=shape.hidden,
        max_position_embeddings=shape.positions,
        encoder_layers=shape.layers,
        decoder_layers=shape.layers,
        encoder_attention_heads=shape.heads,
        decoder_attention_heads=shape.heads,
        encoder_ffn_dim=shape.inner,
        decoder_ffn_dim=shape.inner,
        scale_embedding=False,
        normalize_before=False,
        tie_word_embeddings=True,
    )
    config = Florence2Config(
        text_config=text.to_dict(),
        vision_config=vision.to_dict(),
        image_token_id=shape.vocabulary - 1,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
    )
    model = Florence2ForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        forced_bos_token_id=0,
        forced_eos_token_id=2,
        num_beams=3,
        no_repeat_ngram_size=3,
        early_stopping=True,
    )
    return model


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


BUILDERS = {"vit-gpt2": vit_gpt2, "blip": blip, "florence2": florence2}


def build(layout: str, size: str, seed: int) -> PreTrainedModel:
    """One reference model in eval mode with the weights of this seed."""
    with no_init_weights():
        model = BUILDERS[layout](SHAPES[layout, size])
    model.tie_weights()
    enliven(model, seed)
    return model.eval()
