"""The layouts in which captioners of the two papers are published: every key, its shape by named sizes, its place here.

A shape is written with names ("4 hidden", "words + 2 hidden"); checkpoint.py reads the sizes from the tensors. A key with
role `length` or `direction` is one half of a weight-normalised matrix: weight = length * direction / |direction|.
"""

import re
from dataclasses import dataclass
from typing import Callable, Iterable, Literal

from torch import nn

from m2 import M2Config
from published.m2 import PublishedM2
from published.updown import PublishedUpDown, PublishedUpDownConfig

Sizes = dict[str, int]
Finished = Literal["hold", "release", "shrink"]  # what becomes of a finished hypothesis: see search.py


@dataclass(frozen=True)
class Entry:
    """A published key, the parameter or buffer here that takes it, its shape, and its role (see above)."""

    key: str
    target: str
    shape: tuple[str, ...]
    role: str = "whole"


@dataclass(frozen=True)
class Marks:
    """Token ids of start, end and padding (-1: none)."""

    start: int
    end: int
    pad: int


@dataclass(frozen=True)
class Layout:
    """One published form, and how its authors search; `collapse`: a word that follows itself is said once."""

    name: str
    origin: str
    entries: Callable[[Iterable[str]], list[Entry]]
    passed_over: re.Pattern[str]  # what no caption needs: decoding state, counters, a head of training
    build: Callable[[Sizes, int, int], nn.Module]  # sizes, heads, pad
    marks: Callable[[int], Marks]  # by size of the vocabulary, when no words are given
    names: tuple[str, str, str] | None  # of start, end and padding among the words
    finished: Finished
    collapse: bool


def linear(key: str, target: str, rows: str, columns: str, bias: bool = True) -> list[Entry]:
    """The weight [rows, columns] and the bias [rows] of a linear layer."""
    return [Entry(f"{key}.weight", f"{target}.weight", (rows, columns))] + [Entry(f"{key}.bias", f"{target}.bias", (rows,))] * bias


def norm(key: str, target: str, size: str, running: bool = False) -> list[Entry]:
    """Weight and bias [size] of a LayerNorm or, with `running` statistics, of a BatchNorm."""
    return [Entry(f"{key}.{n}", f"{target}.{n}", (size,)) for n in ("weight", "bias") + ("running_mean", "running_var") * running]


def lstm(key: str, target: str, columns: str) -> list[Entry]:
    """The two weights and biases of an LSTM cell that reads [columns]."""
    sides = [Entry(f"{key}.weight_ih", f"{target}.weight_ih", ("4 hidden", columns)), Entry(f"{key}.weight_hh", f"{target}.weight_hh", ("4 hidden", "hidden"))]
    return sides + [Entry(f"{key}.bias_{n}", f"{target}.bias_{n}", ("4 hidden",)) for n in ("ih", "hh")]


def weight_normed(key: str, target: str, rows: str, columns: str) -> list[Entry]:
    """A weight-normalised linear layer: lengths [rows, 1], directions [rows, columns], bias [rows]."""
    halves = [Entry(f"{key}.weight_g", f"{target}.weight", (rows, "1"), "length"), Entry(f"{key}.weight_v", f"{target}.weight", (rows, columns), "direction")]
    return [*halves, Entry(f"{key}.bias", f"{target}.bias", (rows,))]


def count(keys: Iterable[str], pattern: str) -> int:
    """One more than the largest number that `pattern`'s group finds in the keys; 0 where none does."""
    return max((int(m[1]) + 1 for m in map(re.compile(pattern).match, keys) if m), default=0)


def m2_attention(key: str, target: str, norm_target: str) -> list[Entry]:
    """Four projections and the LayerNorm after them."""
    parts = [e for n in "qkvo" for e in linear(f"{key}.attention.fc_{n}", f"{target}.{n}", "width", "width")]
    return parts + norm(f"{key}.layer_norm", norm_target, "width")


def m2_feed(key: str, target: str) -> list[Entry]:
    """Position-wise feed-forward and the LayerNorm after it."""
    up, down = linear(f"{key}.fc1", f"{target}.up", "inner", "width"), linear(f"{key}.fc2", f"{target}.down", "width", "inner")
    return up + down + norm(f"{key}.layer_norm", f"{target}.norm", "width")


