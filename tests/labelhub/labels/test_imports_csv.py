"""Lines of cells: how tags are told apart, and what is wrong with a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelhub.labels.imports import text
from labelhub.labels.imports.readers import read
from labelhub.labels.imports.rows import ImageKey, Row
from labelhub.labels.models import LabelForm
from tests.labelhub.labels.reading import ONE, file, problems, refused, rows


def test_commas_leave_spaces_to_the_names(tmp_path: Path) -> None:
    path = file(tmp_path, 'file,tags,not\nsub/a.png,"long hair, 1girl",\nb.png,long hair,"a, b"\n')
    assert rows(LabelForm.CSV, path) == [
        Row(2, ImageKey(names=("a.png",)), ["long_hair", "1girl"], []),
        Row(3, ImageKey(names=("b.png",)), ["long_hair"], ["a", "b"]),
    ]


def test_spaces_where_no_cell_has_a_comma(tmp_path: Path) -> None:
    path = file(tmp_path, f"hash;tags\r\n{ONE.upper()};long_hair  1girl solo solo\r\n\r\n")
    assert rows(LabelForm.CSV, path) == [
        Row(2, ImageKey(sha256=ONE), ["long_hair", "1girl", "solo"], [])
    ]


def test_a_hash_counts_before_a_name(tmp_path: Path) -> None:
    path = file(tmp_path, f"name,sha256,tags\na.png,{ONE},x\nb.png,,y\n")
    keys = [row.key for row in rows(LabelForm.CSV, path)]
    assert keys == [ImageKey(sha256=ONE), ImageKey(names=("b.png",))]


def test_bad_lines_are_listed_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = [
        b"a.png,solo,smile",
        b'b.png,"solo',
        b"c.png",
        b",solo",
        b"d.png,\xff",
        b"e.png," + b"x" * text.LINE_BYTES,
        b'f.png,"' + b", ".join(b"t%d" % number for number in range(2001)) + b'"',
    ]
    path = file(tmp_path, b"file,tags\n" + b"\n".join(bad) + b"\nz.png,solo")
    found = list(read(LabelForm.CSV, path))
    assert found[-1] == Row(9, ImageKey(names=("z.png",)), ["solo"], [])
    assert [(row, message.split(";")[0]) for row, message in problems(LabelForm.CSV, path)] == [
        (2, "It has 3 cells and the header 2"),
        (3, "Its quotation marks do not pair up"),
        (4, "It ends before the column of the tags."),
        (5, "It does not say which image it is about: give a file name or a SHA-256."),
        (6, "The line is not UTF-8 text"),
        (7, "The line is longer than 1 MB"),
        (8, "It lists more than 2000 tags for one image."),
    ]


def test_what_is_no_hash(tmp_path: Path) -> None:
    path = file(tmp_path, "sha256,tags\nabc,solo\n")
    assert problems(LabelForm.CSV, path) == [
        (2, "“abc” is not a SHA-256, which has 64 hexadecimal digits.")
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"picture,words\na,b\n", "The first line must name the columns"),
        ("file,tags\na,b\n".encode("utf-16"), "The file is not UTF-8 text"),
        (b"PK\x03\x04\0\0\0\0", "The file is not UTF-8 text"),
    ],
)
def test_refused(tmp_path: Path, data: bytes, sentence: str) -> None:
    assert refused(LabelForm.CSV, file(tmp_path, data)).startswith(sentence)
