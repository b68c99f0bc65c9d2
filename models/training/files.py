"""Folders, result files and digests that the training scripts share. Caches live in models/.cache, which ignores itself."""

import hashlib
import json
from pathlib import Path
from typing import Any, Iterable

REPO = Path(__file__).resolve().parents[2]
READ_BYTES = 1 << 20


def cache_folder(name: str) -> Path:
    """models/.cache/<name>, made on first use; the cache folder carries its own .gitignore."""
    cache = REPO / "models" / ".cache"
    folder = cache / name
    folder.mkdir(parents=True, exist_ok=True)
    ignore = cache / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return folder


def write_tsv(path: Path, header: list[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write rows tab-separated under a header; tabs and line breaks inside a value become spaces."""
    lines = ["\t".join(header)]
    lines += ["\t".join(" ".join(str(value).split()) for value in row) for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """One JSON object per line; empty lines are passed over."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write one JSON object per line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def sha256_of(path: Path) -> str:
    """The file's SHA-256 as lower-case hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(READ_BYTES):
            digest.update(block)
    return digest.hexdigest()
