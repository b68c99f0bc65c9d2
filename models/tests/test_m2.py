"""Meshed-Memory Transformer: its parts compute the equations of Cornia et al. 2020."""

from math import cos, sin, sqrt

import pytest
import torch
import torch.nn.functional as F
from m2 import M2Config, MemoryEncoderLayer, MeshedDecoderLayer, positions

CONFIG = M2Config(20, 12, 9, width=16, heads=2, hidden=24, memory_slots=3, encoder_layers=3)


@pytest.fixture(autouse=True)
def seeded():
    torch.set_num_threads(1)
    torch.manual_seed(3)


def attention(queries, keys, values, heads: int):
    """Scaled dot-product attention head by head, one query at a time (equation 2)."""
    size, out = queries.shape[-1] // heads, torch.zeros_like(queries)
    for h in range(heads):
        part = slice(h * size, (h + 1) * size)
        for i, query in enumerate(queries[:, part]):
            weights = torch.softmax(keys[:, part] @ query / sqrt(size), 0)
            out[i, part] = weights @ values[:, part]
    return out


@torch.no_grad()
def test_encoder_attends_over_regions_and_memory_slots():
    layer = MemoryEncoderLayer(CONFIG).eval()
    a, feed, x = layer.attention, layer.feed, torch.randn(9, 16)
    keys = torch.cat([a.k(x), layer.memory_k])  # equation 4: [W_k X, M_k]
    values = torch.cat([a.v(x), layer.memory_v])  # equation 5: [W_v X, M_v]
    z = layer.norm(x + a.o(attention(a.q(x), keys, values, 2)))  # equation 7: AddNorm
    expected = feed.norm(z + feed.down(F.relu(feed.up(z))))  # equations 6 and 7
    assert torch.allclose(layer(x[None])[0], expected, atol=1e-5)


@torch.no_grad()
def test_mesh_is_the_gated_sum_over_all_encoder_layers():
    layer = MeshedDecoderLayer(CONFIG).eval()
    y, encoded = torch.randn(4, 16), torch.randn(3, 9, 16)
    total = torch.zeros(4, 16)
    for x, gate in zip(encoded, layer.gates):
        c = layer.cross.o(attention(layer.cross.q(y), layer.cross.k(x), layer.cross.v(x), 2))  # equation 9
        alpha = torch.sigmoid(gate(torch.cat([y, c], -1)))  # equation 10
        total += alpha * c  # equation 8
    k, v = layer.cross_memory(encoded[None])
    assert k.shape == (1, 3, 2, 9, 8)
    assert torch.allclose(layer.mesh(y[None], k, v)[0], total / sqrt(3), atol=1e-5)


@torch.no_grad()
def test_a_closed_gate_shuts_its_encoder_layer_out():
    layer = MeshedDecoderLayer(CONFIG).eval()
    y, encoded = torch.randn(1, 4, 16), torch.randn(1, 3, 9, 16)
    other = encoded.clone()
    other[:, 1] = torch.randn(9, 16)
    open_before = layer.mesh(y, *layer.cross_memory(encoded)), layer.mesh(y, *layer.cross_memory(other))
    layer.gates[1].bias.fill_(-100.0)
    closed = layer.mesh(y, *layer.cross_memory(encoded)), layer.mesh(y, *layer.cross_memory(other))
    assert not torch.allclose(*open_before, atol=1e-3) and torch.allclose(*closed, atol=1e-6)


def test_positions_are_sines_and_cosines_of_falling_frequency():
    table = positions(5, 8)
    for position in range(5):
        for pair in range(4):
            angle = position / 10000 ** (2 * pair / 8)
            assert table[position, 2 * pair : 2 * pair + 2].tolist() == pytest.approx([sin(angle), cos(angle)], abs=1e-6)
