"""Figures of an attributes package on test photos, through onnxruntime and the package's own thresholds.

    python attributes/evaluate_attributes.py --package ../attributes --cache CACHE --photos PHOTOS --data DATA       # a minute

Prints the tables of models/attributes.md: per attribute the share of all photos whose best value is the written one, how many are
answered (coverage), and how many of the answers are right; strictly, and with near-synonyms counted as right (labels.json, `alike`).
Where only the kind of a type is said ("shoes"), that is counted by itself, and right when the written value is one of its members.
"unknown" is a written value too: the best value may be it, and it is never an answer. Then the types of abo and of the 60 x 80
photos, and how often photos of other things are taken for products. Nothing is chosen here: the val photos have been trained
on, cross-validation has chosen.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import json  # noqa: E402

from attribute_data import read_cache  # noqa: E402
from attribute_labels import ATTRIBUTES, LABELS, all_labels, targets_of  # noqa: E402
from attribute_rules import Rule, is_asked, judge  # noqa: E402
from feature_cache import MEAN, STD, thumb_of, view_of  # noqa: E402
from files import REPO  # noqa: E402
from give_features import OUTPUT  # noqa: E402
from sessions import cpu_session  # noqa: E402
from settings import parse  # noqa: E402

STREET = 300  # photos of other things
SPLIT = "test"


@dataclass(frozen=True)
class Settings:
    package: Path = REPO / "models" / "attributes"
    captioner: Path = REPO / "models" / "m2"  # whose encoder gives the features of photos that are not cached
    cache: Path = Path("cache/attributes")
    photos: Path = Path("cache/photos")
    data: Path = REPO.parent / "shared" / "data"


class Package:
    """An attributes package in onnxruntime."""

    def __init__(self, folder: Path):
        self.settings = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["settings"]
        self.session = cpu_session(folder / "attributes.onnx", 1)
        self.names = [o.name for o in self.session.get_outputs()]

    def hear(self, features: np.ndarray, thumb: np.ndarray) -> dict[str, np.ndarray]:
        """Probabilities of each head for features [64, channels] and mean colours uint8 [24, 24, 3]."""
        feeds = {self.settings["input"]: features[None].astype(np.float32), self.settings["colours"]["input"]: thumb.reshape(1, -1, 3).astype(np.float32) / 255}
        return {name: values[0] for name, values in zip(self.names, self.session.run(None, feeds))}

    def rule(self, head: str) -> Rule:
        rules = self.settings["scene"] if head == "scene" else self.settings["attributes"][head]
        return Rule(rules["values"], rules["atLeast"], rules["never"], rules["kinds"])

    def asks(self, head: str, heard: dict[str, np.ndarray]) -> bool:
        return is_asked(head, heard["type"], self.settings["attributes"]["type"]["values"], self.settings.get("onlyFor"))

    def is_product(self, heard: dict[str, np.ndarray]) -> bool:
        return bool(heard[self.settings["product"]["output"]][0] >= self.settings["product"]["atLeast"])


def same_kind(said: str, written: list[str]) -> bool:
    """Equal, near-synonyms, or a kind of which the written value is one."""
    groups = [*LABELS["alike"], *([kind, *members] for kind, members in LABELS["kinds"].items() if said == kind)]
    return said in written or any(said in group and set(written) & set(group) for group in groups)


def row_of(package: Package, head: str, heard: list[dict[str, np.ndarray]], written: list[list[str]]) -> str:
    """A line of the table for the photos that have a label."""
    rule = package.rule(head)
    known = [(answers[head], names) for answers, names in zip(heard, written) if names]
    best = [rule.values[int(p.argmax())] for p, _ in known]
    asked = [package.asks(head, answers) for answers, names in zip(heard, written) if names]
    told = [(judged[0], names) for (p, names), is_asked_of in zip(known, asked) if is_asked_of and (judged := judge(p, rule))]
    exact, kinds = [(t, names) for t, names in told if t not in rule.kinds], [(t, names) for t, names in told if t in rule.kinds]
    share = lambda rights: f"{np.mean(rights):.3f}" if rights else "-"  # noqa: E731
    part = lambda some: f"{len(some) / max(1, len(known)):.2f}"  # noqa: E731
    cells = [
        head, str(len(known)), share([b in names for b, (_, names) in zip(best, known)]), share([same_kind(b, names) for b, (_, names) in zip(best, known)]),
        part(exact), share([t in names for t, names in exact]), share([same_kind(t, names) for t, names in exact]), part(kinds), share([same_kind(t, names) for t, names in kinds]),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main(s: Settings) -> None:
    package, labels = Package(s.package), all_labels(s.data)
    heads = ["| | photos | right | with near-synonyms | answered | of these right | with near-synonyms | only its kind | of these right |", "| --- |" + " ---: |" * 8]
    for group, sources in (("products", ("fashion", "abo")), ("small", ("fashion_small",))):
        images, views, arrays = read_cache(s.cache, (group,))
        thumbs = np.load(s.cache / f"{group}.thumbs.npy")
        for source in sources:
            rows = [i for i, image in enumerate(images) if image.startswith(f"{source}/") and labels[image][0] == SPLIT]
            heard = [package.hear(arrays[0][i], thumbs[i]) for i in rows]
            print(f"\n{source} {SPLIT}, taken for products: {np.mean([package.is_product(h) for h in heard]):.3f}", *heads, sep="\n")
            for head in ATTRIBUTES:
                written = [labels[images[i]][1].get(head, []) for i in rows]
                if any(written):
                    print(row_of(package, head, heard, written))
    manifest = json.loads((s.captioner / "manifest.json").read_text(encoding="utf-8"))
    encoder = cpu_session(s.captioner / manifest["encoder"]["file"], 1)
    street = [image for image, (split, _) in sorted(labels.items()) if split == SPLIT and image.startswith(("coco/", "openstax/"))][:STREET]
    products, scenes = 0, []
    for image in street:
        picture = view_of(s.photos / image, 0)
        planes = ((picture.transpose(2, 0, 1)[None].astype(np.float32) - MEAN) / STD).astype(np.float32)
        heard = package.hear(encoder.run([OUTPUT], {"image": planes})[0][0], thumb_of(picture))
        products += package.is_product(heard)
        if scene := judge(heard["scene"], package.rule("scene")):
            scenes.append((image, scene))
    print(f"\n{len(street)} other photos ({SPLIT}): {products} taken for products; {len(scenes)} with a sport: {scenes}")


if __name__ == "__main__":
    main(parse(Settings))
