"""The papers' captioners in NumPy float64 on published state dicts, written from the papers and their code's structure.

One picture, one caption, one head, one region at a time; shares nothing with models/training. `m2_state`, `embedded_state`
and `raw_state` make random checkpoints in the published layouts, key by key.
"""

from math import sqrt

import numpy as np
import torch


def random_state(shapes: dict[str, tuple[int, ...]], seed: int, gain: float) -> dict[str, torch.Tensor]:
    """Random weights: with gain 1 matrices keep the size of what they are given, more is livelier; the rest is near 0 or 1."""
    generator, state = torch.Generator().manual_seed(seed), {}
    for key, shape in shapes.items():
        noise = torch.randn(shape, generator=generator)
        if "running_var" in key or "weight_g" in key:
            state[key] = 0.5 + noise.abs()
        elif len(shape) == 1:
            state[key] = 0.2 * noise + (1.0 if "norm.weight" in key or key.endswith(("att_embed.0.weight", "att_embed.4.weight")) else 0.0)
        else:
            state[key] = noise if "emb" in key and "_embed" not in key or "m_" in key else noise * gain / sqrt(shape[-1])
    return state


def m2_state(v=31, d=24, inner=40, channels=20, slots=5, layers=3, positions=21, seed=0, gain=1.5) -> dict[str, torch.Tensor]:
    """A random `Transformer` of aimagelab/meshed-memory-transformer, with its buffers of decoding state."""
    shapes: dict[str, tuple[int, ...]] = {"encoder.fc.weight": (d, channels), "encoder.fc.bias": (d,)}

    def block(name: str, out: int, given: int) -> None:
        shapes.update({f"{name}.weight": (out, given), f"{name}.bias": (out,)})

    def normed(name: str) -> None:
        shapes.update({f"{name}.layer_norm.weight": (d,), f"{name}.layer_norm.bias": (d,)})

    def attention(name: str) -> None:
        for part in ("fc_q", "fc_k", "fc_v", "fc_o"):
            block(f"{name}.attention.{part}", d, d)
        normed(name)

    def feed(name: str) -> None:
        block(f"{name}.fc1", inner, d)
        block(f"{name}.fc2", d, inner)
        normed(name)

    normed("encoder")
    for i in range(layers):
        shapes.update({f"encoder.layers.{i}.mhatt.attention.m_k": (1, slots, d), f"encoder.layers.{i}.mhatt.attention.m_v": (1, slots, d)})
        attention(f"encoder.layers.{i}.mhatt")
        feed(f"encoder.layers.{i}.pwff")
    shapes.update({"decoder.word_emb.weight": (v, d), "decoder.pos_emb.weight": (positions, d), "decoder.fc.weight": (v, d)})
    for i in range(layers):
        attention(f"decoder.layers.{i}.self_att")
        attention(f"decoder.layers.{i}.enc_att")
        feed(f"decoder.layers.{i}.pwff")
        for level in (1, 2, 3):
            block(f"decoder.layers.{i}.fc_alpha{level}", d, 2 * d)
    state = random_state(shapes, seed, gain)
    for i in range(layers):
        state |= {f"decoder.layers.{i}.self_att.running_keys": torch.zeros(0, d), f"decoder.layers.{i}.self_att.running_values": torch.zeros(0, d)}
    return state | {"decoder.running_mask_self_attention": torch.zeros(1, 1, 0, dtype=torch.uint8), "decoder.running_seq": torch.zeros(1, dtype=torch.long)}


