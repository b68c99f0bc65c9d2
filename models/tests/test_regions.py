"""Regions as picture features, the trainer that keeps everything on one device, and what is taken along of its runs."""

import json
from dataclasses import replace
from pathlib import Path

import collect_regions
import numpy as np
import pytest
import torch
from captioners import known_captioner
from detect.two_stage import starting_detector
from device_data import Captions, load_views
from export import load_captioner
from files import write_tsv
from greedy import greedy_captions, pack_weights, unpack_weights
from region_features import package_encoder, view_of
from regions import REGIONS, RegionEncoder, place_of, pool_cells, with_whole
from small import KINDS, VOCABULARY, data_folder, small_model
from text import PAD
from train_regions import Settings, Trainer, main


def averaged_by_hand(grid, box, side: int, fine: int = 240):
    """The mean of the cells under a box, by looking up the cell of many points."""
    x, y = (np.linspace(a, b, fine, endpoint=False) + (b - a) / fine / 2 for a, b in ((box[0], box[2]), (box[1], box[3])))
    cells = (np.minimum(y * side, side - 1).astype(int)[:, None] * side + np.minimum(x * side, side - 1).astype(int)).flatten()
    return grid[cells].mean(0)


def test_a_region_is_the_mean_of_its_cells_by_area():
    grid = torch.randn(2, 64, 5)
    boxes = torch.tensor([[0.1, 0.2, 0.7, 0.95], [0.0, 0.0, 1.0, 1.0], [0.25, 0.5, 0.5, 0.75]]).expand(2, 3, 4)
    pooled = pool_cells(grid, boxes)
    for n in range(2):
        for r in range(3):
            assert np.allclose(pooled[n, r], averaged_by_hand(grid[n].numpy(), boxes[n, r].numpy(), 8), atol=0.02)
    assert torch.allclose(pooled[:, 1], grid.mean(1), atol=1e-5)


def test_a_box_narrower_than_a_cell_takes_the_width_of_one_and_stays_finite():
    grid = torch.randn(1, 64, 3)
    pooled = pool_cells(grid, torch.tensor([[[0.4375, 0.4375, 0.4375, 0.4375], [1.0, 1.0, 1.0, 1.0]]]))
    assert torch.allclose(pooled[0, 0], grid[0, 3 * 8 + 3], atol=1e-5) and torch.allclose(pooled[0, 1], grid[0, 63], atol=1e-5)


def test_the_whole_picture_comes_first_and_stands_in_for_missing_regions():
    valid = torch.tensor([[True, True, False]])
    found = {"boxes": torch.rand(1, 3, 4), "features": torch.randn(1, 3, 6), "classes": torch.rand(1, 3, 4), "valid": valid}
    whole = with_whole(found)
    assert torch.equal(whole["boxes"][0, [0, 3]], torch.tensor([[0.0, 0, 1, 1]] * 2)) and torch.equal(whole["boxes"][:, 1:3], found["boxes"][:, :2])
    assert torch.allclose(whole["features"][0, 0], found["features"][0, :2].mean(0)) and torch.equal(whole["features"][0, 3], whole["features"][0, 0])
    assert torch.equal(whole["classes"][0, 0], found["classes"][0, :2].amax(0))


def test_a_picture_without_any_region_is_the_whole_picture_only():
    found = {"boxes": torch.rand(1, 2, 4), "features": torch.randn(1, 2, 6), "classes": torch.rand(1, 2, 4), "valid": torch.zeros(1, 2, dtype=torch.bool)}
    whole = with_whole(found)
    assert torch.isfinite(whole["features"]).all() and torch.equal(whole["boxes"][0], torch.tensor([[0.0, 0, 1, 1]] * 3))


def test_the_place_says_box_size_area_and_whether_it_is_the_whole():
    place = place_of(torch.tensor([[[0.0, 0.0, 1.0, 1.0], [0.25, 0.5, 0.75, 1.0]]]))
    assert place[0].tolist() == [[0, 0, 1, 1, 1, 1, 1, 1], [0.25, 0.5, 0.75, 1, 0.5, 0.5, 0.25, 0]]


def test_views_are_the_picture_its_mirror_and_crops():
    pictures = torch.rand(6, 3, 16, 16)
    random = torch.Generator().manual_seed(0)
    assert torch.equal(view_of(pictures, 0, random), pictures) and torch.equal(view_of(pictures, 1, random), pictures.flip(-1))
    crops = view_of(pictures, 2, random)
    assert crops.shape == pictures.shape and crops.min() >= pictures.min() - 1e-6 and crops.max() <= pictures.max() + 1e-6
    assert all(not torch.allclose(c, p) for c, p in zip(crops, pictures))
    assert torch.equal(crops, view_of(pictures, 2, torch.Generator().manual_seed(0)))


