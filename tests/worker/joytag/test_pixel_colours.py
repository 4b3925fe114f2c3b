"""Transparency, depth and colour spaces: all become 8-bit red, green and blue on white."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from PIL import Image

from tests.worker.joytag.image_files import complaint, encoded, picture, pixel, png
from worker.joytag.pixels import load_image

# Transparency: what is hidden is white, not the colour that happens to lie under it.


def key_colour(mode: str, hidden: Any, shown: Any, key: Any) -> io.BytesIO:
    image = Image.new(mode, (2, 1), shown)
    image.putpixel((0, 0), hidden)
    return encoded(image, "PNG", transparency=key)


def palette(transparency: Any) -> io.BytesIO:
    image = Image.new("P", (2, 1), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((0, 0), 0)
    return encoded(image, "PNG", transparency=transparency)


def layered(mode: str, hidden: Any, shown: Any, name: str) -> io.BytesIO:
    image = Image.new(mode, (2, 1), shown)
    image.putpixel((0, 0), hidden)
    return encoded(image, name, **({"lossless": True, "exact": True} if name == "WEBP" else {}))


HIDDEN = {
    "RGBA png": (layered("RGBA", (255, 0, 0, 0), (0, 0, 255, 255), "PNG"), (0, 0, 255)),
    "RGBA webp": (layered("RGBA", (255, 0, 0, 0), (0, 0, 255, 255), "WEBP"), (0, 0, 255)),
    "RGBA tiff": (layered("RGBA", (255, 0, 0, 0), (0, 0, 255, 255), "TIFF"), (0, 0, 255)),
    "LA png": (layered("LA", (9, 0), (70, 255), "PNG"), (70, 70, 70)),
    "palette, one colour hidden": (palette(0), (0, 0, 255)),
    "palette, levels": (palette(b"\x00\xff"), (0, 0, 255)),
    "grey key": (key_colour("L", 9, 70, 9), (70, 70, 70)),
    "colour key": (key_colour("RGB", (1, 2, 3), (4, 5, 6), (1, 2, 3)), (4, 5, 6)),
    "bitmap key": (key_colour("1", 0, 1, 0), (255, 255, 255)),
    "16-bit grey key": (key_colour("I;16", 5000, 51400, 5000), (200, 200, 200)),
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_what_is_transparent_is_white(kind: str) -> None:
    source, shown = HIDDEN[kind]
    assert pixel(source, (0, 0)) == (255, 255, 255)
    assert pixel(source, (1, 0)) == shown


def test_half_transparent_red_is_pink() -> None:
    source = encoded(Image.new("RGBA", (1, 1), (255, 0, 0, 128)), "PNG")
    assert pixel(source) == (255, 127, 127)


# Depth and colour spaces.


@pytest.mark.parametrize(
    ("stored", "shown"), [(0, 0), (128, 0), (129, 1), (32896, 128), (40000, 156), (65535, 255)]
)
@pytest.mark.parametrize("name", ["PNG", "TIFF", "big-endian TIFF"])
def test_16_bit_greys_are_scaled_not_clipped(name: str, stored: int, shown: int) -> None:
    if name == "big-endian TIFF":
        image = Image.frombytes("I;16B", (1, 1), struct.pack(">H", stored))
        source = encoded(image, "TIFF")
    else:
        source = encoded(Image.frombytes("I;16", (1, 1), struct.pack("<H", stored)), name)
    assert pixel(source) == (shown,) * 3


def test_16_bit_colours_keep_their_brightness() -> None:
    rows = b"\0" + struct.pack(">6H", 65535, 32896, 257, 0, 40000, 65535)
    assert pixel(png(2, 1, 16, 2, rows)) == pytest.approx((255, 128, 1), abs=1)


def test_a_16_bit_key_colour_hides_its_colour() -> None:
    rows = b"\0" + struct.pack(">6H", 40000, 300, 65535, 0, 40000, 65535)
    key = struct.pack(">3H", 40000, 300, 65535)
    source = png(2, 1, 16, 2, rows, (b"tRNS", key))
    assert pixel(source, (0, 0)) == (255, 255, 255)
    assert pixel(source, (1, 0)) == pytest.approx((0, 156, 255), abs=1)


@pytest.mark.parametrize(
    ("mode", "values", "shown"),
    [
        ("I", (0, 65535), (0, 255)),
        ("I", (-1000, 1_000_000), (0, 255)),
        ("F", (0.0, 1.0), (0, 255)),
        ("F", (0.5, 1.0), (128, 255)),
        ("F", (51.0, 204.0), (51, 204)),
        ("F", (-3.0, 5.0), (0, 255)),
        ("F", (7e5, 7e5), (0, 0)),
    ],
)
def test_wide_greys_are_brought_into_range(
    mode: str, values: tuple[float, float], shown: tuple[int, int]
) -> None:
    image = Image.new(mode, (2, 1), values[0])
    image.putpixel((1, 0), values[1])
    source = encoded(image, "TIFF")
    assert [pixel(source, (x, 0))[0] for x in (0, 1)] == list(shown)


def test_floats_that_are_no_numbers_are_refused() -> None:
    source = encoded(Image.new("F", (1, 1), float("nan")), "TIFF")
    assert "no numbers" in complaint(source)


INKS = {
    (0, 0, 0, 0): (255, 255, 255),
    (0, 255, 255, 0): (255, 0, 0),
    (255, 0, 0, 0): (0, 255, 255),
    (0, 0, 0, 255): (0, 0, 0),
}


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
def test_ink_colours_are_not_inverted(name: str, ink: tuple[int, int, int, int]) -> None:
    # Pillow writes CMYK JPEGs as Adobe does: inverted, with Adobe's marker.
    source = encoded(Image.new("CMYK", (16, 16), ink), name)
    assert pixel(source) == pytest.approx(INKS[ink], abs=3)


def test_inks_go_through_the_profile_that_the_file_carries() -> None:
    cyan = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    plain = pixel(encoded(cyan, "TIFF"))
    profiled = encoded(cyan, "TIFF", icc_profile=ink_profile(cyan_lab=(128, 128, 128)))
    assert plain == (0, 255, 255)
    assert pixel(profiled) == pytest.approx((119, 119, 119), abs=3)  # L* 50: a middle grey
    assert "icc_profile" not in load_image(profiled).info


def test_an_unusable_ink_profile_leaves_the_plain_conversion() -> None:
    source = encoded(Image.new("CMYK", (16, 16), (255, 0, 0, 0)), "TIFF", icc_profile=b"junk")
    assert pixel(source) == (0, 255, 255)


@pytest.mark.parametrize(("lightness", "shown"), [(255, 255), (0, 0), (128, 119)])
def test_lab_colours_are_converted(lightness: int, shown: int) -> None:
    source = encoded(Image.new("LAB", (4, 4), (lightness, 128, 128)), "TIFF")
    assert pixel(source) == pytest.approx((shown,) * 3, abs=3)


def test_an_rgb_profile_is_kept_and_nothing_else() -> None:
    source = encoded(picture(), "PNG", icc_profile=b"profile", dpi=(72, 72))
    assert load_image(source).info == {"icc_profile": b"profile"}


def ink_profile(cyan_lab: tuple[int, int, int]) -> bytes:
    """A smallest CMYK profile: paper is white, full cyan is `cyan_lab`, everything else black."""
    corners = [bytes((255, 128, 128)) if i == 0 else bytes((0, 128, 128)) for i in range(16)]
    corners[8] = bytes(cyan_lab)
    straight = bytes(range(256))
    unity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + unity + straight * 4 + b"".join(corners)
    table += straight * 3
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    tags = [(b"A2B0", table), (b"wtpt", white)]
    offset, index, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags:
        index += name + struct.pack(">II", offset + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    head = struct.pack(">I4sI4s4s4s", 0, b"lcms", 0x02400000, b"prtr", b"CMYK", b"Lab ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    head += struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    whole = head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + index + body
    return struct.pack(">I", len(whole)) + whole[4:]
