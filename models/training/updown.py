"""Bottom-Up and Top-Down attention (Anderson et al., CVPR 2018), over grid cells or any other regions.

A top-down attention LSTM reads the last language state, the mean region and the last word (equation 2); its output
attends over the regions (equations 3 to 5); a language LSTM reads the attended region and the attention state
(equation 6) and predicts the next word (equation 7). Here: a start token per caption origin, a learned position per
cell, an output projection to the width of the tied word embeddings. The decoder state is explicit: h and c of two LSTMs.
"""

from dataclasses import dataclass
from math import sqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class UpDownConfig:
    """Sizes: `width` of words and regions, `hidden` of both LSTMs, `attention` of the attention layer."""

    vocabulary: int
    channels: int
    cells: int = 64
    width: int = 256
    hidden: int = 384
    attention: int = 256
    dropout: float = 0.3


class UpDown(nn.Module):
    """Regions [b, cells, channels] -> memory; memory and tokens -> next-token logits."""

    def __init__(self, config: UpDownConfig):
        super().__init__()
        c = self.config = config
        self.register_buffer("region_mean", torch.zeros(c.channels))
        self.register_buffer("region_std", torch.ones(c.channels))
        self.project = nn.Linear(c.channels, c.width)
        self.cell = nn.Parameter(torch.randn(c.cells, c.width) * 0.02)
        self.norm, self.drop = nn.LayerNorm(c.width), nn.Dropout(c.dropout)
        self.attend_v = nn.Linear(c.width, c.attention, bias=False)  # W_va
        self.attend_h = nn.Linear(c.hidden, c.attention, bias=False)  # W_ha
        self.attend = nn.Linear(c.attention, 1, bias=False)  # w_a
        self.embed = nn.Embedding(c.vocabulary, c.width)
        nn.init.normal_(self.embed.weight, std=c.width**-0.5)
        self.lstm1 = nn.LSTMCell(c.hidden + 2 * c.width, c.hidden)
        self.lstm2 = nn.LSTMCell(c.width + c.hidden, c.hidden)
        self.out = nn.Linear(c.hidden, c.width)
        self.bias = nn.Parameter(torch.zeros(c.vocabulary))

    def encode(self, regions: Tensor) -> list[Tensor]:
        """Regions [b, cells, width], their attention projection [b, cells, attention], their mean [b, width]."""
        x = (regions - self.region_mean) / self.region_std
        x = self.norm(self.drop(F.relu(self.project(x))) + self.cell)
        return [x, self.attend_v(x), x.mean(1)]

    def words(self, tokens: Tensor) -> Tensor:
        """Embeddings of tokens, scaled to the size of the regions (they are tied to the small output weights)."""
        return self.embed(tokens) * sqrt(self.config.width)

    def logits(self, h2: Tensor) -> Tensor:
        return self.out(h2) @ self.embed.weight.T + self.bias

    def cells_step(self, memory: list[Tensor], state: list[Tensor], words: Tensor) -> list[Tensor]:
        """One step of both LSTMs; rows = pictures x beams: state [rows, hidden] x 4, words [rows, width]."""
        regions, projected, mean = memory
        h1, c1, h2, c2 = state
        pictures, rows = regions.shape[0], words.shape[0]
        beams = words.reshape(pictures, -1, words.shape[-1]).shape[1]
        mean = mean[:, None].expand(-1, beams, -1).reshape(rows, -1)
        h1, c1 = self.lstm1(torch.cat([h2, mean, words], -1), (h1, c1))  # equation 2
        query = self.attend_h(h1).reshape(pictures, -1, 1, projected.shape[-1])
        scores = self.attend(torch.tanh(projected[:, None] + query)).squeeze(-1)  # [pictures, beams, cells], equation 3
        attended = (scores.softmax(-1) @ regions).reshape(rows, -1)  # equations 4 and 5
        h2, c2 = self.lstm2(torch.cat([attended, self.drop(h1)], -1), (h2, c2))  # equation 6
        return [h1, c1, h2, c2]

    def decode(self, memory: list[Tensor], tokens: Tensor) -> Tensor:
        """All steps (training): memory rows match token rows; tokens [n, t] -> logits [n, t, vocabulary]."""
        return self.logits(self.hidden(memory, tokens))

    def hidden(self, memory: list[Tensor], tokens: Tensor) -> Tensor:
        """`decode` before the output layer: [n, t, hidden]."""
        state, words, outputs = self.initial_state(len(tokens)), self.drop(self.words(tokens)), []
        for t in range(tokens.shape[1]):
            state = self.cells_step(memory, state, words[:, t])
            outputs.append(state[2])
        return self.drop(torch.stack(outputs, 1))

    def initial_state(self, rows: int) -> list[Tensor]:
        """h1, c1, h2, c2, all zero, [rows, hidden]."""
        return [torch.zeros(rows, self.config.hidden, device=self.bias.device) for _ in range(4)]

    def step(self, memory: list[Tensor], state: list[Tensor], tokens: Tensor, parents: Tensor) -> tuple[Tensor, list[Tensor]]:
        """One step: tokens [n] continue the hypotheses `parents` [n]; n = pictures x beams -> logits [n, v], state."""
        state = self.cells_step(memory, [s.index_select(0, parents) for s in state], self.words(tokens))
        return self.logits(state[2]), state
