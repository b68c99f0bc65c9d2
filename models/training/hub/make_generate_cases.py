"""Writes test/fixtures/generate-cases.json: what transformers' own generate() finds for a model of random transitions.

    python models/training/hub/make_generate_cases.py [SEED CASES OUT]

The model's logits depend on the last two tokens only, through a table that stands in the fixture as log probabilities, so
that a test can ask the same model. Needs torch and transformers 4.57; the file is committed, tests never run this.
"""

import json
import random
import sys
from pathlib import Path

import torch
import transformers
from transformers import GenerationConfig, GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput

OUT = Path(__file__).parents[3] / "test/fixtures/generate-cases.json"
STATES, SEED, CASES = 37, 5, 420
VOCABULARIES = [7, 11, 16, 24, 30]
UNFINISHED = -5e8


class Transitions(PreTrainedModel, GenerationMixin):
    """logits[i] = table[(3 * token[i - 1] + token[i]) % STATES]; before the first token stands 0"""

    config_class = PretrainedConfig
    main_input_name = "input_ids"

    def __init__(self, table):
        super().__init__(PretrainedConfig(vocab_size=table.shape[1], is_encoder_decoder=False))
        self.table = torch.nn.Parameter(table, requires_grad=False)

    def forward(self, input_ids, attention_mask=None, **_):
        before = torch.nn.functional.pad(input_ids, (1, 0))[:, :-1]
        return CausalLMOutput(logits=self.table[(3 * before + input_ids) % STATES])

    def prepare_inputs_for_generation(self, input_ids, attention_mask=None, **_):
        return {"input_ids": input_ids}

    @property
    def device(self):
        return torch.device("cpu")


def settings(rng, vocabulary):
    beams = rng.choice([1, 2, 3, 3, 4, 5])
    new = rng.choice([1, 2, 4, 6, 9, 14])
    prompt = [rng.randrange(2, vocabulary) for _ in range(rng.choice([1, 1, 2, 3]))]
    maybe = lambda values: rng.choice(values)
    forced = maybe([None, rng.randrange(2, vocabulary)]) if len(prompt) == 1 else None
    return {
        "prompt": prompt,
        "beamSize": beams,
        "maxTokens": new,
        "minTokens": min(maybe([0, 0, 2, 5]), new - 1),
        "lengthPenalty": maybe([0.0, 0.7, 1.0, 1.0, 2.0, -1.0]),
        "earlyStopping": maybe([False, True, "never"]),
        "noRepeatNgram": maybe([0, 0, 1, 2, 3]) if vocabulary > 16 else maybe([0, 0, 2, 3]),
        "repetitionPenalty": maybe([1.0, 1.0, 1.3, 0.8]) if beams > 1 else 1.0,
        "forcedFirst": forced,
        "forcedLast": maybe([None, 1]),
        "banned": rng.sample([token for token in range(2, vocabulary) if token != forced], maybe([0, 0, 1, 2])),
    }


def generate(model, case, vocabulary):
    config = GenerationConfig(
        num_beams=case["beamSize"],
        num_return_sequences=case["beamSize"],
        max_new_tokens=case["maxTokens"],
        min_new_tokens=case["minTokens"] or None,
        length_penalty=case["lengthPenalty"],
        early_stopping=case["earlyStopping"],
        no_repeat_ngram_size=case["noRepeatNgram"],
        repetition_penalty=case["repetitionPenalty"],
        forced_bos_token_id=case["forcedFirst"],
        forced_eos_token_id=case["forcedLast"],
        suppress_tokens=case["banned"] or None,
        do_sample=False,
        use_cache=False,
        eos_token_id=1,
        pad_token_id=vocabulary,
        bos_token_id=None,
        return_dict_in_generate=True,
        output_scores=True,
    )
    found = model.generate(torch.tensor([case["prompt"]]), generation_config=config, attention_mask=torch.ones(1, len(case["prompt"])))
    scores = found.sequences_scores.tolist() if case["beamSize"] > 1 else [None]
    answers = []
    for sequence, score in zip(found.sequences[:, len(case["prompt"]) :].tolist(), scores):
        tokens = [token for token in sequence if token != vocabulary]
        if score is None or score * max(1, len(tokens)) ** case["lengthPenalty"] > UNFINISHED:
            answers.append({"tokens": tokens, "score": score})
    return answers


def main(seed=SEED, count=CASES, out=OUT):
    rng = random.Random(int(seed))
    torch.manual_seed(int(seed))
    tables, models = [], []
    for size in VOCABULARIES:
        logits = torch.randn(STATES, size) * 2.5
        logits[:, 1] += 1.0
        tables.append([[float(f"{value:.9g}") for value in row] for row in logits.log_softmax(-1).tolist()])
        models.append(Transitions(logits).eval())
    cases = []
    for number in range(int(count)):
        table = number % len(tables)
        case = settings(rng, VOCABULARIES[table])
        cases.append({"table": table, **case, "expected": generate(models[table], case, VOCABULARIES[table])})
    Path(out).write_text(json.dumps({"library": f"transformers {transformers.__version__}", "states": STATES, "tables": tables, "cases": cases}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
