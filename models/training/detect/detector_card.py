"""The figures of the objects package, named, for its manifest and its model card (card.md)."""

import json
from pathlib import Path

def card_of(version: str, metrics: list[dict], difference: float) -> str:
    """MODEL_CARD.md."""
    template = (Path(__file__).parent / "card.md").read_text(encoding="utf-8")
    rows = "\n".join(f"| {m['name']} | {m['photos']} | {m['value']:.3f} | {format(m['teacher'], '.3f') if 'teacher' in m else '-'} |" for m in metrics)
    return template.format(version=version, difference=f"{difference:.1e}", figures=rows)


FIGURES = [  # name, where it is in the JSON of evaluate_detector.py, which photos
    ("mAP50, val and test photos with boxes of all classes", "valAndTestBoxes.mAP50", "both"),
    ("mAP 0.5:0.95, the same photos", "valAndTestBoxes.mAP", "both"),
    ("mAP50, their test photos alone", "test.mAP50", "boxes"),
    ("AP50 of persons, test", "test.personAP50", "persons"),
    ("people counted within 1, test", "test.peopleWithinOne", "persons"),
    ("precision of tags against people's nouns, test", "test.tagPrecision", "nouns"),
    ("recall of tags against people's nouns, test", "test.tagRecall", "nouns"),
    ("told objects that are right (IoU at least 0.5), test", "test.precisionOfTold", "boxes"),
    ("calibration error of told objects, test", "test.calibrationError", "boxes"),
    ("products found and of the right class, test", "test.products.productRight", "products"),
    ("their first colour right, test", "test.products.colour", "products"),
    ("their pattern right, test", "test.products.pattern", "products"),
    ("their material right, test", "test.products.material", "products"),
]


def figure_at(figures: dict, path: str) -> float | None:
    """`test.mAP50` of nested figures; None when there is none."""
    for part in path.split("."):
        figures = figures.get(part, {}) if isinstance(figures, dict) else {}
    return round(figures, 4) if isinstance(figures, float) else None


def metrics_of(figures: Path, teacher_figures: Path) -> list[dict]:
    """The figures of two JSON files, named; the teacher's beside them where it has any. No file: none."""
    if not figures.name:
        return []
    mine = json.loads(figures.read_text(encoding="utf-8"))
    theirs = json.loads(teacher_figures.read_text(encoding="utf-8")) if teacher_figures.name else {}
    photos = mine["test"]["photos"] | {"both": mine["val"]["photos"]["boxes"] + mine["test"]["photos"]["boxes"]}
    metrics = []
    for name, path, kind in FIGURES:
        value, teacher = figure_at(mine, path), figure_at(theirs, path)
        if value is not None:
            metrics.append({"name": name, "photos": photos[kind], "value": value} | ({} if teacher is None or kind == "products" else {"teacher": teacher}))
    return metrics
