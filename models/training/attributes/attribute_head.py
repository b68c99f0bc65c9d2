"""The attributes head: grid features [n, 64, channels] and mean colours [n, 576, 3] -> logits of each head.

Four neighbouring cells are averaged; the 16 that remain are projected, pooled by several learned attentions beside their
mean and largest. The encoder says little about colours, so a histogram of them is read beside it. One linear layer a head
reads both. In training everything before the first learned layers is computed once: cells come pooled, whitened and reduced,
histograms scaled. `fold` puts that into the head, which then takes what the runtime has.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from colour_histogram import BINS, ColourHistogram

SIDE, POOLED = 8, 4  # cells of a side, as the encoder gives them and as the head reads them


@dataclass(frozen=True)
class HeadConfig:
    channels: int
    raw: bool = False  # whether it takes features and colours as the runtime has them
    width: int = 128
    queries: int = 6
    hidden: int = 256
    tint: int = 96
    dropout: float = 0.3


def pooling() -> np.ndarray:
    """[16, 64]: the mean of 2 x 2 neighbouring cells."""
    step = SIDE // POOLED
    matrix = np.zeros((POOLED * POOLED, SIDE * SIDE), np.float32)
    for row in range(SIDE):
        for column in range(SIDE):
            matrix[row // step * POOLED + column // step, row * SIDE + column] = 1 / step**2
    return matrix


@dataclass(frozen=True)
class Projection:
    """(x - mean) @ matrix"""

    mean: np.ndarray  # [channels]
    matrix: np.ndarray  # [channels, kept]

    @staticmethod
    def whitening(samples: np.ndarray, kept: int) -> "Projection":
        """The `kept` strongest principal components of samples [n, channels], each with a variance of 1."""
        mean = samples.mean(0)
        values, vectors = np.linalg.eigh(np.cov(samples - mean, rowvar=False))
        values, vectors = values[::-1][:kept], vectors[:, ::-1][:, :kept]
        return Projection(mean.astype(np.float32), (vectors / np.sqrt(values + 1e-3 * values.mean())).astype(np.float32))

    @staticmethod
    def scaling(samples: np.ndarray, least: float) -> "Projection":
        """Each channel for itself with a variance of about 1; channels that hardly vary are not blown up."""
        return Projection(samples.mean(0).astype(np.float32), np.diag(1 / (samples.std(0) + least)).astype(np.float32))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return (x - self.mean) @ self.matrix

    def into(self, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """Weight and bias of the layer that does the projection, too."""
        folded = weight @ torch.from_numpy(self.matrix).T
        return folded, bias - folded @ torch.from_numpy(self.mean)


class AttributesHead(nn.Module):
    """cells [n, 16, channels] and histograms [n, 784], or where `raw` features [n, 64, channels] and colours [n, 576, 3]"""

    def __init__(self, config: HeadConfig, classes: dict[str, int]):
        super().__init__()
        self.config, self.names = config, list(classes)
        self.register_buffer("pool", torch.from_numpy(pooling()), persistent=False)
        self.histogram = ColourHistogram()
        self.project = nn.Linear(config.channels, config.width)
        self.place = nn.Parameter(torch.zeros(POOLED * POOLED, config.width))
        self.attend = nn.Linear(config.width, config.queries)
        self.tint = nn.Linear(2 * BINS, config.tint)
        self.read = nn.Linear((config.queries + 2) * config.width, config.hidden)
        self.drop = nn.Dropout(config.dropout)
        self.heads = nn.ModuleList(nn.Linear(config.hidden + config.tint, count) for count in classes.values())

    def forward(self, features: Tensor, colours: Tensor) -> dict[str, Tensor]:
        return self.answer(*self.prepare(features, colours))

    def prepare(self, features: Tensor, colours: Tensor) -> tuple[Tensor, Tensor]:
        """Cells and histograms; nothing in it is learned."""
        return (self.pool @ features, self.histogram(colours)) if self.config.raw else (features, colours)

    def answer(self, cells: Tensor, histograms: Tensor) -> dict[str, Tensor]:
        cells = F.gelu(self.project(cells) + self.place)  # [n, cells, width]
        weights = self.attend(cells).softmax(1)  # [n, cells, queries]
        pooled = torch.cat([(weights.transpose(1, 2) @ cells).flatten(1), cells.mean(1), cells.amax(1)], 1)
        hidden = torch.cat([F.gelu(self.read(self.drop(pooled))), F.relu(self.tint(histograms))], 1)
        hidden = self.drop(hidden)
        return {name: head(hidden) for name, head in zip(self.names, self.heads)}

    def fold(self, cells: Projection, colours: Projection) -> "AttributesHead":
        """The same head for what the runtime has."""
        config = replace(self.config, channels=len(cells.mean), raw=True)
        folded = AttributesHead(config, {name: head.out_features for name, head in zip(self.names, self.heads)})
        state = self.state_dict()
        for layer, projection in (("project", cells), ("tint", colours)):
            state[f"{layer}.weight"], state[f"{layer}.bias"] = projection.into(state[f"{layer}.weight"], state[f"{layer}.bias"])
        folded.load_state_dict(state)
        return folded.eval()


class Heads(nn.Module):
    """Several heads that differ in nothing but the seed of their training: the mean of their logits."""

    def __init__(self, heads: list[AttributesHead]):
        super().__init__()
        self.each = nn.ModuleList(heads)

    def forward(self, features: Tensor, colours: Tensor) -> dict[str, Tensor]:
        prepared = self.each[0].prepare(features, colours)
        answers = [head.answer(*prepared) for head in self.each]
        return {name: torch.stack([answer[name] for answer in answers]).mean(0) for name in answers[0]}


def allowed_loss(logits: Tensor, allowed: Tensor, weight: Tensor) -> Tensor:
    """-log of the probability of all allowed classes together, mean over the photos that have a label."""
    known = allowed.any(1)
    if not known.any():
        return logits.sum() * 0
    logits, allowed, weight = logits[known], allowed[known], weight[known]
    loss = torch.logsumexp(logits, 1) - torch.logsumexp(logits.masked_fill(~allowed, -torch.inf), 1)
    return (loss * weight).sum() / weight.sum()
