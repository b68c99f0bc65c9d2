"""What transformers' generate() says on given photos: the sentences, and log p of single steps, for golden.json.

Photos are read by Pillow (convert RGB) and prepared by the library's own (slow) processors. `sequences` are ids without the
decoder's start, up to and with the end token. Greedy and beam search keep every other setting of generation_config. log p is
of the raw logits (no processor) over the whole sentence at once, without a cache.
"""

import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from PIL import Image
from torch import Tensor, nn
from transformers import AutoTokenizer, PreTrainedModel
from transformers.generation import GenerationMixin

from agreement import whole_logits
from lively_weights import end_of

LIBRARY = f"transformers {transformers.__version__}"
PROMPTS = {
    "caption": "What does the image describe?",
    "detailed-caption": "Describe in detail what is shown in the image.",
    "more-detailed-caption": "Describe with a paragraph what is shown in the image.",
    "ocr": "What is the text in the image?",
    "object-detection": "Locate the objects with category name in the image.",
}
DETAILED_PHOTOS, BEST = 5, 5  # photos with log p, and how many of the best tokens per step
DIGITS = 7
NEVER = -1e8  # the library's beams start at -1e9
CHOICE = GenerationMixin._get_top_k_continuations


@dataclass(frozen=True)
class Said:
    """One run of generate() over all photos."""

    sequences: list[list[int]]
    gaps: list[float]  # per picture: the smallest difference between the last candidate kept and the first left out, in log p
    middle_gap: float  # median over all decisions


def pictures(processor: Any, photos: list[Path]) -> Tensor:
    """Photos as the library's processor makes them: float32 [n, 3, height, width]."""
    images = [Image.open(photo).convert("RGB") for photo in photos]
    return processor(images=images, return_tensors="pt")["pixel_values"]


def prompt_of(model: PreTrainedModel, folder: Path, style: str, pixels: Tensor) -> Tensor | None:
    """Florence-2's encoder prompt [n, picture tokens + words]: places of the picture, <s> sentence </s>; none elsewhere."""
    if not hasattr(model, "get_image_features"):
        return None
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        places = model.get_image_features(pixels[:1]).shape[1]
    ids = [model.config.image_token_id] * places + tokenizer(PROMPTS[style])["input_ids"]
    return torch.tensor([ids] * len(pixels))


class Gaps:
    """Collects how close the candidates are that generate() decides between, per picture."""

    def __init__(self, pictures: int) -> None:
        self.least = torch.full((pictures,), torch.inf)
        self.seen: list[Tensor] = []

    def add(self, rows: list[int], scores: Tensor, kept: int) -> None:
        """Scores [rows, candidates]: the last of the `kept` best against the first that is left out."""
        best = scores.float().topk(kept + 1).values
        gaps = best[:, kept - 1] - best[:, kept]
        gaps[best[:, kept] < NEVER] = torch.inf  # forced tokens leave no choice
        self.least[rows] = torch.minimum(self.least[rows], gaps)
        self.seen.append(gaps[torch.isfinite(gaps)])


def watching(gaps: Gaps, rows: list[int], beams: int) -> Any:
    """The library's choice of the next candidates, watched."""

    def watched(this: Any, accumulated_log_probs: Tensor, *args: Any, **kwargs: Any) -> Any:
        gaps.add(rows, accumulated_log_probs.reshape(len(rows), -1), beams)
        return CHOICE(this, accumulated_log_probs, *args, **kwargs)

    return watched


def see_once(model: PreTrainedModel) -> None:
    """What the model sees is computed once for each batch of pictures, not for each style and beam width again."""
    name = next(name for name in ("get_image_features", "vision_model", "encoder") if hasattr(model, name))
    eye = getattr(model, name)
    look = eye.forward if isinstance(eye, nn.Module) else eye
    known: dict[tuple[int, ...], Any] = {}

    def seen(pixel_values: Tensor, **kwargs: Any) -> Any:
        key = (pixel_values.data_ptr(), *pixel_values.shape)
        if key not in known:
            known[key] = look(pixel_values=pixel_values, **kwargs)
        answer = known[key]
        return type(answer)(**answer) if isinstance(answer, dict) else answer  # beam search repeats the rows of what it was given

    if isinstance(eye, nn.Module):
        eye.forward = seen
    else:
        setattr(model, name, seen)


