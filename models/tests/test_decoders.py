"""Both decoders: one step at a time equals all steps at once, whatever hypotheses the beams continue."""

import pytest
import torch
from small import CELLS, CHANNELS, KINDS, VOCABULARY, small_model

PICTURES, BEAMS, STEPS = 3, 4, 6
WORDS = len(VOCABULARY.words)


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_steps_with_reordered_parents_equal_decoding_at_once(kind):
    model, random = small_model(kind), torch.Generator().manual_seed(5)
    memory = model.encode(torch.randn(PICTURES, CELLS, CHANNELS, generator=random))
    owner = torch.arange(PICTURES).repeat_interleave(BEAMS)
    tokens, parents, state, width = torch.tensor([3, 4, 5]), torch.arange(PICTURES), model.initial_state(PICTURES), 1
    said = torch.empty(PICTURES, 0, dtype=torch.long)
    for step in range(STEPS):
        logits, state = model.step(memory, state, tokens, parents)
        said = torch.cat([said[parents], tokens[:, None]], 1)
        rows = owner if step else torch.arange(PICTURES)
        at_once = model.decode([m[rows] for m in memory], said)[:, -1]
        assert torch.allclose(logits, at_once, atol=1e-5), step
        parents = owner * width + torch.randint(width, (PICTURES * BEAMS,), generator=random)
        tokens, width = torch.randint(WORDS, (PICTURES * BEAMS,), generator=random), BEAMS
    assert len(set(map(tuple, said.tolist()))) > PICTURES  # the beams did say different things


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_no_word_depends_on_later_words_or_on_other_photos(kind):
    model = small_model(kind)
    regions, tokens = torch.randn(2, CELLS, CHANNELS), torch.randint(WORDS, (2, 7))
    whole = model.decode(model.encode(regions), tokens)
    changed = tokens.clone()
    changed[:, 4:] = 9
    assert torch.allclose(model.decode(model.encode(regions), changed)[:, :4], whole[:, :4], atol=1e-5)
    assert torch.allclose(model.decode(model.encode(regions[1:]), tokens[1:]), whole[1:], atol=1e-5)
    assert not torch.allclose(model.decode(model.encode(regions.flip(0)), tokens), whole, atol=1e-2)


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_shapes_and_state_are_explicit(kind):
    model = small_model(kind)
    memory, state = model.encode(torch.randn(2, CELLS, CHANNELS)), model.initial_state(2)
    logits, after = model.step(memory, state, torch.tensor([3, 3]), torch.tensor([0, 1]))
    assert logits.shape == (2, WORDS) and all(len(m) == 2 for m in memory) and len(after) == len(state)
    for before, now in zip(state, after):
        grows = before.dim() == 4
        assert now.shape == ((*before.shape[:2], before.shape[2] + 1, before.shape[3]) if grows else before.shape)
    assert all(not s.any() for s in state)


@pytest.mark.parametrize("kind", KINDS)
def test_every_weight_learns(kind):
    model = small_model(kind).train()
    model.decode(model.encode(torch.randn(2, CELLS, CHANNELS)), torch.randint(WORDS, (2, 5))).square().sum().backward()
    assert [name for name, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum()] == []


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_regions_are_normalised_by_the_moments_of_the_training_photos(kind):
    model, regions = small_model(kind), torch.randn(2, CELLS, CHANNELS)
    plain = model.encode(regions)
    model.region_mean.fill_(3.0)
    model.region_std.fill_(2.0)
    for a, b in zip(plain, model.encode(regions * 2 + 3)):
        assert torch.allclose(a, b, atol=1e-5)
