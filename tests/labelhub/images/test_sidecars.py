"""Tag files: both customary forms, names that only look like mistakes, and what is refused."""

from __future__ import annotations

import pytest

from labelhub.images.sidecars import BYTES_LIMIT, SidecarError, tags_of


@pytest.mark.parametrize(
    ("data", "tags"),
    [
        (b"1girl, solo, long hair", ["1girl", "solo", "long_hair"]),
        (b"1girl\nsolo\r\nlong hair\n", ["1girl", "solo", "long_hair"]),
        (b"solo, solo,solo , ,", ["solo"]),
        (
            rb"fate/grand_order, \m/, :/, 2010, \\//",
            ["fate/grand_order", r"\m/", ":/", "2010", r"\\//"],
        ),
        (rb"hatsune miku \(vocaloid\)", ["hatsune_miku_(vocaloid)"]),
        (b"\xef\xbb\xbfsolo", ["solo"]),
        ("solo, 1girl".encode("utf-16"), ["solo", "1girl"]),
        ("café".encode(), ["café"]),
        (b"", []),
        (b"\n\n", []),
    ],
)
def test_tags_are_read(data: bytes, tags: list[str]) -> None:
    assert tags_of(data) == tags


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"solo, caf\xe9", "UTF-8"),
        (b"solo\0", "binary"),
        (b"x" * (BYTES_LIMIT + 1), "256 kB"),
        (",".join(map(str, range(2001))).encode(), "2,000"),
    ],
    ids=["latin-1", "binary", "large", "many"],
)
def test_what_is_no_list_of_tags_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(SidecarError, match=sentence):
        tags_of(data)
