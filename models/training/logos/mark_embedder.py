"""Crops of marks -> points on a sphere, where crops of one mark lie close together and close to its plain drawing.

A small residual network on 64 x 64 px. It is trained on all icons at once (train_embedder.py), so a brand that it has never
seen needs nothing but its drawing: the mean point of a few renderings of it is the brand's prototype.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SIDE = 64  # px of a crop
POINT = 128  # numbers of an embedding
MARGIN = 0.08  # of a box's longest side, added on each side of it
SLIMMEST = 0.5  # a crop's short side is at least this share of its long side
# ink and ground of the renderings of which a prototype is the mean
VIEWS = (((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)), ((1.0, 1.0, 1.0), (0.0, 0.0, 0.0)), ((0.85, 0.15, 0.15), (0.95, 0.95, 0.95)), ((0.95, 0.95, 0.95), (0.15, 0.3, 0.6)))


def conv_bn(cin: int, cout: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(cin, cout, 3, stride, 1, bias=False), nn.BatchNorm2d(cout))


class Block(nn.Module):
    """Two 3 x 3 convolutions beside a skip (He et al. 2016)."""

    def __init__(self, channels: int):
        super().__init__()
        self.a, self.b = conv_bn(channels, channels), conv_bn(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.b(F.relu(self.a(x))))


class MarkEmbedder(nn.Module):
    """RGB crops in 0..1, [n, 3, 64, 64] -> unit vectors [n, 128]."""

    def __init__(self):
        super().__init__()
        layers: list[nn.Module] = [conv_bn(3, 32, 2), nn.ReLU()]
        for cin, cout, blocks in ((32, 64, 1), (64, 128, 2), (128, 224, 2)):
            layers += [conv_bn(cin, cout, 2), nn.ReLU(), *(Block(cout) for _ in range(blocks))]
        self.body = nn.Sequential(*layers)  # [n, 224, 4, 4]
        self.point = nn.Linear(224 * 16, POINT)
        # of the training loss: sharpness, and the closeness at which a crop is as likely no mark of the list
        self.scale = nn.Parameter(torch.tensor(3.0))
        self.nothing = nn.Parameter(torch.tensor(0.3))

    def forward(self, crops: Tensor) -> Tensor:
        x = self.body((crops - 0.5) * 4)
        return F.normalize(self.point(x.flatten(1)).float(), dim=1)


class EmbedderGraph(nn.Module):
    """What is exported: RGB [n, 3, 64, 64] as 0..255 -> unit vectors [n, 128]."""

    def __init__(self, embedder: MarkEmbedder):
        super().__init__()
        self.embedder = embedder

    def forward(self, crops: Tensor) -> Tensor:
        return self.embedder(crops / 255.0)


def load_mark_embedder(path: Path) -> MarkEmbedder:
    """The embedder of a checkpoint, ready to run."""
    embedder = MarkEmbedder()
    embedder.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in torch.load(path, map_location="cpu", weights_only=True)["embedder"].items()})
    return embedder.eval()


def crop_windows(boxes: Tensor) -> Tensor:
    """Windows [m, 4] around boxes [m, 4] in px: a margin all round, and a short side of at least half the long one."""
    middle, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    longest = size.amax(1, keepdim=True)
    half = torch.maximum(size / 2 + MARGIN * longest, longest * SLIMMEST * (0.5 + MARGIN))
    return torch.cat([middle - half, middle + half], 1)


def crop(pictures: Tensor, owner: Tensor, windows: Tensor, taps: int = 2) -> Tensor:
    """[m, 3, 64, 64]: windows [m, 4] in px out of pictures [n, 3, h, w]; each px is the mean of taps x taps samples, beyond the edge the edge goes on."""
    h, w = pictures.shape[-2:]
    size = torch.tensor([w, h], device=pictures.device)
    low, high = windows[:, :2] / size * 2 - 1, windows[:, 2:] / size * 2 - 1
    theta = pictures.new_zeros(len(windows), 2, 3)
    theta[:, [0, 1], [0, 1]] = (high - low) / 2
    theta[:, :, 2] = (high + low) / 2
    grid = F.affine_grid(theta, [len(windows), 3, SIDE * taps, SIDE * taps], align_corners=False)
    return F.avg_pool2d(F.grid_sample(pictures[owner], grid, padding_mode="border", align_corners=False), taps)


def drawn_windows(extent: Tensor) -> Tensor:
    """The crop windows [m, 4] of plain masks of 128 px whose ink reaches `extent` [m, 2] from the middle."""
    return crop_windows(torch.cat([1 - extent, 1 + extent], 1) * 64)


def draw_view(masks: Tensor, extent: Tensor, ink: Tensor, ground: Tensor) -> Tensor:
    """Renderings [m, 3, 64, 64] of masks [m, 1, 128, 128] in colours `ink` on `ground`, both [m, 3]."""
    pictures = torch.lerp(ground[:, :, None, None], ink[:, :, None, None], masks.float())
    return crop(pictures, torch.arange(len(masks), device=masks.device), drawn_windows(extent))


def prototypes(embedder: MarkEmbedder, masks: Tensor, extent: Tensor) -> Tensor:
    """Unit vectors [m, 128]: the mean point of the views of each mask."""
    with torch.no_grad():
        points = [embedder(draw_view(masks, extent, *(torch.tensor(c, device=masks.device).expand(len(masks), 3) for c in view))) for view in VIEWS]
    return F.normalize(torch.stack(points).mean(0), dim=1)
