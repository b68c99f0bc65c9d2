"""Self-critical training on CIDEr-D (Rennie et al. 2017), after cross-entropy.

    python scst.py --model m2 --init runs/m2/best.pt --out runs/m2-scst --features cache/tuned.npy,cache/tuned-2.npy

Each step samples `samples` captions per photo; a sample's advantage is its CIDEr-D less the mean of the photo's other
samples (Luo 2020, "a better variant of self-critical sequence training"). The end of a caption counts as a word of the
reward, or captions would break off. The photos are those that cross-entropy never saw (`hold`): on memorised photos the
reward teaches nothing and CIDEr falls. A share of cross-entropy on all origins keeps the other styles alive. The val
CIDEr-D is printed every `check` steps and the best is kept. About 4 seconds a step on one busy core.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from beam import top_candidates
from cider_d import CiderD
from curves import save_curve
from data import encode_caption, held_for_reward
from settings import parse
from text import END, PAD, words_of
from train import Settings as TrainSettings
from train import Trainer
from validate import search_rules, val_score


@dataclass(frozen=True)
class Settings(TrainSettings):
    out: Path = Path("runs/m2-scst")
    init: Path = Path("runs/m2/best.pt")
    warm: int = 0
    epochs: int = 1
    batch: int = 24
    samples: int = 5
    steps: int = 400
    check: int = 50
    rate: float = 5e-5
    warmup: int = 20
    average: float = 0.98
    cross_entropy: float = 0.2  # weight beside the reward


@torch.no_grad()
def sample_captions(model, regions: Tensor, start: int, samples: int, max_tokens: int) -> list[list[int]]:
    """`samples` captions per photo drawn from the model, photo by photo; each ends with <end> unless it is too long."""
    memory = model.encode(regions)
    rows = len(regions) * samples
    tokens = torch.full((rows,), start)
    state, parents = model.initial_state(rows), torch.arange(rows)
    captions: list[list[int]] = [[] for _ in range(rows)]
    open_rows = set(range(rows))
    for _ in range(max_tokens + 1):
        logits, state = model.step(memory, state, tokens, parents)
        log_probs, ids = top_candidates(logits, 1000)
        tokens = ids.gather(1, torch.multinomial(log_probs.exp(), 1)).squeeze(1)
        for row in list(open_rows):
            captions[row].append(int(tokens[row]))
            if captions[row][-1] == END:
                open_rows.discard(row)
        if not open_rows:
            break
    return captions


class SelfCritic:
    """Rewards in words of the vocabulary plus an end mark, against the people's captions of the photos."""

    def __init__(self, references: dict[str, list[str]]):
        self.cider = CiderD({k: [[*words_of(c), "<end>"] for c in v] for k, v in references.items()})

    def advantages(self, images: list[str], captions: list[list[str]], samples: int) -> tuple[np.ndarray, float]:
        """Advantage per caption [photos * samples] and the mean reward (CIDEr-D)."""
        rewards = np.array([self.cider.score(images[i // samples], c) for i, c in enumerate(captions)]).reshape(-1, samples)
        others = (rewards.sum(1, keepdims=True) - rewards) / (samples - 1)
        return (rewards - others).reshape(-1), float(rewards.mean())


def reward_loss(model, regions: Tensor, captions: list[list[int]], start: int, samples: int, advantages: np.ndarray) -> Tensor:
    """- advantage * log p of the sampled captions, per word."""
    length = max(map(len, captions))
    targets = torch.full((len(captions), length), PAD)
    for i, c in enumerate(captions):
        targets[i, : len(c)] = torch.tensor(c)
    inputs = torch.cat([torch.full((len(captions), 1), start), targets[:, :-1]], 1)
    rows = torch.arange(len(captions)) // samples
    logits = model.decode([m.index_select(0, rows) for m in model.encode(regions)], inputs)
    picked = -F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none", ignore_index=PAD).view(targets.shape)
    return -(picked * torch.from_numpy(advantages).float()[:, None]).sum() / (targets != PAD).sum()


def main(s: Settings) -> None:
    trainer = Trainer(s)
    trainer.total = s.steps * 2  # the cosine ends at half the rate
    held = [e for e in held_for_reward(trainer.examples, s.hold) if e.image in trainer.features.row]
    if not held:  # small data sets of one's own: all photos with people's captions
        held = [e for e in trainer.train if e.of("coco")]
    references = {e.image: e.of("coco") for e in trainer.examples if e.split == "train" and e.of("coco")}
    critic, rules, start = SelfCritic(references), search_rules(trainer.vocabulary), trainer.vocabulary.start("coco")
    words = trainer.vocabulary.words
    before, _ = val_score(trainer.averaged(), trainer.features, trainer.examples, trainer.vocabulary, rules)
    print(f"before: val CIDEr-D {before:.4f}, {len(held)} photos for the reward", flush=True)
    history, best, recent = [{"step": 0, "reward": 0.0, "val_cider_d": before}], before, []
    trainer.save(s.out / "best.pt")
    for step in (bar := tqdm(range(1, s.steps + 1), desc="self-critical")):
        batch = [held[i] for i in trainer.rng.choice(len(held), min(s.batch, len(held)), replace=False)]
        images = [e.image for e in batch]
        regions = trainer.features.get(images, trainer.rng)
        trainer.model.eval()
        captions = sample_captions(trainer.model, regions, start, s.samples, s.max_tokens)
        advantages, reward = critic.advantages(images, [["<end>" if t == END else words[t] for t in c] for c in captions], s.samples)
        trainer.model.train()
        loss = reward_loss(trainer.model, regions, captions, start, s.samples, advantages)
        if s.cross_entropy:
            others = [trainer.train[i] for i in trainer.rng.choice(len(trainer.train), s.batch)]
            picks = [e.captions[trainer.rng.integers(len(e.captions))] for e in others]
            own = [encode_caption(c, trainer.ids, s.max_tokens) for _, c in picks]
            more = trainer.features.get([e.image for e in others], trainer.rng)
            loss = loss + s.cross_entropy * trainer.loss(more, own, [trainer.vocabulary.start(o) for o, _ in picks], torch.arange(len(own)))
        trainer.update(loss)
        recent.append(reward)
        bar.set_postfix_str(f"reward {np.mean(recent[-25:]):.3f}")
        if step % s.check == 0:
            score, _ = val_score(trainer.averaged(), trainer.features, trainer.examples, trainer.vocabulary, rules)
            history.append({"step": step, "reward": float(np.mean(recent[-s.check :])), "val_cider_d": score})
            trainer.history = history
            print(f"step {step}: reward {history[-1]['reward']:.4f}, val CIDEr-D {score:.4f}", flush=True)
            save_curve(history[1:], "step", s.out / "curve.png")
            trainer.save(s.out / "last.pt")
            if score > best:
                best = score
                trainer.save(s.out / "best.pt")


if __name__ == "__main__":
    main(parse(Settings))
