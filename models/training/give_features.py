"""Let the encoder of a caption package give its grid features too, for the analysis stages that share them.

    python give_features.py --package ../m2                    # seconds
    python give_features.py --package ../updown --like ../m2   # and m2-fashion: their encoders are M2's

Adds the tensor `training.regions` of the manifest ([pictures, 64, 1552]) to the encoder graph's outputs under the name
`features`, tells so in the manifest (`encoder.features`), and makes digests anew. No node and no weight changes, so
captions stay as they are to the last bit. Packages with equal encoders get the same name, which is what an attributes
package asks for: with `--like` the weights that the features depend on are compared, and different ones are refused.
"""

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import onnx
from onnx import numpy_helper

from card import place_package
from settings import parse

OUTPUT = "features"


@dataclass(frozen=True)
class Settings:
    package: Path = Path("../m2")
    like: Path = Path("")  # a package whose features have this name already: the encoders must be equal
    name: str = "grid-1552@1"


def weights_before(graph: onnx.GraphProto, tensor: str) -> str:
    """SHA-256 over the weights that a tensor depends on, by name: equal encoders have equal digests."""
    made_by = {output: node for node in graph.node for output in node.output}
    weights = {w.name: w for w in graph.initializer}
    seen, open_ = set(), [tensor]
    while open_:
        name = open_.pop()
        if name not in seen:
            seen.add(name)
            open_ += made_by[name].input if name in made_by else []
    digest = hashlib.sha256()
    for name in sorted(seen & weights.keys()):
        digest.update(name.encode() + numpy_helper.to_array(weights[name]).tobytes())
    return digest.hexdigest()


def give_output(model: onnx.ModelProto, tensor: str, shape: list[str | int]) -> None:
    """Makes `tensor` an output of the graph, under the name `features`."""
    node = onnx.helper.make_node("Identity", [tensor], [OUTPUT], name="give_features")
    model.graph.node.append(node)
    model.graph.output.append(onnx.helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, shape))
    onnx.checker.check_model(model)


def regions_of(folder: Path) -> tuple[dict, onnx.ModelProto]:
    """A package's manifest and its encoder."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return manifest, onnx.load(folder / manifest["encoder"]["file"])


def main(s: Settings) -> None:
    manifest, model = regions_of(s.package)
    training = manifest["training"]
    if "features" in manifest["encoder"]:
        raise SystemExit(f"{s.package} gives {manifest['encoder']['features']['name']} already")
    if s.like.name:
        other, encoder = regions_of(s.like)
        if weights_before(encoder.graph, other["training"]["regions"]) != weights_before(model.graph, training["regions"]):
            raise SystemExit(f"Refused: the encoders of {s.package} and {s.like} differ, so their features cannot have one name")
    give_output(model, training["regions"], ["pictures", training["config"]["cells"], training["config"]["channels"]])
    manifest["encoder"]["features"] = {"output": OUTPUT, "name": s.name}
    files = [f["path"] for f in manifest["files"]]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "package"
        folder.mkdir()
        for file in files:
            shutil.copy(s.package / file, folder)
        onnx.save(model, folder / manifest["encoder"]["file"])
        place_package(folder, s.package, manifest)
    print(f"{s.package} gives {s.name}")


if __name__ == "__main__":
    main(parse(Settings))
