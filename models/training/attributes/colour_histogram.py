"""How much of a picture has which colour: soft histograms in CIELAB of the whole without its white and of the middle.

The means of 24 x 24 parts of the picture, in 0..1, are counted in bins whose centres are closer together near grey, where
names of colours change quickly. Written in PyTorch, so that it goes into the graph as it is.
"""

import torch
from torch import Tensor, nn

PARTS = 24  # of a side
LIGHT = [8.0, 23.0, 38.0, 53.0, 68.0, 83.0, 98.0]
GREEN_RED = [-50.0, -25.0, -8.0, 8.0, 25.0, 50.0, 75.0]
BLUE_YELLOW = [-60.0, -35.0, -15.0, -4.0, 6.0, 20.0, 45.0, 70.0]
SPREAD = 9.0  # of a bin
BINS = len(LIGHT) * len(GREEN_RED) * len(BLUE_YELLOW)
WHITE = 8.0  # distance from white up to which a part counts as background
MARGIN = 5  # parts of a side that the middle leaves out
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
D65 = [0.95047, 1.0, 1.08883]


def to_lab(colours: Tensor) -> Tensor:
    """sRGB 0..1 [..., 3] -> CIELAB (D65) [..., 3]"""
    linear = torch.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    xyz = linear @ torch.tensor(TO_XYZ).T / torch.tensor(D65)
    f = torch.where(xyz > 0.008856, xyz.clamp(min=1e-6) ** (1 / 3), 7.787 * xyz + 16 / 116)
    return torch.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


class ColourHistogram(nn.Module):
    """colours 0..1 [n, 576, 3] -> roots of shares [n, 2 x 392]"""

    def __init__(self) -> None:
        super().__init__()
        for name, centres in (("light", LIGHT), ("green_red", GREEN_RED), ("blue_yellow", BLUE_YELLOW)):
            self.register_buffer(name, torch.tensor(centres), persistent=False)
        middle = torch.zeros(PARTS, PARTS)
        middle[MARGIN : PARTS - MARGIN, MARGIN : PARTS - MARGIN] = 1
        self.register_buffer("middle", middle.flatten(), persistent=False)
        self.register_buffer("white", torch.tensor([100.0, 0.0, 0.0]), persistent=False)

    @staticmethod
    def bins(values: Tensor, centres: Tensor) -> Tensor:
        """[n, p] -> [n, p, bins], the shares of a part in the bins of one axis"""
        near = torch.exp(-0.5 * ((values[..., None] - centres) / SPREAD) ** 2)
        return near / (near.sum(-1, keepdim=True) + 1e-9)

    def forward(self, colours: Tensor) -> Tensor:
        lab = to_lab(colours)
        light = self.bins(lab[..., 0], self.light)
        tint = (self.bins(lab[..., 1], self.green_red)[..., :, None] * self.bins(lab[..., 2], self.blue_yellow)[..., None, :]).flatten(2)
        seen = ((lab - self.white).abs().sum(-1) > WHITE).to(colours.dtype)
        parts = []
        for mask in (seen, self.middle.expand_as(seen)):
            counts = (light * mask[..., None]).transpose(1, 2) @ tint  # [n, light, tint]
            parts.append((counts / (mask.sum(1)[:, None, None] + 1)).flatten(1))
        return torch.cat(parts, 1).clamp(min=1e-6).sqrt()
