"""Train the attributes head on cached grid features, with cross-validated confidences.

    python attributes/feature_cache.py --photos PHOTOS --out CACHE
    python attributes/train_attributes.py --cache CACHE --photos PHOTOS --others LITE.npy+DETECTOR.npy --out runs/attributes.pt

First a head for each of `folds` parts of the train and val photos, trained without that part: what these say about their
own part tells how sure the head may be (temperatures, thresholds), because the 57 val photos of the written attributes are
too few to tell. Then `heads` heads on all train and val photos, which are a little better together than one. Test photos are
not looked at. Prints cross-validated accuracies of the written labels; `--folds 0` skips the first part.
"""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from attribute_data import Cached, fold_of, load  # noqa: E402
from attribute_head import AttributesHead, HeadConfig, allowed_loss  # noqa: E402
from files import REPO  # noqa: E402
from settings import parse  # noqa: E402

HEAD_WEIGHTS = {"type": 1.0, "colour": 1.0, "pattern": 1.0, "material": 0.7, "fit": 0.7, "gender": 0.6, "usage": 0.4, "product": 0.5, "scene": 0.5}
SOURCE_WEIGHTS = {"fashion": 1.0, "abo": 1.0, "fashion_small": 0.5}  # 60 x 80 pixels say less; the others 0.7
OTHER_WEIGHT = 0.7
PRODUCTS = ("fashion", "fashion_small", "abo")


@dataclass(frozen=True)
class Settings:
    cache: Path = Path("cache/attributes")
    others: str = ""  # of features.py: LITE.npy+DETECTOR.npy
    photos: Path = Path("cache/photos")
    data: Path = REPO.parent / "shared" / "data"
    out: Path = Path("runs/attributes.pt")
    groups: str = "products,views,small"
    kept: int = 256  # components of the features
    width: int = 128
    epochs: int = 8
    batch: int = 96
    rate: float = 1.5e-3
    decay: float = 0.05
    noise: float = 0.15  # of the whitened features
    average: float = 0.995  # of the weights, by step
    folds: int = 5
    heads: int = 3  # of the package, which answer together
    threads: int = 1
    seed: int = 1


def train(cached: Cached, rows: np.ndarray, s: Settings, seed: int) -> AttributesHead:
    """A head trained on these rows; returns the running average of its weights."""
    torch.manual_seed(seed)
    classes = {head: len(names) for head, names in cached.targets.classes.items()}
    config = HeadConfig(cached.features.shape[2], width=s.width)
    model, average = AttributesHead(config, classes), AttributesHead(config, classes).eval()
    average.load_state_dict(model.state_dict())
    allowed = {head: torch.from_numpy(mask) for head, mask in cached.targets.allowed.items()}
    weights = torch.tensor([SOURCE_WEIGHTS.get(source, OTHER_WEIGHT) for source in cached.sources])
    optimiser = torch.optim.AdamW(model.parameters(), s.rate, weight_decay=s.decay)
    steps = max(1, s.epochs * (len(rows) // s.batch))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, s.rate, total_steps=steps, pct_start=0.1)
    rng = np.random.default_rng(seed)
    order = np.concatenate([rng.permutation(rows) for _ in range(s.epochs + 1)])
    for step in range(steps):
        take = np.sort(order[step * s.batch : (step + 1) * s.batch])
        features = torch.from_numpy(cached.features[take]).float()
        logits = model(features + s.noise * torch.randn_like(features), torch.from_numpy(cached.colours[take]).float())
        picked = torch.from_numpy(take)
        loss = sum((weight * allowed_loss(logits[head], allowed[head][picked], weights[picked]) for head, weight in HEAD_WEIGHTS.items()), torch.zeros(()))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        keep = min(s.average, (1 + step) / (10 + step))
        for mine, new in zip(average.parameters(), model.parameters()):
            mine.data.lerp_(new.data, 1 - keep)
        if step % 200 == 0:
            print(f"  step {step}/{steps} loss {loss.item():.3f}", flush=True)
    return average


@torch.no_grad()
def answers(head: AttributesHead, cached: Cached, rows: np.ndarray) -> dict[str, Tensor]:
    """Logits [n, classes] of each head."""
    blocks = [rows[at : at + 256] for at in range(0, len(rows), 256)]
    parts = [head(*(torch.from_numpy(part[block]).float() for part in (cached.features, cached.colours))) for block in blocks]
    return {head: torch.cat([part[head] for part in parts]) for head in parts[0]}


def written_accuracy(cached: Cached, logits: dict[str, np.ndarray], rows: np.ndarray) -> dict[str, float]:
    """Share of these photos whose best class is the written one; "unknown" counts as a class, as it is written."""
    shares = {}
    for head in ("type", "colour", "pattern", "material", "fit", "gender", "usage"):
        allowed = cached.targets.allowed[head][rows]
        known = allowed.any(1)
        shares[head] = float(allowed[known, logits[head][rows][known].argmax(1)].mean())
    return shares


def cross_validate(cached: Cached, usable: np.ndarray, s: Settings) -> dict[str, np.ndarray]:
    """Logits of every photo (once) of train and val by a head that has not seen it."""
    folds = np.array([fold_of(image, s.folds) for image in cached.targets.images])
    logits = {head: np.full(mask.shape, np.nan, np.float32) for head, mask in cached.targets.allowed.items()}
    plain = usable & ((cached.views == 0) | ~np.isin(cached.sources, PRODUCTS))
    for fold in range(s.folds):
        head = train(cached, np.flatnonzero(usable & (folds != fold)), s, s.seed + fold)
        own = np.flatnonzero(plain & (folds == fold))
        for name, values in answers(head, cached, own).items():
            logits[name][own] = values.numpy()
        mine = own[cached.sources[own] == "fashion"]
        print(f"fold {fold}: " + " ".join(f"{k} {v:.3f}" for k, v in written_accuracy(cached, logits, mine).items()), flush=True)
    mine = np.flatnonzero(plain & (cached.sources == "fashion"))
    print(f"all folds, {len(mine)} written photos: " + " ".join(f"{k} {v:.3f}" for k, v in written_accuracy(cached, logits, mine).items()), flush=True)
    return {head: values[plain] for head, values in logits.items()} | {"rows": np.flatnonzero(plain)}


def main(s: Settings) -> None:
    torch.set_num_threads(s.threads)
    cached = load(s.cache, [Path(part) for part in s.others.split("+") if part], s.photos, s.data, s.kept, tuple(s.groups.split(",")))
    usable = cached.splits != "test"
    print(f"{len(usable)} rows, {usable.sum()} of train and val; classes: " + " ".join(f"{k} {len(v)}" for k, v in cached.targets.classes.items()), flush=True)
    held = cross_validate(cached, usable, s) if s.folds else {}
    heads = [train(cached, np.flatnonzero(usable), s, s.seed + 100 * i).fold(cached.cells, cached.scale) for i in range(s.heads)]
    names = cached.targets.images
    s.out.parent.mkdir(parents=True, exist_ok=True)
    held_out = {"images": [names[i] for i in held.pop("rows")], "logits": {k: torch.from_numpy(v) for k, v in held.items()}} if held else {}
    torch.save({"config": asdict(heads[0].config), "classes": cached.targets.classes, "states": [head.state_dict() for head in heads], "held": held_out}, s.out)
    print(f"wrote {s.out}: {sum(p.numel() for head in heads for p in head.parameters())} parameters")


if __name__ == "__main__":
    main(parse(Settings))
