"""Synthetic scenes with brand marks, made on whatever device the pictures are on: the training data of the logo networks.

A mark is a mask; it is turned, squeezed, seen in perspective, bent by waves as on cloth, painted in one or two colours that
stand out from what lies under them (often with a plate of its own), shaded by the photo's own light, partly covered, and put
on a photo; the whole photo is then blurred, made noisy and re-coloured as cameras do. Printed words and empty plates are put
there too, without a box: they are no marks. Everything random comes from one torch.Generator, so a seed is a scene.

Shapes: pictures [n, 3, h, w] float 0..1; boxes [m, 4] left, top, right, bottom in px.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from logos.mark_drawer import INK, REACH, MarkDrawer

LEAST_PX = 8  # a mark with a shorter side than this is no mark
CROWDED = 0.15  # share of a mark's box that earlier boxes may cover


@dataclass(frozen=True)
class Look:
    """How hard the scenes are; sizes are the mark's longest side over the picture's short side."""

    smallest: float = 0.09
    largest: float = 0.65
    turn: float = 25.0  # degrees, either way
    wild: float = 0.1  # share of marks that are turned anyhow
    squeeze: float = 0.25  # log of the largest change of the aspect
    perspective: float = 0.22
    wave: float = 0.1  # of the mark's half side
    plate: float = 0.4
    covered: float = 0.25
    unlit: float = 0.4  # share of marks that do not take the photo's light
    contrast: float = 0.22  # least difference of luma between a mark and what is under it
    words: float = 0.12  # share of the places that get a word instead of a mark
    empty: float = 0.08  # and an empty plate


@dataclass(frozen=True)
class Scenes:
    """Pictures with marks: which mark (index into the masks), on which picture, in which box."""

    pictures: Tensor
    icons: Tensor  # [m]
    owner: Tensor  # [m]
    boxes: Tensor  # [m, 4]


def luma(colours: Tensor, axis: int = -1) -> Tensor:
    """Rec. 601 luma along the colour axis."""
    r, g, b = colours.unbind(axis)
    return 0.299 * r + 0.587 * g + 0.114 * b


def stand_out(colour: Tensor, under: Tensor, least: float) -> Tensor:
    """`colour` [m, 3], made darker or lighter where its luma is within `least` of `under`'s."""
    close = (luma(colour) - luma(under)).abs() < least
    pushed = torch.where((luma(under) > 0.5)[:, None], colour * 0.25, 1 - (1 - colour) * 0.25)
    return torch.where(close[:, None], pushed, colour)


