"""A zip of tag files named like the images."""

from __future__ import annotations

from pathlib import Path

from labelhub.labels.imports.readers import read
from labelhub.labels.imports.rows import ImageKey, Row
from labelhub.labels.models import LabelForm
from tests.labelhub.labels.reading import archive, file, problems, refused, rows


def test_named_like_the_images(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        "10_set/a.txt": "1girl, long hair,\n fate \\(series\\)",
        "10_set/b.png.txt": ":/, \\m/",
        "10_set/a.png": b"\x89PNG",
    }
    assert rows(LabelForm.SIDECARS, archive(tmp_path, members)) == [
        Row(1, ImageKey(names=("a",)), ["1girl", "long_hair", "fate_(series)"], []),
        Row(2, ImageKey(names=("b.png",)), [":/", "\\m/"], []),
    ]


def test_bad_members_are_listed_and_the_rest_goes_on(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        "../a.txt": "solo",
        "b.txt": b"\xff\xfe\xff",
        "c.txt": "a" * 300_000,
        "bomb.txt": b" " * (20 << 20),
        "d.zip": b"",
        "z.txt": "solo",
    }
    path = archive(tmp_path, members)
    found = list(read(LabelForm.SIDECARS, path))
    assert found[-1] == Row(6, ImageKey(names=("z",)), ["solo"], [])
    assert [message for _row, message in problems(LabelForm.SIDECARS, path)] == [
        "Its name in the archive leads outside of the archive.",
        "The tag file is not UTF-8 text; save it as UTF-8.",
        "The tag file is larger than 256 kB; that is not a list of tags.",
        "It unpacks to more than 200 times its size, as no picture does.",
        "It is an archive inside an archive; upload it by itself.",
    ]


def test_refused(tmp_path: Path) -> None:
    assert "damaged" in refused(LabelForm.SIDECARS, file(tmp_path, "no zip"))
    assert "no .txt" in refused(LabelForm.SIDECARS, archive(tmp_path, {"a.png": b"x"}))
