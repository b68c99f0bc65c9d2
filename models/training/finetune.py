"""Fine-tune a package on your own photos: `finetune.py --data DIR --init PACKAGE` writes a new package.

    python finetune.py --data DIR --init ../m2 --out ../m2-own
    python finetune.py --data ../../../shared/data --prefix fashion/ --init ../m2 --out ../m2-fashion

DIR holds photos and a captions.tsv (image, caption; optional split and origin; see data.py) or the COCO layout with
Karpathy's split; `--prefix` keeps only photos below a folder. The package is all that is needed: its picture encoder
gives the features, its decoder's weights are read from the int8 graphs, trained on, and written back. Captions of
origin `style` choose the epoch on the val photos, where there are any. About 4 minutes for 866 photos on two cores.
"""

import json
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch

import train
from captioners import known_captioner
from card import renew_package
from data import read_examples, read_picture, unpack
from encoder import SIDE, pictures_to_tensor
from features import augment
from files import cache_folder
from quantise import read_weights, write_weights
from sessions import cpu_session
from settings import parse
from text import Vocabulary
from validate import search_rules, val_score

VIEWS = (0, 2)  # the photo as it is, and one random crop of it


@dataclass(frozen=True)
class Settings:
    data: Path = Path("../shared/data")
    photos: Path = Path("")  # where the photos lie unpacked; default the data folder, or its tar shards unpacked
    prefix: str = ""
    init: Path = Path("../m2")  # a package folder
    out: Path = Path("../m2-own")
    version: str = "1.0.0"
    style: str = ""  # what the new package writes by itself; default the commonest origin of the train captions
    epochs: int = 12
    rate: float = 2e-4
    batch: int = 32
    threads: int = 2
    seed: int = 1


def load_package(package: Path) -> tuple[torch.nn.Module, Vocabulary, dict]:
    """The captioner of a package as a PyTorch module, its vocabulary and its manifest."""
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf8"))
    made = manifest.get("training")
    if not made:
        raise SystemExit(f"{package}: its manifest has no `training` block, so it cannot be trained further")
    weights = read_weights(package / "encoder.onnx") | read_weights(package / "decoder.onnx")
    state = {name.removeprefix("model."): torch.from_numpy(np.array(v)) for name, v in weights.items() if name.startswith("model.")}
    return known_captioner(made["kind"], made["config"], state), Vocabulary.load(package / "vocabulary.json"), manifest


def region_session(package: Path, manifest: dict, threads: int) -> ort.InferenceSession:
    """The package's encoder, asked for its grid features instead of the decoder's memory."""
    graph = onnx.load(package / "encoder.onnx")
    del graph.graph.output[:]
    graph.graph.output.append(onnx.helper.make_tensor_value_info(manifest["training"]["regions"], onnx.TensorProto.FLOAT, None))
    return cpu_session(graph.SerializeToString(), threads)


def cache_views(session: ort.InferenceSession, manifest: dict, images: list[str], photos: Path, folder: Path) -> str:
    """Features of the photos, one file per view; returns train.py's --features."""
    paths, image = [], manifest["image"]
    mean, std = (np.array(image[k], np.float32).reshape(1, 3, 1, 1) for k in ("mean", "std"))
    config = manifest["training"]["config"]
    for view in VIEWS:
        rng, path = np.random.default_rng(view), folder / f"view{view}.npy"
        out = np.lib.format.open_memmap(path, "w+", np.float16, (len(images), config["cells"], config["channels"]))
        for i in range(0, len(images), 16):
            pictures = augment(pictures_to_tensor(np.stack([read_picture(photos / n, SIDE) for n in images[i : i + 16]])), view, rng)
            out[i : i + 16] = session.run(None, {"image": ((pictures.numpy() * 255.0 - mean) / std).astype(np.float32)})[0]
        out.flush()
        path.with_suffix(".ids.txt").write_text("\n".join(images), encoding="utf8")
        paths.append(str(path))
    return ",".join(paths)


def main(s: Settings) -> None:
    torch.set_num_threads(s.threads)
    photos = s.photos if s.photos.name else s.data
    if not s.photos.name and any(s.data.glob("*.tar")):
        photos = cache_folder("photos")
        unpack(s.data, photos)
    examples = [e for e in read_examples(s.data) if e.image.startswith(s.prefix) and e.split != "test"]
    origins = Counter(origin for e in examples if e.split == "train" for origin, _ in e.captions)
    if not origins:
        raise SystemExit(f"{s.data}: no train photos below '{s.prefix}'")
    style = s.style or origins.most_common(1)[0][0]
    if style not in origins:
        raise SystemExit(f"Expected --style in {sorted(origins)}, the origins of the train captions, but received '{style}'")
    folder = cache_folder("finetune")
    model, vocabulary, manifest = load_package(s.init)
    features = cache_views(region_session(s.init, manifest, s.threads), manifest, [e.image for e in examples], photos, folder)
    checkpoint = folder / "init.pt"
    torch.save({"words": vocabulary.words, "average": model.state_dict(), "config": manifest["training"]["config"]}, checkpoint)
    settings = train.Settings(data=s.data, features=features, out=folder, model=manifest["training"]["kind"], init=checkpoint, warm=0, epochs=s.epochs, batch=s.batch, rate=s.rate, warmup=20, average=0.98, hold=0, threads=s.threads, seed=s.seed)
    trainer = train.Trainer(settings)
    rules = search_rules(vocabulary)
    score = lambda: val_score(trainer.averaged(), trainer.features, examples, vocabulary, rules, style)[0]  # noqa: E731
    best, kept = score(), {}
    print(f"before: val CIDEr-D {best:.4f}", flush=True)
    for _ in range(s.epochs):
        loss = trainer.one_epoch()
        reached = score()
        print(f"epoch {trainer.epoch}: loss {loss:.3f}, val CIDEr-D {reached:.4f}", flush=True)
        if reached >= best:
            best, kept = reached, {f"model.{k}": v.numpy().copy() for k, v in trainer.average.items()}
    if not kept:
        raise SystemExit("Nothing written: no epoch was better than the package it began with")
    new = folder / "package"
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(s.init, new)
    for graph in ("encoder.onnx", "decoder.onnx"):
        write_weights(new / graph, kept)
    manifest["tokens"]["defaultStyle"] = style
    manifest["metrics"] = [{"split": f"val of {s.prefix or 'own photos'}, plain tokenizer", "optimisation": "cross-entropy, fine-tuned", "beam": 3, "scores": {"CIDEr-D": round(best, 4)}}]
    renew_package(new, s.out, manifest | {"version": s.version, "fineTunedFrom": f"{manifest['name']}@{manifest['version']}"})
    print(f"wrote {s.out}")


if __name__ == "__main__":
    main(parse(Settings))
