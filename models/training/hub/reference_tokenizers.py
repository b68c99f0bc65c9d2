"""Tokenizers of the right kind for the reference models, trained offline on captions and padded to a vocabulary's size.

    save_tokenizer("florence2", vocabulary=51289, sentences=captions(Path("../shared/data"), origin=None), folder=Path("out"))

ViT-GPT2: GPT-2's byte-level BPE, <|endoftext|> last. BLIP: lower-case WordPiece with BERT's ids (small: 0 to 4) and [DEC],
[ENC] last. Florence-2: BART's byte-level BPE (<s> <pad> </s> <unk> first, <mask> after the words) and then the 1,024 tokens
its processor adds: tasks and <loc_0> to <loc_999>. A place no piece fills carries a name no text holds.
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BartTokenizerFast, BertTokenizerFast, GPT2TokenizerFast

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
LOCATIONS = 1000
FLORENCE_TASKS = (
    "<cap> </cap> <ncap> </ncap> <dcap> </dcap> <grounding> </grounding> <seg> </seg> <sep> <region_cap> </region_cap> "
    "<region_to_desciption> </region_to_desciption> <proposal> </proposal> <poly> </poly> <and>"
).split()
FLORENCE_ADDED = ["<od>", "</od>", "<ocr>", "</ocr>", *[f"<loc_{n}>" for n in range(LOCATIONS)], *FLORENCE_TASKS]
BART_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
BERT_LARGE, BERT_UNUSED = 1000, 99  # from this size on [UNK] stands at 100, as in bert-base-uncased


def captions(data: Path, origin: str | None) -> list[str]:
    """The captions of captions.tsv; only those of one origin if given (`written` may be released, the others not)."""
    rows = [line.split("\t") for line in (data / "captions.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    return [row[3] for row in rows if origin is None or row[2] == origin]


def byte_pieces(sentences: list[str], room: int) -> tuple[list[str], list[tuple[str, str]]]:
    """`room` byte-level pieces at most: the 256 bytes first, then one piece for each merge, in the order learned."""
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=room, initial_alphabet=alphabet, show_progress=False)
    learner.train_from_iterator(sentences, trainer)
    learned = json.loads(learner.to_str())["model"]
    merges = [tuple(merge) for merge in learned["merges"]]
    return sorted(learned["vocab"], key=learned["vocab"].get), merges


def padded(pieces: list[str], size: int) -> list[str]:
    """The pieces and fillers up to `size`."""
    return pieces + [f"[unused{n}]" for n in range(len(pieces), size)]


def byte_tokenizer(pieces: list[str], merges: list[tuple[str, str]], **model: str) -> Tokenizer:
    """A byte-level BPE tokenizer over exactly these pieces."""
    tokenizer = Tokenizer(models.BPE({piece: n for n, piece in enumerate(pieces)}, merges, **model))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def gpt2(sentences: list[str], vocabulary: int) -> GPT2TokenizerFast:
    """GPT-2's kind; <|endoftext|> is the last token."""
    pieces, merges = byte_pieces(sentences, vocabulary - 1)
    end = "<|endoftext|>"
    tokenizer = byte_tokenizer([*padded(pieces, vocabulary - 1), end], merges)
    tokenizer.add_special_tokens([end])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return GPT2TokenizerFast(tokenizer_object=tokenizer, unk_token=end, bos_token=end, eos_token=end, model_max_length=1024)


def bart(sentences: list[str], vocabulary: int) -> BartTokenizerFast:
    """BART's kind with Florence-2's added tokens; `<s> text </s>` around a text."""
    words = vocabulary - len(FLORENCE_ADDED) - 1
    pieces, merges = byte_pieces(sentences, words - len(BART_SPECIAL))
    tokenizer = byte_tokenizer([*padded(BART_SPECIAL + pieces, words), "<mask>"], merges, unk_token="<unk>")
    tokenizer.add_special_tokens([*BART_SPECIAL, AddedToken("<mask>", lstrip=True)])
    tokenizer.add_special_tokens(FLORENCE_ADDED)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return BartTokenizerFast(tokenizer_object=tokenizer, model_max_length=1024, additional_special_tokens=FLORENCE_ADDED)


def bert(sentences: list[str], vocabulary: int) -> BertTokenizerFast:
    """BERT's kind; [DEC] and [ENC] are the last two tokens."""
    marks = ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    first = ["[PAD]", *([f"[unused{n}]" for n in range(BERT_UNUSED)] if vocabulary >= BERT_LARGE else []), *marks]
    learner = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    learner.normalizer = normalizers.BertNormalizer(lowercase=True)
    learner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=vocabulary - 2 - len(first), show_progress=False)
    learner.train_from_iterator(sentences, trainer)
    learned = learner.get_vocab()
    pieces = [*first, *sorted(learned, key=learned.get)][: vocabulary - 2]
    size = {piece: n for n, piece in enumerate([*padded(pieces, vocabulary - 2), "[DEC]", "[ENC]"])}
    tokenizer = Tokenizer(models.WordPiece(size, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer, tokenizer.pre_tokenizer = learner.normalizer, learner.pre_tokenizer
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    tokenizer.add_special_tokens(["[PAD]", *marks, "[DEC]", "[ENC]"])
    ends = [("[CLS]", size["[CLS]"]), ("[SEP]", size["[SEP]"])]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ends)
    return BertTokenizerFast(
        tokenizer_object=tokenizer, do_lower_case=True, model_max_length=512, bos_token="[DEC]", additional_special_tokens=["[ENC]"]
    )


KINDS = {"vit-gpt2": gpt2, "blip": bert, "florence2": bart}


def save_tokenizer(layout: str, vocabulary: int, sentences: list[str], folder: Path) -> None:
    """Write tokenizer.json, tokenizer_config.json and special_tokens_map.json; every id below `vocabulary` has its token."""
    tokenizer = KINDS[layout](sentences, vocabulary)
    assert len(tokenizer) == vocabulary, f"expected {vocabulary} tokens but made {len(tokenizer)}"
    tokenizer.save_pretrained(folder)
    for name in ("vocab.txt", "vocab.json", "merges.txt", "added_tokens.json"):
        (folder / name).unlink(missing_ok=True)
    for name in TOKENIZER_FILES:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        if layout == "florence2" and name != "tokenizer.json":  # 1,024 added tokens stand in tokenizer.json already
            content = {key: value for key, value in content.items() if key not in ("added_tokens_decoder", "additional_special_tokens")}
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), indent=None if name == "tokenizer.json" else 1)
        (folder / name).write_text(text + "\n", encoding="utf-8")
