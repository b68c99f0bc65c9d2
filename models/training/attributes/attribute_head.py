"""The attributes head: grid features [n, 64, channels] -> class probabilities of each head.

Four neighbouring cells are averaged; the 16 that remain are projected, pooled by several learned attentions beside their
mean and largest, and read by one linear layer a head. The encoder says little about colours, so the mean colours of 24 x 24
parts of the picture are read beside it, each by itself, and pooled in the same way. The features come pooled, whitened and reduced in training
(`Projection`), and as the encoder gives them in the package: `fold` puts both into the head.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn


PARTS = 24 * 24  # of the picture, whose mean colours are read
SIDE, POOLED = 8, 4  # cells of a side, as the encoder gives them and as the head reads them


@dataclass(frozen=True)
class HeadConfig:
    channels: int
    pools: bool = False  # whether the features come as the encoder gives them
    width: int = 128
    queries: int = 6
    colours: int = 32  # what is read of each part's colour
    hidden: int = 256
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
    """Whitened principal components of pooled cells: (x - mean) @ matrix."""

    mean: np.ndarray  # [channels]
    matrix: np.ndarray  # [channels, kept]

    @staticmethod
    def of(samples: np.ndarray, kept: int) -> "Projection":
        """The `kept` strongest components of samples [n, channels]."""
        mean = samples.mean(0)
        values, vectors = np.linalg.eigh(np.cov(samples - mean, rowvar=False))
        values, vectors = values[::-1][:kept], vectors[:, ::-1][:, :kept]
        return Projection(mean.astype(np.float32), (vectors / np.sqrt(values + 1e-3 * values.mean())).astype(np.float32))

    def __call__(self, pooled: np.ndarray) -> np.ndarray:
        return (pooled - self.mean) @ self.matrix


class AttributesHead(nn.Module):
    """[n, 16, channels], or [n, 64, channels] where it pools, and colours 0..1 [n, 576, 3] -> {head: logits [n, classes]}"""

    def __init__(self, config: HeadConfig, classes: dict[str, int]):
        super().__init__()
        self.config = config
        self.register_buffer("pool", torch.from_numpy(pooling()), persistent=False)
        self.project = nn.Linear(config.channels, config.width)
        self.place = nn.Parameter(torch.zeros(POOLED * POOLED, config.width))
        self.attend = nn.Linear(config.width, config.queries)
        self.tint = nn.Sequential(nn.Linear(3, config.colours), nn.ReLU(), nn.Linear(config.colours, config.colours), nn.ReLU())
        self.look = nn.Linear(config.colours, config.queries)
        self.where = nn.Parameter(torch.zeros(PARTS, config.queries))
        self.read = nn.Linear((config.queries + 2) * config.width + (config.queries + 1) * config.colours, config.hidden)
        self.drop = nn.Dropout(config.dropout)
        self.names = list(classes)
        self.heads = nn.ModuleList(nn.Linear(config.hidden, count) for count in classes.values())

    def forward(self, features: Tensor, colours: Tensor) -> dict[str, Tensor]:
        if self.config.pools:
            features = self.pool @ features
        cells = F.gelu(self.project(features) + self.place)  # [n, cells, width]
        weights = self.attend(cells).softmax(1)  # [n, cells, queries]
        pooled = torch.cat([(weights.transpose(1, 2) @ cells).flatten(1), cells.mean(1), cells.amax(1), self.colours_of(colours)], 1)
        hidden = self.drop(F.gelu(self.read(self.drop(pooled))))
        return {name: head(hidden) for name, head in zip(self.names, self.heads)}

    def colours_of(self, colours: Tensor) -> Tensor:
        """[n, 576, 3] -> [n, (queries + 1) x colours]"""
        tints = self.tint(colours * 2 - 1)
        weights = (self.look(tints) + self.where).softmax(1)
        return torch.cat([(weights.transpose(1, 2) @ tints).flatten(1), tints.mean(1)], 1)

    def fold(self, projection: Projection) -> "AttributesHead":
        """The same head for features as the encoder gives them."""
        config = replace(self.config, channels=len(projection.mean), pools=True)
        folded = AttributesHead(config, {name: head.out_features for name, head in zip(self.names, self.heads)})
        state = self.state_dict()
        matrix, mean = torch.from_numpy(projection.matrix), torch.from_numpy(projection.mean)
        weight = state["project.weight"] @ matrix.T  # [width, channels]
        folded.load_state_dict(state | {"project.weight": weight, "project.bias": state["project.bias"] - weight @ mean})
        return folded.eval()


def allowed_loss(logits: Tensor, allowed: Tensor, weight: Tensor) -> Tensor:
    """-log of the probability of all allowed classes together, mean over the photos that have a label."""
    known = allowed.any(1)
    if not known.any():
        return logits.sum() * 0
    logits, allowed, weight = logits[known], allowed[known], weight[known]
    loss = torch.logsumexp(logits, 1) - torch.logsumexp(logits.masked_fill(~allowed, -torch.inf), 1)
    return (loss * weight).sum() / weight.sum()
