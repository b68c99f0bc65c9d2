"""Fresh small repositories of all three layouts with weights no one has seen, for a parity test of the runtime.

    python3 models/training/hub/check.py --out fresh --seed 7        # about a minute

Writes fresh/<layout>/ (as on the hub, with golden.json from transformers' generate()) for vit-gpt2, blip and florence2, on
the photos of test/fixtures/photos, with the tokenizers of test/fixtures/hub: nothing but the repository is needed. Seeds
are tried upwards from --seed until no two candidates of a decision stand closer than 1e-4, so that a difference that a
test finds is a fault and not a coin toss. Prints the seed taken for each.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import make_repository  # noqa: E402
from files import REPO  # noqa: E402
from reference_models import LAYOUTS  # noqa: E402
from settings import parse  # noqa: E402

STYLES = {"florence2": "caption,ocr,object-detection"}


@dataclass(frozen=True)
class Settings:
    out: Path  # one folder for each layout is made in it
    seed: int = 101
    layouts: str = ",".join(LAYOUTS)
    photos: Path = REPO / "test" / "fixtures" / "photos"
    tries: int = 20  # seeds for each layout


def fresh(settings: Settings, layout: str) -> int | None:
    """The first seed whose repository could be written; none if all were ambiguous."""
    for seed in range(settings.seed, settings.seed + settings.tries):
        wanted = make_repository.Settings(
            layout=layout,
            out=settings.out / layout,
            photos=settings.photos,
            seed=seed,
            tokenizer=REPO / "test" / "fixtures" / "hub" / layout,
            styles=STYLES.get(layout, "caption"),
        )
        if make_repository.main(wanted) == 0:
            return seed
    return None


def main(settings: Settings) -> int:
    taken = {layout: fresh(settings, layout) for layout in settings.layouts.split(",")}
    for layout, seed in taken.items():
        print(f"{settings.out / layout}: " + (f"seed {seed}" if seed is not None else "no seed will do"))
    return 1 if None in taken.values() else 0


if __name__ == "__main__":
    raise SystemExit(main(parse(Settings)))
