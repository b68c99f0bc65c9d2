"""Write a model package: ONNX encoder and decoder step, vocabulary, manifest with digests, model card.

    python export.py --checkpoint runs/m2-scst/best.pt --backbone_checkpoint runs/backbone.pt \
        --detector_checkpoint runs/detector.pt --out ../m2

Refuses to write unless PyTorch and onnxruntime agree on encoder and decoder (largest absolute difference <= 1e-3 of
log p), and unless the int8 package's val CIDEr-D is at least 98 % of float32's. About 4 minutes.
"""

import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from beam import Hypothesis, Search, search, search_model, top_candidates
from captioners import known_captioner
from card import Origin, write_package
from cider_d import CiderD
from data import read_examples, read_picture, unpack
from encoder import SIDE, GridEncoder, build_encoder, pictures_to_tensor
from greedy import unpack_weights
from quantise import quantise_weights
from sessions import cpu_session
from settings import parse
from text import Vocabulary, words_of
from validate import search_rules

MEAN, STD = 127.0, 128.0  # what the encoder graph expects: (pixel - 127) / 128
REGIONS = "/encoder/Concat_output_0"  # the grid features inside the encoder graph, which finetune.py reads
MAX_DIFFERENCE = 1e-3  # of log p, PyTorch against onnxruntime
MIN_INT8_SHARE = 0.98  # of float32's val CIDEr-D


@dataclass(frozen=True)
class Settings:
    checkpoint: Path = Path("runs/m2-scst/best.pt")
    backbone: str = "efficientnet_lite2"
    backbone_checkpoint: Path = Path("runs/backbone.pt")
    detector_checkpoint: Path = Path("runs/detector.pt")  # none: --detector_checkpoint ""
    data: Path = Path("../shared/data")
    photos: Path = Path("cache/photos")
    out: Path = Path("../m2")
    version: str = "1.0.0"
    optimisation: str = "CIDEr (SCST)"
    style: str = "alt"  # what the package writes when no style is asked for
    check: int = 220  # val photos for the int8 check
    threads: int = 2


class EncoderGraph(nn.Module):
    """Normalised pixels [n, 3, side, side] -> the decoder's memory tensors."""

    def __init__(self, encoder: GridEncoder, model: nn.Module):
        super().__init__()
        self.encoder, self.model = encoder, model

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.model.encode(self.encoder((image * STD + MEAN) / 255.0)))


