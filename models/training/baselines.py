"""What a captioner must beat: captions copied from the training photos, scored like any model's.

    python3 models/training/baselines.py --features cache/features.npy --ids cache/ids.txt --data ../shared/data

Four ways: the caption of the nearest training photo by backbone feature (cosine; its first caption), the consensus caption of the
nearest 60 (Devlin et al. 2015: the one most like all others by CIDEr-D), the most frequent training caption, and the one training
caption that scores best on val. Writes results/baseline-<way>/<split>.jsonl, which `evaluate.py --captions` scores with all metrics,
and prints CIDEr-D and BLEU-4 (plain tokenizer). Features [n, d] or [n, cells, d] (the cells are averaged), float16. Five splits: 5
minutes. On coco-test with EfficientNet-Lite2 features (not tuned): nearest 0.47, consensus 0.76, most frequent 0.05, best on val 0.10.
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np
from pycocoevalcap.bleu.bleu import Bleu
from tqdm import tqdm

from cider_d import N, SIGMA, CiderD, ngrams
from data import read_examples
from evaluate import SPLITS, references_of
from files import REPO, write_jsonl
from settings import parse
from text import words_of

NEIGHBOURS = 60  # k of Devlin et al. 2015
CONSENSUS_OF = 125  # m there: the best-scoring captions a candidate must resemble
CANDIDATES_FOR_BEST = 400  # most frequent captions tried on val
BLOCK = 256  # rows of features read at once


@dataclass(frozen=True)
class Settings:
    """Where the features are and what is captioned; `ids` has one image path per line, in the features' order."""

    data: Path = REPO.parent / "shared" / "data"
    features: Path = Path("cache/features.npy")
    ids: Path = Path("cache/ids.txt")
    splits: str = "coco-test,alt-test,fashion-test,grocery-test"
    origin: str = "coco"  # whose training captions are copied
    neighbours: int = NEIGHBOURS
    results: Path = REPO / "results"


def unit_rows(features: np.ndarray) -> np.ndarray:
    """[n, d] or [n, cells, d] -> [n, d] float32, each row of length 1; reads a memory map in blocks."""
    blocks = (features[i : i + BLOCK].astype(np.float32) for i in range(0, len(features), BLOCK))
    pooled = np.concatenate([block.mean(1) if block.ndim == 3 else block for block in blocks])
    return pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-8)


def nearest(queries: np.ndarray, bank: np.ndarray, k: int) -> np.ndarray:
    """Indices [q, k] of the bank's rows with the highest cosine, nearest first; both inputs from `unit_rows`."""
    similarity = queries @ bank.T  # [q, n]
    k = min(k, bank.shape[0])
    best = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(similarity, best, 1), axis=1, kind="stable")
    return np.take_along_axis(best, order, 1)


def similarity_matrix(scorer: CiderD, captions: Sequence[str]) -> np.ndarray:
    """CIDEr-D [n, n] of each caption (row) with each other one as its only reference; the diagonal is 0."""
    counted = [ngrams(words_of(c)) for c in captions]
    lengths = np.array([sum(count for gram, count in grams.items() if len(gram) == 2) for grams in counted], np.float64)
    total = np.zeros((len(captions), len(captions)))
    for n in range(1, N + 1):
        names = sorted({gram for grams in counted for gram in grams if len(gram) == n})
        counts = np.array([[grams.get(name, 0) for name in names] for grams in counted], np.float64).reshape(len(captions), -1)  # [n, grams]
        idf = np.array([scorer.log_count - log(max(1.0, scorer.frequency.get(name, 0.0))) for name in names])
        norms = np.sqrt(((counts * idf) ** 2).sum(1))
        # min(a, b) b = sum over t of [a >= t] [b >= t] b: clipped counts as matrix products
        dots = sum((counts >= t) @ ((counts >= t) * counts * idf**2).T for t in range(1, int(counts.max(initial=0)) + 1))
        total += dots / np.where(np.outer(norms, norms) > 0, np.outer(norms, norms), 1.0)
    total *= 10.0 / N * np.exp(-((lengths[:, None] - lengths) ** 2) / (2 * SIGMA**2))
    np.fill_diagonal(total, 0.0)
    return total


