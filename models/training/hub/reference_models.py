"""Reference models with random but lively weights: ViT-GPT2, BLIP and Florence-2 as the transformers library builds them.

    model = build("blip", "small", seed=1)   # eval mode, float32, same weights for the same seed

No weights can be downloaded where this is built, so a runtime is proved on the real architectures with random weights
(lively_weights.py). `small` is tens of thousands of weights and pictures of 48 or 64 pixels; `full` has the sizes of
nlpconnect/vit-gpt2-image-captioning (224), Salesforce/blip-image-captioning-base (384) and microsoft/Florence-2-base (768).
"""

from dataclasses import dataclass

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

from lively_weights import enliven

LAYOUTS = ("vit-gpt2", "blip", "florence2")


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


BUILDERS = {"vit-gpt2": vit_gpt2, "blip": blip, "florence2": florence2}


def build(layout: str, size: str, seed: int) -> PreTrainedModel:
    """One reference model in eval mode with the weights of this seed."""
    with no_init_weights():
        model = BUILDERS[layout](SHAPES[layout, size])
    model.tie_weights()
    enliven(model, seed)
    return model.eval()
