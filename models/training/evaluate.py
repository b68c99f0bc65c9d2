"""Score the captions that the shipped runtime writes: every metric, every test split, size, time and memory, one table per package.

    npm run evaluate -- --data ../shared/data                          (= python3 models/training/evaluate.py ...)
    npm run evaluate -- --model models/m2,models/updown --splits coco-test
    npm run evaluate -- --captions captions.jsonl --splits coco-test   (scores a file: "image" and "plain" per line)

The captions come from the TypeScript runtime (`npm run caption -- --json`), so preprocessing, beam search and int8 graphs are the
shipped ones. They are kept in results/<package>/<split>.jsonl, the figures in results/<package>/scores.json. Pictures are found under
--photos, or in the tar shards beside captions.tsv, which are unpacked once into models/.cache. Splits are rows of captions.tsv:
`coco` people's captions (5 each), `alt` a publisher's alt text (1), `fashion` and `grocery` written for this project (1).
Choose by coco-val; look at a test split once per reported result. All four test splits of one package: about 3 minutes of captioning
and 3 minutes of METEOR and SPICE on 2 cores (--tokenizer plain: seconds).
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from files import REPO, cache_folder, read_jsonl, write_jsonl
from settings import parse

try:
    from data import Example, read_examples, unpack
    from fluency import fluency, variety
    from hallucination import chair, read_boxes
    from metrics import caption_of, score
except ModuleNotFoundError as absent:
    sys.exit(f"The Python package '{absent.name}' is missing: python3 -m pip install -r models/training/requirements.txt")

KEPT = ("image", "status", "text", "plain", "confidence", "features", "generalised", "code", "ms")
METRICS = ("BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "METEOR", "CIDEr-D", "SPICE")


class EvaluationError(RuntimeError):
    """The runtime or the data does not do what an evaluation needs; the message is one line."""


@dataclass(frozen=True)
class Split:
    """Rows of captions.tsv: which split, whose captions, which photos (a path prefix)."""

    split: str
    origin: str
    prefix: str = ""


SPLITS = {
    "coco-test": Split("test", "coco"),
    "alt-test": Split("test", "alt"),
    "fashion-test": Split("test", "written", "fashion/"),
    "grocery-test": Split("test", "written", "grocery/"),
    "coco-val": Split("val", "coco"),
    "alt-val": Split("val", "alt"),
    "fashion-val": Split("val", "written", "fashion/"),
    "written-val": Split("val", "written"),
}


@dataclass(frozen=True)
class Settings:
    """What is captioned and scored."""

    data: Path = REPO.parent / "shared" / "data"
    photos: Path | None = None  # where the photos lie unpacked; else data's tar shards
    model: str = "models/m2"  # one package folder, or several separated by commas
    splits: str = "coco-test,alt-test,fashion-test,grocery-test"
    results: Path = REPO / "results"
    captions: Path | None = None  # score this JSONL instead of running the runtime
    name: str = ""  # name under results; default the package folder's
    style: str = ""  # default: the package's own style
    beam: int = 0  # 0: as the manifest says
    tokenizer: str = "ptb"  # or plain: no Java
    meteor: bool = True
    spice: bool = True
    limit: int = 0  # only the first so many photos of each split
    runner: str = "npm run --silent caption --"


def references_of(examples: Iterable[Example], split: Split) -> dict[str, list[str]]:
    """{image: captions} of one split."""
    rows = {e.image: e.of(split.origin) for e in examples if e.split == split.split and e.image.startswith(split.prefix)}
    return {image: captions for image, captions in rows.items() if captions}


def run_captioner(images: list[str], photos: Path, model: str, s: Settings) -> tuple[list[dict], float]:
    """The runtime's line for each image, and the most memory of its processes in MB; EvaluationError when it or a line fails."""
    with tempfile.TemporaryDirectory() as folder, Path(folder, "out.jsonl").open("w+", encoding="utf-8") as out:
        ids = Path(folder, "ids.txt")
        ids.write_text("\n".join(images) + "\n", encoding="utf-8")
        command = [*shlex.split(s.runner), "--list", str(ids), "--root", str(photos.resolve()), "--json", "--model", model]
        command += ["--style", s.style] if s.style else []
        command += ["--beam", str(s.beam)] if s.beam else []
        child = subprocess.Popen(command, cwd=REPO, stdout=out)
        _, status, usage = os.wait4(child.pid, 0)  # usage counts the processes that it waited for too
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        rows = [json.loads(line) for line in out if line.startswith("{")]
    if child.returncode not in (0, 1):  # 1: some pictures could not be captioned
        raise EvaluationError(f"The captioner ended with code {child.returncode}: {shlex.join(command)}")
    if [row["image"] for row in rows] != images:
        raise EvaluationError(f"Expected one line for each of {len(images)} images in their order but received {len(rows)}")
    return [{key: row[key] for key in KEPT if key in row} for row in rows], usage.ru_maxrss / 1024