def embedded_state(v=30, words=14, hidden=18, attention=10, channels=20, norms=0, seed=0, gain=1.5) -> dict[str, torch.Tensor]:
    """A random `UpDownModel` of ruotianluo/ImageCaptioning.pytorch with `use_bn` = norms."""
    n = 1 if norms else 0
    shapes = {
        "embed.0.weight": (v, words), "fc_embed.0.weight": (hidden, channels), "fc_embed.0.bias": (hidden,),
        f"att_embed.{n}.weight": (hidden, channels), f"att_embed.{n}.bias": (hidden,), "logit.weight": (v, hidden), "logit.bias": (v,),
        "ctx2att.weight": (attention, hidden), "ctx2att.bias": (attention,),
        "core.att_lstm.weight_ih": (4 * hidden, words + 2 * hidden), "core.att_lstm.weight_hh": (4 * hidden, hidden),
        "core.att_lstm.bias_ih": (4 * hidden,), "core.att_lstm.bias_hh": (4 * hidden,),
        "core.lang_lstm.weight_ih": (4 * hidden, 2 * hidden), "core.lang_lstm.weight_hh": (4 * hidden, hidden),
        "core.lang_lstm.bias_ih": (4 * hidden,), "core.lang_lstm.bias_hh": (4 * hidden,),
        "core.attention.h2att.weight": (attention, hidden), "core.attention.h2att.bias": (attention,),
        "core.attention.alpha_net.weight": (1, attention), "core.attention.alpha_net.bias": (1,),
    }  # fmt: skip
    for at, size in [(0, channels), (4, hidden)][:norms]:
        shapes |= {f"att_embed.{at}.{part}": (size,) for part in ("weight", "bias", "running_mean", "running_var")}
    counters = {f"att_embed.{at}.num_batches_tracked": torch.tensor(7) for at in (0, 4)[:norms]}
    return random_state(shapes, seed, gain) | counters


def raw_state(v=30, words=14, hidden=18, attention=10, channels=20, second_head=False, seed=0, gain=1.5) -> dict[str, torch.Tensor]:
    """A random `DecoderWithAttention` of poojahira/image-captioning-bottom-up-top-down."""
    shapes: dict[str, tuple[int, ...]] = {"embedding.weight": (v, words)}
    heads = [("fc1", v, hidden)] if second_head else []
    for name, out, given in (("attention.features_att", attention, channels), ("attention.decoder_att", attention, hidden), ("attention.full_att", 1, attention), *heads, ("fc", v, hidden)):
        shapes |= {f"{name}.bias": (out,), f"{name}.weight_g": (out, 1), f"{name}.weight_v": (out, given)}
    for name, given in (("top_down_attention", words + channels + hidden), ("language_model", channels + hidden)):
        shapes |= {f"{name}.weight_ih": (4 * hidden, given), f"{name}.weight_hh": (4 * hidden, hidden), f"{name}.bias_ih": (4 * hidden,), f"{name}.bias_hh": (4 * hidden,)}
    return random_state(shapes, seed, gain)