@pytest.fixture(scope="module")
def captions():
    lists = [[("coco", "a dog"), ("alt", "the red cat sits"), ("coco", "a bird runs")], [("written", "green grass")]]
    return lists, Captions.of(lists, [5, 2], VOCABULARY, 18, "cpu")


def test_captions_are_drawn_by_photo_each_once(captions):
    lists, all_of_them = captions
    inputs, targets = all_of_them.draw(torch.tensor([0, 1, 0]), 2)
    assert inputs.shape[0] == 6 and (targets[3] == PAD).all()  # the photo with one caption has no second
    for photo, (one, other) in zip((0, 0), (targets[:2], targets[4:])):
        said = [VOCABULARY.decode(t.tolist()) for t in (one, other)]
        assert len(set(said)) == 2 and set(said) <= {c for _, c in lists[photo]}
    assert VOCABULARY.decode(targets[2].tolist()) == "green grass" and inputs[2, 0] == VOCABULARY.start("written")


def test_every_caption_of_a_photo_is_drawn_some_time(captions):
    torch.manual_seed(0)
    drawn = {VOCABULARY.decode(captions[1].draw(torch.tensor([0]), 1)[1][0].tolist()) for _ in range(60)}
    assert drawn == {"a dog", "the red cat sits", "a bird runs"}


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_greedy_captions_are_the_likeliest_words_one_by_one(kind):
    model, regions = small_model(kind), torch.randn(2, 9, 12)
    said = greedy_captions(model, regions, 3, 4)
    for row in range(2):
        tokens = torch.cat([torch.tensor([3]), said[row, :-1]])
        logits = model.decode([m[row : row + 1] for m in model.encode(regions)], tokens[None])[0]
        logits[:, [PAD, 2, 3, 4, 5]] = float("-inf")
        assert torch.equal(logits.argmax(1), said[row])


def test_packed_weights_are_as_good_as_int8_and_packing_twice_changes_nothing():
    weights = {"big": torch.randn(96, 80), "small": torch.randn(8), "table": torch.randn(4, 4)}
    once = unpack_weights(pack_weights(weights))
    step = weights["big"].abs().amax(1, keepdim=True) / 127
    assert ((once["big"] - weights["big"]).abs() <= step * 0.501).all() and torch.equal(once["small"], weights["small"]) and torch.equal(once["table"], weights["table"])
    assert torch.allclose(unpack_weights(pack_weights(once))["big"], once["big"], atol=1e-6) and pack_weights(weights)["big"][0].dtype == torch.int8


@pytest.fixture
def settings(tmp_path):
    """Thirty photos, random features of both kinds in two views, the smallest model."""
    names = data_folder(tmp_path)
    VOCABULARY.save(tmp_path / "vocabulary.json")
    for view in (0, 1):
        for kind, cells, channels in (("grid", 9, 12), ("regions", 5, 16)):
            np.save(tmp_path / f"{kind}-{view}.npy", np.random.default_rng(view).normal(size=(len(names), cells, channels)).astype(np.float16))
            (tmp_path / f"{kind}-{view}.ids.txt").write_text("\n".join(names), encoding="utf8")
    return Settings(data=tmp_path, features=tmp_path, views="0,1", vocabulary=tmp_path / "vocabulary.json", out=tmp_path / "runs" / "a", width=32, decoder_layers=1, warm=0, epochs=8, batch=6, warmup=5, rate=1e-2)


@pytest.mark.parametrize(("model", "kind", "shape"), [("m2", "grid", (9, 12)), ("updown", "regions", (5, 16)), ("m2", "both", (14, 16))])
def test_a_run_learns_and_leaves_a_checkpoint_captions_and_a_history(settings, model, kind, shape):
    state = torch.load(main(replace(settings, model=model, kind=kind)), weights_only=False)
    folder = settings.out
    history = json.loads((folder / "history.json").read_text())
    assert history["history"][-1]["loss"] < history["history"][0]["loss"] - 0.2 and history["best_greedy"] == max(h["val_cider_d_greedy"] for h in history["history"])
    assert (state["config"]["cells"], state["config"]["channels"]) == shape
    known_captioner(state["kind"], state["config"], unpack_weights(state["packed"]))
    assert [json.loads(line)["image"] for line in (folder / "val.jsonl").read_text().splitlines()] == [f"pictures/{i}.png" for i in range(24, 30)]
    assert (folder / "test.jsonl").read_text() == "" and "val_cider_d" in history


