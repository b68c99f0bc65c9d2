"""Settings of the training scripts: one frozen dataclass per script, every field overridable as `--key value`.

    @dataclass(frozen=True)
    class Settings:
        data: Path = Path("../shared/data")  # a comment beside a field is the manual of that field
        epochs: int = 8
        resume: bool = False

    if __name__ == "__main__":
        main(parse(Settings))

`--epochs 20`, `--epochs=20`, `--resume` and `--resume false` are understood; underscores and dashes are the same.
`--help` prints the script's docstring and the defaults. An unknown key or a bad value ends with exit code 2 and one line.
"""

import sys
import types
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Sequence, TypeVar, get_args, get_type_hints

S = TypeVar("S")
TRUE, FALSE = {"true", "yes", "1", "on"}, {"false", "no", "0", "off"}


class SettingsError(ValueError):
    """A `--key value` that cannot be used; its message is one line meant for the user."""


def convert(key: str, kind: Any, text: str) -> Any:
    """Turn `text` into `kind` (str, int, float, bool, Path, or one of these `| None`); SettingsError if it is not one."""
    options = [k for k in get_args(kind) if k is not types.NoneType] or [kind]
    if len(options) < len(get_args(kind)) and text.lower() == "none":
        return None
    kind = options[0]
    if kind is bool:
        if text.lower() not in TRUE | FALSE:
            raise SettingsError(f"Expected true or false for --{key} but received '{text}'")
        return text.lower() in TRUE
    try:
        return kind(text)
    except ValueError:
        raise SettingsError(f"Expected a value of type {kind.__name__} for --{key} but received '{text}'") from None


def parse_args(cls: type[S], argv: Sequence[str]) -> S:
    """The settings that `argv` (without the program's name) gives, defaults for the rest; SettingsError on a bad one."""
    hints = get_type_hints(cls)
    values: dict[str, Any] = {}
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise SettingsError(f"Expected --key value but received '{word}'")
        key, equals, text = word[2:].partition("=")
        name = key.replace("-", "_")
        if name not in hints:
            raise SettingsError(f"Unknown setting --{key}; known: {', '.join('--' + f.name for f in fields(cls))}")
        if not equals:
            if hints[name] is bool and (not rest or rest[0].startswith("--")):
                text = "true"
            elif rest:
                text = rest.pop(0)
            else:
                raise SettingsError(f"Expected a value after --{key}")
        values[name] = convert(key, hints[name], text)
    missing = [f.name for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING and f.name not in values]
    if missing:
        raise SettingsError(f"Expected a value for {', '.join('--' + name for name in missing)}")
    return cls(**values)


def describe(cls: type) -> str:
    """One line per setting: `--name type (default)`."""
    hints = get_type_hints(cls)
    lines = []
    for f in fields(cls):
        kind = getattr(hints[f.name], "__name__", str(hints[f.name]))
        default = "required" if f.default is MISSING and f.default_factory is MISSING else f"default {f.default if f.default != '' else '(empty)'}"
        lines.append(f"  --{f.name} {kind} ({default})")
    return "\n".join(lines)


def parse(cls: type[S], argv: Sequence[str] | None = None) -> S:
    """The command line as settings; `--help` prints the script's docstring and defaults and ends, a bad line ends with code 2."""
    argv = sys.argv[1:] if argv is None else argv
    if "--help" in argv or "-h" in argv:
        print((sys.modules[cls.__module__].__doc__ or "").strip() + "\n\nsettings:\n" + describe(cls))
        raise SystemExit(0)
    try:
        return parse_args(cls, argv)
    except SettingsError as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        raise SystemExit(2) from None