def consensus(scorer: CiderD, captions: Sequence[str], m: int = CONSENSUS_OF) -> str:
    """The caption whose mean CIDEr-D to its m most similar other captions is highest; the first one on a tie."""
    if len(captions) == 1:
        return captions[0]
    matrix = similarity_matrix(scorer, captions)
    top = np.sort(matrix, axis=1)[:, ::-1][:, : min(m, len(captions) - 1)]
    return captions[int(np.argmax(top.mean(1)))]


def most_frequent(captions: Sequence[str]) -> str:
    """The caption that occurs most often, spelling and punctuation aside; the first one on a tie."""
    return Counter(" ".join(words_of(c)) for c in captions).most_common(1)[0][0]


def best_constant(candidates: Sequence[str], references: Mapping[str, list[str]]) -> str:
    """The caption among the most frequent candidates with the highest mean CIDEr-D as everyone's caption."""
    scorer = CiderD({key: [words_of(c) for c in captions] for key, captions in references.items()})
    frequent = [text for text, _ in Counter(" ".join(words_of(c)) for c in candidates).most_common(CANDIDATES_FOR_BEST)]
    return max(frequent, key=lambda text: scorer.mean({key: text.split() for key in references}))


def quick_scores(references: Mapping[str, list[str]], captions: Mapping[str, str]) -> dict[str, float]:
    """CIDEr-D and BLEU-4 with the plain tokenizer."""
    tokens = {key: [words_of(c) for c in references[key]] for key in captions}
    cider = CiderD(tokens).mean({key: words_of(text) for key, text in captions.items()})
    joined = {key: [" ".join(t) for t in texts] for key, texts in tokens.items()}
    bleu = Bleu(4).compute_score(joined, {key: [" ".join(words_of(text))] for key, text in captions.items()}, verbose=0)[0][3]
    return {"CIDEr-D": cider, "BLEU-4": float(bleu)}


def main(s: Settings) -> None:
    """Caption every split in the four ways, write the captions and print their scores."""
    examples = read_examples(s.data)
    ids = s.ids.read_text(encoding="utf-8").split()
    features = unit_rows(np.load(s.features, mmap_mode="r"))
    row_of = {image: row for row, image in enumerate(ids)}
    train = {e.image: e.of(s.origin) for e in examples if e.split == "train" and e.of(s.origin) and e.image in row_of}
    images = list(train)
    bank = features[[row_of[image] for image in images]]
    scorer = CiderD({image: [words_of(c) for c in captions] for image, captions in train.items()})
    all_captions = [c for captions in train.values() for c in captions]
    constant = best_constant(all_captions, references_of(examples, SPLITS["coco-val"]))
    frequent = most_frequent(all_captions)
    print(f"most frequent: {frequent}\nbest on val:   {constant}\n\n| split | baseline | CIDEr-D | BLEU-4 |\n| --- | --- | --- | --- |")
    for name in s.splits.split(","):
        references = {image: r for image, r in references_of(examples, SPLITS[name]).items() if image in row_of}
        if not references:
            sys.exit(f"baselines: no photo of {name} is among {s.ids}")
        found = nearest(features[[row_of[image] for image in references]], bank, s.neighbours)
        near = {image: [train[images[i]] for i in row] for image, row in zip(references, found, strict=True)}
        ways = {
            "nearest": {image: captions[0][0] for image, captions in near.items()},
            "consensus": {image: consensus(scorer, [c for cs in captions for c in cs]) for image, captions in tqdm(near.items(), desc=name)},
            "frequent": dict.fromkeys(references, frequent),
            "constant": dict.fromkeys(references, constant),
        }
        for way, captions in ways.items():
            write_jsonl(s.results / f"baseline-{way}" / f"{name}.jsonl", [{"image": i, "plain": c} for i, c in captions.items()])
            scores = quick_scores(references, captions)
            print(f"| {name} | {way} | {scores['CIDEr-D']:.3f} | {scores['BLEU-4']:.3f} |", flush=True)


if __name__ == "__main__":
    main(parse(Settings))
