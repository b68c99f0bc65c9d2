"""Caption metrics over {image: [references]} and {image: caption}, by pycocoevalcap's reference implementations.

    python3 models/training/metrics.py --captions results/m2/coco-test.jsonl --references ../shared/data/captions.tsv --origin coco

BLEU-1..4 (Papineni et al. 2002), ROUGE-L (Lin 2004), CIDEr-D (Vedantam et al. 2015; document frequencies of the references given),
METEOR 1.5 (Denkowski and Lavie 2014) and SPICE (Anderson et al. 2016). Text is tokenised by the PTB tokenizer as in the COCO caption
evaluation; METEOR, SPICE and that tokenizer run on Java. `--tokenizer plain` needs no Java and leaves METEOR and SPICE out; the
tokenizer is named in the result, since plain figures differ in the third digit. Scores are fractions: CIDEr-D 1.20 is what papers
write as 120. 516 x 5 captions: 3 s with the plain tokenizer, 15 s with METEOR, 60 to 100 s with SPICE.
"""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge

from data import read_captions
from files import read_jsonl
from settings import parse
from text import words_of

References = dict[str, list[str]]
Captions = dict[str, str]


@dataclass(frozen=True)
class Scores:
    """Corpus scores and each picture's own (in the captions' order); None where a metric did not run, with the reason in `notes`."""

    tokenizer: str
    corpus: dict[str, float | None]
    each: dict[str, list[float]]
    notes: list[str]


def tokenize(captions: References, tokenizer: str) -> References:
    """Each caption as tokens joined by spaces; `tokenizer` is "ptb" (needs Java) or "plain"."""
    if tokenizer == "plain":
        return {key: [" ".join(words_of(text)) for text in texts] for key, texts in captions.items()}
    if tokenizer != "ptb":
        raise ValueError(f"Expected 'ptb' or 'plain' for the tokenizer but received '{tokenizer}'")
    from java_metrics import tokenize_ptb

    return tokenize_ptb(captions)


def lexical(references: References, captions: Captions) -> tuple[dict[str, float | None], dict[str, list[float]]]:
    """BLEU-1..4, ROUGE-L and CIDEr-D of tokenised text: (corpus scores, scores per picture)."""
    given = {key: [text] for key, text in captions.items()}
    bleu, bleus = Bleu(4).compute_score(references, given, verbose=0)
    rouge, rouges = Rouge().compute_score(references, given)
    cider, ciders = Cider().compute_score(references, given)
    corpus: dict[str, float | None] = {f"BLEU-{n + 1}": float(bleu[n]) for n in range(4)}
    corpus |= {"ROUGE-L": float(rouge), "CIDEr-D": float(cider)}
    each = {f"BLEU-{n + 1}": [float(v) for v in bleus[n]] for n in range(4)}
    each |= {"ROUGE-L": [float(v) for v in rouges], "CIDEr-D": [float(v) for v in ciders]}
    return corpus, each


def score(references: References, captions: Captions, tokenizer: str = "ptb", meteor: bool = True, spice: bool = True) -> Scores:
    """All metrics of raw captions against raw references; the captions' keys decide which pictures count."""
    absent = [key for key in captions if not references.get(key)]
    if absent:
        raise ValueError(f"Expected references for each picture but {len(absent)} have none, such as '{absent[0]}'")
    order = list(captions)
    refs = tokenize({key: references[key] for key in order}, tokenizer)
    tokens = {key: texts[0] for key, texts in tokenize({key: [captions[key]] for key in order}, tokenizer).items()}
    corpus, each = lexical(refs, tokens)
    notes = []
    for name, wanted in (("METEOR", meteor), ("SPICE", spice)):
        corpus[name] = None
        if not wanted or tokenizer == "plain":
            notes.append(f"{name} not computed ({'plain tokenizer' if tokenizer == 'plain' else 'switched off'})")
            continue
        import java_metrics

        obstacle = java_metrics.spice_obstacle() if name == "SPICE" else None
        if obstacle:
            notes.append(f"{name} not computed: {obstacle}")
            continue
        corpus[name], each[name] = (java_metrics.spice if name == "SPICE" else java_metrics.meteor)(refs, tokens)
    return Scores(tokenizer, corpus, each, notes)


def human_scores(references: References, tokenizer: str = "ptb") -> dict[str, float]:
    """What people reach: CIDEr-D of each reference against the others (mean), BLEU-4 of the first against the others."""
    refs = {key: texts for key, texts in tokenize(references, tokenizer).items() if len(texts) > 1}
    count = min(len(texts) for texts in refs.values())
    ciders = []
    for i in range(count):
        others = {key: texts[:i] + texts[i + 1 :] for key, texts in refs.items()}
        ciders.append(Cider().compute_score(others, {key: [texts[i]] for key, texts in refs.items()})[0])
    bleu = Bleu(4).compute_score({k: t[1:] for k, t in refs.items()}, {k: t[:1] for k, t in refs.items()}, verbose=0)[0][3]
    return {"CIDEr-D": float(np.mean(ciders)), "BLEU-4": float(bleu)}


@dataclass(frozen=True)
class Settings:
    """What is scored; `captions` is JSONL with "image" and "plain" or "caption" or "text"."""

    captions: Path
    references: Path
    split: str = "test"
    origin: str = "coco"
    tokenizer: str = "ptb"
    meteor: bool = True
    spice: bool = True


def read_references(path: Path, split: str, origin: str) -> References:
    """People's captions of one split and origin of a captions.tsv: {image: [captions]}."""
    found = {example.image: example.of(origin) for example in read_captions(path) if example.split == split}
    return {image: captions for image, captions in found.items() if captions}


def caption_of(row: dict) -> str:
    """The caption in a result line, before nouns were made more general; empty when there is none."""
    return row.get("plain") or row.get("caption") or row.get("text") or ""


def main(settings: Settings) -> None:
    """Print every score, then why any is missing."""
    references = read_references(settings.references, settings.split, settings.origin)
    captions = {row["image"]: caption_of(row) for row in read_jsonl(settings.captions) if row["image"] in references}
    if not captions:
        sys.exit(f"No picture of {settings.captions} has '{settings.origin}' captions in split '{settings.split}' of {settings.references}")
    result = score(references, captions, settings.tokenizer, settings.meteor, settings.spice)
    for name, value in asdict(result)["corpus"].items():
        print(f"{name:8} {'-' if value is None else f'{value:.4f}'}")
    print(f"{len(captions)} of {len(references)} pictures, tokenizer {result.tokenizer}")
    print("\n".join(result.notes))


if __name__ == "__main__":
    main(parse(Settings))
