"""The TypeScript runtime says what transformers says: repositories that no one has seen, and weights that were exported by command."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

for package in ("transformers", "optimum", "onnxruntime"):
    pytest.importorskip(package, reason="models/training/requirements-hub.txt is not installed")

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "models" / "training" / "hub"))

import check  # noqa: E402
import export_repository  # noqa: E402
from reference_models import LAYOUTS, build  # noqa: E402

FIXTURES = REPO / "test" / "fixtures" / "hub"
SEED = 1009


def sentences(*repositories: Path) -> str:
    """What the comparison prints; it ends with an error where one sentence differs."""
    npm = shutil.which("npm")
    if npm is None or not (REPO / "node_modules").is_dir():
        pytest.skip("npm ci was not run")
    done = subprocess.run([npm, "run", "-s", "bench", "--", "--parity", *map(str, repositories)], cwd=REPO, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_fresh_repositories_say_the_same_in_typescript(tmp_path):
    assert check.main(check.Settings(out=tmp_path, seed=SEED)) == 0
    lines = sentences(*(tmp_path / layout for layout in LAYOUTS)).splitlines()
    assert len(lines) == 10  # two beam widths; three styles of Florence-2
    assert all(" 6 of 6 sentences equal" in line for line in lines)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_exported_weights_say_the_same_in_typescript(layout, tmp_path):
    source, out = tmp_path / "source", tmp_path / "out"
    shutil.copytree(FIXTURES / layout, source, ignore=shutil.ignore_patterns("onnx", "golden.json"))
    seed = {"vit-gpt2": 5, "blip": 1, "florence2": 3}[layout]  # of the committed repositories
    build(layout, "small", seed).save_pretrained(source)
    assert export_repository.main(export_repository.Settings(model=str(source), out=out)) == 0
    shutil.copyfile(FIXTURES / layout / "golden.json", out / "golden.json")
    assert " 6 of 6 sentences equal" in sentences(out)


def test_other_architectures_are_refused(tmp_path):
    shutil.copytree(FIXTURES / "blip", tmp_path / "source")
    config = tmp_path / "source" / "config.json"
    config.write_text(config.read_text(encoding="utf-8").replace('"model_type": "blip",', '"model_type": "bert",'), encoding="utf-8")
    with pytest.raises(SystemExit, match="bert"):
        export_repository.main(export_repository.Settings(model=str(tmp_path / "source"), out=tmp_path / "out"))
