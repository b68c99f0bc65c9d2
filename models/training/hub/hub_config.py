"""config.json as the hub's repositories have it, of a reference model.

ViT-GPT2 and BLIP: what the library writes. Florence-2: Microsoft's names (model types davit and florence2_language, dim_embed,
projection_dim, ...), which onnx-community's repositories keep; the library's own names differ.
"""

from typing import Any

from transformers import PreTrainedModel

SHARED_TEXT = ("bos_token_id", "pad_token_id", "eos_token_id", "decoder_start_token_id", "forced_bos_token_id", "forced_eos_token_id")
GENERATION = {"num_beams": 3, "no_repeat_ngram_size": 3, "early_stopping": True}
TEXT_NAMES = (
    "vocab_size max_position_embeddings d_model encoder_ffn_dim encoder_layers encoder_attention_heads decoder_ffn_dim decoder_layers "
    "decoder_attention_heads dropout attention_dropout activation_dropout activation_function init_std encoder_layerdrop decoder_layerdrop "
    "classifier_dropout use_cache num_hidden_layers scale_embedding"
).split()
VISION_NAMES = "drop_path_rate patch_size patch_stride patch_padding patch_prenorm num_heads num_groups depths window_size projection_dim".split()


def hub_config(layout: str, model: PreTrainedModel) -> dict[str, Any]:
    """The dictionary that config.json holds."""
    config = model.config.to_dict() if layout != "florence2" else florence2_config(model)
    config["architectures"] = [type(model).__name__]
    return config


def florence2_config(model: PreTrainedModel) -> dict[str, Any]:
    """Microsoft's config.json with this model's sizes."""
    text, vision = model.config.text_config.to_dict(), model.config.vision_config.to_dict()
    ids = {name: getattr(model.generation_config, name) for name in SHARED_TEXT}
    return {
        "bos_token_id": ids["bos_token_id"],
        "eos_token_id": ids["eos_token_id"],
        "pad_token_id": ids["pad_token_id"],
        "decoder_start_token_id": ids["decoder_start_token_id"],
        "forced_bos_token_id": ids["forced_bos_token_id"],
        "forced_eos_token_id": ids["forced_eos_token_id"],
        "ignore_index": -100,
        "is_encoder_decoder": True,
        "model_type": "florence2",
        "projection_dim": vision["projection_dim"],
        "text_config": {
            **{name: text[name] for name in TEXT_NAMES if name in text},
            **ids,
            **GENERATION,
            "model_type": "florence2_language",
            "is_encoder_decoder": True,
            "tie_word_embeddings": True,
        },
        "torch_dtype": "float32",
        "vision_config": {
            **{name: vision[name] for name in VISION_NAMES},
            "model_type": "davit",
            "dim_embed": vision["embed_dim"],
            "enable_checkpoint": False,
            "mlp_ratio": vision["mlp_ratio"],
            "visual_temporal_embedding": {"type": "COSINE", "max_temporal_embeddings": vision["max_temporal_embeddings"]},
            "image_pos_embed": {"type": "learned_abs_2d", "max_pos_embeddings": vision["max_position_embeddings"]},
            "image_feature_source": ["spatial_avg_pool", "temporal_avg_pool"],
        },
        "vocab_size": text["vocab_size"],
    }
