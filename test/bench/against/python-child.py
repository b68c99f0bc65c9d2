"""Python's side of the comparison: the transformers library with torch, or onnxruntime on the same ONNX files.

The protocol is that of protocol.ts: an order as JSON argument (with "engine": "torch" or "onnxruntime" and, for torch, "weights"),
then one line of JSON for each batch.
"""

import json
import sys
import time
from pathlib import Path

ORDER = json.loads(sys.argv[1])
REPOSITORY = Path(ORDER["repository"])
THREADS, TOKENS, BEAMS = ORDER["threads"], ORDER["tokens"], ORDER["beams"]
PROMPT = "What does the image describe?"  # the sentence that Florence-2's processor makes of <CAPTION>


def processor():
    """Pillow's resize, as the model's own image processor in Python has it."""
    from transformers import AutoImageProcessor

    return AutoImageProcessor.from_pretrained(REPOSITORY, use_fast=False)


def prompt_ids():
    """Tokens of the prompt, [1, length]."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(REPOSITORY)(PROMPT, return_tensors="np")["input_ids"]


def length():
    """Settings of generate(): exactly TOKENS new tokens."""
    return {"num_beams": BEAMS, "do_sample": False, "min_new_tokens": TOKENS, "max_new_tokens": TOKENS}


def torch_captioner():
    """transformers' generate() on torch; `weights` is a folder of save_pretrained."""
    import torch
    import transformers

    torch.set_num_threads(THREADS)
    torch.set_num_interop_threads(1)
    name = {"vit-gpt2": "VisionEncoderDecoderModel", "blip": "BlipForConditionalGeneration", "florence2": "Florence2ForConditionalGeneration"}
    model = getattr(transformers, name[ORDER["layout"]]).from_pretrained(ORDER["weights"]).eval()
    prepare = processor()
    texts = {}
    if ORDER["layout"] == "florence2":
        seen = torch.full((1, model.config.vision_config.image_seq_length if hasattr(model.config.vision_config, "image_seq_length") else image_tokens(model, prepare)), model.config.image_token_id)
        texts["input_ids"] = torch.cat([seen, torch.from_numpy(prompt_ids())], dim=1)

    def caption(images):
        pixels = prepare(images=images, return_tensors="pt")["pixel_values"]
        more = {key: ids.expand(len(images), -1) for key, ids in texts.items()}
        with torch.inference_mode():
            out = model.generate(pixel_values=pixels, **more, **length())
        return out[:, 1:].tolist()

    return caption


def image_tokens(model, prepare):
    """How many places a picture takes before the prompt."""
    import torch
    from PIL import Image

    side = prepare(images=[Image.new("RGB", (32, 32))], return_tensors="pt")["pixel_values"]
    with torch.inference_mode():
        return model.get_image_features(side).shape[-2]


def sessions(*names):
    """The repository's graphs, with the same numbers of threads as everybody."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
    paths = [str(REPOSITORY / "onnx" / f"{name}.onnx") for name in names]
    return [onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"]) for path in paths]


def optimum_captioner():
    """optimum's generate() on onnxruntime, for the layout that it knows."""
    import onnxruntime
    from optimum.onnxruntime import ORTModelForVision2Seq

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
    model = ORTModelForVision2Seq.from_pretrained(REPOSITORY, subfolder="onnx", session_options=options, use_merged=True)
    prepare = processor()

    def caption(images):
        pixels = prepare(images=images, return_tensors="pt")["pixel_values"]
        return model.generate(pixel_values=pixels, **length())[:, 1:].tolist()

    return caption


def run(session, feeds):
    """A graph's outputs by name; inputs that it does not have are left out."""
    wanted = {one.name for one in session.get_inputs()}
    outputs = [one.name for one in session.get_outputs()]
    return dict(zip(outputs, session.run(outputs, {key: value for key, value in feeds.items() if key in wanted})))


