"""The attributes head: labels of five sources, folding, thresholds, and the way from a cache to a package on tiny data."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "training" / "attributes"))

import attribute_labels as labels  # noqa: E402
import evaluate_attributes  # noqa: E402
import export_attributes  # noqa: E402
import feature_cache  # noqa: E402
import train_attributes  # noqa: E402
from attribute_head import AttributesHead, HeadConfig, Projection, allowed_loss, pooling  # noqa: E402
from attribute_rules import Rule, calibration_error, is_asked, judge, lower_bound, temperature_of, threshold_of  # noqa: E402
from colour_histogram import BINS, PARTS, ColourHistogram, to_lab  # noqa: E402

CHANNELS = 12
COLOURS = {"t-shirt": (200, 20, 20), "handbag": (20, 20, 200)}


def test_labels_of_the_sources_name_classes_or_leave_several_open():
    row = {"article_type": "Tshirts", "base_colour": "Blue", "gender": "Men", "usage": "Casual", "title": "Acme Men Striped Blue Polo T-shirt"}
    assert labels.catalogue(row)["type"] == ["polo shirt"]
    assert labels.catalogue(row)["pattern"] == ["striped"]
    assert labels.catalogue(row | {"title": "Acme"})["type"] == ["t-shirt", "polo shirt", "jersey", "tank top"]
    assert set(labels.catalogue(row)["colour"]) == {"blue", "light blue", "navy"}
    assert labels.seller({"product_type": "fashionring", "colour": "dark whimsy"}) == {"type": ["ring"], "colour": [], "product": ["yes"], "scene": ["other"]}
    assert labels.labelled({"image": "grocery/a.webp", "label": "Fruit/Apple/Granny-Smith"})["type"] == ["apple"]
    assert labels.labelled({"image": "sports/a.webp", "label": "curling"}) == {"product": ["no"], "scene": ["curling"]}
    assert labels.street(["A man playing tennis."])["scene"] == [] and labels.street(["A cat."])["scene"] == ["other"]


def test_every_class_that_a_label_leaves_open_is_spelt_as_a_class_that_is_written(shared_data):
    found = labels.all_labels(shared_data)
    classes = labels.classes_of(found)
    assert len(classes["colour"]) == 24 and "unknown" in classes["material"] and len(classes["scene"]) == 101
    targets = labels.targets_of(list(found), found, classes)
    fashion = np.array([i.startswith("fashion/") for i in targets.images])
    assert (targets.allowed["type"][fashion].sum(1) <= 1).all()


def test_the_loss_counts_all_allowed_classes_and_photos_with_a_label_only():
    logits = torch.log(torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]]))
    allowed = torch.tensor([[True, True, False], [False, False, False]])
    assert allowed_loss(logits, allowed, torch.ones(2)).item() == pytest.approx(-np.log(0.8), abs=1e-5)
    assert allowed_loss(logits, torch.zeros(2, 3, dtype=torch.bool), torch.ones(2)).item() == 0


def test_a_folded_head_says_what_the_head_says_of_prepared_features():
    rng = np.random.default_rng(0)
    features, colours = rng.normal(size=(3, 64, CHANNELS)).astype(np.float32), rng.random((3, PARTS * PARTS, 3), dtype=np.float32)
    counted = ColourHistogram()(torch.from_numpy(colours)).numpy()
    cells, scale = Projection.whitening(rng.normal(size=(200, CHANNELS)).astype(np.float32), 6), Projection.scaling(counted, 0.02)
    head = AttributesHead(HeadConfig(6), {"type": 4, "colour": 3}).eval()
    with torch.no_grad():
        prepared = head(torch.from_numpy(cells(pooling() @ features)), torch.from_numpy(scale(counted)))
        raw = head.fold(cells, scale)(torch.from_numpy(features), torch.from_numpy(colours))
    for name, values in prepared.items():
        assert torch.allclose(values, raw[name], atol=1e-4)


def test_colours_are_counted_in_lab():
    lab = to_lab(torch.tensor([[1.0, 1.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    assert torch.allclose(lab, torch.tensor([[100.0, 0.0, 0.0], [53.24, 80.09, 67.2], [0.0, 0.0, 0.0]]), atol=0.1)
    white = torch.ones(1, PARTS * PARTS, 3)
    seen, middle = ColourHistogram()(white).split(BINS, 1)
    assert seen.max() < 0.01 and middle.max() > 0.4  # white is no foreground, but the middle is what it is


def test_judging_is_the_runtimes():
    rule = Rule(["shirt", "sneakers", "sports shoes", "unknown"], 0.6, ["unknown"], {"shoes": ["sneakers", "sports shoes"]})
    assert judge(np.array([0.7, 0.1, 0.1, 0.1]), rule) == ("shirt", pytest.approx(0.7))
    assert judge(np.array([0.1, 0.5, 0.3, 0.1]), rule) == ("shoes", pytest.approx(0.8))
    assert judge(np.array([0.5, 0.2, 0.2, 0.1]), rule) is None
    assert judge(np.array([0.1, 0.1, 0.1, 0.7]), rule) is None


def test_some_heads_are_asked_of_some_types_only():
    only_for = {"attributes": ["gender"], "types": ["shirt", "shoes"], "atLeast": 0.5}
    values = ["battery", "shirt", "shoes"]
    assert is_asked("gender", np.array([0.4, 0.3, 0.3]), values, only_for)
    assert not is_asked("gender", np.array([0.6, 0.2, 0.2]), values, only_for)
    assert is_asked("colour", np.array([0.6, 0.2, 0.2]), values, only_for) and is_asked("gender", np.array([1.0, 0, 0]), values, None)


def test_thresholds_and_temperatures_are_those_that_held_out_labels_ask_for():
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.5, 1, 400)
    probabilities = np.stack([sure, 1 - sure], 1)
    right = rng.random(400) < sure  # calibrated
    allowed = np.stack([right, ~right], 1)
    threshold = threshold_of(probabilities, allowed, ["a", "b"], 0.9, 0)
    assert 0.7 < threshold < 0.95 and right[sure >= threshold].mean() >= 0.9
    assert threshold_of(probabilities, allowed, ["a", "b"], 0.9) > threshold  # by its lower bound
    assert threshold_of(probabilities, ~allowed, ["a", "b"], 0.9) == 1.0
    logits = torch.from_numpy(np.log(probabilities))
    assert temperature_of(logits * 2, torch.from_numpy(allowed)) == pytest.approx(2, rel=0.25)


def test_the_lower_bound_is_wilsons_and_nears_the_share():
    low, high = lower_bound(np.array([9, 900]), np.array([10, 1000]), 1.0)
    assert low == pytest.approx(0.7654, abs=1e-3) and high == pytest.approx(0.8901, abs=1e-3)
    assert lower_bound(np.array([9]), np.array([10]), 0)[0] == pytest.approx(0.9)


def test_a_probability_of_nine_tenths_should_be_right_nine_times_of_ten():
    right = np.arange(100) % 10 > 0
    assert calibration_error(np.full(100, 0.9), right) == pytest.approx(0)
    assert calibration_error(np.full(100, 0.6), right) == pytest.approx(0.3)


def tiny_data(folder: Path) -> dict[str, str]:
    """Labels of 120 products of two types and 40 street photos; returns each product's type."""
    fashion = ["image\tsplit\ttype\tcolours\tpattern\tmaterial\tfit\tgender\tarticle_type\tbase_colour\tusage"]
    types = {}
    for i in range(120):
        kind = list(COLOURS)[i % 2]
        image, split = f"fashion/{i}.jpg", "test" if i % 6 == 0 else "train"
        types[image] = kind
        colour, article = ("red", "Tshirts") if kind == "t-shirt" else ("blue", "Handbags")
        fashion.append(f"{image}\t{split}\t{kind}\t{colour}\tsolid\tunknown\tregular\tMen\t{article}\t{colour.title()}\tCasual")
    (folder / "fashion_attributes.tsv").write_text("\n".join(fashion))
    (folder / "captions.tsv").write_text("image\tsplit\torigin\tcaption\n" + "\n".join(f"coco/{i}.jpg\ttrain\tcoco\tA cat." for i in range(40)))
    (folder / "labels.tsv").write_text("image\tsplit\tlabel\n" + "\n".join(f"sports/{i}.webp\ttrain\tcurling" for i in range(10)))
    (folder / "abo_attributes.tsv").write_text("image\tsplit\ttitle\tproduct_type\tcolour\tkeywords\nabo/1.webp\ttrain\tx\tring\tred\tx\nabo/2.webp\ttrain\tx\tring\tred\tx")
    header = "image\tsplit\tgender\tcategory\tsub_category\tarticle_type\tbase_colour\tseason\tusage\ttitle"
    (folder / "fashion_small_attributes.tsv").write_text(header + "\nfashion_small/1.jpg\ttrain\tMen\tx\tx\tTshirts\tRed\tFall\tCasual\tAcme")
    return types


