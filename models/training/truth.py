"""How true a package's captions are at each confidence: judged captions (sheet.py) against the runtime's own confidence.

    python3 models/training/truth.py --captions results/alt/m2/alt-test.jsonl --judgments models/truth/m2-alt-test.tsv --package models/m2

Prints a markdown table: the share of true, partly true and false captions among all, the more confident half and quarter, and those
that the package's threshold shows; and the expected calibration error of "not false". Captions are the runtime's lines. Seconds.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from calibrate import VERDICTS, calibration_error, truth_over_coverage
from data import read_tsv
from files import read_jsonl
from settings import parse


@dataclass(frozen=True)
class Settings:
    captions: Path
    judgments: Path
    package: Path


def main(s: Settings) -> None:
    verdicts = {row["image"]: row["verdict"] for row in read_tsv(s.judgments)}
    below = json.loads((s.package / "manifest.json").read_text(encoding="utf-8"))["confidence"]["abstainBelow"]
    rows = [(row["confidence"], verdicts[row["image"]]) for row in read_jsonl(s.captions) if row["image"] in verdicts]
    confidence, judged = np.array([c for c, _ in rows]), [v for _, v in rows]
    curve = truth_over_coverage(confidence, judged)
    shown = int((confidence >= below).sum())
    parts = {"all": len(rows), "the more confident half": len(rows) // 2, "the most confident quarter": len(rows) // 4, f"shown (confidence >= {below})": shown}
    print("| captions | number | " + " | ".join(VERDICTS) + " |\n| --- | ---: | ---: | ---: | ---: |")
    for name, count in parts.items():
        shares = [f"{curve[count - 1][v]:.0%}" if count else "-" for v in VERDICTS]
        print(f"| {name} | {count} | " + " | ".join(shares) + " |")
    right = np.array([v != "false" for v in judged], float)
    print(f"\nexpected calibration error of 'not false': {calibration_error(confidence, right):.3f}")


if __name__ == "__main__":
    main(parse(Settings))