def m2_entries(keys: Iterable[str]) -> list[Entry]:
    """Keys of the Meshed-Memory Transformer with as many layers as the keys name."""
    keys = list(keys)
    encoders, decoders = count(keys, r"encoder\.layers\.(\d+)\."), count(keys, r"decoder\.layers\.(\d+)\.")
    entries = linear("encoder.fc", "project", "width", "channels") + norm("encoder.layer_norm", "norm", "width")
    for i in range(encoders):
        key, target = f"encoder.layers.{i}", f"encoder.{i}"
        entries += [Entry(f"{key}.mhatt.attention.m_{n}", f"{target}.memory_{n}", ("1", "slots", "width")) for n in "kv"]
        entries += m2_attention(f"{key}.mhatt", f"{target}.attention", f"{target}.norm") + m2_feed(f"{key}.pwff", f"{target}.feed")
    entries += [Entry("decoder.word_emb.weight", "embed.weight", ("vocabulary", "width")), Entry("decoder.pos_emb.weight", "position", ("positions", "width"))]
    for i in range(decoders):
        key, target = f"decoder.layers.{i}", f"decoder.{i}"
        entries += m2_attention(f"{key}.self_att", f"{target}.self_attention", f"{target}.norm1")
        entries += m2_attention(f"{key}.enc_att", f"{target}.cross", f"{target}.norm2") + m2_feed(f"{key}.pwff", f"{target}.feed")
        entries += [e for level in range(encoders) for e in linear(f"{key}.fc_alpha{level + 1}", f"{target}.gates.{level}", "width", "2 width")]
    return entries + linear("decoder.fc", "out", "vocabulary", "width", bias=False)


def m2_build(sizes: Sizes, heads: int, pad: int) -> nn.Module:
    """An M2 of these sizes; weights not yet loaded. ValueError where the width is no multiple of the heads."""
    if sizes["width"] % heads:
        raise ValueError(f"Expected a number of heads that divides the width {sizes['width']} but received {heads}")
    layers = {"encoder_layers": sizes["encoders"], "decoder_layers": sizes["decoders"], "memory_slots": sizes["slots"]}
    config = M2Config(sizes["vocabulary"], sizes["channels"], width=sizes["width"], heads=heads, hidden=sizes["inner"], dropout=0.0, max_tokens=sizes["positions"] - 1, **layers)
    return PublishedM2(config, pad)


def embedded_entries(keys: Iterable[str]) -> list[Entry]:
    """Keys of Up-Down with embedded regions; batch norms come where the region embedding's first key is one."""
    keys = list(keys)
    norms = sum(f"att_embed.{i}.running_mean" in keys for i in (0, 4))
    first = 1 if norms else 0
    entries = [Entry("embed.0.weight", "embed.weight", ("vocabulary", "words"))] + linear("fc_embed.0", "project_mean", "hidden", "channels")
    entries += norm("att_embed.0", "norm_in", "channels", running=True) * (norms > 0) + norm("att_embed.4", "norm_out", "hidden", running=True) * (norms > 1)
    entries += linear(f"att_embed.{first}", "project", "hidden", "channels") + linear("ctx2att", "attend_v", "attention", "hidden")
    entries += lstm("core.att_lstm", "lstm1", "words + 2 hidden") + lstm("core.lang_lstm", "lstm2", "2 hidden")
    entries += linear("core.attention.h2att", "attend_h", "attention", "hidden") + linear("core.attention.alpha_net", "attend", "1", "attention")
    return entries + linear("logit", "out", "vocabulary", "hidden")


def raw_entries(_: Iterable[str]) -> list[Entry]:
    """Keys of Up-Down on raw regions with weight-normalised linear layers."""
    entries = [Entry("embedding.weight", "embed.weight", ("vocabulary", "words"))]
    entries += weight_normed("attention.features_att", "attend_v", "attention", "channels") + weight_normed("attention.decoder_att", "attend_h", "attention", "hidden")
    entries += weight_normed("attention.full_att", "attend", "1", "attention") + lstm("top_down_attention", "lstm1", "words + channels + hidden")
    return entries + lstm("language_model", "lstm2", "channels + hidden") + weight_normed("fc", "out", "vocabulary", "hidden")


def updown_build(embedded: bool) -> Callable[[Sizes, int, int], nn.Module]:
    """Builds an Up-Down of given sizes in one of the two forms; weights not yet loaded."""

    def build(sizes: Sizes, heads: int, pad: int) -> nn.Module:
        named = {n: sizes[n] for n in ("vocabulary", "channels", "words", "hidden", "attention")}
        return PublishedUpDown(PublishedUpDownConfig(**named, embedded=embedded, norms=sizes["norms"]))

    return build


M2_STATE = re.compile(r"enc_output|mask_enc|decoder\.running_(mask_self_attention|seq)|decoder\.layers\.\d+\.self_att\.running_(keys|values)")
SECOND_HEAD = re.compile(r"fc1\.(weight_[gv]|bias)")  # of a second loss in training, on the attention LSTM; captions do not use it
COUNTERS = re.compile(r"att_embed\.\d\.num_batches_tracked")
LAYOUTS = (
    Layout("m2", "github.com/aimagelab/meshed-memory-transformer", m2_entries, M2_STATE, m2_build, lambda v: Marks(2, 3, 1), ("<bos>", "<eos>", "<pad>"), "hold", collapse=True),
    Layout("updown-embedded", "github.com/ruotianluo/ImageCaptioning.pytorch", embedded_entries, COUNTERS, updown_build(True), lambda v: Marks(0, 0, -1), None, "release", collapse=False),
    Layout("updown-raw", "github.com/poojahira/image-captioning-bottom-up-top-down", raw_entries, SECOND_HEAD, updown_build(False), lambda v: Marks(v - 2, v - 1, 0), ("<start>", "<end>", "<pad>"), "shrink", collapse=False),
)  # fmt: skip
