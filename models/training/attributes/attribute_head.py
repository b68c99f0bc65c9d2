"""The attributes head: grid features [n, 64, channels] -> class probabilities of each head.

Cells are projected, pooled by several learned attentions beside their mean and largest, and read by one linear layer a
head. 0.9 M parameters, about 0.04 GFLOP. The features come whitened and reduced in training (`Projection`), and as the
encoder gives them in the package: `fold` puts the projection into the first layer.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class HeadConfig:
    channels: int
    cells: int = 64
    width: int = 192
    queries: int = 8
    hidden: int = 256
    dropout: float = 0.3


@dataclass(frozen=True)
class Projection:
    """Whitened principal components: (x - mean) @ matrix."""

    mean: np.ndarray  # [channels]
    matrix: np.ndarray  # [channels, kept]

    @staticmethod
    def of(samples: np.ndarray, kept: int) -> "Projection":
        """The `kept` strongest components of samples [n, channels]."""
        mean = samples.mean(0)
        values, vectors = np.linalg.eigh(np.cov(samples - mean, rowvar=False))
        values, vectors = values[::-1][:kept], vectors[:, ::-1][:, :kept]
        return Projection(mean.astype(np.float32), (vectors / np.sqrt(values + 1e-3 * values.mean())).astype(np.float32))

    def __call__(self, features: np.ndarray) -> np.ndarray:
        return (features.astype(np.float32) - self.mean) @ self.matrix


class AttributesHead(nn.Module):
    """[n, cells, channels] -> {head: logits [n, classes]}"""

    def __init__(self, config: HeadConfig, classes: dict[str, int]):
        super().__init__()
        self.config = config
        self.project = nn.Linear(config.channels, config.width)
        self.place = nn.Parameter(torch.zeros(config.cells, config.width))
        self.attend = nn.Linear(config.width, config.queries)
        self.read = nn.Linear((config.queries + 2) * config.width, config.hidden)
        self.drop = nn.Dropout(config.dropout)
        self.names = list(classes)
        self.heads = nn.ModuleList(nn.Linear(config.hidden, count) for count in classes.values())

    def forward(self, features: Tensor) -> dict[str, Tensor]:
        cells = F.gelu(self.project(features) + self.place)  # [n, cells, width]
        weights = self.attend(cells).softmax(1)  # [n, cells, queries]
        pooled = torch.cat([torch.einsum("ncq,ncw->nqw", weights, cells).flatten(1), cells.mean(1), cells.amax(1)], 1)
        hidden = self.drop(F.gelu(self.read(self.drop(pooled))))
        return {name: head(hidden) for name, head in zip(self.names, self.heads)}

    def fold(self, projection: Projection) -> "AttributesHead":
        """The same head for features as the encoder gives them."""
        config = HeadConfig(len(projection.mean), self.config.cells, self.config.width, self.config.queries, self.config.hidden, self.config.dropout)
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
