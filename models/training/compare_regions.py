"""Detector regions against grid cells: captions on the people's test photos, and what a photo costs, as one table (models/regions.md).

    python compare_regions.py --data DATA --runs cache/regions-runs --detector runs/detector.pt --ptb --out ../regions.md

Reads what collect_regions.py gathered. Of the runs of one model and one kind of features the one with the highest val CIDEr-D (beam 3) is
scored on coco-test, once, and the same model on grid cells is compared with it photo by photo. Times: onnxruntime, float32 arithmetic, one thread's own time, one photo, median of interleaved rounds: the encoder's graph up
to the decoder's memory, and ten decoder steps of three beams. `after objects` is what is left to do where the stage `objects` has
already run the same detector. --ptb scores with the PTB tokenizer (Java) beside the plain one. About 4 minutes, most of them the clock's.
"""

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor, nn

from captioners import fresh_captioner
from cider_d import CiderD
from collect_regions import read_runs
from data import read_examples
from detect.two_stage import load_detector, starting_detector
from device_data import KINDS
from encoder import SIDE, GridEncoder
from export import export_graphs
from files import read_jsonl
from metrics import score
from region_features import package_encoder
from regions import RegionEncoder, place_of, pool_cells, with_whole
from sessions import cpu_session
from settings import parse
from text import Vocabulary, words_of

BEAMS, STEPS, WARM_ROUNDS, DRAWS = 3, 10, 3, 4000
HEADER = "| model | features | epochs | val CIDEr-D | test CIDEr-D | test CIDEr-D, PTB | encoder ms | steps ms | together | after objects | test per ms |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    runs: Path = Path("cache/regions-runs")
    package: Path = Path("../m2")
    detector: Path = Path("")  # none: the untrained one (the time is the same)
    out: Path = Path("")  # a Markdown file; default: printed
    rounds: int = 40
    ptb: bool = False
    beside: str = ""  # a shipped package's test captions (npm run evaluate), as m2=FILE.jsonl: how far that model on grid cells is ahead


class BothEncoder(nn.Module):
    """Grid cells and regions in one list; cells have zeros for the place."""

    def __init__(self, grid: GridEncoder, regions: RegionEncoder):
        super().__init__()
        self.grid, self.regions, self.channels = grid, regions, regions.channels

    def forward(self, pictures: Tensor) -> Tensor:
        cells, regions = self.grid(pictures), self.regions(pictures)
        return torch.cat([nn.functional.pad(cells, (0, self.channels - cells.shape[2])), regions], 1)


