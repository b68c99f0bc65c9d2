"""The table of backbones, at the smallest size: random networks and random features."""

import re
from dataclasses import replace

import compare_backbones
import numpy as np
import pytest
import torch
from compare_backbones import Entry, Settings, common_examples, interleaved_ms, main, read_entries, table
from small import data_folder, feature_file, small_encoder


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Two feature files that hold all but one photo in common; encoders are cut to five blocks."""
    torch.set_num_threads(1)
    names = data_folder(tmp_path)
    feature_file(tmp_path / "a.npy", names[1:], seed=1)
    feature_file(tmp_path / "b.npy", names[::-1], channels=20, seed=2)
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setattr(compare_backbones, "cache_folder", lambda name: folder)
    monkeypatch.setattr(compare_backbones, "build_encoder", lambda name, detector, weights, pretrained: small_encoder())
    features = f"mobilenet_v2={tmp_path}/a.npy,efficientnet_lite2={tmp_path}/b.npy@0:8,efficientnet_lite2+detector={tmp_path}/b.npy"
    return Settings(features, data=tmp_path, out=tmp_path / "backbones.md", width=16, epochs=1, photos=15, rounds=3, pretrained=False)


def test_the_page_holds_the_command_and_a_line_for_each(settings, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["compare_backbones.py", "--features", "a=b"])
    main(settings)
    page = settings.out.read_text(encoding="utf-8")
    lines = re.findall(r"^\| (\S+) \| [\d.]+ \| [\d.]+ \| [\d.]+ \| [\d.]+ \|$", page, re.M)
    assert set(lines) == {"mobilenet_v2", "efficientnet_lite2", "efficientnet_lite2+detector"}
    assert "python compare_backbones.py --features a=b\n" in page and "15 train photos, CIDEr-D on 6 val photos" in page
    assert page.count("|\n") == capsys.readouterr().out.count("|\n")


def test_all_learn_from_the_same_photos(settings):
    photos = common_examples(settings, read_entries(settings.features))
    train = [e.image for e in photos if e.split == "train"]
    assert len(train) == 15 and len(photos) == 21 and "pictures/0.png" not in train
    assert [e.image for e in common_examples(settings, read_entries(settings.features))] == [e.image for e in photos]
    assert [e.image for e in common_examples(replace(settings, seed=2), read_entries(settings.features))] != [e.image for e in photos]


def test_files_without_a_photo_in_common_are_told(settings, tmp_path):
    feature_file(tmp_path / "c.npy", ["elsewhere.png"])
    with pytest.raises(SystemExit, match="hold 0 train and 0 val photos in common"):
        main(replace(settings, features=f"{settings.features},xception={tmp_path}/c.npy"))


def test_entries_are_read_and_bad_ones_named():
    assert read_entries("xception=a.npy+b.npy@2:9,lite+detector=c.npy") == [Entry("xception", "a.npy+b.npy", "2:9"), Entry("lite+detector", "c.npy", "")]
    assert read_entries("lite+detector=c.npy")[0].backbone == "lite" and read_entries("lite+detector=c.npy")[0].detector
    with pytest.raises(SystemExit, match="Expected name=path,name=path for --features but received 'xception'"):
        read_entries("a=b,xception")


def test_every_round_asks_every_session_once():
    class Session:
        def __init__(self, name):
            self.name = name

        def run(self, outputs, feeds):
            asked.append(self.name)
            assert feeds["image"].shape == (1, 3, 256, 256) and feeds["image"].dtype == np.float32

    asked: list[str] = []
    assert len(interleaved_ms([Session(n) for n in "abc"], 4)) == 3
    rounds = [asked[i : i + 3] for i in range(0, len(asked), 3)]
    assert len(rounds) == 4 + compare_backbones.WARM_ROUNDS and all(sorted(r) == ["a", "b", "c"] for r in rounds) and rounds[0] != rounds[1]


def test_the_table_begins_with_the_best_and_divides_by_time():
    lines = table([Entry("slow", "", ""), Entry("fast", "", "")], [20_000_000, 3_500_000], [50.0, 10.0], [0.6, 0.5]).split("\n")
    assert lines[2:] == ["| slow | 20.0 | 50.0 | 0.600 | 0.0120 |", "| fast | 3.5 | 10.0 | 0.500 | 0.0500 |"]