class DecoderGraph(nn.Module):
    """tokens [n], parents [n], memory, state -> top log p [n, k], top tokens [n, k], state (n = pictures x beams)."""

    def __init__(self, model: nn.Module, memories: int):
        super().__init__()
        self.model, self.memories = model, memories

    def forward(self, tokens: Tensor, parents: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        logits, state = self.model.step(list(rest[: self.memories]), list(rest[self.memories :]), tokens, parents)
        return (*top_candidates(logits), *state)


def load_captioner(path: Path) -> tuple[nn.Module, Vocabulary, str]:
    """The averaged model of a checkpoint of train.py or train_regions.py, its vocabulary and its kind."""
    state = torch.load(path, map_location="cpu", weights_only=False)
    weights = state["average"] if "average" in state else unpack_weights(state["packed"])  # train.py, or train_regions.py
    model = known_captioner(state["kind"], state["config"], weights)
    return model.eval(), Vocabulary(state["words"]), state["kind"]


def load_encoder(s: Settings) -> GridEncoder:
    """The tuned encoder; a part without checkpoint would be untuned, so it is refused."""
    encoder = build_encoder(s.backbone, bool(s.detector_checkpoint.name), s.data / "weights", pretrained=False)
    for path in (s.backbone_checkpoint, s.detector_checkpoint):
        if path.name:
            missing, unexpected = encoder.load_state_dict(torch.load(path, map_location="cpu", weights_only=True)["encoder"], strict=False)
            part = "detector" if path == s.detector_checkpoint else "backbone"
            if unexpected or any(name.startswith(part) for name in missing):
                raise ValueError(f"{path} does not hold the whole {part}")
    return encoder.eval()


def export_graphs(encoder: GridEncoder, model: nn.Module, folder: Path) -> dict:
    """Writes encoder.onnx and decoder.onnx (float32) and returns the manifest's description of both."""
    pictures, beams = torch.rand(2, 3, SIDE, SIDE) * 2 - 1, 3
    graph = EncoderGraph(encoder, model).eval()
    memory = list(graph(pictures))
    memory_names = [f"memory.{i}" for i in range(len(memory))]
    # No folding and no fusing: weights keep their PyTorch names, so that a package can be trained further (finetune.py).
    options = {"opset_version": 17, "dynamo": False, "do_constant_folding": False, "training": torch.onnx.TrainingMode.PRESERVE}
    torch.onnx.export(graph, (pictures,), folder / "encoder.onnx", input_names=["image"], output_names=memory_names, dynamic_axes={n: {0: "pictures"} for n in ["image", *memory_names]}, **options)

    rows = len(pictures) * beams
    logits, state = model.step(memory, model.initial_state(len(pictures)), torch.full((rows,), 3), torch.arange(rows) // beams)
    top_k = top_candidates(logits)[0].shape[1]  # TOP_K, but no more than there are words
    first = model.initial_state(1)
    ins, outs = [f"state.{i}" for i in range(len(state))], [f"state.{i}.out" for i in range(len(state))]
    growing = [a.dim() == 4 for a in state]
    axes = {"tokens": {0: "rows"}, "parents": {0: "rows"}, "top_log_probs": {0: "rows"}, "top_tokens": {0: "rows"}} | {n: {0: "pictures"} for n in memory_names}
    for i, o, grows in zip(ins, outs, growing):
        axes[i] = {0: "rows_before"} | ({2: "time"} if grows else {})
        axes[o] = {0: "rows"} | ({2: "time_next"} if grows else {})
    example = (torch.full((rows,), 7), torch.arange(rows), *memory, *state)
    torch.onnx.export(DecoderGraph(model, len(memory)).eval(), example, folder / "decoder.onnx", input_names=["tokens", "parents", *memory_names, *ins], output_names=["top_log_probs", "top_tokens", *outs], dynamic_axes=axes, **options)
    shapes = [["rows", *("time" if n == 0 else int(n) for n in a.shape[1:])] for a in first]
    return {
        "encoder": {"file": "encoder.onnx", "input": "image", "outputs": memory_names},
        "decoder": {
            "file": "decoder.onnx", "tokens": "tokens", "parents": "parents", "memory": memory_names,
            "states": [{"input": i, "output": o, "shape": shape} for i, o, shape in zip(ins, outs, shapes)],
            "topLogProbs": "top_log_probs", "topTokens": "top_tokens", "topK": top_k,
        },
    }  # fmt: skip


class PackageGraphs:
    """Both graphs of a folder in onnxruntime."""

    def __init__(self, folder: Path, threads: int):
        self.encoder, self.decoder = (cpu_session(folder / f"{n}.onnx", threads) for n in ("encoder", "decoder"))

    def captions(self, images: np.ndarray, initial_state: list[Tensor], start: int, rules: Search) -> list[list[Hypothesis]]:
        """n-best of normalised pictures [n, 3, side, side]."""
        names = [i.name for i in self.decoder.get_inputs()]
        memory = self.encoder.run([n for n in names if n.startswith("memory.")], {"image": images})  # a package may give its features too

        def step(state, tokens, parents):
            log_probs, ids, *state = self.decoder.run(None, dict(zip(names, [tokens, parents, *memory, *state])))
            return log_probs, ids, state

        return search(step, [s.numpy() for s in initial_state], len(images), start, rules)


@torch.no_grad()
def largest_difference(encoder: GridEncoder, model: nn.Module, graphs: PackageGraphs, images: np.ndarray, vocabulary: Vocabulary, rules: Search, start: int) -> float:
    """Largest |log p| difference over the words of the best captions, PyTorch against onnxruntime; captions must agree."""
    ours = search_model(model, encoder((torch.from_numpy(images) * STD + MEAN) / 255.0), start, rules)
    theirs = graphs.captions(images, model.initial_state(len(images)), start, rules)
    difference = 0.0
    for a, b in zip(ours, theirs):
        if a[0].tokens != b[0].tokens:
            raise ValueError(f"PyTorch says '{vocabulary.decode(a[0].tokens)}' but onnxruntime '{vocabulary.decode(b[0].tokens)}'")
        difference = max(difference, float(np.abs(np.subtract(a[0].log_probs, b[0].log_probs)).max()))
    return difference


def main(s: Settings) -> None:
    torch.set_num_threads(s.threads)
    model, vocabulary, kind = load_captioner(s.checkpoint)
    encoder, rules, start = load_encoder(s), search_rules(vocabulary), vocabulary.start("coco")  # val has people's captions
    val = {e.image: e.of("coco") for e in read_examples(s.data) if e.split == "val" and e.of("coco")}
    val = dict(list(val.items())[: s.check])
    unpack(s.data, s.photos)
    images = np.concatenate([(pictures_to_tensor(read_picture(s.photos / i, SIDE)[None]).numpy() * 255.0 - MEAN) / STD for i in val]).astype(np.float32)
    cider = CiderD({k: [words_of(c) for c in v] for k, v in val.items()})

    def val_cider(graphs: PackageGraphs) -> float:
        captions = [h[0] for i in range(0, len(images), 16) for h in graphs.captions(images[i : i + 16], model.initial_state(len(images[i : i + 16])), start, rules)]
        return cider.mean({k: vocabulary.decode(c.tokens).split() for k, c in zip(val, captions)})

    with tempfile.TemporaryDirectory() as temporary:
        float32, int8 = Path(temporary) / "float32", Path(temporary) / "int8"
        float32.mkdir()
        int8.mkdir()
        graphs = export_graphs(encoder, model, float32)
        full_graphs = PackageGraphs(float32, s.threads)
        difference = largest_difference(encoder, model, full_graphs, images[:24], vocabulary, rules, start)
        print(f"largest difference of log p, PyTorch against onnxruntime: {difference:.2e}", flush=True)
        if difference > MAX_DIFFERENCE:
            raise SystemExit(f"Refused: {difference:.2e} is more than {MAX_DIFFERENCE}")
        for name in ("encoder", "decoder"):
            quantise_weights(float32 / f"{name}.onnx", int8 / f"{name}.onnx")
        full, small = val_cider(full_graphs), val_cider(PackageGraphs(int8, s.threads))
        print(f"val CIDEr-D of {len(val)} photos (plain tokenizer): float32 {full:.4f}, int8 {small:.4f}", flush=True)
        if small < MIN_INT8_SHARE * full:
            raise SystemExit(f"Refused: int8 has {small / full:.1%} of float32's CIDEr-D, less than {MIN_INT8_SHARE:.0%}")
        vocabulary.save(int8 / "vocabulary.json")
        shutil.copy(Path(__file__).parent / "generalisation.json", int8 / "generalisation.json")
        graphs["training"] = {"kind": kind, "config": asdict(model.config), "regions": REGIONS}
        origin = Origin(kind, s.version, s.style, s.optimisation, full, small, difference)
        write_package(int8, s.out, graphs, rules, vocabulary, origin)
    total = sum(f.stat().st_size for f in s.out.iterdir())
    print(f"wrote {s.out}: {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main(parse(Settings))
