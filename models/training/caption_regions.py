"""Load a checkpoint that the papers' authors or re-implementers published, and caption region features with it.

    python caption_regions.py --checkpoint meshed_memory_transformer.pth                      # only check keys and shapes
    python caption_regions.py --checkpoint meshed_memory_transformer.pth --words vocab.pkl --features regions.npy
    python caption_regions.py --checkpoint model-best.pth --words cocotalk.json --features regions.npy --out captions.tsv

Features are bottom-up regions [pictures, regions, 2048] (36 or up to 50 per picture, rows of zeros fill up; names of the
pictures may lie beside them, one a line, in regions.ids.txt), as the checkpoint's repository publishes them. Pictures are
not read: their region detector is not part of these checkpoints, so there is no package to make of one either.
Layouts: aimagelab/meshed-memory-transformer, ruotianluo/ImageCaptioning.pytorch (updown, topdown), and
poojahira/image-captioning-bottom-up-top-down (its state dict). Code in a checkpoint or pickle is never run.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from files import write_tsv
from published.checkpoint import Matched, PublishedError, build_model, match, read_state
from published.search import beam_search
from published.words import marks_of, read_words, sentence
from settings import parse


@dataclass(frozen=True)
class Settings:
    checkpoint: Path
    features: Path | None = None
    words: Path | None = None
    out: Path | None = None  # a TSV; default: printed
    beam: int = 5
    max_tokens: int = 20
    heads: int = 8  # of M2; not in its weights
    batch: int = 32
    threads: int = 2


def read_features(path: Path, channels: int) -> tuple[np.ndarray, list[str]]:
    """Regions [pictures, regions, channels] and the pictures' names. PublishedError where the file is something else."""
    try:
        regions = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise PublishedError(f"{path.name}: cannot be read as a NumPy array: {error}") from None
    if not isinstance(regions, np.ndarray) or regions.ndim != 3 or regions.shape[2] != channels or 0 in regions.shape:
        raise PublishedError(f"{path.name}: expected [pictures, regions, {channels}] but received {list(getattr(regions, 'shape', []))}")
    names = path.with_suffix(".ids.txt")
    ids = names.read_text(encoding="utf8").splitlines() if names.is_file() else [str(i) for i in range(len(regions))]
    if len(ids) != len(regions):
        raise PublishedError(f"{names.name}: has {len(ids)} names but {path.name} has {len(regions)} pictures")
    return regions, ids


def describe(matched: Matched) -> str:
    """One line: the layout, how its keys were used, its sizes."""
    sizes = ", ".join(f"{name} {n}" for name, n in sorted(matched.sizes.items()) if n)
    passed = f", {len(matched.passed_over)} passed over (captions do not need them)" if matched.passed_over else ""
    return f"{matched.layout.name} ({matched.layout.origin}): {matched.keys} keys mapped{passed}; {sizes}"


def captions(s: Settings, matched: Matched) -> list[tuple[str, str, str]]:
    """Name, caption and sum of log p of each picture."""
    if s.features is None or s.words is None:
        raise PublishedError("Expected --features and --words together")
    words = read_words(s.words, matched.sizes["vocabulary"])
    marks, layout = marks_of(matched.layout, words), matched.layout
    model, rows = build_model(matched, s.heads, marks.pad), []
    if s.beam < 1 or not 1 <= s.max_tokens < matched.sizes.get("positions", s.max_tokens + 1):
        raise PublishedError(f"Expected --beam and --max-tokens from 1 (to {matched.sizes.get('positions', 0) - 1 or 'any'} tokens)")
    regions, ids = read_features(s.features, matched.sizes["channels"])
    for i in range(0, len(ids), s.batch):
        part = torch.from_numpy(np.array(regions[i : i + s.batch], np.float32))
        empty = [ids[i + j] for j, some in enumerate((part != 0).flatten(1).any(1).tolist()) if not some]
        if empty or not part.isfinite().all():
            raise PublishedError(f"{s.features.name}: {'no region for ' + ', '.join(empty) if empty else 'not all values are finite'}")
        for name, c in zip(ids[i:], beam_search(model, part, marks, s.beam, s.max_tokens, layout.finished)):
            rows.append((name, sentence(c.tokens, words, layout.collapse), f"{c.log_prob:.4f}"))
    return rows


def main(s: Settings) -> None:
    torch.set_num_threads(s.threads)
    try:
        matched = match(read_state(s.checkpoint), s.checkpoint.name)
        build_model(matched, s.heads)
        print(describe(matched), file=sys.stderr)
        if s.features is None and s.words is None:
            return
        rows = captions(s, matched)
    except ValueError as error:
        raise SystemExit(str(error)) from None
    if s.out is None:
        print("\n".join("\t".join(row) for row in rows))
    else:
        write_tsv(s.out, ["image", "caption", "log_prob"], rows)


if __name__ == "__main__":
    main(parse(Settings))