def test_captions_without_photos_come_first_and_see_no_picture(settings, tmp_path):
    write_tsv(tmp_path / "coco_text_only.tsv", ["image", "caption"], [("x", "a dog on the grass")] * 30)
    trainer = Trainer(replace(settings, warm=3, views="0"))
    assert trainer.warm_steps == 3 * (30 + 4 * 24) // (6 * 4)
    trainer.views = [torch.full_like(trainer.views[0], float("nan"))]
    trainer.warm_language()
    assert trainer.step == trainer.warm_steps and all(torch.isfinite(p).all() for p in trainer.model.parameters())


def test_the_minutes_end_a_run_and_bring_the_rate_down(settings, monkeypatch):
    trainer = Trainer(replace(settings, minutes=10.0, epochs=1000))
    monkeypatch.setattr("train_regions.time.time", lambda: trainer.begun + 9 * 60)
    assert trainer.progress() == pytest.approx(0.9)
    monkeypatch.setattr("train_regions.time.time", lambda: trainer.begun + 11 * 60)
    trainer.one_epoch()
    assert trainer.step == 1 and trainer.optimizer.param_groups[0]["lr"] == pytest.approx(1e-2 / 5 * 0.02)


def test_a_run_starts_from_another_but_not_from_one_with_other_words(settings, tmp_path):
    state = main(replace(settings, epochs=1))
    packed = torch.load(state, weights_only=False)
    begun = Trainer(replace(settings, init=state)).model
    assert torch.equal(begun.bias, packed["packed"]["bias"])
    torch.save({**packed, "words": packed["words"][::-1]}, tmp_path / "other.pt")
    with pytest.raises(ValueError, match="has another vocabulary"):
        Trainer(replace(settings, init=tmp_path / "other.pt"))


def test_views_of_both_kinds_stand_side_by_side(settings):
    both, ids = load_views(settings.features, "both", ["0"], "cpu")
    grid, regions = (np.load(settings.features / f"{kind}-0.npy") for kind in ("grid", "regions"))
    assert both[0].shape == (30, 14, 16) and len(ids) == 30
    assert np.array_equal(both[0][:, :9, :12], grid) and (both[0][:, :9, 12:] == 0).all() and np.array_equal(both[0][:, 9:], regions)


def test_the_best_of_each_model_is_taken_along(tmp_path):
    for name, model, greedy, beam in (("a", "m2", 0.9, 0.8), ("b", "m2", 0.7, 0.85), ("c", "updown", 0.99, None), ("d", "updown", 0.6, 0.7)):
        run = {"model": model, "kind": "grid", "seconds": 1.0, "best_greedy": greedy, "history": []} | ({"val_cider_d": beam} if beam else {})
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "history.json").write_text(json.dumps(run))
        (tmp_path / "runs" / name / "best.pt").write_text(name)
    taken = tmp_path / "taken"
    (taken / "a").mkdir(parents=True)
    (taken / "a" / "best.pt").write_text("an older choice")
    collect_regions.main(collect_regions.Settings(runs=tmp_path / "runs", out=taken))
    assert sorted(p.parent.name for p in taken.glob("*/best.pt")) == ["b", "d"] and len(list(taken.glob("*/history.json"))) == 4
    assert (taken / "report.txt").read_text().splitlines()[0] == "b: m2 grid, 0 epochs, val CIDEr-D greedy 0.7000, beam 0.8500, 1 s"


@torch.no_grad()
def test_the_regions_of_a_photo_do_not_depend_on_its_neighbours(shared_data):
    torch.set_num_threads(1)
    weights = shared_data / "weights"
    grid = package_encoder(Path(__file__).resolve().parents[1] / "m2", weights)
    encoder = RegionEncoder(grid.backbone, starting_detector(weights)).eval()
    torch.manual_seed(1)
    pictures = torch.rand(2, 3, 256, 256)
    both = encoder(pictures)
    assert both.shape == (2, REGIONS, encoder.channels) == (2, 36, 1560)
    assert torch.allclose(both[1:], encoder(pictures[1:]), atol=1e-3)
    assert torch.allclose(both[:, 0, :1280], grid(pictures)[..., :1280].mean(1), atol=1e-4)


def test_an_export_reads_the_rounded_weights_of_a_run(settings):
    checkpoint = main(replace(settings, epochs=1))
    model, vocabulary, kind = load_captioner(checkpoint)
    state = torch.load(checkpoint, weights_only=False)
    assert kind == "m2" and vocabulary.words == VOCABULARY.words and not model.training
    assert torch.equal(model.embed.weight, unpack_weights(state["packed"])["embed.weight"])