def greedy(start, end, rows, step):
    """Greedy search of TOKENS tokens that never ends earlier. `step(tokens [rows, 1]) -> logits [rows, 1, vocabulary]`."""
    import numpy as np

    settings = json.loads((REPOSITORY / "generation_config.json").read_text())
    ngram = settings.get("no_repeat_ngram_size") or 0
    said = [[] for _ in range(rows)]
    tokens = np.full((rows, 1), start, dtype=np.int64)
    for at in range(TOKENS):
        logits = step(tokens)[:, -1]
        logits[:, end] = -np.inf
        for row, words in enumerate(said):
            whole = [start, *words]
            for i in range(len(whole) - ngram + 1 if ngram > 0 else 0):
                if len(whole) >= ngram and whole[i : i + ngram - 1] == whole[len(whole) - ngram + 1 :]:
                    logits[row, whole[i + ngram - 1]] = -np.inf
        forced = settings.get("forced_bos_token_id") if at == 0 else settings.get("forced_eos_token_id") if at == TOKENS - 1 else None
        tokens = logits.argmax(-1, keepdims=True) if forced is None else np.full((rows, 1), forced, dtype=np.int64)
        for row, words in enumerate(said):
            words.append(int(tokens[row, 0]))
    return said


def past_of(outputs, before):
    """present.* as past_key_values.*; what the encoder gave stays as it was."""
    past = {key.replace("present", "past_key_values"): value for key, value in outputs.items() if key.startswith("present")}
    return {**before, **{key: value for key, value in past.items() if ".encoder." not in key or key not in before}}


def blip_captioner():
    """A plain loop over BLIP's graphs, which optimum does not know."""
    import numpy as np

    vision, first, later = sessions("encoder_model", "decoder_model", "decoder_with_past_model")
    prepare = processor()
    text = json.loads((REPOSITORY / "config.json").read_text())["text_config"]

    def caption(images):
        pixels = prepare(images=images, return_tensors="np")["pixel_values"]
        memory = run(vision, {"pixel_values": pixels})["last_hidden_state"]
        past = {}
        fed = 0

        def step(tokens):
            nonlocal past, fed
            fed += 1
            mask = np.ones((len(images), fed), dtype=np.int64)
            feeds = {"input_ids": tokens, "attention_mask": mask, "encoder_hidden_states": memory, **past}
            outputs = run(later if past else first, feeds)
            past = past_of(outputs, past)
            return outputs["logits"]

        return greedy(text["bos_token_id"], text["sep_token_id"], len(images), step)

    return caption


def florence_captioner():
    """A plain loop over Florence-2's four graphs, which optimum does not know."""
    import numpy as np

    vision, embed, encode, decode = sessions("vision_encoder", "embed_tokens", "encoder_model", "decoder_model_merged")
    prepare = processor()
    settings = json.loads((REPOSITORY / "generation_config.json").read_text())
    prompt = prompt_ids()
    empty = [(one.name, one.shape) for one in decode.get_inputs() if one.name.startswith("past_key_values")]

    def caption(images):
        rows = len(images)
        pixels = prepare(images=images, return_tensors="np")["pixel_values"]
        seen = run(vision, {"pixel_values": pixels})["image_features"]
        words = run(embed, {"input_ids": np.repeat(prompt, rows, axis=0)})["inputs_embeds"]
        embeds = np.concatenate([seen, words], axis=1)
        mask = np.ones(embeds.shape[:2], dtype=np.int64)
        memory = run(encode, {"inputs_embeds": embeds, "attention_mask": mask})["last_hidden_state"]
        past = {name: np.zeros((rows, shape[1], 0, shape[3]), dtype=np.float32) for name, shape in empty}
        cached = False

        def step(tokens):
            nonlocal past, cached
            feeds = {
                "inputs_embeds": run(embed, {"input_ids": tokens})["inputs_embeds"],
                "encoder_hidden_states": memory,
                "encoder_attention_mask": mask,
                "use_cache_branch": np.array([cached]),
                **past,
            }
            outputs = run(decode, feeds)
            past = past_of(outputs, past if cached else {})
            cached = True
            return outputs["logits"]

        return greedy(settings["decoder_start_token_id"], settings["eos_token_id"], rows, step)

    return caption


def main():
    """Answers requests until the input ends."""
    from PIL import Image

    onnx = {"vit-gpt2": optimum_captioner, "blip": blip_captioner, "florence2": florence_captioner}
    caption = torch_captioner() if ORDER["engine"] == "torch" else onnx[ORDER["layout"]]()
    for line in sys.stdin:
        began = time.perf_counter()
        try:
            images = [Image.open(file).convert("RGB") for file in json.loads(line)["files"]]
            answer = {"sequences": caption(images), "ms": (time.perf_counter() - began) * 1000}
        except Exception as thrown:  # the bench prints it and leaves this contender out
            answer = {"error": f"{type(thrown).__name__}: {thrown}"}
        print(json.dumps(answer), flush=True)


main()
