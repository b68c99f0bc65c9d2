"""Data folders in three layouts, and what training makes of their captions."""

import json
import tarfile
from hashlib import sha1

import numpy as np
import pytest
from data import Example, encode_caption, held_for_reward, pad_captions, read_captions, read_examples, read_picture, unpack
from PIL import Image
from small import VOCABULARY, data_folder
from text import END, PAD, UNK


def write(path, text):
    path.write_text(text, encoding="utf8")
    return path


def test_shared_layout_gathers_the_captions_of_a_photo(tmp_path):
    write(tmp_path / "captions.tsv", 'image\tsplit\torigin\tcaption\nc/1.jpg\ttrain\tcoco\tA dog\nc/2.jpg\tval\talt\tA "big" cat\nc/1.jpg\ttrain\twritten\tA brown dog\n')
    first, second = read_examples(tmp_path)
    assert first == Example("c/1.jpg", "train", [("coco", "A dog"), ("written", "A brown dog")])
    assert second == Example("c/2.jpg", "val", [("alt", 'A "big" cat')])
    assert first.of("written") == ["A brown dog"] and first.of("alt") == []


def test_own_folder_needs_only_image_and_caption(tmp_path):
    write(tmp_path / "captions.tsv", "image\tcaption\nholiday 1.jpg\tMe at the beach\n")
    assert read_examples(tmp_path) == [Example("holiday 1.jpg", "train", [("coco", "Me at the beach")])]


def test_karpathy_layout_counts_restval_as_train(tmp_path):
    image = lambda name, split, folder="val2014": {"filepath": folder, "filename": name, "split": split, "sentences": [{"raw": f"Caption of {name}", "tokens": []}] * 2}  # noqa: E731
    write(tmp_path / "dataset_coco.json", json.dumps({"images": [image("1.jpg", "restval"), image("2.jpg", "train", "train2014"), image("3.jpg", "val"), image("4.jpg", "test", "")], "dataset": "coco"}))
    examples = read_examples(tmp_path)
    assert [(e.image, e.split) for e in examples] == [("val2014/1.jpg", "train"), ("train2014/2.jpg", "train"), ("val2014/3.jpg", "val"), ("4.jpg", "test")]
    assert examples[0].captions == [("coco", "Caption of 1.jpg")] * 2


@pytest.mark.parametrize(
    ("row", "said"),
    [("1.jpg\t", "expected an image and a caption"), ("\tA dog", "expected an image and a caption"), ("1.jpg", "expected an image and a caption"), ("1.jpg\tA dog\tdev", "expected split in .* received 'dev' and 'coco'"), ("1.jpg\tA dog\tval\tme", "expected split in .* received 'val' and 'me'")],
)
def test_bad_rows_are_named_by_path_and_line(tmp_path, row, said):
    path = write(tmp_path / "captions.tsv", f"image\tcaption\tsplit\torigin\n0.jpg\tA cat\t\t\n\n{row}\n")
    with pytest.raises(ValueError, match=f"captions.tsv:4: {said}"):
        read_captions(path)


def test_a_file_without_header_is_told_so(tmp_path):
    with pytest.raises(ValueError, match="captions.tsv:2: expected an image and a caption, tab-separated under a header line"):
        read_captions(write(tmp_path / "captions.tsv", "1.jpg\tA dog\n2.jpg\tA cat\n"))


def test_a_folder_without_captions_is_told_what_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected dataset_coco.json or captions.tsv"):
        read_examples(tmp_path)


def test_photos_for_the_reward_are_rich_train_photos_in_the_order_of_their_digest(tmp_path):
    data_folder(tmp_path)
    examples = [*read_examples(tmp_path), Example("poor.jpg", "train", [("coco", "one")] * 3), Example("alt.jpg", "train", [("alt", "x")] * 5)]
    held = held_for_reward(examples, 7)
    rich = [e.image for e in examples if e.split == "train" and len(e.of("coco")) >= 4]
    assert [e.image for e in held] == sorted(rich, key=lambda name: sha1(name.encode()).hexdigest())[:7]
    assert {e.image for e in held} == {e.image for e in held_for_reward(examples[::-1], 7)}
    assert held_for_reward(examples, 0) == []


def test_shards_are_unpacked_once(tmp_path):
    Image.new("RGB", (4, 4), "red").save(tmp_path / "1.png")
    with tarfile.open(tmp_path / "a-0.tar", "w") as tar:
        tar.add(tmp_path / "1.png", "a/1.png")
    unpack(tmp_path, tmp_path / "photos")
    (tmp_path / "photos" / "a" / "1.png").unlink()
    unpack(tmp_path, tmp_path / "photos")
    assert not (tmp_path / "photos" / "a" / "1.png").exists()


def test_a_photo_is_stretched_to_the_square_in_rgb(tmp_path):
    Image.new("L", (30, 20), 77).save(tmp_path / "grey.png")
    picture = read_picture(tmp_path / "grey.png", 16)
    assert picture.shape == (16, 16, 3) and picture.dtype == np.uint8 and (picture == 77).all()


def test_captions_become_inputs_and_targets():
    ids = VOCABULARY.ids
    dog, sits = ids["dog"], ids["sits"]
    assert encode_caption("Dog sits! Okapi", ids, 22) == [dog, sits, UNK] and encode_caption("dog sits", ids, 1) == [dog]
    inputs, targets = pad_captions([[dog, sits], [dog]], [3, 5])
    assert inputs.tolist() == [[3, dog, sits], [5, dog, PAD]] and targets.tolist() == [[dog, sits, END], [dog, END, PAD]]
