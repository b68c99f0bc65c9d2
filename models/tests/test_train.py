"""Cross-entropy training: resuming, what is held back, cached features, and the tiny preset."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from data import held_for_reward
from files import write_tsv
from small import KINDS, data_folder, feature_file
from text import END
from train import Features, Settings, Trainer, main, search_rules, val_score


@pytest.fixture
def settings(tmp_path):
    """Thirty random photos with two cached views, and the smallest model that trains in a second."""
    names = data_folder(tmp_path)
    views = ",".join(str(feature_file(tmp_path / f"view{v}.npy", names, seed=v)) for v in (0, 1))
    return Settings(data=tmp_path, features=views, out=tmp_path / "run", width=32, decoder_layers=1, warm=0, epochs=3, batch=5, warmup=5, hold=4)


def interrupted(settings, monkeypatch, at_epoch: int):
    """Runs until some steps into an epoch, as a killed job does, then resumes."""
    whole = Trainer.one_epoch

    def breaking(self):
        if self.epoch == at_epoch:
            self.update(self.loss(self.features.get([self.train[0].image], self.rng), [[7, 8]], [3], torch.tensor([0])))
            raise KeyboardInterrupt
        return whole(self)

    monkeypatch.setattr(Trainer, "one_epoch", breaking)
    with pytest.raises(KeyboardInterrupt):
        main(settings)
    monkeypatch.setattr(Trainer, "one_epoch", whole)
    torch.manual_seed(99)
    return main(replace(settings, resume=True))


def read(path):
    return torch.load(path, weights_only=False)


def same(a, b) -> bool:
    """Equal to the last bit, through dicts and lists."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b


@pytest.mark.parametrize(("kind", "warm"), [("m2", 0), ("updown", 0), ("m2", 1)])
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(settings, tmp_path, monkeypatch, kind, warm):
    write_tsv(tmp_path / "coco_text_only.tsv", ["image", "caption"], [("x", "a dog on the grass")] * 30)
    settings = replace(settings, model=kind, warm=warm)
    best = main(replace(settings, out=tmp_path / "whole"))
    again = interrupted(replace(settings, out=tmp_path / "broken"), monkeypatch, at_epoch=1)
    for file in ("last.pt", "best.pt"):
        assert same(read(best.parent / file), read(again.parent / file)), file
    assert len(read(best.parent / "last.pt")["history"]) == 3 and (tmp_path / "broken" / "curve.png").exists()


def test_another_seed_is_another_run(settings, tmp_path):
    one, two = (read(main(replace(settings, epochs=1, seed=seed, out=tmp_path / str(seed)))) for seed in (1, 2))
    assert not same(one["model"], two["model"])


@pytest.mark.parametrize("kind", KINDS)
def test_loss_falls(settings, kind):
    history = read(main(replace(settings, model=kind, epochs=6, rate=1e-2)).parent / "last.pt")["history"]
    assert history[-1]["loss"] < history[0]["loss"] - 0.2


def test_tiny_preset_takes_one_epoch_of_the_smallest_sizes(settings):
    state = read(main(replace(settings, preset="tiny", epochs=50)))
    assert state["epoch"] == 1 and state["config"]["width"] == 32 and state["step"] == 24 // 8


def test_photos_for_the_reward_are_not_trained_on(settings):
    trainer = Trainer(settings)
    held = {e.image for e in held_for_reward(trainer.examples, settings.hold)}
    assert len(held) == 4 and len(trainer.train) == 20 and not held & {e.image for e in trainer.train}


def test_only_train_photos_of_the_wanted_origins_are_trained_on(settings, tmp_path):
    rows = [("a.png", "train", "coco", "a dog"), ("a.png", "train", "alt", "a cat"), ("b.png", "train", "alt", "a cat"), ("c.png", "val", "coco", "a dog"), ("absent.png", "train", "coco", "a dog")]
    write_tsv(tmp_path / "captions.tsv", ["image", "split", "origin", "caption"], rows)
    paths = str(feature_file(tmp_path / "f.npy", ["a.png", "b.png", "c.png"]))
    trainer = Trainer(replace(settings, features=paths, origins="coco", hold=0, preset="tiny"))
    assert [(e.image, e.captions) for e in trainer.train] == [("a.png", [("coco", "a dog")])]


def test_fine_tuning_keeps_vocabulary_and_weights_of_its_start(settings, tmp_path):
    start = main(replace(settings, epochs=1))
    trainer = Trainer(replace(settings, init=start, rate=1e-4))
    state = read(start)
    assert trainer.vocabulary.words == state["words"] and same(dict(trainer.model.state_dict()), state["average"])


def test_features_join_parts_pick_views_and_channels(tmp_path):
    ids = ["a", "b", "c"]
    left, right, other = (feature_file(tmp_path / f"{n}.npy", ids, channels=4, seed=i) for i, n in enumerate(("left", "right", "other")))
    stored = {p: np.load(p).astype(np.float32) for p in (left, right, other)}
    joined = Features(f"{left}+{right}")
    assert joined.shape == (9, 8) and np.array_equal(joined.get(["c", "a"]), np.concatenate([stored[left], stored[right]], 2)[[2, 0]])
    assert np.array_equal(Features(f"{left}+{right}", "2:6").get(["b"])[0], np.concatenate([stored[left], stored[right]], 2)[1, :, 2:6])
    views = Features(f"{left},{other}")
    assert np.array_equal(views.get(["a"])[0], stored[left][0])  # without a random state: the picture as it is
    drawn = {float(views.get(["a"], np.random.default_rng(i))[0, 0, 0]) for i in range(20)}
    assert drawn == {float(stored[left][0, 0, 0]), float(stored[other][0, 0, 0])}


def test_averaged_weights_follow_slowly_and_are_a_copy(settings):
    trainer = Trainer(settings)
    before = {k: v.clone() for k, v in trainer.average.items()}
    trainer.one_epoch()
    weight = "embed.weight"
    moved, followed = (trainer.model.state_dict()[weight] - before[weight]).norm(), (trainer.average[weight] - before[weight]).norm()
    assert 0 < followed < moved and trainer.averaged() is not trainer.model


def test_val_captions_follow_the_rules_and_are_scored_on_the_scale_of_ten(settings):
    trainer = Trainer(settings)
    rules = search_rules(trainer.vocabulary)
    score, captions = val_score(trainer.averaged(), trainer.features, trainer.examples, trainer.vocabulary, rules)
    assert len(captions) == 6 and 0 <= score <= 10
    for words in captions.values():
        assert END not in words and (not words or words[-1] not in rules.no_end_after) and all(a != b for a, b in zip(words, words[1:]))


def test_an_unknown_model_is_refused(settings):
    with pytest.raises(ValueError, match="Expected m2 or updown for --model but received 'm3'"):
        Trainer(replace(settings, model="m3"))


def test_the_rate_warms_up_and_falls(settings):
    trainer = Trainer(replace(settings, warmup=4))
    rates = []
    for trainer.step in range(trainer.total + 1):
        rates.append(trainer.rate())
    peak = int(np.argmax(rates))
    assert rates[:peak] == sorted(rates[:peak]) and rates[peak:] == sorted(rates[peak:], reverse=True)
    assert max(rates) <= settings.rate and rates[-1] == pytest.approx(0.02 * settings.rate)
