"""Published checkpoints: every key is mapped once, shapes are checked, logits equal those of the reference in NumPy."""

from collections import Counter

import numpy as np
import pytest
import torch
from published.checkpoint import PublishedError, build_model, match, read_state
from published_reference import Weights, embedded_state, m2_logits, m2_state, raw_state, updown_logits

TOLERANCE = 1e-5
STATES = {
    "m2": (m2_state, "m2", 4 + 3 * 18 + 3 + 3 * 32, 8), "embedded": (embedded_state, "updown-embedded", 21, 0), "raw": (raw_state, "updown-raw", 21, 0), "two heads": (lambda **k: raw_state(second_head=True, **k), "updown-raw", 21, 3),
    "norm": (lambda **k: embedded_state(norms=1, **k), "updown-embedded", 25, 1), "norms": (lambda **k: embedded_state(norms=2, **k), "updown-embedded", 29, 2),
}  # fmt: skip


@pytest.fixture(autouse=True)
def threads():
    torch.set_num_threads(1)


def reference(w: Weights, regions, tokens, heads: int) -> np.ndarray:
    if "decoder.fc.weight" in w.of:
        return m2_logits(w, regions, tokens, heads)
    return updown_logits(w, regions, tokens)


@torch.no_grad()
def differences(state, regions: np.ndarray, captions: list[list[int]], heads: int, double: bool = False) -> tuple[float, float, float]:
    """Largest difference of logits to the reference, teacher-forced and step by step, and the size of the logits."""
    model = build_model(match(state), heads)
    given = torch.from_numpy(regions)
    if double:
        model, given = model.double(), given.double()
    weights = Weights(state)
    wanted = np.stack([reference(weights, r, c, heads) for r, c in zip(regions, captions)])
    tokens, memory = torch.tensor(captions), model.encode(given)
    forced = model.decode(memory, tokens)
    decoding, rows, stepped = model.initial_state(len(tokens)), torch.arange(len(tokens)), []
    for column in tokens.T:
        logits, decoding = model.step(memory, decoding, column, rows)
        stepped.append(logits)
    by_steps = torch.stack(stepped, 1)
    said = np.array(captions) != 1 if "decoder.fc.weight" in state else np.ones(tokens.shape, bool)
    gap = [float(np.abs(x.double().numpy() - wanted)[said].max()) for x in (forced, by_steps)]
    return gap[0], gap[1], float(np.abs(wanted).max())


@pytest.mark.parametrize("name", STATES)
def test_every_key_is_mapped_exactly_once(name):
    make, layout, keys, passed_over = STATES[name]
    state = make()
    matched = match(state)
    entries = matched.layout.entries(state)
    assert matched.layout.name == layout and (matched.keys, len(matched.passed_over)) == (keys, passed_over)
    assert Counter([*(e.key for e in entries), *matched.passed_over]) == Counter(state.keys())
    targets = Counter(e.target for e in entries)
    assert all(n == 1 or {e.role for e in entries if e.target == t} == {"length", "direction"} for t, n in targets.items())
    ours = {k for k in build_model(matched, heads=4).state_dict() if not k.endswith("num_batches_tracked")}
    assert set(targets) == ours


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("seed", range(3))
def test_logits_equal_the_reference(name, seed):
    state, rng = STATES[name][0](seed=seed), np.random.default_rng(seed)
    regions, captions = rng.normal(size=(4, 7, 20)).astype(np.float32), rng.integers(2, 30, (4, 9)).tolist()
    forced, stepped, size = differences(state, regions, captions, heads=4)
    assert size > 0.5 and max(forced, stepped) < TOLERANCE
    if name not in ("raw", "two heads"):  # whose weights, once joined, are float32: the rest is equal to the last digits
        assert max(differences(state, regions, captions, 4, double=True)[:2]) < TOLERANCE * 1e-6


def test_m2_padding_and_absent_regions_are_treated_as_published():
    state, rng = m2_state(seed=5), np.random.default_rng(5)
    state["encoder.fc.bias"] = -state["encoder.fc.bias"].abs()
    state["encoder.layer_norm.bias"].zero_()  # so that the embedding of a row of zeros sums to 0
    regions = rng.normal(size=(3, 7, 20)).astype(np.float32)
    regions[0, 5:], regions[2, 2:] = 0, 0
    captions = rng.integers(2, 31, (3, 8)).tolist()
    captions[1][5:], captions[2][7:] = [1, 1, 1], [1]
    assert build_model(match(state), 4).encode(torch.from_numpy(regions))[-1].sum(1).tolist() == [2, 0, 5]
    assert max(differences(state, regions, captions, heads=4)[:2]) < TOLERANCE


@torch.no_grad()
def test_updown_leaves_rows_of_zeros_out():
    state, rng = embedded_state(seed=6), np.random.default_rng(6)
    regions, tokens = rng.normal(size=(2, 7, 20)).astype(np.float32), [0, 4, 9, 2]
    regions[1, 3:] = 0
    model = build_model(match(state))
    logits = model.decode(model.encode(torch.from_numpy(regions)), torch.tensor([tokens, tokens])).numpy()
    for picture, n in ((0, 7), (1, 3)):
        assert np.abs(logits[picture] - updown_logits(Weights(state), regions[picture, :n], tokens)).max() < TOLERANCE