def tiny_cache(folder: Path, data: Path) -> None:
    """Features that tell the type, the product and nothing else."""
    types, rng = tiny_data(data), np.random.default_rng(0)
    images = [*types, "abo/1.webp", "abo/2.webp", *(f"coco/{i}.jpg" for i in range(40)), *(f"sports/{i}.webp" for i in range(10))]
    for group, names in (("products", images), ("views", ["fashion/1.jpg"]), ("small", ["fashion_small/1.jpg"])):
        features = rng.normal(size=(len(names), 64, CHANNELS)).astype(np.float16)
        thumbs = rng.integers(0, 60, (len(names), PARTS, PARTS, 3)).astype(np.uint8)
        for i, name in enumerate(names):
            features[i, :, ("coco/" in name) + 2 * ("sports/" in name) + 3 * (types.get(name) == "handbag")] += 4
            thumbs[i] += np.array(COLOURS.get(types.get(name, ""), (90, 90, 90)), np.uint8) // 2
        np.save(folder / f"{group}.npy", features)
        np.save(folder / f"{group}.thumbs.npy", thumbs)
        (folder / f"{group}.ids.txt").write_text("\n".join(f"{name} {int(group == 'views')}" for name in names))


def test_from_a_cache_to_a_package_that_knows_its_types(tmp_path, capsys):
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    cache.mkdir()
    tiny_cache(cache, data)
    checkpoint, out = tmp_path / "head.pt", tmp_path / "attributes"
    train_attributes.main(train_attributes.Settings(cache=cache, data=data, out=checkpoint, kept=CHANNELS, width=16, epochs=30, batch=32, folds=3, heads=2))
    assert "all folds, 100 written photos: type 1.000" in capsys.readouterr().out
    export_attributes.main(export_attributes.Settings(checkpoint=checkpoint, data=data, out=out))
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["kind"] == "attributes" and manifest["settings"]["attributes"]["material"]["never"] == ["unknown"]
    assert manifest["settings"]["onlyFor"]["types"] == ["handbag", "jersey", "polo shirt", "t-shirt", "tank top"]
    package = evaluate_attributes.Package(out)
    images, _, (features,) = evaluate_attributes.read_cache(cache, ("products",))
    thumbs = np.load(cache / "products.thumbs.npy")
    heard = [package.hear(features[i], thumbs[i]) for i in range(len(images))]
    test = [i for i in range(0, 120, 6)]
    assert [judge(heard[i]["type"], package.rule("type"))[0] for i in test] == [list(COLOURS)[i % 2] for i in test]
    assert package.is_product(heard[0]) and not package.is_product(heard[images.index("coco/3.jpg")])
    assert "1.000" in evaluate_attributes.row_of(package, "type", [heard[i] for i in test], [["t-shirt"] if i % 2 == 0 else ["handbag"] for i in test])


def test_kinds_and_near_synonyms_count_where_that_is_told():
    assert evaluate_attributes.same_kind("sneakers", ["casual shoes"]) and evaluate_attributes.same_kind("shoes", ["golf shoes"])
    assert not evaluate_attributes.same_kind("shoes", ["handbag"]) and not evaluate_attributes.same_kind("shirt", ["dress"])


def test_views_are_the_same_each_time_and_differ(tmp_path):
    from PIL import Image

    path = tmp_path / "a.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 60, 3), dtype=np.uint8)).save(path)
    once, again, other = (feature_cache.view_of(path, view) for view in (1, 1, 2))
    assert np.array_equal(once, again) and not np.array_equal(once, other)
    assert feature_cache.thumb_of(once).shape == (PARTS, PARTS, 3)
