"""Batched beam search over a model's explicit decoder step: the same rules as the TypeScript runtime.

A hypothesis' score is sum(log p) / length ** penalty; its length counts the <end>. Finished hypotheses stay candidates.
A word may not follow itself, a content word may not come twice, nor a bigram; a caption may not end after a word that
leaves it unfinished. Ties go to the smaller token id, then to the earlier parent. All beams of all pictures go through
one decoder call per step; `step` is a model's step or an ONNX session.
"""

from dataclasses import dataclass
from math import inf
from typing import Callable

import numpy as np
import torch
from torch import Tensor

from text import END, PAD, SPECIALS, UNK

TOP_K = 32  # candidates per hypothesis that leave the graph


@dataclass(frozen=True)
class Search:
    """Rules of the search; token lists are ids. `max_tokens` counts the <end>, `min_tokens` words only."""

    beam: int = 3
    max_tokens: int = 22
    min_tokens: int = 4
    penalty: float = 0.7
    function_words: frozenset[int] = frozenset()
    no_end_after: frozenset[int] = frozenset()
    unknown_allowed: bool = False


@dataclass(frozen=True)
class Hypothesis:
    """Tokens (without the start; the last is <end> when finished) with their log probabilities."""

    tokens: tuple[int, ...] = ()
    log_probs: tuple[float, ...] = ()

    @property
    def finished(self) -> bool:
        return bool(self.tokens) and self.tokens[-1] == END

    @property
    def words(self) -> list[int]:
        return [t for t in self.tokens if t != END]

    def score(self, penalty: float) -> float:
        return sum(self.log_probs) / len(self.tokens) ** penalty if self.tokens else -inf


def allowed(tokens: tuple[int, ...], token: int, s: Search) -> bool:
    """Whether `token` may follow `tokens` (see the rules above)."""
    if token == END:
        return len(tokens) >= s.min_tokens and (not tokens or tokens[-1] not in s.no_end_after)
    if token < len(SPECIALS) and not (token == UNK and s.unknown_allowed) or (tokens and tokens[-1] == token):
        return False
    if token in tokens and token not in s.function_words:
        return False
    return not tokens or (tokens[-1], token) not in zip(tokens, tokens[1:])


def finish(beams: list[Hypothesis], s: Search) -> list[Hypothesis]:
    """Finished ones, best first; if there are none, each cut back to where it may end."""
    done = [h for h in beams if h.finished]
    if not done:
        for h in beams:
            n = len(h.tokens)
            while n and h.tokens[n - 1] in s.no_end_after:
                n -= 1
            cut = Hypothesis(h.tokens[:n], h.log_probs[:n])
            if all(cut.tokens != d.tokens for d in done):
                done.append(cut)
    return sorted(done, key=lambda h: -h.score(s.penalty))


def top_candidates(logits: Tensor, k: int = TOP_K) -> tuple[Tensor, Tensor]:
    """log-softmax over what may be said (not <pad>, <unk>, starts), then the k best: 2 x [n, k]."""
    banned = torch.zeros(logits.shape[-1], device=logits.device)
    banned[[PAD, UNK, *range(UNK + 1, len(SPECIALS))]] = -1e9
    log_probs = torch.log_softmax(logits + banned, -1)
    return torch.topk(log_probs, min(k, logits.shape[-1] - len(SPECIALS) + 1), -1)


StepFunction = Callable[[list, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, list]]


def search(step: StepFunction, state: list, pictures: int, start: int, s: Search) -> list[list[Hypothesis]]:
    """n-best hypotheses per picture, best first. step(state, tokens, parents) -> log probs, ids [n, k], state."""
    beams: list[list[Hypothesis]] = [[Hypothesis()] for _ in range(pictures)]
    stopped: set[int] = set()  # pictures of which nothing more may be said
    tokens, parents, width = np.full(pictures, start, np.int64), np.arange(pictures, dtype=np.int64), 1
    for _ in range(s.max_tokens):
        log_probs, ids, state = step(state, tokens, parents)
        tokens, parents = np.full(pictures * s.beam, PAD, np.int64), np.repeat(np.arange(pictures) * width, s.beam)
        for p in (p for p in range(pictures) if p not in stopped):
            candidates = []
            for b, h in enumerate(beams[p]):
                if h.finished:
                    candidates.append((-h.score(s.penalty), END, b, h))
                    continue
                for lp, token in zip(log_probs[p * width + b].tolist(), ids[p * width + b].tolist()):
                    if allowed(h.tokens, token, s):
                        child = Hypothesis((*h.tokens, token), (*h.log_probs, lp))
                        candidates.append((-child.score(s.penalty), token, b, child))
            best = sorted(candidates, key=lambda c: c[:3])[: s.beam]
            if not best or all(c[3].finished for c in best):
                stopped.add(p)
            beams[p] = [c[3] for c in best] or beams[p]
            for b, (_, token, parent, _) in enumerate(best):
                tokens[p * s.beam + b], parents[p * s.beam + b] = token, p * width + parent
        width = s.beam
        if len(stopped) == pictures:
            break
    return [finish(picture, s) for picture in beams]


@torch.no_grad()
def search_model(model, regions: Tensor, start: int, s: Search) -> list[list[Hypothesis]]:
    """`search` with a PyTorch model (in eval mode) on regions [b, cells, channels], on whichever device both are."""
    memory = model.encode(regions)

    def step(state, tokens, parents):
        logits, state = model.step(memory, state, *(torch.from_numpy(a).to(regions.device) for a in (tokens, parents)))
        log_probs, ids = top_candidates(logits)
        return log_probs.cpu().numpy(), ids.cpu().numpy(), state

    return search(step, model.initial_state(len(regions)), len(regions), start, s)
