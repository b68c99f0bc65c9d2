"""Beam search as the papers' authors evaluate: the largest sum of log p, no length penalty, no rule about words.

They differ in what becomes of a finished hypothesis: with `hold` it stays in the beam and competes on, with `release` it
leaves its place to the unfinished ones, with `shrink` it leaves and takes its place along. At the limit of tokens
unfinished hypotheses count too. ../beam.py has rules of its own.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from published.layouts import Finished, Marks

NEVER = float("-inf")


@dataclass(frozen=True)
class Caption:
    """Token ids without start and end, and the sum of log p (natural), the end's included."""

    tokens: tuple[int, ...]
    log_prob: float


@torch.no_grad()
def beam_search(model: nn.Module, regions: Tensor, marks: Marks, beam: int, max_tokens: int, finished: Finished) -> list[Caption]:
    """The best caption of each picture; regions [b, n, channels], model in eval mode. Ties go to the earlier beam, then to the smaller id."""
    memory, pictures = model.encode(regions), len(regions)
    state, tokens = model.initial_state(pictures), torch.full((pictures,), marks.start)
    parents, width = torch.arange(pictures), 1
    scores = torch.zeros(pictures, 1)
    said = torch.empty(pictures, 1, 0, dtype=torch.long)
    ended = torch.zeros(pictures, 1, dtype=torch.bool)
    done: list[list[Caption]] = [[] for _ in range(pictures)]
    for _ in range(max_tokens):
        logits, state = model.step(memory, state, tokens, parents)
        log_probs = logits.log_softmax(-1).unflatten(0, (pictures, width))
        candidates = (scores[..., None] + log_probs).masked_fill(ended[..., None], NEVER)
        if finished == "hold":  # a finished hypothesis goes on as itself, by one candidate
            candidates[..., marks.end] = torch.where(ended, scores, candidates[..., marks.end])
        vocabulary, kept = logits.shape[-1], min(beam, width * logits.shape[-1])
        scores, picked = candidates.flatten(1).sort(dim=1, descending=True, stable=True)
        scores, picked = scores[:, :kept], picked[:, :kept]
        if finished == "shrink":
            left = torch.tensor([[beam - len(captions)] for captions in done])
            scores = scores.masked_fill(torch.arange(kept) >= left, NEVER)
        origin, word = picked // vocabulary, picked % vocabulary
        said = torch.cat([said.gather(1, origin[..., None].expand(-1, -1, said.shape[-1])), word[..., None]], -1)
        ended = (word == marks.end) | (scores == NEVER)
        if finished != "hold":
            for p, b in (ended & (scores > NEVER)).nonzero().tolist():
                done[p].append(Caption(tuple(said[p, b, :-1].tolist()), scores[p, b].item()))
        tokens, parents = word.flatten(), (origin + width * torch.arange(pictures)[:, None]).flatten()
        width = kept
        if ended.all():
            break
    for p, captions in enumerate(done):
        for b in range(width):
            if scores[p, b] > NEVER and (finished == "hold" or not ended[p, b]):
                line = said[p, b].tolist()
                captions.append(Caption(tuple(line[: line.index(marks.end)] if marks.end in line else line), scores[p, b].item()))
    return [max(captions, key=lambda c: c.log_prob) for captions in done]
