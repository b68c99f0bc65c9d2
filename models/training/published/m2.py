"""The Meshed-Memory Transformer exactly as its authors published it (Cornia et al., CVPR 2020), for their checkpoints.

It differs from ../m2.py: every encoder layer's cross-attention has its own AddNorm before the gates and there is none
after them, regions have no positions, words are neither scaled nor tied to the output, memory slots are scaled in use,
positions count from 1, and tokens after the caption (<pad>) give zeros. Attention and feed-forward are the same parts.
"""

from math import sqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from m2 import Attention, FeedForward, M2Config


class EncoderLayer(nn.Module):
    """Self-attention over regions and memory slots (equations 3 to 5), AddNorm, feed-forward (equations 6 and 7)."""

    def __init__(self, c: M2Config):
        super().__init__()
        self.attention, self.norm, self.feed = Attention(c), nn.LayerNorm(c.width), FeedForward(c)
        self.memory_k = nn.Parameter(torch.zeros(1, c.memory_slots, c.width))
        self.memory_v = nn.Parameter(torch.zeros(1, c.memory_slots, c.width))
        self.scales = sqrt(c.width // c.heads), sqrt(c.memory_slots)

    def forward(self, x: Tensor, absent: Tensor) -> Tensor:
        """x [b, n, width], absent [b, n] (true: no region there) -> [b, n, width]."""
        a, b = self.attention, len(x)
        k = torch.cat([a.k(x), self.scales[0] * self.memory_k.expand(b, -1, -1)], 1)
        v = torch.cat([a.v(x), self.scales[1] * self.memory_v.expand(b, -1, -1)], 1)
        hidden = F.pad(absent, (0, self.memory_k.shape[1]))[:, None, None]  # memory slots are always seen
        return self.feed(self.norm(x + a.attend(x, a.split(k), a.split(v), hidden)))


class DecoderLayer(nn.Module):
    """Masked self-attention, AddNorm; per encoder layer cross-attention and AddNorm; their gated sum; feed-forward."""

    def __init__(self, c: M2Config):
        super().__init__()
        self.self_attention, self.norm1 = Attention(c), nn.LayerNorm(c.width)
        self.cross, self.norm2 = Attention(c), nn.LayerNorm(c.width)  # one set of weights for all encoder layers
        self.gates = nn.ModuleList(nn.Linear(2 * c.width, c.width) for _ in range(c.encoder_layers))
        self.feed = FeedForward(c)

    def attend_self(self, y: Tensor, k: Tensor, v: Tensor, hidden: Tensor) -> Tensor:
        """y [b, q, width], keys and values [b, heads, t, d], hidden (true: not seen) broadcasts to [b, heads, q, t]."""
        return self.norm1(y + self.self_attention.attend(y, k, v, hidden))

    def mesh(self, y: Tensor, k: Tensor, v: Tensor, absent: Tensor) -> Tensor:
        """y [b, q, width], k and v [b, encoder layers, heads, n, d], absent [b, n] -> [b, q, width] (equations 8 to 10)."""
        levels = self.norm2(y[:, None] + self.cross.attend(y[:, None], k, v, absent[:, None, None, None]))
        total = torch.zeros_like(y)
        for i, gate in enumerate(self.gates):
            total = total + levels[:, i] * torch.sigmoid(gate(torch.cat([y, levels[:, i]], -1)))
        return total / sqrt(len(self.gates))


class PublishedM2(nn.Module):
    """Regions [b, n, channels] -> memory; memory and tokens -> next-token logits. The interface is that of ../m2.py."""

    def __init__(self, config: M2Config, pad: int):
        super().__init__()
        c = self.config = config
        self.pad = pad
        self.project, self.norm = nn.Linear(c.channels, c.width), nn.LayerNorm(c.width)
        self.encoder = nn.ModuleList(EncoderLayer(c) for _ in range(c.encoder_layers))
        self.decoder = nn.ModuleList(DecoderLayer(c) for _ in range(c.decoder_layers))
        self.embed = nn.Embedding(c.vocabulary, c.width)
        self.out = nn.Linear(c.width, c.vocabulary, bias=False)
        self.register_buffer("position", torch.zeros(c.max_tokens + 1, c.width))  # row 0 is <pad>'s

    def encode(self, regions: Tensor) -> list[Tensor]:
        """Keys and values [b, encoder layers, heads, n, d] per decoder layer, and which regions are absent [b, n].

        The authors' rule: a region is absent where its embedding sums to exactly 0. Rows of zeros that fill a file up
        to 50 regions do not in a trained model (biases), so they are attended to, as they were in training.
        """
        x = self.norm(F.relu(self.project(regions)))
        absent, layers = x.sum(-1) == 0, []
        for layer in self.encoder:
            x = layer(x, absent)
            layers.append(x)
        encoded = torch.stack(layers, 1)
        return [t for d in self.decoder for t in (d.cross.split(d.cross.k(encoded)), d.cross.split(d.cross.v(encoded)))] + [absent]

    def decode(self, memory: list[Tensor], tokens: Tensor) -> Tensor:
        """All steps at once: memory rows match token rows; tokens [n, t] -> logits [n, t, vocabulary], 0 at <pad>."""
        t, padded = tokens.shape[1], tokens == self.pad
        numbers = torch.arange(1, t + 1, device=tokens.device).expand(len(tokens), -1).masked_fill(padded, 0)
        later = torch.ones(t, t, dtype=torch.bool, device=tokens.device).triu(1)
        hidden = later[None, None] | padded[:, None, None]
        keep = (~padded)[..., None].to(self.position.dtype)
        y = self.embed(tokens) + self.position[numbers]
        for i, layer in enumerate(self.decoder):
            a = layer.self_attention
            y = layer.attend_self(y, a.split(a.k(y)), a.split(a.v(y)), hidden) * keep
            y = layer.feed(layer.mesh(y, memory[2 * i], memory[2 * i + 1], memory[-1]) * keep) * keep
        return self.out(y)

    def initial_state(self, rows: int) -> list[Tensor]:
        """Empty keys and values [rows, heads, 0, d] for each decoder layer, and where <pad> was said [rows, 0]."""
        c = self.config
        empty = self.position.new_zeros(rows, c.heads, 0, c.width // c.heads)
        return [empty] * (2 * c.decoder_layers) + [torch.zeros(rows, 0, dtype=torch.bool, device=empty.device)]

    def step(self, memory: list[Tensor], state: list[Tensor], tokens: Tensor, parents: Tensor) -> tuple[Tensor, list[Tensor]]:
        """One step: tokens [n] continue the hypotheses `parents` [n]; n = pictures x beams -> logits [n, v], state."""
        pictures, width = len(memory[-1]), self.config.width
        state = [s.index_select(0, parents) for s in state]
        padded = torch.cat([state[-1], (tokens == self.pad)[:, None]], 1)
        keep = (tokens != self.pad)[:, None, None].to(self.position.dtype)
        y, new = self.embed(tokens)[:, None] + self.position[padded.shape[1]], []
        for i, layer in enumerate(self.decoder):
            a = layer.self_attention
            k = torch.cat([state[2 * i], a.split(a.k(y))], 2)
            v = torch.cat([state[2 * i + 1], a.split(a.v(y))], 2)
            new += [k, v]
            y = layer.attend_self(y, k, v, padded[:, None, None]) * keep
            beams = y.reshape(pictures, -1, width)  # the beams of a picture are queries to the same memory
            meshed = layer.mesh(beams, memory[2 * i], memory[2 * i + 1], memory[-1]).reshape(-1, 1, width)
            y = layer.feed(meshed * keep) * keep
        return self.out(y[:, 0]), [*new, padded]