def figures(rows: list[dict], references: dict[str, list[str]], examples: list[Example], s: Settings) -> dict:
    """Every figure of one split: {name: number or None}, and "notes" with what was left out and why."""
    captions = {row["image"]: caption_of(row) for row in rows if row["image"] in references}
    if not captions:
        raise EvaluationError("None of the captions' images has a reference in this split")
    scored = score(references, captions, s.tokenizer, s.meteor, s.spice)
    about = {e.image: [text for _, text in e.captions] for e in examples if e.image in captions}
    training = [text for e in examples if e.split == "train" for _, text in e.captions]
    times = [sum(row["ms"].values()) for row in rows if row.get("ms")]
    return {
        "photos": len(captions),
        "references": sum(len(references[image]) for image in captions) / len(captions),
        "tokenizer": s.tokenizer,
        **scored.corpus,
        **chair(captions, about, read_boxes(s.data)),
        **variety(captions.values(), training),
        **fluency(captions.values()),
        "abstained": sum(row.get("status") == "abstained" for row in rows) / len(rows),
        "failed": sum(row.get("status") == "failed" for row in rows),
        "ms": median(times) if times else None,
        "notes": scored.notes,
    }


def table(results: dict[str, dict]) -> str:
    """The figures of all splits as one markdown table, one row per split; scores of METRICS times 100."""
    percent = {"CHAIRi": "CHAIRi %", "CHAIRs": "CHAIRs %", "distinct": "distinct %", "novel": "novel %", "abstained": "abstained %"}
    plain = {"vocabulary": "words used", "length": "length", "repeating": "repeating", "unfinished": "unfinished", "ms": "ms/photo"}
    header = ["split", "photos x references", *METRICS, *percent.values(), *plain.values()]
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    for name, f in results.items():
        cells = [name, f"{f['photos']} x {f['references']:.3g}"]
        cells += ["-" if f[key] is None else f"{100 * f[key]:.1f}" for key in (*METRICS, *percent)]
        cells += ["-" if f[key] is None else f"{f[key]:.4g}" for key in plain]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def package_megabytes(model: Path) -> float:
    """Size of a package's files in MB (10^6 bytes)."""
    return sum(f.stat().st_size for f in model.rglob("*") if f.is_file()) / 1e6


def evaluate(model: str, name: str, examples: list[Example], s: Settings) -> dict[str, dict]:
    """Caption (or read) and score the splits of one package; keeps captions and figures under results/<name>."""
    photos = s.photos or cache_folder("photos")
    if s.captions is None and s.photos is None:
        unpack(s.data, photos)
    results = {}
    for split_name in s.splits.split(","):
        if split_name not in SPLITS:
            raise EvaluationError(f"Expected one of {', '.join(SPLITS)} for --splits but received '{split_name}'")
        references = references_of(examples, SPLITS[split_name])
        if not references:
            print(f"{split_name}: no rows in {s.data}, left out", file=sys.stderr)
            continue
        images = list(references)[: s.limit or None]
        rows, peak = (read_jsonl(s.captions), None) if s.captions else run_captioner(images, photos, model, s)
        if s.captions is None:
            write_jsonl(s.results / name / f"{split_name}.jsonl", rows)
        results[split_name] = figures(rows, references, examples, s) | {"memoryMb": peak}
    s.results.joinpath(name).mkdir(parents=True, exist_ok=True)
    (s.results / name / "scores.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return results


def main(s: Settings) -> None:
    """One table per package, then its size, the runtime's memory, and what was left out."""
    examples = read_examples(s.data)
    for model in s.model.split(","):
        name = s.name or (s.captions.stem if s.captions else Path(model).name)
        results = evaluate(model, name, examples, s)
        print(f"\n{name}: scores x 100, tokenizer {s.tokenizer}, captions without generalised nouns, abstained ones included\n\n{table(results)}\n")
        if s.captions is None:
            peak = max((f["memoryMb"] for f in results.values()), default=0.0)
            print(f"package {package_megabytes(REPO / model):.1f} MB; most memory of one process {peak:.0f} MB")
        print("\n".join(sorted({note for f in results.values() for note in f["notes"]})))


if __name__ == "__main__":
    try:
        main(parse(Settings))
    except (EvaluationError, FileNotFoundError) as error:
        sys.exit(f"evaluate: {error}")
