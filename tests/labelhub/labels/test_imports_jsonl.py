"""Lines of JSON: which keys say what, and what is wrong with a line."""

from __future__ import annotations

import json
from pathlib import Path

from labelhub.labels.imports.readers import read
from labelhub.labels.imports.rows import ImageKey, Row
from labelhub.labels.models import LabelForm
from tests.labelhub.labels.reading import ONE, TWO, file, problems, rows


def test_every_key(tmp_path: Path) -> None:
    entries: list[dict[str, object]] = [
        {"sha256": ONE, "tags": ["solo", "long hair"], "not": ["smile"]},
        {"hash": TWO, "tags": "solo smile", "complete": True},
        {"file": "x/a.png", "not": ["apron"]},
        {"id": 12, "tags": []},
    ]
    path = file(tmp_path, "\n".join(json.dumps(each) for each in entries))
    assert rows(LabelForm.JSONL, path) == [
        Row(1, ImageKey(sha256=ONE), ["solo", "long hair"], ["smile"]),
        Row(2, ImageKey(sha256=TWO), ["solo", "smile"], [], complete=True),
        Row(3, ImageKey(names=("a.png",)), [], ["apron"]),
        Row(4, ImageKey(names=("12",)), [], []),
    ]


def test_bad_lines_are_listed_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = [
        "{",
        "[]",
        "[" * 100_000,
        '{"tags": ["solo"]}',
        '{"file": ["a"], "tags": []}',
        '{"file": "a.png"}',
        '{"file": "a.png", "tags": [1]}',
        '{"file": "a.png", "tags": {"solo": 0.9}}',
        '{"file": "a.png", "tags": [], "complete": "yes"}',
        '{"id": ' + "9" * 5000 + ', "tags": []}',
    ]
    path = file(tmp_path, "\n".join([*bad, json.dumps({"file": "z", "tags": ["solo"]})]))
    found = list(read(LabelForm.JSONL, path))
    assert found[-1] == Row(11, ImageKey(names=("z",)), ["solo"], [])
    assert problems(LabelForm.JSONL, path) == [
        (1, "The line is not JSON."),
        (2, 'The line is not a JSON object: {"sha256": …, "tags": […]}.'),
        (3, "The line is not JSON."),
        (4, "It does not say which image it is about: give a file name or a SHA-256."),
        (5, "“file” must be text or a number."),
        (6, "It has neither “tags” nor “not”."),
        (7, "“tags” must be a list of tag names."),
        (8, "“tags” must be a list of tag names."),
        (9, "“complete” must be true or false."),
        (10, "The line is not JSON."),
    ]
