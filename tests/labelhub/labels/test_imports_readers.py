"""Every form of file of labels is read alike."""

from __future__ import annotations

import json
from pathlib import Path

from labelhub.labels.models import LabelForm
from tests.labelhub.labels.reading import ONE, archive, file, parquet, rows

HOSTILE = [
    "fate/grand_order",
    "ranma_1/2",
    "what?",
    "2010",
    "69",
    "\\m/",
    ":/",
    ";)",
    "'\"'",
    'don\'t_say_"lazy"',
    "=_=",
    "@_@",
    "+_+",
    "#unicus",
    "&",
    "<|>_<|>",
    "^^^",
    "{}",
    "null",
    "true",
    "re:zero_kara_hajimeru_isekai_seikatsu",
]


def test_hostile_names_come_through_every_form(tmp_path: Path) -> None:
    table = {"hash": [ONE], "tags": [list(range(len(HOSTILE)))]}
    cell = ", ".join(HOSTILE).replace('"', '""')
    made = {
        LabelForm.CSV: file(tmp_path, f'sha256,tags\n{ONE},"{cell}"\n'),
        LabelForm.PARQUET: parquet(tmp_path, table, HOSTILE),
        LabelForm.SIDECARS: archive(tmp_path, {"a.txt": ", ".join(HOSTILE)}),
    }
    for form, path in made.items():
        assert rows(form, path)[0].positive == HOSTILE, form
    spaced = file(
        tmp_path, "sha256,tags\n" + ONE + ',"' + " ".join(HOSTILE).replace('"', '""') + '"'
    )
    assert rows(LabelForm.CSV, spaced)[0].positive == HOSTILE
    lines = file(tmp_path, json.dumps({"sha256": ONE, "tags": HOSTILE}))
    assert rows(LabelForm.JSONL, lines)[0].positive == HOSTILE
    posts = file(tmp_path, json.dumps([{"id": 1, "tag_string": " ".join(HOSTILE)}]))
    assert rows(LabelForm.DANBOORU, posts)[0].positive == HOSTILE
