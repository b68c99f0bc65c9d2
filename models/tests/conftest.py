"""Shared by the Python tests: the training scripts are importable by name, and missing tools or data skip with a reason."""

import shutil
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
TRAINING = REPO / "models" / "training"
sys.path.insert(0, str(TRAINING))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the project's training data; the test is skipped where it is not laid beside the repository."""
    folder = REPO.parent / "shared" / "data"
    if not (folder / "captions.tsv").is_file():
        pytest.skip("the training data (../shared/data) is not here")
    return folder


@pytest.fixture(scope="session")
def java() -> str:
    """The Java binary; the test is skipped where there is none."""
    binary = shutil.which("java")
    if binary is None:
        pytest.skip("java is not installed (METEOR, SPICE and the PTB tokenizer need it)")
    return binary
