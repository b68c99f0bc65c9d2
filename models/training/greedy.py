"""Small pieces for a captioner that trains on a device: greedy captions of many photos at once, and checkpoints a quarter of the size."""

import torch
from torch import Tensor, nn

from quantise import MIN_VALUES, round_to_int8
from text import PAD, SPECIALS, UNK


@torch.no_grad()
def greedy_captions(model: nn.Module, regions: Tensor, start: int, max_tokens: int) -> Tensor:
    """The likeliest word at each step, without any rule: tokens [n, max_tokens + 1]."""
    rows = torch.arange(len(regions), device=regions.device)
    memory, state, tokens, said = model.encode(regions), model.initial_state(len(regions)), torch.full_like(rows, start), []
    banned = [PAD, *range(UNK, len(SPECIALS))]
    for _ in range(max_tokens + 1):
        logits, state = model.step(memory, state, tokens, rows)
        logits[:, banned] = float("-inf")
        tokens = logits.argmax(1)
        said.append(tokens)
    return torch.stack(said, 1)


def pack_weights(weights: dict[str, Tensor]) -> dict[str, Tensor | tuple[Tensor, Tensor]]:
    """Matrices and kernels as int8 with a scale per row, as a package stores them (quantise.py); the rest as it is."""
    packed: dict = {}
    for name, value in weights.items():
        big = value.dim() >= 2 and value.numel() >= MIN_VALUES
        packed[name] = tuple(map(torch.from_numpy, round_to_int8(value.cpu().numpy(), 0))) if big else value.cpu()
    return packed


def unpack_weights(packed: dict) -> dict[str, Tensor]:
    """What `pack_weights` made, as float32."""
    return {name: value if isinstance(value, Tensor) else value[0].float() * value[1].view(-1, *[1] * (value[0].dim() - 1)) for name, value in packed.items()}
