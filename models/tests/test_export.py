"""Packages: PyTorch, onnxruntime and the TypeScript runtime say the same; export refuses what is not good enough."""

import json
import os
import shutil
import subprocess
from copy import deepcopy
from pathlib import Path

import export
import numpy as np
import onnx
import pytest
import torch
from beam import Search
from card import place_package
from conftest import REPO
from data import read_picture
from encoder import SIDE
from export import MAX_DIFFERENCE, MEAN, STD, DecoderGraph, EncoderGraph, PackageGraphs, export_graphs, largest_difference, main
from packages import PHOTOS, export_settings, normalised, random_captioner, tampered, tiny_package
from PIL import Image
from quantise import quantise_weights
from small import KINDS, VOCABULARY, draw_photos
from text import Vocabulary
from validate import search_rules

NODE = REPO / "node_modules" / ".bin" / "node"
SHIPPED = ("m2", "updown")
RULES, START = search_rules(VOCABULARY), VOCABULARY.start("coco")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module", params=KINDS)
def exported(request, tmp_path_factory):
    """(encoder, model, folder of float32 graphs, their description) of each kind."""
    folder = tmp_path_factory.mktemp(request.param)
    draw_photos(folder, PHOTOS)
    encoder, model = random_captioner(request.param, folder)
    return encoder, model, folder, export_graphs(encoder, model, folder)


@torch.no_grad()
def test_graphs_answer_as_pytorch_does(exported):
    """Largest differences seen: 5.7e-6 of the memory and 3.7e-7 of the states (both relative to the largest value), 3.3e-6 of log p; allowed 1e-4, 1e-4 and 1e-3."""
    encoder, model, folder, described = exported
    graphs, images = PackageGraphs(folder, 1), normalised(folder, PHOTOS[:3])
    memory = EncoderGraph(encoder, model)(torch.from_numpy(images))
    found = graphs.encoder.run(described["encoder"]["outputs"], {"image": images})
    for ours, theirs in zip(memory, found, strict=True):
        assert np.abs(ours.numpy() - theirs).max() < 1e-4 * max(1, ours.abs().max())
    step, names = DecoderGraph(model, len(memory)), [i.name for i in graphs.decoder.get_inputs()]
    tokens, parents, state = torch.full((3,), START), torch.arange(3), model.initial_state(3)
    for width in (1, 4, 4):
        ours = step(tokens, parents, *memory, *state)
        theirs = graphs.decoder.run(None, dict(zip(names, [a.numpy() for a in (tokens, parents, *memory, *state)])))
        assert np.abs(ours[0].numpy() - theirs[0]).max() < MAX_DIFFERENCE and all(a.shape == b.shape for a, b in zip(ours, theirs, strict=True))
        for a, b in zip(ours[2:], theirs[2:]):
            assert np.abs(a.numpy() - b).max() < 1e-4 * max(1, a.abs().max())
        state, tokens = list(ours[2:]), ours[1][:, :4].reshape(-1)[:12] if width == 1 else ours[1][:, 0]
        parents = torch.arange(3).repeat_interleave(4) if width == 1 else torch.tensor([1, 0, 3, 3, 4, 5, 5, 4, 11, 10, 9, 8])


def test_description_names_the_graphs_inputs_and_outputs(exported):
    _, model, folder, described = exported
    decoder = described["decoder"]
    graph = onnx.load(folder / "decoder.onnx").graph
    states = decoder["states"]
    assert [i.name for i in graph.input] == [decoder["tokens"], decoder["parents"], *decoder["memory"], *(s["input"] for s in states)]
    assert [o.name for o in graph.output] == [decoder["topLogProbs"], decoder["topTokens"], *(s["output"] for s in states)]
    assert decoder["memory"] == described["encoder"]["outputs"]
    for s, first in zip(states, model.initial_state(1), strict=True):
        assert s["shape"][0] == "rows" and [0 if n == "time" else n for n in s["shape"][1:]] == list(first.shape[1:])


def test_captions_agree_and_differ_between_photos(exported):
    encoder, model, folder, _ = exported
    images, graphs = normalised(folder, PHOTOS), PackageGraphs(folder, 1)
    assert largest_difference(encoder, model, graphs, images, VOCABULARY, RULES, START) < MAX_DIFFERENCE
    captions = [h[0].tokens for h in graphs.captions(images, model.initial_state(len(images)), START, RULES)]
    assert len(set(captions)) > 1


def test_another_caption_is_refused(exported):
    encoder, model, folder, _ = exported
    other = deepcopy(model)
    with torch.no_grad():
        other.bias[:] = other.bias.flip(0)
    with pytest.raises(ValueError, match="PyTorch says '.*' but onnxruntime '.*'"):
        largest_difference(encoder, other, PackageGraphs(folder, 1), normalised(folder, PHOTOS), VOCABULARY, RULES, START)