class Weights:
    """A state dict as float64 arrays, with the layers that the papers' equations use."""

    def __init__(self, state: dict[str, torch.Tensor]):
        self.of = {k: v.double().numpy() for k, v in state.items()}
        for key in [k for k in self.of if k.endswith(".weight_v")]:  # weight normalisation: length times direction
            rows = [g * v / sqrt((v * v).sum()) for g, v in zip(self.of[key[:-1] + "g"][:, 0], self.of[key])]
            self.of[key.removesuffix("_v")] = np.stack(rows)

    def linear(self, name: str, x):
        return x @ self.of[f"{name}.weight"].T + self.of.get(f"{name}.bias", 0.0)

    def layer_norm(self, name: str, x):
        mean = x.mean(-1, keepdims=True)
        spread = np.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-5)
        return (x - mean) / spread * self.of[f"{name}.weight"] + self.of[f"{name}.bias"]

    def lstm(self, name: str, x, h, c):
        both = self.of[f"{name}.weight_ih"] @ x + self.of[f"{name}.bias_ih"] + self.of[f"{name}.weight_hh"] @ h + self.of[f"{name}.bias_hh"]
        i, f, g, o = np.split(both, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.maximum(x, 0)


def softmax(x):
    e = np.exp(x - x[np.isfinite(x)].max())
    return e / e.sum()


def attend(w: Weights, name: str, queries, given, seen, heads: int):
    """Multi-head attention of `queries` to `given`, AddNorm; seen[i, j]: whether query i sees row j. Memory slots are seen."""
    q, k, v = (w.linear(f"{name}.attention.{n}", x) for n, x in (("fc_q", queries), ("fc_k", given), ("fc_v", given)))
    size = q.shape[1] // heads
    slots_k = w.of.get(f"{name}.attention.m_k")
    if slots_k is not None:
        slots_v = w.of[f"{name}.attention.m_v"][0]
        k, v = np.concatenate([k, sqrt(size) * slots_k[0]]), np.concatenate([v, sqrt(len(slots_v)) * slots_v])
        seen = np.concatenate([seen, np.ones((len(seen), len(slots_v)), bool)], 1)
    mixed = np.zeros_like(q)
    for h in range(heads):
        part = slice(h * size, (h + 1) * size)
        for i in range(len(q)):
            scores = np.where(seen[i], k[:, part] @ q[i, part] / sqrt(size), -np.inf)
            mixed[i, part] = softmax(scores) @ v[:, part]
    return w.layer_norm(f"{name}.layer_norm", queries + w.linear(f"{name}.attention.fc_o", mixed))


def feed_forward(w: Weights, name: str, x):
    return w.layer_norm(f"{name}.layer_norm", x + w.linear(f"{name}.fc2", relu(w.linear(f"{name}.fc1", x))))


def m2_logits(w: Weights, regions: np.ndarray, tokens: list[int], heads: int, pad: int = 1) -> np.ndarray:
    """Logits [t, vocabulary] of one caption `tokens` about `regions` [n, channels]."""
    count = len(tokens)
    x = w.layer_norm("encoder.layer_norm", relu(w.linear("encoder.fc", regions.astype(np.float64))))
    there = np.array([bool(row.sum() != 0) for row in x])
    levels = []
    for i in range(3):
        x = attend(w, f"encoder.layers.{i}.mhatt", x, x, np.tile(there, (len(x), 1)), heads)
        x = feed_forward(w, f"encoder.layers.{i}.pwff", x)
        levels.append(x)
    word = np.array([t != pad for t in tokens])
    numbers = [i + 1 if word[i] else 0 for i in range(count)]
    y = w.of["decoder.word_emb.weight"][tokens] + w.of["decoder.pos_emb.weight"][numbers]
    seen = np.array([[j <= i and word[j] for j in range(count)] for i in range(count)])
    for i in range(3):
        name = f"decoder.layers.{i}"
        y = attend(w, f"{name}.self_att", y, y, seen, heads) * word[:, None]
        total = np.zeros_like(y)
        for level in range(3):
            c = attend(w, f"{name}.enc_att", y, levels[level], np.tile(there, (count, 1)), heads) * word[:, None]
            total += c * sigmoid(w.linear(f"{name}.fc_alpha{level + 1}", np.concatenate([y, c], 1)))
        y = feed_forward(w, f"{name}.pwff", total / sqrt(3) * word[:, None]) * word[:, None]
    return w.linear("decoder.fc", y)


def updown_logits(w: Weights, regions: np.ndarray, tokens: list[int]) -> np.ndarray:
    """Logits [t, vocabulary] of one caption about `regions` [n, channels], in the form that the keys tell."""
    embedded = "embed.0.weight" in w.of
    regions = regions.astype(np.float64)
    mean = regions.mean(0)
    if embedded:
        mean = relu(w.linear("fc_embed.0", mean))
        normed = [at for at in (0, 4) if f"att_embed.{at}.running_mean" in w.of]
        if normed:
            regions = batch_norm(w, "att_embed.0", regions)
        regions = relu(w.linear("att_embed.1" if normed else "att_embed.0", regions))
        if len(normed) == 2:
            regions = batch_norm(w, "att_embed.4", regions)
    projected = w.linear("ctx2att" if embedded else "attention.features_att", regions)
    names = ("core.att_lstm", "core.lang_lstm") if embedded else ("top_down_attention", "language_model")
    h1 = c1 = h2 = c2 = np.zeros(w.of[f"{names[0]}.weight_hh"].shape[1])
    logits = []
    for token in tokens:
        word = relu(w.of["embed.0.weight"][token]) if embedded else w.of["embedding.weight"][token]
        h1, c1 = w.lstm(names[0], np.concatenate([h2, mean, word]), h1, c1)
        query = w.linear("core.attention.h2att" if embedded else "attention.decoder_att", h1)
        if embedded:
            scores = [w.linear("core.attention.alpha_net", np.tanh(r + query))[0] for r in projected]
        else:
            scores = [w.linear("attention.full_att", relu(r + query))[0] for r in projected]
        seen = softmax(np.array(scores)) @ regions
        h2, c2 = w.lstm(names[1], np.concatenate([seen, h1]), h2, c2)
        logits.append(w.linear("logit" if embedded else "fc", h2))
    return np.array(logits)


def batch_norm(w: Weights, name: str, x):
    mean, var, weight, bias = (w.of[f"{name}.{n}"] for n in ("running_mean", "running_var", "weight", "bias"))
    return (x - mean) / np.sqrt(var + 1e-5) * weight + bias
