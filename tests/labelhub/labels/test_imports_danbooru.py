"""Posts as Danbooru gives them, a list or one a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labelhub.labels.imports.readers import read
from labelhub.labels.imports.rows import ImageKey, Row
from labelhub.labels.models import LabelForm
from tests.labelhub.labels.reading import ONE, file, problems, refused, rows

POST = {
    "id": 12,
    "md5": "abcd",
    "tag_string_general": "1girl solo",
    "tag_string_artist": "somebody",
    "file_url": "https://danbooru/original/ab/cd/__x__abcd.jpg?1",
}


@pytest.mark.parametrize("lines", [True, False])
def test_an_array_or_lines(tmp_path: Path, lines: bool) -> None:
    posts = [POST, {"id": "13", "sha256": ONE, "tag_string": "a b", "tags": None}]
    data = "\n".join(map(json.dumps, posts)) if lines else json.dumps(posts, indent=1)
    assert rows(LabelForm.DANBOORU, file(tmp_path, data)) == [
        Row(
            1,
            ImageKey(names=("12", "abcd", "__x__abcd.jpg")),
            ["1girl", "solo", "somebody"],
            [],
        ),
        Row(2, ImageKey(sha256=ONE), ["a", "b"], []),
    ]


def test_tags_as_objects(tmp_path: Path) -> None:
    post = {"id": 1, "tags": [{"id": "5", "name": "solo", "category": "0"}]}
    assert rows(LabelForm.DANBOORU, file(tmp_path, json.dumps([post])))[0].positive == ["solo"]


def test_an_array_of_one_line_longer_than_a_piece(tmp_path: Path) -> None:
    posts = [{"id": number, "tag_string": f"t{number} " * 20} for number in range(20_000)]
    found = rows(LabelForm.DANBOORU, file(tmp_path, json.dumps(posts)))
    assert [row.positive for row in found] == [[f"t{number}"] for number in range(20_000)]


def test_what_follows_a_broken_entry_is_lost_and_said_to_be(tmp_path: Path) -> None:
    path = file(tmp_path, json.dumps([POST, POST])[:-9])
    found = list(read(LabelForm.DANBOORU, path))
    assert isinstance(found[0], Row)
    assert problems(LabelForm.DANBOORU, path) == [
        (2, "From here on the file is not JSON, or cut short.")
    ]


def test_bad_entries(tmp_path: Path) -> None:
    path = file(tmp_path, '[1, {"id": 1}, {"tag_string": "a"}, {"id": 1, "tags": [2]}, null]')
    assert problems(LabelForm.DANBOORU, path) == [
        (1, "This entry of the list is no post."),
        (2, "It has neither “tag_string” nor “tags”."),
        (3, "It does not say which image it is about: give a file name or a SHA-256."),
        (4, "“tags” must be a list of tag names."),
        (5, "This entry of the list is no post."),
    ]


@pytest.mark.parametrize("data", ["", "solo, smile"])
def test_refused(tmp_path: Path, data: str) -> None:
    assert refused(LabelForm.DANBOORU, file(tmp_path, data))