class SceneMaker:
    """Puts marks on photos. `rand(*shape)` draws 0..1 from the maker's own generator."""

    def __init__(self, drawer: MarkDrawer, look: Look, seed: int, device: str):
        self.drawer, self.look, self.device = drawer, look, device
        self.generator = Generator(device).manual_seed(seed)

    def rand(self, *shape: int) -> Tensor:
        return torch.rand(shape, generator=self.generator, device=self.device)

    def between(self, count: int, low: float, high: float) -> Tensor:
        return low + (high - low) * self.rand(count)

    def pick(self, among: Tensor, count: int) -> Tensor:
        return among[torch.randint(len(among), (count,), generator=self.generator, device=self.device)]

    def place(self, icons: Tensor, h: int, w: int) -> tuple[Tensor, Tensor]:
        """Where each px of the picture lies on its mark: uv [m, h, w, 2], and the mark's half side [m] in px."""
        look, m = self.look, len(icons)
        longest = min(h, w) * torch.exp(self.between(m, 0, 1) * torch.log(torch.tensor(look.largest / look.smallest))) * look.smallest
        half = longest / 2 / REACH
        squeeze = torch.exp(self.between(m, -look.squeeze, look.squeeze) / 2)
        reach = self.drawer.extent[icons] * half[:, None] * torch.stack([squeeze, 1 / squeeze], 1)  # [m, 2] px
        free = torch.tensor([w, h], device=self.device) / 2 - reach
        middle = torch.tensor([w, h], device=self.device) / 2 + (self.rand(m, 2) * 2 - 1) * free.clamp(min=0)
        wild = self.rand(m) < look.wild
        angle = torch.deg2rad(torch.where(wild, self.between(m, -180, 180), self.between(m, -look.turn, look.turn)))
        x = torch.arange(w, device=self.device) + 0.5 - middle[:, 0, None, None]  # [m, 1, w]
        y = (torch.arange(h, device=self.device) + 0.5)[None, :, None] - middle[:, 1, None, None]  # [m, h, 1]
        col = lambda t: t[:, None, None]  # noqa: E731
        amplitude = half * look.wave * self.rand(m) * (self.rand(m) < 0.5)
        length = half * self.between(m, 0.7, 2.5)
        turn = 2 * torch.pi
        x, y = x + col(amplitude) * torch.sin(turn * (y / col(length) + col(self.rand(m)))), y + col(amplitude) * torch.sin(turn * (x / col(length) + col(self.rand(m))))
        c, s = col(torch.cos(angle)), col(torch.sin(angle))
        u = (c * x + s * y) / col(half * squeeze)
        v = (c * y - s * x) / col(half / squeeze)
        tilt = (1 + col(self.between(m, -look.perspective, look.perspective)) * u + col(self.between(m, -look.perspective, look.perspective)) * v).clamp(min=0.3)
        return torch.stack([u / tilt, v / tilt], -1), half

    def plate(self, icons: Tensor, uv: Tensor, half: Tensor) -> Tensor:
        """Opacity [m, h, w] of a rectangle or a disc behind each mark."""
        m = len(icons)
        extent = self.drawer.extent[icons] + self.between(m, 0.1, 0.4)[:, None]
        rectangle = (uv.abs() / extent[:, None, None]).amax(-1)
        disc = uv.norm(dim=-1) / (self.drawer.extent[icons].norm(dim=1) + self.between(m, 0.03, 0.2))[:, None, None]
        far = torch.where((self.rand(m) < 0.3)[:, None, None], disc, rectangle)
        return ((1 - far) * half[:, None, None] + 0.5).clamp(0, 1)

    def paint(self, under: Tensor, uv: Tensor, light: Tensor) -> Tensor:
        """Colours [m, 3, h, w] of a mark on `under` [m, 3]: mostly one colour, some with a second half or a gradient."""
        m = len(under)
        plain = torch.where((luma(under) > 0.5)[:, None], self.rand(m, 1) * 0.2, 1 - self.rand(m, 1) * 0.2).expand(m, 3)
        first = torch.where((self.rand(m) < 0.45)[:, None], plain, self.rand(m, 3))
        first = stand_out(first, under, self.look.contrast)
        second = stand_out(self.rand(m, 3), under, self.look.contrast)
        angle = self.between(m, 0, 2 * torch.pi)[:, None, None]
        along = uv[..., 0] * torch.cos(angle) + uv[..., 1] * torch.sin(angle)
        beyond = (along > self.between(m, -0.3, 0.3)[:, None, None]) & (self.rand(m) < 0.12)[:, None, None]
        colour = torch.where(beyond[:, None], second[:, :, None, None], first[:, :, None, None])
        gradient = 1 + self.between(m, -0.25, 0.25)[:, None, None] * along.clamp(-1, 1)
        lit = torch.where(self.rand(m) < self.look.unlit, torch.zeros(m, device=self.device), self.rand(m))[:, None, None]
        return colour * (gradient * (1 - lit + lit * light))[:, None]

    def cover(self, uv: Tensor) -> Tensor:
        """What stays visible [m, h, w] when a stripe or an edge lies over some of the marks."""
        m = uv.shape[0]
        angle = self.between(m, 0, 2 * torch.pi)[:, None, None]
        along = uv[..., 0] * torch.cos(angle) + uv[..., 1] * torch.sin(angle)
        middle, wide = self.between(m, -0.8, 1.0)[:, None, None], self.between(m, 0.06, 0.2)[:, None, None]
        edge = (self.rand(m) < 0.4)[:, None, None]
        hidden = torch.where(edge, along > middle.abs() * 0.5 + 0.4, (along - middle).abs() < wide)
        return (~(hidden & (self.rand(m) < self.look.covered)[:, None, None])).to(uv.dtype)

    def put(self, pictures: Tensor, icons: Tensor, taken: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """One mark on each picture -> pictures, boxes [n, 4], whether it is a mark in view [n]. `taken` [n, k, 4] are earlier boxes."""
        n, _, h, w = pictures.shape
        uv, half = self.place(icons, h, w)
        ink = self.drawer.sample(icons, uv, half)
        boxes, seen = boxes_of(ink > INK)
        seen &= (covered_share(boxes, taken) <= CROWDED) & ((boxes[:, 2:] - boxes[:, :2]).amin(1) >= LEAST_PX)
        here = seen.to(ink.dtype)[:, None, None]
        area = ink.sum((1, 2)).clamp(min=1)
        under = (pictures * ink[:, None]).sum((2, 3)) / area[:, None]  # [n, 3]
        light = (luma(pictures, 1) / luma(under).clamp(min=0.08)[:, None, None]).clamp(0.4, 1.6)
        empty = self.rand(n) < self.look.empty
        plated = (self.rand(n) < self.look.plate) | empty
        plate = self.plate(icons, uv, half)
        plated &= covered_share(boxes_of(plate > INK)[0], taken) <= CROWDED
        plate = plate * plated.to(ink.dtype)[:, None, None] * here
        plate_colour = torch.where((self.rand(n) < 0.5)[:, None], self.rand(n, 1).round().expand(n, 3) * 0.9 + 0.05, self.rand(n, 3))
        visible = self.cover(uv)
        pictures = torch.lerp(pictures, plate_colour[:, :, None, None] * light[:, None] ** 0.5, (plate * visible)[:, None])
        under = torch.where(plated[:, None], plate_colour, under)
        alpha = ink * visible * here * (~empty).to(ink.dtype)[:, None, None] * self.between(n, 0.8, 1.0)[:, None, None]
        pictures = torch.lerp(pictures, self.paint(under, uv, light), alpha[:, None])
        return pictures.clamp(0, 1), boxes, seen & ~empty

    def camera(self, pictures: Tensor) -> Tensor:
        """Blur, exposure, colour cast, and noise, other ones for each picture."""
        n = pictures.shape[0]
        soft = blur(pictures)
        softer = blur(F.avg_pool2d(soft, 2)) if min(pictures.shape[-2:]) > 8 else soft
        softer = F.interpolate(softer, size=pictures.shape[-2:], mode="bilinear", align_corners=False)
        kind = self.rand(n)[:, None, None, None]
        pictures = torch.where(kind < 0.2, soft, torch.where(kind < 0.3, softer, pictures))
        gain = self.between(n, 0.75, 1.25)[:, None] * (1 + (self.rand(n, 3) - 0.5) * 0.15)
        shift = self.between(n, -0.08, 0.08)
        noise = torch.randn(pictures.shape, generator=self.generator, device=self.device) * (self.rand(n) ** 2 * 0.06)[:, None, None, None]
        return (pictures * gain[:, :, None, None] + shift[:, None, None, None] + noise).clamp(0, 1)

    def scenes(self, photos: Tensor, icons: Tensor, most: int) -> Scenes:
        """Up to `most` marks, drawn from the indices `icons`, on each of `photos`; some places stay free."""
        n = photos.shape[0]
        pictures, words = photos, self.drawer.marks.parts["word"]
        taken = photos.new_full((n, most, 4), -1.0)
        found = []
        for i in range(most):
            word = self.rand(n) < self.look.words
            chosen = torch.where(word, self.pick(words, n), self.pick(icons, n))
            wanted = self.rand(n) < (0.8 if i == 0 else 0.5)
            with_mark, boxes, seen = self.put(pictures, chosen, taken)
            pictures = torch.where(wanted[:, None, None, None], with_mark, pictures)
            taken[:, i] = torch.where(wanted[:, None], boxes, taken[:, i])
            these = torch.where(wanted & seen & ~word)[0]
            found.append((chosen[these], these, boxes[these]))
        icons, owner, boxes = (torch.cat(parts) for parts in zip(*found))
        return Scenes(self.camera(pictures), icons, owner, boxes)


def boxes_of(ink: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes [m, 4] around what is set in masks [m, h, w], and whether anything is."""
    rows, columns = ink.any(2).to(torch.uint8), ink.any(1).to(torch.uint8)
    first = lambda line: line.argmax(1)  # noqa: E731
    last = lambda line: line.shape[1] - line.flip(1).argmax(1)  # noqa: E731
    return torch.stack([first(columns), first(rows), last(columns), last(rows)], 1).float(), ink.any(2).any(1)


def covered_share(boxes: Tensor, taken: Tensor) -> Tensor:
    """The largest share [m] of either box that a mark's box [m, 4] has in common with one of `taken` [m, k, 4]."""
    low = torch.maximum(boxes[:, None, :2], taken[..., :2])
    high = torch.minimum(boxes[:, None, 2:], taken[..., 2:])
    both = (high - low).clamp(min=0).prod(-1)
    area = lambda b: (b[..., 2:] - b[..., :2]).clamp(min=1).prod(-1)  # noqa: E731
    return (both / torch.minimum(area(boxes)[:, None], area(taken))).amax(1)


def blur(pictures: Tensor) -> Tensor:
    """Binomial 3 x 3 blur."""
    kernel = torch.tensor([1.0, 2.0, 1.0], device=pictures.device, dtype=pictures.dtype)
    kernel = (kernel[:, None] * kernel[None, :] / 16).expand(3, 1, 3, 3)
    return F.conv2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), kernel, groups=3)
