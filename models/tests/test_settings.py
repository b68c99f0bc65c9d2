"""The `--key value` settings of the training scripts."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from settings import SettingsError, parse, parse_args


@dataclass(frozen=True)
class Example:
    """One field of each kind that scripts use."""

    data: Path = Path("data")
    name: str = "m2"
    epochs: int = 8
    rate: float = 1e-3
    resume: bool = False
    init: Path | None = None


def test_defaults_and_overrides():
    assert parse_args(Example, []) == Example()
    given = parse_args(Example, ["--data", "x/y", "--epochs=3", "--rate", "3e-4", "--resume", "--init", "p"])
    assert given == Example(Path("x/y"), "m2", 3, 3e-4, True, Path("p"))


def test_flags_take_a_value_or_none():
    assert parse_args(Example, ["--resume", "false", "--init", "none"]) == Example()
    assert parse_args(Example, ["--resume", "--name", "updown"]) == Example(resume=True, name="updown")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--epoch", "3"], "Unknown setting --epoch"),
        (["--epochs", "many"], "type int for --epochs"),
        (["--resume", "maybe"], "true or false for --resume"),
        (["--epochs"], "a value after --epochs"),
        (["epochs"], "Expected --key value"),
    ],
)
def test_says_what_is_wrong(argv, said):
    with pytest.raises(SettingsError, match=said):
        parse_args(Example, argv)


def test_help_prints_the_manual_and_the_defaults(capsys):
    with pytest.raises(SystemExit) as end:
        parse(Example, ["--help"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert "settings of the training scripts" in out and "--epochs int (default 8)" in out


def test_a_bad_line_ends_with_code_2(capsys):
    with pytest.raises(SystemExit) as end:
        parse(Example, ["--nope", "1"])
    assert end.value.code == 2
    assert "Unknown setting --nope" in capsys.readouterr().err
