"""Fine-tuning on one's own folder: from a package alone to a new package."""

import re

import finetune
import numpy as np
import pytest
import torch
from export import PackageGraphs, load_captioner
from files import write_tsv
from finetune import Settings, load_package, main, region_session
from packages import PHOTOS, normalised, tampered, tiny_package
from quantise import read_weights
from small import KINDS, draw_photos, small_encoder
from validate import search_rules

OWN = [f"{i}.png" for i in range(8)]
TAUGHT = [(name, "train" if i < 6 else "val", f"a {('red', 'blue')[i % 2]} dog sits on the {('grass', 'bed')[i // 2 % 2]}") for i, name in enumerate(OWN)]
EPOCHS = 24  # of two batches each: after the 20 steps of warm-up some are left to learn the words


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A folder of eight pictures with captions.tsv, two of them for val, and settings of a run of seconds."""
    torch.set_num_threads(1)
    draw_photos(tmp_path / "mine", OWN, seed=5)
    write_tsv(tmp_path / "mine" / "captions.tsv", ["image", "split", "caption"], TAUGHT)
    cache = tmp_path / "cache"
    cache.mkdir()
    monkeypatch.setattr(finetune, "cache_folder", lambda name: cache)
    return Settings(tmp_path / "mine", init=tiny_package("m2").out, out=tmp_path / "new", version="1.1.0", epochs=EPOCHS, rate=1e-2, batch=3, threads=1)


def test_end_to_end(own, capsys):
    main(own)
    said = capsys.readouterr().out
    losses = [float(loss) for loss in re.findall(r"loss ([\d.]+)", said)]
    assert len(losses) == EPOCHS and losses[-1] < losses[0] / 2 and f"wrote {own.out}" in said
    assert tampered(own.out) == []
    model, vocabulary, manifest = load_package(own.out)
    assert (manifest["name"], manifest["version"], manifest["fineTunedFrom"]) == ("new", "1.1.0", "package@1.0.0")
    assert manifest["tokens"]["defaultStyle"] == "coco"  # captions without an origin count as coco: the package must write what it learned
    assert (own.out / "MODEL_CARD.md").read_text(encoding="utf-8").startswith("# new 1.1.0\n\nFine-tuned from package@1.0.0")
    before, after = (read_weights(p / "encoder.onnx") | read_weights(p / "decoder.onnx") for p in (own.init, own.out))
    changed = {n for n in before if not np.array_equal(before[n], after[n])}
    assert {"model.embed.weight", "model.bias"} <= changed and not any(n.startswith("encoder.") for n in changed)
    rules = search_rules(vocabulary)
    found = PackageGraphs(own.out, 1).captions(normalised(own.data, OWN), model.initial_state(len(OWN)), vocabulary.start("coco"), rules)
    captions = {vocabulary.decode(h[0].tokens) for h in found}
    assert captions <= {caption for _, _, caption in TAUGHT} and len(captions) > 1  # it says what it was taught, and not the same of every photo


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_gives_its_weights_back_within_half_a_step(kind):
    settings = tiny_package(kind)
    found, vocabulary, _ = load_package(settings.out)
    made, words, _ = load_captioner(settings.checkpoint)
    assert vocabulary == words
    for (name, a), b in zip(made.state_dict().items(), found.state_dict().values(), strict=True):
        assert (a - b).abs().max() <= a.abs().max() / 254 * 1.001, name


def test_features_come_from_the_packages_own_encoder():
    settings = tiny_package("m2")
    _, _, manifest = load_package(settings.out)
    image = normalised(settings.photos, PHOTOS[:2])
    regions = region_session(settings.out, manifest, 1).run(None, {"image": image})[0]
    with torch.no_grad():
        expected = small_encoder()((torch.from_numpy(image) * 128 + 127) / 255).numpy()
    assert regions.shape == (2, 64, 1280) and np.abs(regions - expected).mean() < 0.05 * np.abs(expected).mean()


@pytest.mark.parametrize(("changes", "said"), [({"prefix": "elsewhere/"}, "no train photos below 'elsewhere/'"), ({"style": "written"}, r"Expected --style in \['coco'\].* received 'written'"), ({"epochs": 0}, "Nothing written")])
def test_what_cannot_be_done_is_told_and_nothing_is_written(own, changes, said):
    with pytest.raises(SystemExit, match=said):
        main(Settings(**{**vars(own), **changes}))
    assert not own.out.exists()


def test_a_package_that_cannot_be_trained_further_is_told(tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(SystemExit, match="no `training` block"):
        load_package(tmp_path)
