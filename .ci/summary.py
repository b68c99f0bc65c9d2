"""Sums the reports of .ci/run: names what failed, with the first lines of why, then says "N passed, N failed" in the last line.

    python3 .ci/summary.py STEP=REPORT... [--failed STEP...]

REPORT is vitest's JSON, pytest's junit XML (*.xml) or what test/reliability/run.ts writes (a list); one that is not there has no tests. A step
that failed without a failed test in its report (a linter, the compiler, the coverage, an install) counts as one failure. Ends with 0 only when nothing
failed. Needs Python alone, as it also tells of an install that failed.
"""

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

MAX_LINES = 8  # of each failure's message
MAX_COLUMNS = 300  # of each of these lines
MAX_FAILURES = 40  # that are shown; all are counted
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass
class Report:
    """What a step's tests came to; `failures` are names and messages."""

    passed: int = 0
    skipped: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)


def of_vitest(text: str) -> Report:
    """A file that could not be read or whose hooks failed counts as one failure when none of its tests does."""
    found = json.loads(text)
    report = Report(found["numPassedTests"], found["numPendingTests"] + found.get("numTodoTests", 0))
    for file in found["testResults"]:
        path = Path(file["name"])
        name = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
        wrong = [test for test in file["assertionResults"] if test["status"] == "failed"]
        report.failures += [(f"{name} > {test['fullName']}", "\n".join(test["failureMessages"] or [])) for test in wrong]
        if file["status"] == "failed" and not wrong:
            report.failures.append((name, file.get("message") or ""))
    return report


def of_junit(text: str) -> Report:
    report = Report()
    for case in ElementTree.fromstring(text).iter("testcase"):
        wrong = [child for child in case if child.tag in ("failure", "error")]
        if wrong:
            name = "::".join(filter(None, (case.get("classname"), case.get("name"))))
            report.failures.append((name, wrong[0].get("message") or wrong[0].text or ""))
        elif case.find("skipped") is not None:
            report.skipped += 1
        else:
            report.passed += 1
    return report


def of_reliability(text: str) -> Report:
    figures = json.loads(text)
    missed = [figure for figure in figures if not figure["holds"]]
    failures = [(f"test/reliability/{f['name']}.ts (figure {f['figure']}) after {f['seconds']} s", f.get("lastLines", "")) for f in missed]
    return Report(len(figures) - len(missed), 0, failures)


def read_report(path: Path) -> Report:
    """@raises ValueError or KeyError when it is no whole report, as after a kill."""
    if not path.is_file():
        return Report()
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".xml":
        return of_junit(text)
    return of_reliability(text) if text.lstrip().startswith("[") else of_vitest(text)


def beginning(message: str) -> str:
    """The first lines that say something; the test runner's own part of a stack says nothing."""
    told = (line for line in ANSI.sub("", message).splitlines() if line.strip() and "/node_modules/vitest/" not in line)
    lines = [line.rstrip()[:MAX_COLUMNS] for line in told]
    return "".join(f"\n    {line}" for line in lines[:MAX_LINES])


def summary(reports: dict[str, Path], failed_steps: list[str]) -> tuple[str, int]:
    """The words, and how much failed."""
    passed = skipped = 0
    failures: list[tuple[str, str]] = []
    for step in [*reports, *(step for step in failed_steps if step not in reports)]:
        why = "the step failed without a failed test: see its output above"
        try:
            report = read_report(reports[step]) if step in reports else Report()
        except (ValueError, KeyError, ElementTree.ParseError) as cause:
            report, why = Report(), f"its report cannot be read ({cause!r})"
            failed_steps = [*failed_steps, step]
        passed, skipped = passed + report.passed, skipped + report.skipped
        failures += [(f"{step}: {name}", message) for name, message in report.failures]
        if step in failed_steps and not report.failures:
            failures.append((step, why))
    lines = [f"FAILED  {name}{beginning(message)}" for name, message in failures[:MAX_FAILURES]]
    if len(failures) > MAX_FAILURES:
        lines.append(f"and {len(failures) - MAX_FAILURES} more")
    lines.append(f"{passed} passed, {len(failures)} failed" + (f", {skipped} skipped" if skipped else ""))
    return "\n".join(lines), len(failures)


def main(argv: list[str]) -> int:
    cut = argv.index("--failed") if "--failed" in argv else len(argv)
    reports = {step: Path(path) for step, _, path in (pair.rpartition("=") for pair in argv[:cut])}
    words, failed = summary(reports, argv[cut + 1 :])
    print(words)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
