"""The Meshed-Memory Transformer (Cornia, Stefanini, Baraldi and Cucchiara, CVPR 2020), sized for small data.

Encoder: self-attention whose keys and values are extended by learned memory slots (equations 3 to 5), position-wise
feed-forward and AddNorm (equations 6 and 7). Decoder: masked self-attention, then cross-attention to EVERY encoder
layer, weighted by learned gates (equations 8 to 10), feed-forward, AddNorm. Here: 8 x 8 grid cells instead of
detector regions, a learned position per cell, a start token per caption origin, tied input and output embeddings.

Decoder state is explicit (keys and values of self-attention per layer), which makes export and beams simple.
"""

from dataclasses import dataclass
from math import log, sqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class M2Config:
    """Sizes; `width` and `heads` hold for encoder and decoder."""

    vocabulary: int
    channels: int
    cells: int = 64
    width: int = 256
    heads: int = 8
    hidden: int = 1024
    encoder_layers: int = 2
    decoder_layers: int = 2
    memory_slots: int = 20
    dropout: float = 0.2
    max_tokens: int = 64


def positions(length: int, width: int) -> Tensor:
    """Sinusoidal positions [length, width] (Vaswani et al. 2017, section 3.5)."""
    angle = torch.arange(length)[:, None] * torch.exp(torch.arange(0, width, 2) * (-log(10000.0) / width))
    return torch.stack([angle.sin(), angle.cos()], -1).reshape(length, width)


class FeedForward(nn.Module):
    """Position-wise feed-forward with residual and LayerNorm (equations 6 and 7)."""

    def __init__(self, c: M2Config):
        super().__init__()
        self.up, self.down = nn.Linear(c.width, c.hidden), nn.Linear(c.hidden, c.width)
        self.norm, self.drop = nn.LayerNorm(c.width), nn.Dropout(c.dropout)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x + self.drop(self.down(self.drop(F.relu(self.up(x))))))


