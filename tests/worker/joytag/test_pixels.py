"""Files of every kind and state: which pixels come out, and what is said where none can."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from worker.joytag.pixels import ImageError, image_format, load_image

LOSSLESS = ["PNG", "BMP", "TIFF", "GIF"]
ALL = [*LOSSLESS, "JPEG", "WEBP", "AVIF"]


def encoded(image: Image.Image, name: str, **options: Any) -> io.BytesIO:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer


def pixel(source: io.BytesIO, at: tuple[int, int] = (0, 0)) -> tuple[int, ...]:
    image = load_image(source)
    assert image.mode == "RGB"
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return tuple(int(part) for part in found)


def complaint(source: io.BytesIO | Path) -> str:
    with pytest.raises(ImageError) as caught:
        load_image(source)
    return str(caught.value)


def picture(size: tuple[int, int] = (12, 7)) -> Image.Image:
    """No symmetry and no repetition, so that any turn or shift shows."""
    image = Image.new("RGB", size)
    for x in range(size[0]):
        for y in range(size[1]):
            image.putpixel((x, y), (x * 20 % 256, y * 35 % 256, (x + y) * 11 % 256))
    return image


@pytest.mark.parametrize("name", ALL)
def test_every_format_gives_its_colours(name: str) -> None:
    image = Image.new("RGB", (40, 30), (200, 100, 50))
    source = encoded(image, name)
    assert image_format(source.getvalue()) == name
    assert load_image(source).size == (40, 30)
    assert pixel(source, (20, 15)) == pytest.approx((200, 100, 50), abs=3)


@pytest.mark.parametrize("name", ["PNG", "BMP", "TIFF"])
def test_lossless_formats_give_exactly_what_was_saved(name: str) -> None:
    assert load_image(encoded(picture(), name)).tobytes() == picture().tobytes()


def test_a_file_is_read_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "wrong.jpg"
    path.write_bytes(encoded(picture(), "PNG").getvalue())
    assert load_image(path).size == (12, 7)


def test_a_stream_is_read_from_its_beginning_and_need_not_seek() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation("seek")

    data = encoded(picture(), "PNG").getvalue()
    used = io.BytesIO(data)
    used.read()
    assert load_image(used).size == (12, 7)
    assert load_image(Pipe(data)).size == (12, 7)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["PNG", "TIFF", "WEBP"])
def test_the_cameras_orientation_is_applied_once(name: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if name == "WEBP" else {}
    source = encoded(picture(), name, exif=exif.tobytes(), **options)
    stored = picture()
    stored.getexif()[0x0112] = orientation
    expected = ImageOps.exif_transpose(stored)
    loaded = load_image(source)
    assert (loaded.size, loaded.tobytes()) == (expected.size, expected.tobytes())
    assert loaded.size == ((7, 12) if orientation > 4 else (12, 7))


def test_damaged_camera_data_costs_nothing() -> None:
    source = encoded(picture(), "PNG", exif=b"Exif\0\0II*\0\xff\xff\xff\xffgarbage")
    assert load_image(source).tobytes() == picture().tobytes()


def test_a_second_picture_in_a_cameras_jpeg_is_no_animation() -> None:
    source = encoded(
        Image.new("RGB", (20, 20), "red"),
        "MPO",
        save_all=True,
        append_images=[Image.new("RGB", (20, 20), "blue")],
    )
    assert pixel(source) == pytest.approx((255, 0, 0), abs=3)


def test_the_first_page_of_a_tiff_is_the_image() -> None:
    pages = {"save_all": True, "append_images": [Image.new("RGB", (20, 20), "blue")]}
    assert pixel(encoded(Image.new("RGB", (20, 20), "red"), "TIFF", **pages)) == (255, 0, 0)


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


# What cannot be read.


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


def png(
    width: int, height: int, depth: int, colour: int, rows: bytes, *extra: tuple[bytes, bytes]
) -> io.BytesIO:
    """A PNG made by hand: whatever size its header claims."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [(b"IHDR", header), *extra, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


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
