"""Fetch what SPICE needs beside pycocoevalcap: Stanford CoreNLP 3.6.0 with models, and a JavaScript engine for Java >= 15.

    python3 models/training/get_java_tools.py

pycocoevalcap ships the METEOR 1.5 and SPICE 1.0 jars and the PTB tokenizer, but fetches CoreNLP from a host of its own. Here all of
it comes from Maven Central by Maven, is checked against the digests below and lands in models/.cache/java (390 MB, about a minute).
SPICE 1.0 writes its answer through javax.script, whose engine left Java in version 15; Nashorn as a library brings it back.
Needs Java (tried: 17) and Maven.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from files import cache_folder, sha256_of
from settings import parse

# group:artifact:version[:classifier] -> (file name, sha256)
ARTIFACTS = {
    "edu.stanford.nlp:stanford-corenlp:3.6.0": ("stanford-corenlp-3.6.0.jar", "d341d5863276f55782c5ef73212222d6b3b48e02ae1951ab6de7618d28b12742"),
    "edu.stanford.nlp:stanford-corenlp:3.6.0:models": (
        "stanford-corenlp-3.6.0-models.jar",
        "d285157bd7887ee3018094b5dbae092e49088b023361ccdb550ee1daf9b2c9bd",
    ),
    "org.ow2.asm:asm:7.3.1": ("asm-7.3.1.jar", "2f67e11ceec819ebd88ddee5300aba699b1cbab2e20c22e97cf027d3be93959b"),
    "org.ow2.asm:asm-analysis:7.3.1": ("asm-analysis-7.3.1.jar", "46b8a8efd4b94facb5ab4b35afe30ee0546ae7a43d2c64e6def56c2f168fefa5"),
    "org.ow2.asm:asm-commons:7.3.1": ("asm-commons-7.3.1.jar", "87cd8bb3c6bf6bcbb33fca48060c5065f66ebf6a3d7de9bf18bff51bcf156ebc"),
    "org.ow2.asm:asm-tree:7.3.1": ("asm-tree-7.3.1.jar", "f91a4a8aa868c5c4665bb4fd134019a91f9f8b9216527fba295e3c8b5422b78b"),
    "org.ow2.asm:asm-util:7.3.1": ("asm-util-7.3.1.jar", "182128592742ed4883ac82bf205f137b6bfbe1234c68e6feb13759e75a85b729"),
    "org.openjdk.nashorn:nashorn-core:15.4": ("nashorn-core-15.4.jar", "6f816e84dfd63a81d4eaa7829c08337bbaff3ec683ff3bf6bbd90d017a00dc6f"),
}


class JavaToolsError(RuntimeError):
    """A tool or a jar that METEOR or SPICE needs is missing or damaged; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """Where the jars go; without a folder: models/.cache/java, where metrics.py looks."""

    folder: Path | None = None


def missing(folder: Path) -> list[str]:
    """Coordinates of the jars that are absent or whose digest is another one than pinned."""
    found = []
    for coordinate, (name, digest) in ARTIFACTS.items():
        if not (folder / name).is_file() or sha256_of(folder / name) != digest:
            found.append(coordinate)
    return found


def pom(coordinates: list[str]) -> str:
    """A Maven project that depends on exactly these artifacts."""
    entries = []
    for coordinate in coordinates:
        group, artifact, version, *classifier = coordinate.split(":")
        extra = f"<classifier>{classifier[0]}</classifier>" if classifier else ""
        entries.append(f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>{extra}</dependency>")
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>local</groupId>'
        "<artifactId>java-tools</artifactId><version>1</version><packaging>pom</packaging>"
        f"<dependencies>{''.join(entries)}</dependencies></project>"
    )


def fetch(folder: Path) -> None:
    """Bring the jars that are missing into `folder`; JavaToolsError when Maven fails or a digest differs."""
    wanted = missing(folder)
    if not wanted:
        return
    if shutil.which("mvn") is None:
        raise JavaToolsError("Maven (mvn) is needed to fetch the jars of SPICE")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as project:
        Path(project, "pom.xml").write_text(pom(wanted), encoding="utf-8")
        command = ["mvn", "-q", "-B", "-f", project, "dependency:copy-dependencies", f"-DoutputDirectory={folder.resolve()}", "-DexcludeTransitive=true"]
        if subprocess.run(command, check=False).returncode != 0:
            raise JavaToolsError(f"Maven could not fetch {', '.join(wanted)}")
    still = missing(folder)
    if still:
        raise JavaToolsError(f"Digest differs from the pinned one (or the file is absent): {', '.join(still)}")


def main(settings: Settings) -> None:
    """Fetch, check, and list what is there."""
    folder = settings.folder or cache_folder("java")
    try:
        fetch(folder)
    except JavaToolsError as error:
        sys.exit(str(error))
    print(f"{len(ARTIFACTS)} jars in {folder}, digests as pinned")


if __name__ == "__main__":
    main(parse(Settings))
