"""The two captioners by name: fresh ones by size, and those that a checkpoint or a package describes."""

from torch import nn

from m2 import M2, M2Config
from updown import UpDown, UpDownConfig


def fresh_captioner(kind: str, vocabulary: int, channels: int, cells: int, width: int = 0, decoder_layers: int = 0) -> nn.Module:
    """A new captioner; 0 leaves a size at the model's own default. ValueError for another kind than m2 or updown."""
    sizes = {"width": width} if width else {}
    if kind == "m2":
        return M2(M2Config(vocabulary, channels, cells, **sizes, **({"decoder_layers": decoder_layers} if decoder_layers else {})))
    if kind == "updown":
        return UpDown(UpDownConfig(vocabulary, channels, cells, **sizes, **({"hidden": 3 * width // 2} if width else {})))
    raise ValueError(f"Expected m2 or updown for --model but received '{kind}'")


def known_captioner(kind: str, config: dict, weights: dict) -> nn.Module:
    """The captioner that a checkpoint or a package's `training` block describes, with its weights."""
    model = M2(M2Config(**config)) if kind == "m2" else UpDown(UpDownConfig(**config))
    model.load_state_dict(weights)
    return model
