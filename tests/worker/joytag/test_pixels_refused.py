"""What is said where no pixels come out."""

from __future__ import annotations

import io
import random
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.worker.joytag.image_files import ALL, complaint, encoded, picture, png
from worker.joytag.pixels import ImageError, load_image


def test_an_empty_file() -> None:
    assert complaint(io.BytesIO()) == "The file is empty; bring the original again."


def test_a_file_that_is_gone_or_no_file(tmp_path: Path) -> None:
    assert "no such file" in complaint(tmp_path / "gone.png")
    assert "cannot be opened" in complaint(tmp_path)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_a_file_cut_short(name: str, share: float) -> None:
    noise = Image.effect_noise((64, 64), 80).convert("RGB")
    data = encoded(noise, name).getvalue()
    assert "cut short or damaged" in complaint(io.BytesIO(data[: int(len(data) * share)]))


def test_a_file_with_flipped_bits() -> None:
    data = bytearray(encoded(picture(), "PNG").getvalue())
    data[data.index(b"IDAT") + 6] ^= 0xFF
    assert "cut short or damaged" in complaint(io.BytesIO(data))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"just some text", "not an image"),
        (b"%PDF-1.7", "not an image"),
        (b"PK\x03\x04 a zip", "not an image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x --><svg/>", "SVG"),
        (b"<!DOCTYPE html><title>403</title>", "web page"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\xff\xd8\xff", "cut short"),
        (b"BM", "cut short"),
    ],
)
def test_files_that_are_something_else(data: bytes, said: str) -> None:
    assert said in complaint(io.BytesIO(data))


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG", "AVIF"])
def test_animations_are_refused_and_stills_are_not(name: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    moving = encoded(frames[0], name, save_all=True, append_images=frames[1:], duration=100)
    assert "animated" in complaint(moving)
    assert load_image(encoded(frames[0], name)).size == (20, 20)


def test_too_many_pixels_are_refused_from_the_header_alone() -> None:
    assert "20000 x 20000 pixels; at most 178 megapixels" in complaint(png(20000, 20000, 8, 2, b""))
    assert "at most 178 megapixels" in complaint(png(13343, 13343, 8, 0, b""))


def test_what_pillow_only_warns_of_is_no_bomb_for_us() -> None:
    """Between half our limit and the limit the file is read; this one has no pixels to read."""
    assert "cut short" in complaint(png(12000, 12000, 8, 0, b""))


def test_a_huge_webp_is_refused_before_its_canvas_is_made() -> None:
    data = bytearray(encoded(Image.new("RGBA", (8, 8), (1, 2, 3, 4)), "WEBP").getvalue())
    if data[12:16] != b"VP8X":
        body = struct.pack("<4sIB3x", b"VP8X", 10, 0x10) + b"\0" * 6 + bytes(data[12:])
        data = bytearray(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body)
    data[24:30] = (16382).to_bytes(3, "little") * 2
    assert "at most 178 megapixels" in complaint(io.BytesIO(data))


def test_a_disk_that_fails_is_not_called_a_damaged_image() -> None:
    class Failing(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise OSError(5, "Input/output error")

    assert "cannot be read (Input/output error)" in complaint(Failing(b"x"))


def test_strange_bytes_never_raise_anything_else() -> None:
    dice = random.Random(0)
    files = [encoded(picture((40, 30)), name).getvalue() for name in ALL]
    refused = 0
    for _ in range(400):
        data = bytearray(dice.choice(files))
        for _ in range(dice.randint(1, 6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            load_image(io.BytesIO(data[: dice.randint(len(data) // 2, len(data) * 2)]))
        except ImageError:
            refused += 1
    assert 0 < refused < 400
