"""Parquet as JoyTag reads it, and ours: numbers stand for tags, judged and absent is a no."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from labelhub.datasets.snapshot import Row as DatasetRow
from labelhub.datasets.snapshot import write
from labelhub.labels.imports.readers import read
from labelhub.labels.imports.rows import ImageKey, Row
from labelhub.labels.models import LabelForm
from tests.labelhub.labels.reading import ONE, TWO, archive, file, parquet, problems, refused, rows


def test_judged_and_not_among_the_tags_is_a_no(tmp_path: Path) -> None:
    columns = {
        "post_id": [1, 2],
        "tags": pa.array([[0, 2], []], pa.list_(pa.int64())),
        "judged": pa.array([[0, 1, 2], [1]], pa.list_(pa.int64())),
        "hash": pa.array([bytes.fromhex(ONE), None], pa.binary(32)),
    }
    path = parquet(tmp_path, columns, ["solo", "smile", "what?"])
    assert rows(LabelForm.PARQUET, path) == [
        Row(1, ImageKey(sha256=ONE), ["solo", "what?"], ["smile"]),
        Row(2, ImageKey(names=("2",)), [], ["smile"]),
    ]


def test_our_own_datasets(tmp_path: Path) -> None:
    written = [DatasetRow(7, ONE, [1], [0, 2], ONE), DatasetRow(8, TWO, [], [1], TWO)]
    write(tmp_path, written, ["solo", "\\m/", ":/"], seed=0, percent=0)
    assert rows(LabelForm.PARQUET, tmp_path / "train.parquet") == [
        Row(1, ImageKey(sha256=ONE), ["\\m/"], ["solo", ":/"]),
        Row(2, ImageKey(sha256=TWO), [], ["\\m/"]),
    ]


def test_the_vocabulary_may_lie_beside_it_in_a_zip(tmp_path: Path) -> None:
    tags = pa.array([[1], [0]], pa.list_(pa.int16()))
    table = parquet(tmp_path, {"post_id": [5, 6], "tags": tags}).read_bytes()
    members: dict[str, str | bytes] = {
        "set/top_tags.txt": "solo\n:/",
        "set/train.parquet": table,
    }
    members["set/validation.parquet"] = table
    found = rows(LabelForm.PARQUET, archive(tmp_path, members))
    assert [(row.number, row.positive) for row in found] == [
        (1, [":/"]),
        (2, ["solo"]),
        (3, [":/"]),
        (4, ["solo"]),
    ]


def test_a_member_that_is_refused_is_said_to_be(tmp_path: Path) -> None:
    table = parquet(tmp_path, {"hash": [ONE], "tags": [["solo"]]}).read_bytes()
    path = archive(tmp_path, {"../a.parquet": table, "b.parquet": table})
    assert problems(LabelForm.PARQUET, path) == [
        (1, "Its name in the archive leads outside of the archive.")
    ]
    assert list(read(LabelForm.PARQUET, path))[1:] == [Row(2, ImageKey(sha256=ONE), ["solo"], [])]


def test_tags_may_be_names(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"hash": [ONE], "tags": [["solo"]]})
    assert rows(LabelForm.PARQUET, path) == [Row(1, ImageKey(sha256=ONE), ["solo"], [])]


def test_a_number_beyond_the_vocabulary(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"post_id": [1, 2], "tags": [[0, 9], [-1]]}, ["solo"])
    assert problems(LabelForm.PARQUET, path) == [
        (1, "It has tag number 9, and the vocabulary ends at 0."),
        (2, "It has tag number -1, and the vocabulary ends at 0."),
    ]


def test_refused(tmp_path: Path) -> None:
    whole = parquet(tmp_path, {"post_id": [1], "tags": [[0]]}, ["solo"]).read_bytes()
    assert "not parquet" in refused(LabelForm.PARQUET, file(tmp_path, whole[:-9]))
    assert "not parquet" in refused(LabelForm.PARQUET, file(tmp_path, b"hello"))
    nameless = parquet(tmp_path, {"post_id": [1], "tags": [[0]]})
    assert "does not say which tags" in refused(LabelForm.PARQUET, nameless)
    other = parquet(tmp_path, {"a": [1], "tags": [[0]]}, ["solo"])
    assert "it has: a, tags" in refused(LabelForm.PARQUET, other)
    flat = parquet(tmp_path, {"post_id": [1], "tags": ["solo"]})
    assert "not a list" in refused(LabelForm.PARQUET, flat)
    assert "no .parquet" in refused(LabelForm.PARQUET, archive(tmp_path, {"a.txt": "x"}))


def test_too_many_tags_for_so_few_rows(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"post_id": [1], "tags": [[0] * 1_000_000]}, ["solo"])
    assert path.stat().st_size < 100_000
    assert "too many tags for so few rows" in refused(LabelForm.PARQUET, path)
