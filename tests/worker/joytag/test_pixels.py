"""Files of every kind: which pixels come out, upright, however the file is read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from tests.worker.joytag.image_files import ALL, encoded, picture, pixel
from worker.joytag.pixels import image_format, load_image


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
