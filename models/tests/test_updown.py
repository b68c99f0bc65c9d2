"""Up-Down: one step computes the equations of Anderson et al. 2018."""

from math import sqrt

import torch
import torch.nn.functional as F
from small import small_model


def lstm(cell: torch.nn.LSTMCell, x, h, c):
    """An LSTM written out (equation 1 names it only); PyTorch's order of gates is input, forget, cell, output."""
    i, f, g, o = (cell.weight_ih @ x + cell.bias_ih + cell.weight_hh @ h + cell.bias_hh).chunk(4)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


@torch.no_grad()
def test_a_step_is_the_equations_of_the_paper():
    torch.set_num_threads(1)
    torch.manual_seed(4)
    model, regions = small_model("updown"), torch.randn(1, 9, 12)
    v = model.norm(F.relu(model.project(regions[0])) + model.cell)
    state = [torch.randn(1, 32) for _ in range(4)]
    h1, c1, h2, c2 = (s[0] for s in state)
    h1, c1 = lstm(model.lstm1, torch.cat([h2, v.mean(0), model.embed.weight[9] * sqrt(24)]), h1, c1)  # equation 2
    a = torch.stack([model.attend.weight[0] @ torch.tanh(model.attend_v.weight @ cell + model.attend_h.weight @ h1) for cell in v])  # equation 3
    alpha = torch.softmax(a, 0)  # equation 4
    attended = (alpha[:, None] * v).sum(0)  # equation 5
    h2, c2 = lstm(model.lstm2, torch.cat([attended, h1]), h2, c2)  # equation 6
    expected = (model.out.weight @ h2 + model.out.bias) @ model.embed.weight.T + model.bias  # equation 7, before the softmax
    logits, after = model.step(model.encode(regions), state, torch.tensor([9]), torch.tensor([0]))
    assert torch.allclose(logits[0], expected, atol=1e-5)
    for found, known in zip(after, (h1, c1, h2, c2)):
        assert torch.allclose(found[0], known, atol=1e-5)


@torch.no_grad()
def test_memory_is_regions_their_projection_and_their_mean():
    model = small_model("updown")
    regions, projected, mean = model.encode(torch.randn(2, 9, 12))
    assert regions.shape == (2, 9, 24) and projected.shape == (2, 9, 16) and torch.allclose(mean, regions.mean(1), atol=1e-6)