FULL = {
    "m2": (lambda: m2_state(10201, 512, 2048, 2048, 40, positions=55, gain=1.0), 50, 38_439_424),
    "embedded": (lambda: embedded_state(9488, 1000, 1000, 512, 2048), 36, 52_125_025),
    "raw": (lambda: raw_state(9490, 1024, 1024, 1024, 2048), 36, 60_358_931),
}


@pytest.mark.parametrize("name", FULL)
def test_logits_at_the_papers_sizes(name):
    make, n, weights = FULL[name]
    state, rng = make(), np.random.default_rng(1)
    regions, captions = relu_like(rng, (2, n, 2048)), rng.integers(4, 9000, (2, 6)).tolist()
    forced, stepped, size = differences(state, regions, captions, heads=8)
    print(f"{name}: forced {forced:.1e}, stepped {stepped:.1e}, logits up to {size:.1f}")
    assert sum(v.numel() for v in match(state).weights.values()) == weights and size > 1 and max(forced, stepped) < TOLERANCE


def relu_like(rng, shape) -> np.ndarray:
    """Features as a detector's last ReLU gives them: half of them 0."""
    return np.maximum(rng.normal(size=shape), 0).astype(np.float32)


@pytest.mark.parametrize("name, key", [("m2", "decoder.layers.1.fc_alpha2.weight"), ("m2", "encoder.layers.0.mhatt.attention.m_k"), ("embedded", "logit.bias"), ("raw", "fc.weight_g")])
def test_a_missing_key_is_named(name, key):
    state = STATES[name][0]()
    del state[key]
    with pytest.raises(PublishedError, match=rf"missing: {key}$"):
        match(state)


@pytest.mark.parametrize("name, key", [("m2", "decoder.layers.1.enc_att.attention.fc_q.weight"), ("embedded", "core.lang_lstm.weight_ih"), ("raw", "attention.full_att.weight_v")])
def test_a_wrong_shape_is_named_with_the_right_one(name, key):
    state = STATES[name][0]()
    right = list(state[key].shape)
    state[key] = torch.zeros(right[0], right[1] + 1)
    with pytest.raises(PublishedError) as caught:
        match(state)
    assert f"wrong shape: {key} is {[right[0], right[1] + 1]} but should be {right}" in str(caught.value) and str(caught.value).count("wrong shape") == 1


def test_all_that_is_wrong_is_named_at_once():
    state = m2_state()
    del state["decoder.fc.weight"]
    state["decoder.head.weight"] = torch.zeros(3)
    state["encoder.fc.bias"] = torch.zeros(2)
    with pytest.raises(PublishedError) as caught:
        match(state, "file.pth")
    assert str(caught.value).splitlines() == [
        "file.pth: does not fit m2 (github.com/aimagelab/meshed-memory-transformer):",
        "  missing: decoder.fc.weight", "  unexpected: decoder.head.weight", "  wrong shape: encoder.fc.bias is [2] but should be [24] (width)",
    ]  # fmt: skip


def test_an_unknown_layout_and_a_wrong_number_of_heads_are_refused():
    with pytest.raises(PublishedError, match="Expected keys of m2 .* but received a.weight"):
        match({"a.weight": torch.zeros(2)})
    with pytest.raises(ValueError, match="divides the width 24 but received 7"):
        build_model(match(m2_state()), heads=7)


class Harmful:
    def __reduce__(self):
        return (pytest.fail, ("code of the checkpoint was run",))


def test_only_tensors_are_read_from_a_file(tmp_path):
    state, path = m2_state(), tmp_path / "file.pth"
    rest = {"numpy_rng_state": np.random.get_state(), "val_cider": np.float64(1.2), "random_rng_state": (3, (1, 2), None), "epoch": 4, "use_rl": True}
    for held in (state, {"state_dict": state, **rest}, {"state_dict": {f"module.{k}": v for k, v in state.items()}}):
        for zipped in (True, False):  # the format before PyTorch 1.6 too
            torch.save(held, path, _use_new_zipfile_serialization=zipped)
            read = read_state(path)
            assert list(read) == list(state) and all(torch.equal(read[k], state[k]) for k in state)
    torch.save({"state_dict": state, "more": Harmful()}, path)
    with pytest.raises(PublishedError, match="file.pth: holds Python objects beside tensors .*save its state_dict alone"):
        read_state(path)
    torch.save({"epoch": 3}, path)
    with pytest.raises(PublishedError, match="expected a state dict"):
        read_state(path)
    for broken in (b"", b"not a checkpoint", b"PK\x03\x04 broken"):
        path.write_bytes(broken)
        with pytest.raises(PublishedError, match="file.pth"):
            read_state(path)

