"""The summary of .ci/run: every failure is named and counted once, whatever kind of report it comes from, and the last line has the numbers."""

import json
import subprocess
import sys
from pathlib import Path

SUMMARY = Path(__file__).resolve().parents[2] / ".ci" / "summary.py"


def told(*arguments):
    """Lines and exit status."""
    done = subprocess.run([sys.executable, SUMMARY, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.splitlines(), done.returncode


def vitest(path, *files):
    """Writes a report of files, each with statuses and messages of its tests, or with the message that it did not run at all."""
    results, all_tests = [], []
    for name, content in files:
        tests = [] if isinstance(content, str) else [{"status": s, "fullName": f"does {i}", "failureMessages": [m] if m else []} for i, (s, m) in enumerate(content)]
        failed = isinstance(content, str) or any(test["status"] == "failed" for test in tests)
        results.append({"name": str(Path.cwd() / "test" / name), "status": "failed" if failed else "passed", "message": content if isinstance(content, str) else "", "assertionResults": tests})
        all_tests += tests
    count = {status: sum(test["status"] == status for test in all_tests) for status in ("passed", "failed", "pending")}
    numbers = {"numPassedTests": count["passed"], "numFailedTests": count["failed"], "numPendingTests": count["pending"], "numTodoTests": 0}
    path.write_text(json.dumps({**numbers, "testResults": results}))
    return path


JUNIT = """<?xml version="1.0"?><testsuites><testsuite tests="4" failures="1" errors="1" skipped="1">
<testcase classname="models.tests.test_a" name="test_right"/>
<testcase classname="models.tests.test_a" name="test_left_out"><skipped message="no java"/></testcase>
<testcase classname="models.tests.test_a" name="test_wrong"><failure message="assert 1 == 2&#10;more">trace</failure></testcase>
<testcase classname="" name="models.tests.test_b"><error message="collection failure">no module named x</error></testcase>
</testsuite></testsuites>"""


def test_nothing_failed(tmp_path):
    quick = vitest(tmp_path / "a.json", ("a.test.ts", [("passed", "")] * 3))
    assert told(f"npm cit={quick}", f"npm run slow={tmp_path / 'absent.json'}") == (["3 passed, 0 failed"], 0)


def test_each_kind_of_failure_is_named_with_its_first_lines(tmp_path):
    quick = vitest(tmp_path / "a.json", ("x/a.test.ts", [("passed", ""), ("failed", "AssertionError: \x1b[31mexpected\x1b[0m 1\n\n    at here\n    at file:///x/node_modules/vitest/a.js:1"), ("pending", "")]))
    junit, figures = tmp_path / "b.xml", tmp_path / "c.json"
    junit.write_text(JUNIT)
    figures.write_text(json.dumps([{"name": "events", "figure": "6", "holds": True, "seconds": 9}, {"name": "poison", "figure": "14", "holds": False, "seconds": 5, "lastLines": "3/4"}]))
    lines, code = told(f"npm cit={quick}", f"Python tests={junit}", f"npm run reliability={figures}", "--failed", "npm cit", "Python tests", "npm run reliability")
    assert code == 1
    assert lines == [
        "FAILED  npm cit: test/x/a.test.ts > does 1",
        "    AssertionError: expected 1",
        "        at here",
        "FAILED  Python tests: models.tests.test_a::test_wrong",
        "    assert 1 == 2",
        "    more",
        "FAILED  Python tests: models.tests.test_b",
        "    collection failure",
        "FAILED  npm run reliability: test/reliability/poison.ts (figure 14) after 5 s",
        "    3/4",
        "3 passed, 4 failed, 2 skipped",
    ]


def test_a_step_that_failed_without_a_failed_test_counts_as_one(tmp_path):
    quick = vitest(tmp_path / "a.json", ("a.test.ts", [("passed", "")]))
    lines, code = told(f"npm cit={quick}", f"npm run web={tmp_path / 'absent.json'}", "--failed", "npm cit", "npm run web", "linter of the Dockerfile")
    assert code == 1
    assert [line for line in lines if line.startswith("FAILED")] == ["FAILED  npm cit", "FAILED  npm run web", "FAILED  linter of the Dockerfile"]
    assert lines[-1] == "1 passed, 3 failed"


def test_a_file_that_did_not_run_counts_as_one(tmp_path):
    quick = vitest(tmp_path / "a.json", ("a.test.ts", "SyntaxError: no"), ("b.test.ts", [("passed", "")]))
    lines, code = told(f"npm cit={quick}", "--failed", "npm cit")
    assert (lines, code) == (["FAILED  npm cit: test/a.test.ts", "    SyntaxError: no", "1 passed, 1 failed"], 1)


def test_half_a_report_is_a_failure(tmp_path):
    half = tmp_path / "a.json"
    half.write_text('{"numPassedTests": 3, "test')
    lines, code = told(f"npm cit={half}")
    assert code == 1 and lines[0] == "FAILED  npm cit" and "cannot be read" in lines[1] and lines[-1] == "0 passed, 1 failed"


def test_many_failures_and_long_messages_are_bounded_but_counted(tmp_path):
    long = "\n".join("x" * 1000 for _ in range(50))
    quick = vitest(tmp_path / "a.json", ("a.test.ts", [("failed", long)] * 100))
    lines, _ = told(f"npm cit={quick}", "--failed", "npm cit")
    assert len(lines) < 500 and max(map(len, lines)) < 400
    assert lines[-2:] == ["and 60 more", "0 passed, 100 failed"]