class AfterObjects(nn.Module):
    """The region encoder where the detector's answer is there: the backbone and the pooling alone, then the captioner's memory."""

    def __init__(self, regions: RegionEncoder, model: nn.Module):
        super().__init__()
        self.backbone, self.model = regions.backbone, model

    def forward(self, pictures: Tensor, boxes: Tensor, features: Tensor, classes: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        found = with_whole({"boxes": boxes, "features": features, "classes": classes, "valid": valid > 0})
        pooled = pool_cells(self.backbone(pictures), found["boxes"])
        return tuple(self.model.encode(torch.cat([pooled, found["features"], found["classes"], place_of(found["boxes"])], -1)))


def chosen_runs(folder: Path) -> list[dict]:
    """Of each model and kind the ended run with the highest val CIDEr-D, in the order of the table."""
    best: dict[tuple[str, str], dict] = {}
    for run in (r for r in read_runs(folder) if "val_cider_d" in r):  # the best first
        best.setdefault((run["model"], run["kind"]), run)
    return [best[key] for key in sorted(best, key=lambda k: (k[0], list(KINDS).index(k[1])))]


def scores_of(run: dict, s: Settings, references: dict[str, list[str]]) -> tuple[np.ndarray, float | None]:
    """CIDEr-D of each of a run's test captions with the plain tokenizer, in the order of the references, and (with --ptb) of all with the PTB one."""
    captions = {row["image"]: row["plain"] for row in read_jsonl(s.runs / run["name"] / "test.jsonl")}
    ptb = score(references, captions, "ptb", False, False).corpus["CIDEr-D"] if s.ptb else None
    return photo_scores(s.runs / run["name"] / "test.jsonl", references), ptb


def photo_scores(path: Path, references: dict[str, list[str]]) -> np.ndarray:
    """CIDEr-D (plain tokenizer) of the captions of a JSONL file, in the order of the references."""
    captions = {row["image"]: row["plain"] for row in read_jsonl(path)}
    cider = CiderD({k: [words_of(c) for c in v] for k, v in references.items()})
    return np.array([cider.score(k, words_of(captions[k])) for k in references])


def interval(differences: np.ndarray) -> tuple[float, float]:
    """95 % interval of the mean difference, by drawing the photos anew (paired bootstrap)."""
    drawn = np.random.default_rng(0).integers(len(differences), size=(DRAWS, len(differences)))
    low, high = np.percentile(differences[drawn].mean(1), [2.5, 97.5])
    return float(low), float(high)


def differences(split: str, runs: list[dict], scores: list[np.ndarray]) -> list[str]:
    """One line for each run that is not of grid cells: how far the same model on grid cells is ahead of it."""
    grid = {run["model"]: values for run, values in zip(runs, scores) if run["kind"] == "grid"}
    lines = []
    for run, values in zip(runs, scores):
        if run["kind"] != "grid" and run["model"] in grid:
            ahead = grid[run["model"]] - values
            lines.append(difference_line(split, run["model"], run["kind"], ahead))
    return lines


def difference_line(split: str, model: str, other: str, ahead: np.ndarray) -> str:
    low, high = interval(ahead)
    return f"- {model}: grid less {other} {ahead.mean():+.3f} of {split} CIDEr-D (95 % interval {low:+.3f} to {high:+.3f})"


def shipped_line(s: Settings, references: dict[str, list[str]], runs: list[dict], scores: list[np.ndarray]) -> str:
    """The difference to the captions of --beside."""
    model, _, path = s.beside.partition("=")
    grid = [values for run, values in zip(runs, scores) if run["model"] == model and run["kind"] == "grid"]
    if not grid or not Path(path).is_file():
        raise SystemExit(f"Expected MODEL=FILE.jsonl of a model that has a run on grid cells for --beside but received '{s.beside}'")
    return difference_line("test", model, "the shipped package", grid[0] - photo_scores(Path(path), references))


def decoder_run(session: ort.InferenceSession, memory: list[np.ndarray], state: list[np.ndarray]) -> Callable[[], None]:
    """Ten steps of three beams over one photo's memory."""
    names = [i.name for i in session.get_inputs()]
    kept = [n for n in names if n.startswith("state")]

    def run() -> None:
        now, tokens, parents = state, np.full(1, 3, np.int64), np.zeros(1, np.int64)
        for _ in range(STEPS):
            known = {"tokens": tokens, "parents": parents} | dict(zip([n for n in names if n.startswith("memory")], memory)) | dict(zip(kept, now))
            answer = session.run(None, {n: known[n] for n in names})
            now, tokens, parents = answer[2:], np.full(BEAMS, 7, np.int64), np.arange(BEAMS) % len(tokens)

    return run


def runs_of(model_name: str, encoder: nn.Module, cells: int, words: int, channels: int) -> dict[str, Callable[[], object]]:
    """What is timed of one model on one kind of features: `encoder`, `steps`, and for regions `after`. Weights are random: time does not depend on them."""
    model = fresh_captioner(model_name, words, channels, cells).eval()
    picture = np.random.default_rng(0).random((1, 3, SIDE, SIDE)).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        export_graphs(encoder, model, Path(folder))
        eyes, mouth = (cpu_session(Path(folder) / f"{name}.onnx", 1) for name in ("encoder", "decoder"))
        memory = eyes.run(None, {"image": picture})
        timed: dict = {"encoder": lambda: eyes.run(None, {"image": picture}), "steps": decoder_run(mouth, memory, [t.numpy() for t in model.initial_state(1)])}
        if isinstance(encoder, RegionEncoder):
            found = {k: v.float() for k, v in encoder.detector.regions(torch.rand(1, 3, 416, 416), encoder.count - 1).items()}
            names = ["image", "boxes", "features", "classes", "valid"]
            path, example = Path(folder) / "after.onnx", (torch.from_numpy(picture), *(found[n] for n in names[1:]))
            torch.onnx.export(AfterObjects(encoder, model).eval(), example, str(path), input_names=names, opset_version=17, dynamo=False)
            after = cpu_session(path, 1)
            fed = {"image": picture} | {n: found[n].numpy() for n in names[1:]}
            timed["after"] = lambda: after.run(None, fed)
    return timed


def medians(timed: dict[tuple, Callable[[], object]], rounds: int) -> dict[tuple, float]:
    """Median ms of each in this thread (what else runs on the machine counts little); every round asks each once, in turning order."""
    keys, times = list(timed), np.zeros((rounds + WARM_ROUNDS, len(timed)))
    for turn, row in enumerate(times):
        for i in np.roll(np.arange(len(keys)), turn):
            begun = time.thread_time()
            timed[keys[i]]()
            row[i] = (time.thread_time() - begun) * 1000
    return dict(zip(keys, np.median(times[WARM_ROUNDS:], 0)))


def costs(s: Settings, wanted: list[tuple[str, str]]) -> dict[tuple, float]:
    """ms by (model, kind, part)."""
    weights = s.data / "weights"
    grid = package_encoder(s.package, weights)
    regions = RegionEncoder(grid.backbone, load_detector(s.detector, weights) if s.detector.name else starting_detector(weights)).eval()
    encoders = {"grid": (grid, 64), "regions": (regions, regions.count), "both": (BothEncoder(grid, regions), 64 + regions.count)}
    words = len(Vocabulary.load(s.package / "vocabulary.json").words)
    timed = {}
    for model, kind in wanted:
        encoder, cells = encoders[kind]
        timed |= {(model, kind, part): run for part, run in runs_of(model, encoder, cells, words, encoder.channels).items()}
    return medians(timed, s.rounds)


def line_of(run: dict, ms: dict[tuple, float], plain: float, ptb: float | None) -> str:
    model, kind = run["model"], run["kind"]
    eyes, steps = ms[model, kind, "encoder"], ms[model, kind, "steps"]
    after = f"{ms[model, kind, 'after'] + steps:.1f}" if (model, kind, "after") in ms else "-"
    scores = f"{run['val_cider_d']:.3f} | {plain:.3f} | {'-' if ptb is None else f'{ptb:.3f}'}"
    return f"| {model} | {kind} | {len(run['history'])} | {scores} | {eyes:.1f} | {steps:.1f} | {eyes + steps:.1f} | {after} | {plain / (eyes + steps):.4f} |"


@torch.no_grad()
def main(s: Settings) -> None:
    torch.set_num_threads(1)
    runs = chosen_runs(s.runs)
    if not runs:
        raise SystemExit(f"{s.runs}: no run has ended there")
    val, references = ({e.image: e.of("coco") for e in read_examples(s.data) if e.split == split and e.of("coco")} for split in ("val", "test"))
    ms = costs(s, [(r["model"], r["kind"]) for r in runs])
    scored = [scores_of(r, s, references) for r in runs]
    table = [line_of(r, ms, float(values.mean()), ptb) for r, (values, ptb) in zip(runs, scored)]
    each = [values for values, _ in scored]
    shipped = [shipped_line(s, references, runs, each)] if s.beside else []
    of_val = [photo_scores(s.runs / r["name"] / "val.jsonl", val) for r in runs]
    lines = "\n".join([HEADER, *table, "", *differences("val", runs, of_val), *differences("test", runs, each), *shipped])
    print(lines)
    if s.out.name:
        s.out.write_text(f"```sh\npython compare_regions.py {' '.join(sys.argv[1:])}\n```\n\n{lines}\n", encoding="utf8")


if __name__ == "__main__":
    main(parse(Settings))
