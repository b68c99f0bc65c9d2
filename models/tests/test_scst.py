"""Self-critical training: samples, rewards, advantages, and a run of a few steps."""

import numpy as np
import pytest
import scst
import torch
import train
from cider_d import CiderD
from scst import SelfCritic, Settings, reward_loss, sample_captions
from small import CELLS, CHANNELS, KINDS, data_folder, feature_file, small_model
from text import END, SPECIALS

REFERENCES = {"1": ["a dog on the grass", "the dog sits"], "2": ["two cats on a bed"], "3": ["a bird"]}


@pytest.fixture(autouse=True)
def seeded():
    torch.set_num_threads(1)
    torch.manual_seed(1)


def test_advantages_of_a_photo_sum_to_zero_and_the_better_caption_gains():
    captions = [c.split() for c in ("a dog on the grass <end>", "a dog <end>", "a tree <end>", "a bed <end>", "two cats <end>", "cats <end>")]
    advantages, reward = SelfCritic(REFERENCES).advantages(["1", "2"], captions, 3)
    assert np.allclose(advantages.reshape(2, 3).sum(1), 0, atol=1e-9) and np.argmax(advantages[:3]) == 0
    scores = [CiderD({k: [[*c.split(), "<end>"] for c in v] for k, v in REFERENCES.items()}).score("12"[i // 3], c) for i, c in enumerate(captions)]
    assert reward == pytest.approx(np.mean(scores))
    assert advantages[0] == pytest.approx(scores[0] - (scores[1] + scores[2]) / 2)


def test_breaking_off_is_worth_less_than_ending():
    critic = SelfCritic(REFERENCES)
    whole, broken = (critic.cider.score("1", c.split()) for c in ("a dog on the grass <end>", "a dog on the grass"))
    assert whole > broken


@pytest.mark.parametrize("kind", KINDS)
def test_samples_are_captions_of_words_that_differ(kind):
    model, regions = small_model(kind), torch.randn(2, CELLS, CHANNELS)
    samples = sample_captions(model, regions, 3, 4, 10)
    assert len(samples) == 8 and len(set(map(tuple, samples))) > 4
    for caption in samples:
        assert END not in caption[:-1] and (caption[-1] == END or len(caption) == 11)
        assert all(t == END or t >= len(SPECIALS) for t in caption)


@pytest.mark.parametrize("kind", KINDS)
def test_the_loss_raises_the_probability_of_the_better_sample(kind):
    model, regions = small_model(kind), torch.randn(2, CELLS, CHANNELS)
    captions = [[7, 8, END], [9, END], [10, 11, 12, END], [7, END]]
    advantages = np.array([1.0, -1.0, -0.5, 0.5])

    def log_p() -> list[float]:
        with torch.no_grad():
            out = []
            for i, caption in enumerate(captions):
                logits = model.decode(model.encode(regions[i // 2 : i // 2 + 1]), torch.tensor([[3, *caption[:-1]]]))
                out.append(float(torch.log_softmax(logits[0], -1)[range(len(caption)), caption].sum()))
        return out

    before = log_p()
    loss = reward_loss(model, regions, captions, 3, 2, advantages)
    assert loss.item() == pytest.approx(-sum(a * p for a, p in zip(advantages, before)) / sum(map(len, captions)), rel=1e-4)
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= 1e-3 * p.grad
    after = log_p()
    assert sum(a * (y - x) for a, x, y in zip(advantages, before, after)) > 0


@pytest.mark.parametrize("hold", [4, 0])
def test_two_steps_change_the_weights_and_keep_the_best(tmp_path, hold):
    names = data_folder(tmp_path)
    features = str(feature_file(tmp_path / "f.npy", names))
    common = {"data": tmp_path, "features": features, "model": "updown", "width": 32, "hold": hold, "seed": 1}
    begun = train.main(train.Settings(out=tmp_path / "run", warm=0, epochs=1, batch=8, **common))
    scst.main(Settings(out=tmp_path / "scst", init=begun, steps=2, check=1, batch=4, samples=3, rate=1e-3, **common))
    before, last, best = (torch.load(p, weights_only=False) for p in (begun, tmp_path / "scst" / "last.pt", tmp_path / "scst" / "best.pt"))
    assert last["step"] == 2 and all(torch.isfinite(v).all() for v in last["model"].values())
    assert not torch.equal(before["average"]["embed.weight"], last["model"]["embed.weight"]) and last["words"] == before["words"]
    scores = [h["val_cider_d"] for h in last["history"]]
    assert len(scores) == 3 and best["step"] == (int(np.argmax(scores)) if max(scores) > scores[0] else 0)
    assert (tmp_path / "scst" / "curve.png").exists()