def test_quantised_graphs_caption_nearly_as_float32_ones(exported):
    _, model, folder, _ = exported
    (folder / "int8").mkdir()
    for name in ("encoder", "decoder"):
        quantise_weights(folder / f"{name}.onnx", folder / "int8" / f"{name}.onnx")
    images = normalised(folder, PHOTOS)
    both = [PackageGraphs(f, 1).captions(images, model.initial_state(len(images)), START, RULES) for f in (folder, folder / "int8")]
    same = [a[0].tokens == b[0].tokens for a, b in zip(*both)]
    assert sum(same) >= len(same) / 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_holds_what_the_manifest_says(kind, tmp_path):
    package = tiny_package(kind).out
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    assert tampered(package) == [] and manifest["name"] == "package" and manifest["training"]["kind"] == kind
    assert {f["path"] for f in manifest["files"]} == {"encoder.onnx", "decoder.onnx", "vocabulary.json", "generalisation.json", "MODEL_CARD.md"}
    assert manifest["search"]["functionWords"] == sorted(RULES.function_words) and manifest["image"]["mean"] == [MEAN] * 3 and manifest["image"]["std"] == [STD] * 3
    copy, whole = (Path(shutil.copytree(package, tmp_path / name)) for name in ("copy", "whole"))
    (copy / "vocabulary.json").write_text("[]")
    assert tampered(copy) == ["vocabulary.json"]
    place_package(whole, copy, manifest)  # takes the place of the damaged one
    assert tampered(copy) == [] and sorted(f.name for f in tmp_path.iterdir()) == ["copy", "whole"]


def test_a_large_difference_is_refused_and_the_old_package_stays(tmp_path, monkeypatch):
    s = export_settings("updown", tmp_path, monkeypatch)
    s.out.mkdir()
    (s.out / "old").write_text("old")
    monkeypatch.setattr(export, "largest_difference", lambda *_: 2 * MAX_DIFFERENCE)
    with pytest.raises(SystemExit, match="Refused: 2.00e-03 is more than 0.001"):
        main(s)
    assert [f.name for f in s.out.iterdir()] == ["old"]


def test_an_int8_package_that_captions_worse_is_refused(tmp_path, monkeypatch):
    """The references are the model's own captions, so float32 is perfect; the broken quantiser halves every weight's bits."""
    s = export_settings("m2", tmp_path, monkeypatch, caption=None)

    def coarse(source, target):
        model = onnx.load(source)
        for tensor in model.graph.initializer:
            values = onnx.numpy_helper.to_array(tensor)
            if values.dtype == np.float32 and values.ndim > 1:
                tensor.CopyFrom(onnx.numpy_helper.from_array(np.sign(values) * np.abs(values).mean(), tensor.name))
        onnx.save(model, target)

    monkeypatch.setattr(export, "quantise_weights", coarse)
    with pytest.raises(SystemExit, match="Refused: int8 has .* of float32's CIDEr-D, less than 98%"):
        main(s)
    assert not s.out.exists()


def test_a_part_without_its_checkpoint_is_refused(tmp_path):
    torch.save({"encoder": {}}, tmp_path / "empty.pt")
    with pytest.raises(ValueError, match="does not hold the whole backbone"):
        export.load_encoder(export.Settings(backbone="mobilenet_v2", backbone_checkpoint=tmp_path / "empty.pt", detector_checkpoint=export.Path("")))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_typescript_runtime_writes_the_same_captions(name, tmp_path):
    """The shipped package, searched by Python and by TypeScript; the photos are PNGs of the encoder's size, so that no resizing differs."""
    package = REPO / "models" / name
    if not (package / "manifest.json").is_file():
        pytest.skip(f"models/{name}/manifest.json is not here: there is no shipped package to caption with")
    if not NODE.exists():
        pytest.skip("node_modules is not here (npm ci): the TypeScript runtime cannot be compared")
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    vocabulary, made = Vocabulary.load(package / "vocabulary.json"), manifest["search"]
    names = [f"{photo.stem}.png" for photo in sorted((REPO / "test" / "fixtures" / "photos").glob("*.jpg"))]
    for png in names:
        Image.fromarray(read_picture(REPO / "test" / "fixtures" / "photos" / f"{Path(png).stem}.jpg", SIDE)).save(tmp_path / png)
    (tmp_path / "ids.txt").write_text("\n".join(names) + "\n")
    command = [NODE, REPO / "functions" / "caption.ts", "--model", package, "--list", tmp_path / "ids.txt", "--root", tmp_path, "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=REPO, env=os.environ | {"DECODE_TIMEOUT_MS": "60000"})
    assert ran.returncode == 0, ran.stderr
    lines = [json.loads(line) for line in ran.stdout.splitlines()]

    rules = Search(made["beamSize"], made["maxTokens"], made["minTokens"], made["lengthPenalty"], frozenset(made["functionWords"]), frozenset(made["noEndAfter"]), made["unknownAllowed"])
    state = [torch.zeros([{"rows": len(names), "time": 0}.get(n, n) for n in s["shape"]]) for s in manifest["decoder"]["states"]]
    start = manifest["tokens"]["starts"][manifest["tokens"]["defaultStyle"]]
    expected = PackageGraphs(package, 1).captions(normalised(tmp_path, names), state, start, rules)
    assert {line["image"]: line["plain"] for line in lines} == {n: vocabulary.decode(h[0].tokens) for n, h in zip(names, expected, strict=True)}
    assert [line["image"] for line in lines] == names and len({line["plain"] for line in lines}) > len(names) / 2
