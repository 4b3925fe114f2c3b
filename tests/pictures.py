"""Pictures made on the spot: good ones, odd ones, and the files of people who mean harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from PIL import Image, ImageDraw


def picture(seed: int = 1, size: tuple[int, int] = (96, 64), mode: str = "RGB") -> Image.Image:
    """A picture of coloured shapes; each seed's looks unlike the others'."""
    random = Random(seed)
    image = Image.new("RGB", size, _colour(random))
    draw = ImageDraw.Draw(image)
    for _shape in range(12):
        x, y = random.randrange(size[0]), random.randrange(size[1])
        reach = random.randrange(4, max(size) // 3 + 5)
        draw.ellipse((x - reach, y - reach // 2, x + reach, y + reach // 2), fill=_colour(random))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png(seed: int = 1) -> bytes:
    return encoded(picture(seed))


def animation(kind: str) -> bytes:
    options = {"duration": 100, "loop": 0} if kind != "AVIF" else {}
    first, *rest = (picture(seed, (48, 48)) for seed in range(3))
    return encoded(first, kind, save_all=True, append_images=rest, **options)


def png_of_size(width: int, height: int) -> bytes:
    """A black picture of any size, in few bytes."""
    rows = zlib.compressobj(9)
    data = bytearray()
    for _row in range(height):
        data += rows.compress(bytes(1 + (width + 7) // 8))
    data += rows.flush()
    head = struct.pack(">2I5B", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(*part) for part in ((b"IHDR", head), (b"IDAT", bytes(data)), (b"IEND", b""))
    )


def png_claiming(width: int, height: int) -> bytes:
    """A header that announces a huge picture; hardly any pixels follow."""
    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(*part)
        for part in ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1 << 20))), (b"IEND", b""))
    )


def zipped(
    members: Mapping[str, bytes] | Iterable[tuple[str | zipfile.ZipInfo, bytes]],
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    file = io.BytesIO()
    pairs = members.items() if isinstance(members, Mapping) else members
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in pairs:
            archive.writestr(name, data)
    return file.getvalue()


SVG = b"""<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"""
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def _colour(random: Random) -> tuple[int, int, int]:
    return random.randrange(256), random.randrange(256), random.randrange(256)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
