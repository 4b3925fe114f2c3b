"""Files of every kind, and the pixels or the complaint that reading them gives: for tests."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from worker.joytag.pixels import ImageError, load_image

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
