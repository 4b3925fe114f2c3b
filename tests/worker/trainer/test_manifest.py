"""A manifest is read whole, or the first thing wrong with it is said with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.worker.trainer.conftest import TAGS, Write
from worker.trainer import manifest
from worker.trainer.manifest import ManifestError


def line(**changes: Any) -> dict[str, Any]:
    return {"image": "a.png", "tags": [], "split": "train"} | changes


def refused(path: Path) -> str:
    with pytest.raises(ManifestError) as caught:
        manifest.read(path)
    return str(caught.value)


def test_lines_become_rows_of_positives_and_judged_pairs(
    write: Write, picture: str, tmp_path: Path
) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "b.png")
    path = write(
        [
            line(tags=["dark", "red"]),
            line(image="b.png", tags=["disc"], judged=["disc", "red"], split="validation")
            | {"group": "drawn"},
        ]
    )
    read = manifest.read(path)
    assert read.tags == TAGS
    assert read.images == ("a.png", "b.png")
    assert read.positives.tolist() == [[True, False, True, False], [False, True, False, False]]
    assert read.judged.tolist() == [[True] * 4, [True, True, False, False]]
    assert read.training_rows.tolist() == [0]
    assert read.validation_rows.tolist() == [1]
    assert read.groups == (None, "drawn")
    assert read.folder == tmp_path
    assert read.positives.dtype == np.bool_


def test_its_hash_follows_the_lines_and_the_vocabulary(write: Write, picture: str) -> None:
    first = manifest.read(write([line()])).sha256
    assert manifest.read(write([line()])).sha256 == first
    assert manifest.read(write([line(tags=["red"])])).sha256 != first
    assert manifest.read(write([line()], tags=(*TAGS, "more"))).sha256 != first


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"tags": ["blue"]}, "the tag 'blue' is not in top_tags.txt"),
        ({"tags": "red"}, "tags is not a list of tags"),
        ({"tags": [1]}, "tags is not a list of tags"),
        ({"judged": ["sea"]}, "the tag 'sea' is not in top_tags.txt"),
        ({"judged": None}, "judged is not a list of tags"),
        ({"tags": ["disc"], "judged": ["red"]}, "'disc' is in tags but not in judged"),
        ({"split": "test"}, 'split is \'test\'; make it "train" or "validation"'),
        ({"group": ""}, "group is ''; make it a name other than 'all'"),
        ({"group": "all"}, "group is 'all'; make it a name other than 'all'"),
        ({"image": ""}, "image is missing"),
        ({"image": 5}, "image is missing"),
        ({"image": "/etc/hosts"}, "does not lie below the manifest's folder"),
        ({"image": "b/../../a.png"}, "does not lie below the manifest's folder"),
        ({"label": "red"}, "'label' is not known here"),
        ({}, "the image a.png is on line 1 already"),
    ],
)
def test_a_wrong_line_is_named_by_file_and_number(
    write: Write, picture: str, change: dict[str, Any], sentence: str
) -> None:
    path = write([line(), line(**change)])
    said = refused(path)
    assert said.startswith(f"{path}, line 2: ")
    assert sentence in said
    assert said.endswith(".")


def test_a_line_that_is_no_json_object_is_named(write: Write, picture: str) -> None:
    path = write([line()])
    path.write_text("\n" + json.dumps(line()) + "\n{'image': 1}\n")
    assert "line 3: this is not JSON" in refused(path)
    path.write_text("[]")
    assert "line 1: this is not a JSON object" in refused(path)


def test_missing_images_are_named_and_counted(write: Write, picture: str, tmp_path: Path) -> None:
    path = write([line(), line(image="b.png"), line(image="c.png")])
    said = refused(path)
    assert f"line 2: the image {tmp_path / 'b.png'} is not there (and 1 more images)" in said


def test_without_lines_file_or_vocabulary_there_is_a_sentence(write: Write, tmp_path: Path) -> None:
    path = write([])
    assert "holds no lines" in refused(path)
    assert "is not there; it should hold the manifest" in refused(tmp_path / "other.jsonl")
    (tmp_path / "top_tags.txt").write_text("red\ndark\nred\n")
    assert "holds the tag 'red' 2 times" in refused(path)
    (tmp_path / "top_tags.txt").write_text("\n")
    assert "top_tags.txt is empty" in refused(path)
    (tmp_path / "top_tags.txt").unlink()
    assert "is not there; it should hold the vocabulary" in refused(path)
    path.write_bytes(b"\xff\xfe\xff")
    assert "cannot be read as text" in refused(path)
