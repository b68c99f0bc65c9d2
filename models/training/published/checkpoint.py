"""Reads a published checkpoint: only tensors leave the file, every key is accounted for, every shape is checked.

The layout is recognised by its keys, sizes are read from the tensors (where two disagree, most keys decide), and what is
missing, unexpected or of a wrong shape is named, all of it at once.
"""

import pickle
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from published.layouts import LAYOUTS, Entry, Layout, Sizes, count

State = dict[str, Tensor]
WRAPPERS = ("state_dict", "model", "model_state_dict", "decoder")  # under which a training script keeps the weights
TERM = re.compile(r"(\d+)?\s*([a-z]+)?")
MIN_SHARE = 0.5  # of a layout's keys that must be there for a checkpoint to be taken for one
# What NumPy's random state and plain numbers in a training checkpoint need; both build arrays and nothing else.
ARRAY_PARTS = [np.ndarray, np.dtype, *(type(np.dtype(t)) for t in (np.uint32, np.float32, np.float64, np.int64, np.bool_))]
ARRAY_MAKERS = [(getattr(np._core.multiarray, n), f"numpy.{core}.multiarray.{n}") for n in ("_reconstruct", "scalar") for core in ("core", "_core")]


class PublishedError(ValueError):
    """A checkpoint, vocabulary or feature file that cannot be used; its message is meant for the user."""


@dataclass(frozen=True)
class Matched:
    """A checkpoint that fits: its layout, its sizes, the weights under the names of our module, and what was passed over."""

    layout: Layout
    sizes: Sizes
    weights: State
    keys: int
    passed_over: tuple[str, ...]


def read_state(path: Path) -> State:
    """The tensors of a checkpoint by key. PublishedError where the file needs code to be run, or holds no state dict."""
    try:
        with torch.serialization.safe_globals([*ARRAY_PARTS, *ARRAY_MAKERS]):
            held = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        reason = re.search(r"GLOBAL (\S+)|global (\S+)", str(error))
        what = f" (it asks for {reason[1] or reason[2]})" if reason else ""
        raise PublishedError(f"{path.name}: holds Python objects beside tensors{what}, and code is never run from a checkpoint: save its state_dict alone") from None
    except (OSError, RuntimeError, EOFError) as error:
        raise PublishedError(f"{path.name}: cannot be read as a PyTorch checkpoint: {(str(error) or type(error).__name__).splitlines()[0]}") from None
    candidates = [held] + [held[n] for n in WRAPPERS if isinstance(held, dict) and n in held]
    for state in candidates:
        if isinstance(state, dict) and state and all(isinstance(v, Tensor) for v in state.values()):
            whole = all(k.startswith("module.") for k in state)  # saved from several devices
            return {k.removeprefix("module.") if whole else k: v for k, v in state.items()}
    raise PublishedError(f"{path.name}: expected a state dict (tensors by key), alone or under {', '.join(WRAPPERS)}")


def recognise(state: State) -> Layout:
    """The layout that most keys belong to. PublishedError where none has half of its keys there."""
    shares = []
    for layout in LAYOUTS:
        keys = {e.key for e in layout.entries(state)}
        shares.append((len(keys & set(state)) / len(keys), layout))
    share, layout = max(shares, key=lambda s: s[0])
    if share < MIN_SHARE:
        first = ", ".join(list(state)[:3])
        raise PublishedError(f"Expected keys of {' or '.join(f'{x.name} ({x.origin})' for x in LAYOUTS)} but received {first}, ...")
    return layout


def dimension(form: str, sizes: Sizes) -> int:
    """`words + 2 hidden` with sizes -> a number. KeyError for a size that no key tells."""
    total = 0
    for term in form.split("+"):
        times, name = TERM.fullmatch(term.strip()).groups()
        total += int(times or 1) * (sizes[name] if name else 1)
    return total


def read_sizes(entries: list[Entry], state: State) -> Sizes:
    """Each named size as most keys have it that name it alone; the first key decides between equals."""
    votes: dict[str, Counter[int]] = {}
    for e in entries:
        if e.key in state and state[e.key].dim() == len(e.shape):
            for form, n in zip(e.shape, state[e.key].shape):
                if form.isalpha():
                    votes.setdefault(form, Counter())[n] += 1
    return {name: counts.most_common(1)[0][0] for name, counts in votes.items()}


def assemble(entries: list[Entry], state: State) -> State:
    """Weights by target as float32; the halves of weight-normalised matrices are joined."""
    weights: State = {}
    directions = {e.target: state[e.key].double() for e in entries if e.role == "direction"}
    for e in entries:
        if e.role == "whole":
            weights[e.target] = state[e.key].float()
        elif e.role == "length":
            v = directions[e.target]
            weights[e.target] = (state[e.key].double() * v / v.norm(dim=1, keepdim=True)).float()
    return weights


def match(state: State, source: str = "checkpoint") -> Matched:
    """Accounts for every key of `state`. PublishedError names all missing, unexpected and wrongly shaped ones."""
    layout = recognise(state)
    entries = layout.entries(state)
    passed_over = tuple(k for k in state if layout.passed_over.fullmatch(k))
    sizes = read_sizes(entries, state)
    problems = [f"missing: {e.key}" for e in entries if e.key not in state]
    problems += [f"unexpected: {k}" for k in state if k not in {e.key for e in entries} and k not in passed_over]
    for e in (e for e in entries if e.key in state):
        has = list(state[e.key].shape)
        try:
            wants = [dimension(form, sizes) for form in e.shape]
        except KeyError as unknown:
            problems.append(f"no key tells the size {unknown.args[0]} of {e.key}")
            continue
        if has != wants:
            problems.append(f"wrong shape: {e.key} is {has} but should be {wants} ({', '.join(e.shape)})")
    if problems:
        raise PublishedError("\n  ".join([f"{source}: does not fit {layout.name} ({layout.origin}):", *problems]))
    sizes |= {"encoders": count(state, r"encoder\.layers\.(\d+)\."), "decoders": count(state, r"decoder\.layers\.(\d+)\.")}
    sizes |= {"norms": sum(k.endswith(".running_mean") for k in state)}
    return Matched(layout, sizes, assemble(entries, state), len(entries), passed_over)


def build_model(matched: Matched, heads: int = 8, pad: int | None = None) -> nn.Module:
    """The module with the checkpoint's weights, in eval mode. `heads` (M2) is not in the weights; the paper has 8."""
    marks = matched.layout.marks(matched.sizes["vocabulary"])
    model = matched.layout.build(matched.sizes, heads, marks.pad if pad is None else pad)
    model.load_state_dict(matched.weights)
    return model.eval()
