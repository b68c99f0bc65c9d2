"""The Up-Down captioner (Anderson et al., CVPR 2018) in the two forms that PyTorch checkpoints are published in.

Form `embedded`: regions, their mean and words each pass a layer and a ReLU; attention by tanh. Form `raw`: the LSTMs and
the attention read the regions themselves; attention by ReLU. Both differ from ../updown.py, which has positions,
LayerNorm, a projected output tied to the words and no biases in the attention.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class PublishedUpDownConfig:
    """Sizes: `words` of embeddings, `hidden` of both LSTMs; `norms` batch norms in the embedding of regions (0 to 2)."""

    vocabulary: int
    channels: int
    words: int
    hidden: int
    attention: int
    embedded: bool
    norms: int = 0


class PublishedUpDown(nn.Module):
    """Regions [b, n, channels] -> memory; memory and tokens -> next-token logits. The interface is that of ../updown.py."""

    def __init__(self, config: PublishedUpDownConfig):
        super().__init__()
        c = self.config = config
        width = c.hidden if c.embedded else c.channels  # of a region as attention gives it
        if c.embedded:
            self.project, self.project_mean = nn.Linear(c.channels, width), nn.Linear(c.channels, width)
        self.norm_in = nn.BatchNorm1d(c.channels) if c.norms > 0 else nn.Identity()
        self.norm_out = nn.BatchNorm1d(width) if c.norms > 1 else nn.Identity()
        self.embed = nn.Embedding(c.vocabulary, c.words)
        self.attend_v, self.attend_h = nn.Linear(width, c.attention), nn.Linear(c.hidden, c.attention)
        self.attend = nn.Linear(c.attention, 1)
        self.lstm1 = nn.LSTMCell(c.hidden + width + c.words, c.hidden)
        self.lstm2 = nn.LSTMCell(width + c.hidden, c.hidden)
        self.out = nn.Linear(c.hidden, c.vocabulary)

    def encode(self, regions: Tensor) -> list[Tensor]:
        """Regions [b, n, width], their attention projection [b, n, attention], their mean [b, width], absence [b, n].

        Form `embedded`: rows of zeros are absent regions, neither in the mean nor attended to. Form `raw` knows none.
        """
        present = (regions != 0).any(-1) | (not self.config.embedded)
        mean = regions.sum(1) / present.sum(1, keepdim=True).clamp(min=1)
        if self.config.embedded:
            flat = F.relu(self.project(self.norm_in(regions.flatten(0, 1))))
            regions = self.norm_out(flat).unflatten(0, regions.shape[:2])
            mean = F.relu(self.project_mean(mean))
        return [regions, self.attend_v(regions), mean, ~present]

    def recur(self, memory: list[Tensor], state: list[Tensor], tokens: Tensor) -> list[Tensor]:
        """One step of both LSTMs; rows = pictures x beams: state [rows, hidden] x 4, tokens [rows]."""
        regions, projected, mean, absent = memory
        h1, c1, h2, c2 = state
        words, squash = self.embed(tokens), torch.relu
        if self.config.embedded:
            words, squash = F.relu(words), torch.tanh
        rows, beams = len(tokens), len(tokens) // len(regions)
        h1, c1 = self.lstm1(torch.cat([h2, mean.repeat_interleave(beams, 0), words], -1), (h1, c1))
        query = self.attend_h(h1).reshape(len(regions), beams, 1, -1)
        scores = self.attend(squash(projected[:, None] + query)).squeeze(-1)  # [pictures, beams, n]
        weights = scores.masked_fill(absent[:, None], float("-inf")).softmax(-1)
        h2, c2 = self.lstm2(torch.cat([(weights @ regions).reshape(rows, -1), h1], -1), (h2, c2))
        return [h1, c1, h2, c2]

    def decode(self, memory: list[Tensor], tokens: Tensor) -> Tensor:
        """All steps: memory rows match token rows; tokens [n, t] -> logits [n, t, vocabulary]."""
        state, outputs = self.initial_state(len(tokens)), []
        for t in range(tokens.shape[1]):
            state = self.recur(memory, state, tokens[:, t])
            outputs.append(state[2])
        return self.out(torch.stack(outputs, 1))

    def initial_state(self, rows: int) -> list[Tensor]:
        """h1, c1, h2, c2, all zero, [rows, hidden]."""
        return [self.out.weight.new_zeros(rows, self.config.hidden) for _ in range(4)]

    def step(self, memory: list[Tensor], state: list[Tensor], tokens: Tensor, parents: Tensor) -> tuple[Tensor, list[Tensor]]:
        """One step: tokens [n] continue the hypotheses `parents` [n]; n = pictures x beams -> logits [n, v], state."""
        state = self.recur(memory, [s.index_select(0, parents) for s in state], tokens)
        return self.out(state[2]), state
