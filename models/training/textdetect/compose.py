"""Training pictures for the text detector, made on the device: photos, with lines of writing laid over them, and what the detector shall say.

A line's kernel is its ink box less a quarter of its height on all sides, which is what the published network answers (measured:
0.45 to 0.5 of the ink's height); signs that are no writing have none.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from textdetect.layout import PANELS, SLOTS
from textdetect.lines import HEIGHT, INK, MARGIN, WIDTH

INSET = 0.25  # of the ink's height
FINE = 2  # writing is drawn at so many times the picture's resolution


@dataclass
class Bank:
    """What pictures are made of, on the device. `lines` are masks of writing for the first `written`, then signs that are none."""

    photos: Tensor  # uint8 [n, 3, s, s]
    masks: Tensor  # uint8 [m, HEIGHT, WIDTH]
    widths: Tensor  # float32 [m], px of ink
    written: int
    lines: Tensor  # int64 [k, SLOTS], -1: none
    maps: Tensor  # float32 [k, SLOTS, 3, 3]
    style: Tensor  # int64 [k, SLOTS]
    panels: Tensor  # float32 [k, PANELS, 3, 3]
    plated: Tensor  # bool [k, PANELS]


def uniform(shape: tuple[int, ...], low: float, high: float, device: torch.device) -> Tensor:
    return torch.rand(shape, device=device) * (high - low) + low


def some_photos(bank: Bank, count: int, side: int) -> Tensor:
    """Random cuts of photos, mirrored outwards where they are too small, with changed light: [count, 3, side, side] 0..255."""
    device, size = bank.photos.device, bank.photos.shape[-1]
    photos = bank.photos[torch.randint(len(bank.photos), (count,), device=device)].float()
    scale = torch.exp(uniform((count, 1), -0.5, 0.8, device)) * torch.exp(uniform((count, 2), -0.15, 0.15, device))  # px of the picture by px of the photo
    matrix = torch.zeros(count, 2, 3, device=device)
    extent = side / (size * scale)
    matrix[:, 0, 0], matrix[:, 1, 1] = extent[:, 0], extent[:, 1]
    matrix[:, :, 2] = uniform((count, 2), -1, 1, device) * (1 - extent).abs()
    grid = F.affine_grid(matrix, [count, 3, side, side], align_corners=False)
    cut = F.grid_sample(photos, grid, padding_mode="reflection", align_corners=False)
    gain, shift = uniform((count, 3, 1, 1), 0.75, 1.25, device), uniform((count, 1, 1, 1), -30, 30, device)
    return (cut * gain + shift).clamp(0, 255)


def pixel_centres(side: int, fine: int, device: torch.device) -> Tensor:
    """Homogeneous coordinates [3, (side fine)^2] of the fine pixels in px of the picture."""
    line = (torch.arange(side * fine, device=device) + 0.5) / fine
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([x.flatten(), y.flatten(), torch.ones_like(x).flatten()])


def mapped(matrices: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
    """Coordinates [n, p] each of points under homographies [n, 3, 3]; behind the horizon: far away."""
    u, v, w = (matrices @ points).unbind(1)
    front = w > 1e-6
    return torch.where(front, u / w.clamp_min(1e-6), -1e6), torch.where(front, v / w.clamp_min(1e-6), -1e6)


def coarse(fine: Tensor, side: int) -> Tensor:
    """Values of fine pixels [n, p] -> [n, 1, side, side]."""
    return F.avg_pool2d(fine.view(len(fine), 1, side * FINE, side * FINE), FINE)


def ink_and_kernel(bank: Bank, line: Tensor, matrices: Tensor, points: Tensor, side: int) -> tuple[Tensor, Tensor, Tensor]:
    """Of one line in each picture: ink, kernel and box (with a rim), each [n, 1, side, side] 0..1."""
    there = (line >= 0).view(-1, 1, 1, 1)
    u, v = mapped(matrices, points)
    grid = torch.stack([u * (2 / WIDTH) - 1, v * (2 / HEIGHT) - 1], -1).view(len(line), 1, -1, 2)
    ink = F.grid_sample(bank.masks[line.clamp_min(0)][:, None].float() / 255, grid, align_corners=False).flatten(1)
    width = bank.widths[line.clamp_min(0)][:, None]
    across = torch.minimum(u - MARGIN, MARGIN + width - u)
    along = torch.minimum(v - MARGIN, MARGIN + INK - v)
    depth = torch.minimum(across, along)
    writing = (line < bank.written).view(-1, 1, 1, 1)
    return coarse(ink, side) * there, coarse((depth > INSET * INK).float(), side) * (there & writing), coarse((depth > -INK * 0.25).float(), side) * there


def some_colours(count: int, device: torch.device) -> Tensor:
    """Grey, black and white more often than chance: [count, SLOTS, 3] 0..255."""
    colours = uniform((count, SLOTS, 3), 0, 255, device)
    grey = uniform((count, SLOTS, 1), 0, 1, device)
    plain = torch.where(grey < 0.5, grey * 120, 255 - (1 - grey) * 120).expand_as(colours)
    return torch.where(torch.rand(count, SLOTS, 1, device=device) < 0.5, plain, colours)


def readable(ink_colour: Tensor, ground: Tensor) -> Tensor:
    """Ink that hardly differs from the ground becomes its opposite, lightly."""
    weights = torch.tensor([0.299, 0.587, 0.114], device=ink_colour.device)
    near = ((ink_colour - ground) @ weights).abs() < 50
    opposite = torch.where((ground @ weights > 127)[:, None], ground * 0.3, 255 - (255 - ground) * 0.3)
    return torch.where(near[:, None], opposite, ink_colour)


def blurred(x: Tensor, sigma: float) -> Tensor:
    taps = torch.exp(-torch.arange(-3, 4, device=x.device).float() ** 2 / (2 * sigma * sigma))
    taps = (taps / taps.sum()).view(1, 1, 1, 7).expand(x.shape[1], 1, 1, 7)
    x = F.conv2d(F.pad(x, (3, 3, 0, 0), mode="replicate"), taps, groups=x.shape[1])
    return F.conv2d(F.pad(x, (0, 0, 3, 3), mode="replicate"), taps.transpose(2, 3), groups=x.shape[1])


def worn(x: Tensor) -> Tensor:
    """Some pictures blurred, some coarse (as from a small file), some noisy."""
    count, device = len(x), x.device
    pick = torch.rand(count, 1, 1, 1, device=device)
    x = torch.where(pick < 0.25, blurred(x, float(uniform((1,), 0.4, 1.4, device))), x)
    small = F.interpolate(x, scale_factor=float(uniform((1,), 0.5, 0.9, device)), mode="area")
    x = torch.where((pick > 0.3) & (pick < 0.5), F.interpolate(small, size=x.shape[-2:], mode="bilinear"), x)
    noise = uniform((count, 1, 1, 1), 0, 1, device) ** 3 * 25
    return (x + torch.randn_like(x) * noise).clamp(0, 255)


def write_on(bank: Bank, photos: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Photos [n, 3, s, s] -> pictures with writing, kernels [n, 1, s, s], and where anything was laid over the photo [n, 1, s, s] (0..1)."""
    count, side, device = len(photos), photos.shape[-1], photos.device
    which = torch.randint(len(bank.lines), (count,), device=device)
    points = pixel_centres(side, FINE, device)
    pictures, kernel, touched, soft = photos, *(torch.zeros_like(photos[:, :1]) for _ in range(3))
    grounds = photos.mean((2, 3))[:, None].expand(count, PANELS, 3).clone()
    for panel in range(PANELS):
        u, v = mapped(bank.panels[which, panel], points)
        inside = coarse(((u > 0) & (u < 1) & (v > 0) & (v < 1)).float(), side)
        alpha = inside * bank.plated[which, panel].view(-1, 1, 1, 1) * uniform((count, 1, 1, 1), 0.6, 1, device)
        colour = some_colours(count, device)[:, 0]
        light = 1 + 0.2 * (inside * (u.view(count, 1, side * FINE, -1)[:, :, ::FINE, ::FINE].clamp(0, 1) - 0.5)) * uniform((count, 1, 1, 1), -1, 1, device)
        grounds[:, panel] = torch.where(bank.plated[which, panel][:, None], colour, (photos * inside).sum((2, 3)) / inside.sum((2, 3)).clamp_min(1))
        pictures = pictures * (1 - alpha) + (colour[:, :, None, None] * light) * alpha
        touched = torch.maximum(touched, alpha)
    colours = some_colours(count, device)
    for slot in range(SLOTS):
        ink, core, box = ink_and_kernel(bank, bank.lines[which, slot], bank.maps[which, slot], points, side)
        style = bank.style[which, slot]
        rows = torch.arange(count, device=device)
        colour = readable(colours[rows, style], grounds[rows, style])[:, :, None, None]
        alpha = ink * uniform((count, 1, 1, 1), 0.75, 1, device)
        pictures = pictures * (1 - alpha) + colour * alpha
        kernel, touched, soft = torch.maximum(kernel, core), torch.maximum(touched, box), torch.maximum(soft, box)
    # Writing in a photo is as soft as the photo: some of it is blurred with what is around it.
    melted = torch.where(torch.rand(count, 1, 1, 1, device=device) < 0.4, blurred(pictures, float(uniform((1,), 0.4, 1.2, device))), pictures)
    return pictures * (1 - soft) + melted * soft, kernel, touched