class Attention(nn.Module):
    """Multi-head attention with separate projections, so that keys and values can be kept: heads are [.., h, n, d]."""

    def __init__(self, c: M2Config):
        super().__init__()
        self.heads, self.scale = c.heads, 1 / sqrt(c.width // c.heads)
        self.q, self.k, self.v, self.o = (nn.Linear(c.width, c.width) for _ in range(4))
        self.drop = nn.Dropout(c.dropout)

    def split(self, x: Tensor) -> Tensor:
        """[..., n, width] -> [..., heads, n, width / heads]."""
        return x.unflatten(-1, (self.heads, -1)).transpose(-3, -2)

    def attend(self, query: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        """query [..., q, width], k and v [..., heads, n, d] -> [..., q, width]."""
        scores = self.split(self.q(query)) @ k.transpose(-1, -2) * self.scale
        if mask is not None:
            scores = scores.masked_fill(mask, float("-inf"))
        mixed = self.drop(scores.softmax(-1)) @ v
        return self.o(mixed.transpose(-3, -2).flatten(-2))


class MemoryEncoderLayer(nn.Module):
    """Self-attention over regions and learned memory slots (equation 5), then feed-forward."""

    def __init__(self, c: M2Config):
        super().__init__()
        self.attention, self.feed = Attention(c), FeedForward(c)
        self.memory_k = nn.Parameter(torch.randn(c.memory_slots, c.width) / sqrt(c.width // c.heads))
        self.memory_v = nn.Parameter(torch.randn(c.memory_slots, c.width) / sqrt(c.memory_slots))
        self.norm, self.drop = nn.LayerNorm(c.width), nn.Dropout(c.dropout)

    def forward(self, x: Tensor) -> Tensor:
        a, n = self.attention, x.shape[0]
        k = torch.cat([a.k(x), self.memory_k.expand(n, -1, -1)], 1)
        v = torch.cat([a.v(x), self.memory_v.expand(n, -1, -1)], 1)
        return self.feed(self.norm(x + self.drop(a.attend(x, a.split(k), a.split(v)))))


class MeshedDecoderLayer(nn.Module):
    """Masked self-attention, gated cross-attention to all encoder layers (equations 8 to 10), feed-forward."""

    def __init__(self, c: M2Config):
        super().__init__()
        self.self_attention, self.cross, self.feed = Attention(c), Attention(c), FeedForward(c)
        self.gates = nn.ModuleList(nn.Linear(2 * c.width, c.width) for _ in range(c.encoder_layers))
        self.norm1, self.norm2, self.drop = nn.LayerNorm(c.width), nn.LayerNorm(c.width), nn.Dropout(c.dropout)

    def cross_memory(self, encoded: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of every encoder layer: [b, layers, n, width] -> 2 x [b, layers, heads, n, d]."""
        return self.cross.split(self.cross.k(encoded)), self.cross.split(self.cross.v(encoded))

    def mesh(self, y: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """y [b, q, width] with k, v [b, layers, heads, n, d]: sum over layers of gate * attention (equation 8)."""
        attended = self.cross.attend(y[:, None], k, v)  # [b, layers, q, width]
        total = torch.zeros_like(y)
        for i, gate in enumerate(self.gates):
            c = attended[:, i]
            total = total + torch.sigmoid(gate(torch.cat([y, c], -1))) * c  # equation 10
        return total / sqrt(len(self.gates))


class M2(nn.Module):
    """Regions [b, cells, channels] -> memory; memory and tokens -> next-token logits."""

    def __init__(self, config: M2Config):
        super().__init__()
        c = self.config = config
        self.register_buffer("region_mean", torch.zeros(c.channels))
        self.register_buffer("region_std", torch.ones(c.channels))
        self.project = nn.Linear(c.channels, c.width)
        self.cell = nn.Parameter(torch.randn(c.cells, c.width) * 0.02)
        self.norm, self.drop = nn.LayerNorm(c.width), nn.Dropout(c.dropout)
        self.encoder = nn.ModuleList(MemoryEncoderLayer(c) for _ in range(c.encoder_layers))
        self.decoder = nn.ModuleList(MeshedDecoderLayer(c) for _ in range(c.decoder_layers))
        self.embed = nn.Embedding(c.vocabulary, c.width)
        nn.init.normal_(self.embed.weight, std=c.width**-0.5)
        self.bias = nn.Parameter(torch.zeros(c.vocabulary))
        self.register_buffer("position", positions(c.max_tokens, c.width), persistent=False)

    def encode(self, regions: Tensor) -> list[Tensor]:
        """Memory per decoder layer: keys and values [b, encoder layers, heads, cells, d], alternating."""
        x = (regions - self.region_mean) / self.region_std
        x = self.norm(self.drop(F.relu(self.project(x))) + self.cell)
        layers = []
        for layer in self.encoder:
            x = layer(x)
            layers.append(x)
        encoded = torch.stack(layers, 1)
        return [t for layer in self.decoder for t in layer.cross_memory(encoded)]

    def logits(self, y: Tensor) -> Tensor:
        return y @ self.embed.weight.T + self.bias

    def decode(self, memory: list[Tensor], tokens: Tensor) -> Tensor:
        """All steps at once (training): memory rows match token rows; tokens [n, t] -> logits [n, t, vocabulary]."""
        return self.logits(self.hidden(memory, tokens))

    def hidden(self, memory: list[Tensor], tokens: Tensor) -> Tensor:
        """`decode` before the output layer: [n, t, width]."""
        t = tokens.shape[1]
        mask = torch.ones(t, t, dtype=torch.bool, device=tokens.device).triu(1)
        y = self.drop(self.embed(tokens) * sqrt(self.config.width) + self.position[:t])
        for i, layer in enumerate(self.decoder):
            a = layer.self_attention
            y = layer.norm1(y + layer.drop(a.attend(y, a.split(a.k(y)), a.split(a.v(y)), mask)))
            y = layer.norm2(y + layer.drop(layer.mesh(y, memory[2 * i], memory[2 * i + 1])))
            y = layer.feed(y)
        return y

    def initial_state(self, rows: int) -> list[Tensor]:
        """Empty keys and values [rows, heads, 0, d] for each decoder layer."""
        c = self.config
        return [torch.zeros(rows, c.heads, 0, c.width // c.heads, device=self.bias.device) for _ in range(2 * c.decoder_layers)]

    def step(self, memory: list[Tensor], state: list[Tensor], tokens: Tensor, parents: Tensor) -> tuple[Tensor, list[Tensor]]:
        """One step: tokens [n] continue the hypotheses `parents` [n]; n = pictures x beams -> logits [n, v], state."""
        pictures, width = memory[0].shape[0], self.config.width
        state = [s.index_select(0, parents) for s in state]
        y = self.embed(tokens)[:, None] * sqrt(width) + self.position[state[0].shape[2]]
        new = []
        for i, layer in enumerate(self.decoder):
            a = layer.self_attention
            k = torch.cat([state[2 * i], a.split(a.k(y))], 2)
            v = torch.cat([state[2 * i + 1], a.split(a.v(y))], 2)
            new += [k, v]
            y = layer.norm1(y + a.attend(y, k, v))
            beams = y.reshape(pictures, -1, width)  # the beams of a picture are queries to the same memory
            y = layer.norm2(beams + layer.mesh(beams, memory[2 * i], memory[2 * i + 1])).reshape(-1, 1, width)
            y = layer.feed(y)
        return self.logits(y[:, 0]), new
