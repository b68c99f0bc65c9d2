"""Make a package's confidence mean something: fit P(its main thing is right) on judged validation captions, and choose when to abstain.

    python3 models/training/calibrate.py --captions results/m2/coco-val.jsonl,results/m2/alt-val.jsonl --judgments judgments-val.tsv --package models/m2

Captions are the runtime's own lines (their "features" are what the runtime will compute again), judgments a TSV of image and verdict
(true, partly or false; `sheet.py` makes the sheets to judge by eye). A logistic regression with a small L2 penalty (Newton's method) gives
P(not false); `expected calibration error` is over 10 bins of equal width, cross-validated in 10 folds. `abstainBelow` is the lowest threshold
at which at most --maxFalse of the shown validation captions are false. Writes the manifest's "confidence", its digest file and the
curve of truth over coverage. Without --package only the figures are printed. Seconds.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np

from data import read_tsv
from files import read_jsonl, sha256_of
from settings import parse

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

VERDICTS = ("true", "partly", "false")
BINS = 10
NEWTON_STEPS = 50
DIGITS = 6  # of weights in the manifest


@dataclass(frozen=True)
class Settings:
    """What is fitted; `features` are names of the runtime's features, separated by commas."""

    captions: str
    judgments: Path
    package: Path | None = None
    features: str = "meanLogProb,minContentLogProb,meanContentLogProb,length,marginToSecond,beamAgreement"
    penalty: float = 1.0  # L2 on standardised weights
    maxFalse: float = 0.2
    minCoverage: float = 0.1  # a threshold that shows fewer captions is no choice but silence
    curve: Path | None = None  # PNG; default: none is drawn
    seed: int = 1


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-z) without overflow."""
    return np.exp(-np.logaddexp(0.0, -z))


def fit_logistic(x: np.ndarray, y: np.ndarray, penalty: float) -> tuple[np.ndarray, float]:
    """Weights [d] and bias of P(y = 1) for raw features x [n, d]; penalised on standardised features, by Newton's method."""
    mean, spread = x.mean(0), np.maximum(x.std(0), 1e-9)
    design = np.column_stack([(x - mean) / spread, np.ones(len(x))])  # [n, d + 1]
    ridge = np.diag([penalty] * x.shape[1] + [1e-9])  # the bias is free
    w = np.zeros(design.shape[1])
    for _ in range(NEWTON_STEPS):
        p = sigmoid(design @ w)
        gradient = design.T @ (p - y) + ridge @ w
        hessian = (design * (p * (1 - p))[:, None]).T @ design + ridge
        step = np.linalg.solve(hessian, gradient)
        w -= step
        if np.abs(step).max() < 1e-9:
            break
    weights = w[:-1] / spread
    return weights, float(w[-1] - weights @ mean)


def cross_validated(x: np.ndarray, y: np.ndarray, penalty: float, seed: int, folds: int = 10) -> np.ndarray:
    """P(not false) [n] of each row by a fit on the other folds."""
    fold = np.random.default_rng(seed).permutation(len(x)) % folds
    p = np.zeros(len(x))
    for k in range(min(folds, len(x))):
        weights, bias = fit_logistic(x[fold != k], y[fold != k], penalty)
        p[fold == k] = sigmoid(x[fold == k] @ weights + bias)
    return p


