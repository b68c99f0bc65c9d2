"""The parts of the COCO caption evaluation that run on Java: PTB tokenizer, METEOR 1.5, SPICE 1.0 (jars of pycocoevalcap).

SPICE is started here rather than by pycocoevalcap's wrapper: that one fetches CoreNLP by itself, writes into site-packages and
wants 8 GB. Parsed captions are kept in models/.cache/spice, so that references are parsed once (516 x 5: about a minute on
two cores). The jars, the options and so the scores are the reference ones.
"""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import pycocoevalcap.spice
from pycocoevalcap.meteor.meteor import Meteor
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

from files import cache_folder
from get_java_tools import JavaToolsError, missing

SPICE_HEAP = "3G"
SPICE_MAIN = "edu.anu.spice.SpiceScorer"
# The cache writes objects by reflection into these packages, which Java >= 16 closes.
OPENED = ["java.lang", "java.util", "java.util.concurrent", "java.math", "java.net", "java.text", "java.io"]


def has_java() -> bool:
    """Whether a Java binary is on the path."""
    return shutil.which("java") is not None


def spice_obstacle() -> str | None:
    """Why SPICE cannot run here (one line), or None when it can."""
    if not has_java():
        return "java is not installed"
    if missing(cache_folder("java")):
        return "its jars are not there: run models/training/get_java_tools.py"
    return None


@contextlib.contextmanager
def utf8_java() -> Iterator[None]:
    """Java started inside reads and writes UTF-8 whatever the locale (before Java 18 the locale decides)."""
    before = os.environ.get("JDK_JAVA_OPTIONS")
    os.environ["JDK_JAVA_OPTIONS"] = f"{before or ''} -Dfile.encoding=UTF-8".strip()
    try:
        yield
    finally:
        if before is None:
            del os.environ["JDK_JAVA_OPTIONS"]
        else:
            os.environ["JDK_JAVA_OPTIONS"] = before


def tokenize_ptb(captions: dict[str, list[str]]) -> dict[str, list[str]]:
    """Each caption as Penn Treebank tokens joined by spaces: lower case, without punctuation; {key: [caption]} -> the same keys."""
    if not has_java():
        raise JavaToolsError("The PTB tokenizer needs java; use the tokenizer 'plain' where there is none")
    # One line per caption: every other line break (U+2028 ..) would shift all captions after it. A lone full stop becomes empty.
    lines = {key: [{"caption": " ".join(text.split()) or "."} for text in texts] for key, texts in captions.items()}
    with utf8_java(), open(os.devnull, "w") as quiet, redirected_stderr(quiet.fileno()):
        return PTBTokenizer().tokenize(lines)


@contextlib.contextmanager
def redirected_stderr(target: int) -> Iterator[None]:
    """Sends what child processes write to stderr elsewhere (the tokenizer reports its speed there)."""
    kept = os.dup(2)
    os.dup2(target, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def meteor(references: dict[str, list[str]], captions: dict[str, str]) -> tuple[float, list[float]]:
    """METEOR 1.5 of tokenised captions: corpus score and one score per key, in the keys' order."""
    with utf8_java():
        scorer = Meteor()
    return scorer.compute_score(references, {key: [text] for key, text in captions.items()})


def spice(references: dict[str, list[str]], captions: dict[str, str], threads: int = 2) -> tuple[float, list[float]]:
    """SPICE 1.0 (F over scene-graph tuples) of tokenised captions: mean and one score per key, in the keys' order."""
    obstacle = spice_obstacle()
    if obstacle:
        raise JavaToolsError(f"SPICE cannot run: {obstacle}")
    keys = list(captions)
    home = Path(pycocoevalcap.spice.__file__).parent
    classpath = os.pathsep.join([str(home / "spice-1.0.jar"), str(home / "lib" / "*"), str(cache_folder("java") / "*")])
    opened = [part for package in OPENED for part in ("--add-opens", f"java.base/{package}=ALL-UNNAMED")]
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder, "in.json"), Path(folder, "out.json")
        # A caption without a word has no tuples; "." parses where an empty text would not.
        items = [{"image_id": i, "test": captions[key] or ".", "refs": [r or "." for r in references[key]]} for i, key in enumerate(keys)]
        given.write_text(json.dumps(items), encoding="utf-8")
        command = ["java", *opened, f"-Xmx{SPICE_HEAP}", "-cp", classpath, SPICE_MAIN, str(given), "-out", str(answer)]
        command += ["-cache", str(cache_folder("spice")), "-subset", "-silent", "-threads", str(threads)]
        with utf8_java():
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0 or not answer.exists():
            raise JavaToolsError(f"SPICE failed: {done.stderr.strip()[-600:]}")
        scored = {item["image_id"]: item["scores"]["All"]["f"] for item in json.loads(answer.read_text(encoding="utf-8"))}
    scores = [float(scored[i]) for i in range(len(keys))]
    return mean(scores), scores
