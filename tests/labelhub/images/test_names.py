"""Names from outside are made harmless and stay recognisable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelhub.images.names import PATH_LIMIT, ascii_name, clean_path, stem


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("cats/one.jpg", "cats/one.jpg"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        (r"C:\Users\me\one.jpg", "Users/me/one.jpg"),
        (r"..\..\one.jpg", "one.jpg"),
        ("a//b/./one.jpg", "a/b/one.jpg"),
        ("nul\0byte.jpg", "nulbyte.jpg"),
        ("line\nbreak.jpg", "linebreak.jpg"),
        ("cat\u202egpj.exe", "catgpj.exe"),
        ("bad\udcff.jpg", "bad.jpg"),
        ("日本語/猫.png", "日本語/猫.png"),
        ("e\u0301.png", "é.png"),
        ("👩\u200d🎨.png", "👩\u200d🎨.png"),
        ("", "unnamed"),
        ("..", "unnamed"),
    ],
)
def test_a_path_is_cleaned(raw: str, clean: str) -> None:
    assert clean_path(raw) == clean


def test_a_long_path_keeps_its_end() -> None:
    cleaned = clean_path("folder/" * 200 + "one.jpg")

    assert len(cleaned) <= PATH_LIMIT
    assert cleaned.endswith("folder/one.jpg")


@given(st.text(st.characters(), max_size=600))
def test_a_clean_path_is_relative_short_storable_and_stays_as_it_is(raw: str) -> None:
    path = clean_path(raw)

    assert 0 < len(path) <= PATH_LIMIT
    assert not path.startswith("/")
    assert not {"", ".", ".."} & set(path.split("/"))
    assert "\0" not in path and path.encode()
    assert clean_path(path) == path


@pytest.mark.parametrize(
    ("path", "expected"), [("a/b.jpg", "a/b"), ("a.b/c", "a.b/c"), ("b.jpg.txt", "b.jpg")]
)
def test_the_stem_is_the_path_without_its_last_extension(path: str, expected: str) -> None:
    assert stem(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("cats/one two.jpg", "one_two"),
        ('a";\r\nX: y.jpg', "a_X_y"),
        ("猫.png", "image-7"),
        ("...", "image-7"),
    ],
)
def test_a_name_for_a_header_is_plain(path: str, expected: str) -> None:
    assert ascii_name(path, "image-7") == expected