def calibration_error(p: np.ndarray, y: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error (Guo et al. 2017, equation 3): mean |share right - mean P| over equal-width bins, by their share of rows."""
    which = np.minimum((p * bins).astype(int), bins - 1)
    return float(sum(abs(y[which == b].mean() - p[which == b].mean()) * np.mean(which == b) for b in range(bins) if np.any(which == b)))


def truth_over_coverage(p: np.ndarray, verdicts: Sequence[str]) -> list[dict[str, float]]:
    """For each number of captions shown, most confident first: {"coverage", "threshold", "true", "partly", "false"} (shares of those shown)."""
    order = np.argsort(-p, kind="stable")
    shown = np.array([[v == name for name in VERDICTS] for v in np.array(verdicts)[order]], float).cumsum(0)
    rows = []
    for i, (index, counts) in enumerate(zip(order, shown, strict=True)):
        shares = counts / (i + 1)
        rows.append({"coverage": (i + 1) / len(p), "threshold": float(p[index]), **dict(zip(VERDICTS, map(float, shares), strict=True))})
    return rows


def choose_threshold(curve: Sequence[dict[str, float]], max_false: float, min_coverage: float) -> dict[str, float] | None:
    """The row of widest coverage with at most `max_false` false and at least `min_coverage` shown; None when there is none."""
    last = {row["threshold"]: row for row in curve}.values()  # equal confidences are shown together
    fitting = [row for row in last if row["false"] <= max_false and row["coverage"] >= min_coverage]
    return max(fitting, key=lambda row: row["coverage"], default=None)


def draw(curve: Sequence[dict[str, float]], chosen: dict[str, float] | None, path: Path) -> None:
    """The curve of truth over coverage as PNG."""
    figure, axes = plt.subplots(figsize=(6, 4))
    coverage = [100 * row["coverage"] for row in curve]
    for name, colour in zip(VERDICTS, ("#2a7f3f", "#c9a227", "#b3261e"), strict=True):
        axes.plot(coverage, [100 * row[name] for row in curve], color=colour, label=name)
    if chosen:
        axes.axvline(100 * chosen["coverage"], color="grey", linestyle=":", label=f"shown at confidence {chosen['threshold']:.2f}")
    axes.set(xlabel="captions shown, most confident first (%)", ylabel="share of those shown (%)", ylim=(0, 100), xlim=(0, 100))
    axes.legend()
    axes.grid(alpha=0.3)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def write_confidence(package: Path, confidence: dict) -> None:
    """Set "confidence" in the manifest and renew manifest.sha256; the other files and their digests stay as they are."""
    path = package / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["confidence"] = confidence
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (package / "manifest.sha256").write_text(f"{sha256_of(path)}  manifest.json\n", encoding="utf-8")


def judged_rows(paths: Sequence[Path], judgments: Path) -> list[tuple[dict, str]]:
    """(runtime line, verdict) of each judged caption; ends with one line when a verdict is not one of VERDICTS or a caption changed."""
    lines = {row["image"]: row for path in paths for row in read_jsonl(path) if row.get("features")}
    found = []
    for row in read_tsv(judgments):
        verdict = row["verdict"].strip().lower()
        if not verdict or row["image"] not in lines:
            continue
        if verdict not in VERDICTS:
            sys.exit(f"calibrate: expected true, partly or false for {row['image']} but received '{verdict}'")
        line = lines[row["image"]]
        if row.get("caption") and row["caption"].rstrip(".").lower() not in {(line.get(key) or "").rstrip(".").lower() for key in ("text", "plain")}:
            sys.exit(f"calibrate: the caption of {row['image']} is no longer the one that was judged: make a new sheet")
        found.append((line, verdict))
    return found


def main(s: Settings) -> None:
    """Fit, print the figures, and write manifest and curve where asked."""
    names = s.features.split(",")
    rows = judged_rows([Path(p) for p in s.captions.split(",")], s.judgments)
    verdicts = [verdict for _, verdict in rows]
    if len(set(v == "false" for v in verdicts)) < 2:
        sys.exit(f"calibrate: {len(rows)} judged captions, but both false ones and others are needed")
    x = np.array([[line["features"][name] for name in names] for line, _ in rows], float)
    y = np.array([v != "false" for v in verdicts], float)
    weights, bias = fit_logistic(x, y, s.penalty)
    weights, bias = np.round(weights, DIGITS), round(bias, DIGITS)
    held_out = cross_validated(x, y, s.penalty, s.seed)
    curve = truth_over_coverage(sigmoid(x @ weights + bias), verdicts)
    chosen = choose_threshold(curve, s.maxFalse, s.minCoverage)
    print(f"{len(rows)} captions: {', '.join(f'{verdicts.count(v)} {v}' for v in VERDICTS)}")
    print(f"expected calibration error {calibration_error(held_out, y):.3f} (cross-validated, {BINS} bins)")
    half = curve[(len(curve) - 1) // 2]
    print(f"the more confident half: {half['true']:.0%} true, {half['partly']:.0%} partly, {half['false']:.0%} false")
    below = float(np.floor(chosen["threshold"] * 1e4) / 1e4) if chosen else 1.0
    print(f"abstainBelow {below}: " + (f"{chosen['coverage']:.0%} shown, {chosen['false']:.0%} of them false" if chosen else f"no threshold shows <= {s.maxFalse:.0%} false"))
    kept = [v for v, p in zip(verdicts, held_out, strict=True) if p >= below]
    print(f"the same threshold on held-out folds: {len(kept) / len(rows):.0%} shown, {kept.count('false') / max(len(kept), 1):.0%} of them false")
    for name, weight in zip(names, weights, strict=True):
        print(f"  {name:24} {weight:+.4f}")
    if s.curve:
        draw(curve, chosen, s.curve)
    if s.package:
        confidence = {"kind": "logistic", "features": names, "weights": [float(w) for w in weights], "bias": bias, "abstainBelow": below}
        write_confidence(s.package, confidence)
        print(f"{s.package / 'manifest.json'} and its digest written")


if __name__ == "__main__":
    main(parse(Settings))