def cut(row: list[int], end: int) -> list[int]:
    """Up to and with the first end token."""
    return row[: row.index(end) + 1] if end in row else row


def generate(model: PreTrainedModel, pixels: Tensor, prompt: Tensor | None, beams: int, max_new_tokens: int, batch: int) -> Said:
    """generate() over all pictures, `batch` at a time."""
    gaps, rows = Gaps(len(pixels)), []
    try:
        for at in range(0, len(pixels), batch):
            numbers = list(range(at, min(at + batch, len(pixels))))
            GenerationMixin._get_top_k_continuations = watching(gaps, numbers, beams)
            given = {} if prompt is None else {"input_ids": prompt[at : at + batch], "attention_mask": torch.ones_like(prompt[at : at + batch])}
            with torch.no_grad():
                out = model.generate(
                    pixel_values=pixels[at : at + batch],
                    num_beams=beams,
                    max_new_tokens=max_new_tokens,
                    output_scores=True,
                    return_dict_in_generate=True,
                    **given,
                )
            rows += [cut(row, end_of(model)) for row in out.sequences[:, 1:].tolist()]
            if beams == 1:
                for step, scores in enumerate(out.scores):
                    going = [n for n in range(len(numbers)) if len(rows[at + n]) > step]
                    if going:
                        gaps.add([at + n for n in going], scores[going], 1)
    finally:
        GenerationMixin._get_top_k_continuations = CHOICE
    return Said(rows, gaps.least.tolist(), float(torch.cat(gaps.seen).median()))


def step_log_probs(layout: str, model: PreTrainedModel, pixels: Tensor, prompt: Tensor | None, sentence: list[int], start: int) -> list[dict[str, Any]]:
    """Per step of one picture's sentence: natural log p of the chosen token and of the best ones."""
    tokens = torch.tensor([[start, *sentence[:-1]]])
    logs = whole_logits(layout, model, pixels, prompt, tokens)[0].double().log_softmax(-1)  # [steps, vocabulary]
    best = logs.topk(min(BEST, logs.shape[-1]))
    return [
        {
            "chosen": round(float(logs[step, token]), DIGITS),
            "ids": best.indices[step].tolist(),
            "values": [round(value, DIGITS) for value in best.values[step].tolist()],
        }
        for step, token in enumerate(sentence)
    ]


def start_of(model: PreTrainedModel) -> int:
    """The decoder's first token."""
    return model.config.text_config.bos_token_id if hasattr(model, "text_decoder") else model.generation_config.decoder_start_token_id


def case(
    layout: str, model: PreTrainedModel, pixels: Tensor, style: str, beams: int, tokens: int, prompt: Tensor | None, said: Said, kept: list[int]
) -> dict[str, Any]:
    """One entry of golden.json's `cases`: the kept pictures' sentences, and log p for the first of them."""
    ask = None if prompt is None else prompt[:1]
    detailed = [
        step_log_probs(layout, model, pixels[n : n + 1], ask, said.sequences[n], start_of(model)) for n in kept[:DETAILED_PHOTOS]
    ]
    sequences = [said.sequences[n] for n in kept]
    return {"style": style, "beams": beams, "maxNewTokens": tokens, "sequences": sequences, "topLogProbs": detailed}


def liveliness(said: Said) -> dict[str, float]:
    """Distinct sentences of all, share of tokens equal to the one before, mean length, smallest and median gap."""
    rows = said.sequences
    repeated = sum(a == b for row in rows for a, b in zip(row, row[1:], strict=False))
    return {
        "distinct": len({tuple(row) for row in rows}) / len(rows),
        "repeated": repeated / max(1, sum(len(row) - 1 for row in rows)),
        "tokens": statistics.mean(len(row) for row in rows),
        "gap": min(said.gaps),
        "median gap": said.middle_gap,
    }
