"""An image file made small once, for its thumbnail and its perceptual hash alike. No torch.

Both need a few hundred pixels. A JPEG gives those while it is decoded, at a third of the cost of
all its pixels; anything else is averaged in whole blocks first, and only what is left of it is
resized with care. The hash stays within two bits of that of the whole picture, and is exactly it
where no side has 512 pixels.
"""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile

from worker.joytag import jpeg
from worker.joytag.pixels import explained, header_of, opened, orientation_of, to_rgb, upright

# What a reduced picture keeps at least of its long and its short side.
LONG_SIDE, SHORT_SIDE = 512, 256
THUMBNAIL_SIDE = 512
HASHED = (32, 32)


@dataclass(frozen=True, slots=True)
class Miniature:
    """A file's picture, reduced, and what the file said about the whole.

    Attributes:
        image: RGB, upright, on white; its `info` as `load_image` leaves it.
        size: width and height of the whole picture, upright.
        mode, has_transparency, orientation: of the file as it lies there (orientation 1: upright).
    """

    image: Image.Image
    size: tuple[int, int]
    format: str
    mode: str
    has_transparency: bool
    orientation: int


def load_miniature(source: Path | BinaryIO) -> Miniature:
    """Decode an image file, just large enough; raises ImageError whatever the bytes are."""
    with opened(source) as file, explained():
        header = header_of(file)
        assert header.format is not None
        # Before its pixels are read: decoding some formats changes what is said here.
        mode, has_transparency = header.mode, header.has_transparency_data
        # A PNG may say this behind its pixels.
        orientation = None if header.format == "PNG" else orientation_of(header)
        small, size = _plain(file, header) or _any(header)
        return Miniature(
            image=small,
            size=size,
            format=header.format,
            mode=mode,
            has_transparency=has_transparency,
            orientation=orientation or orientation_of(header),
        )


def reduced(image: Image.Image) -> Image.Image:
    """A large picture averaged in blocks; one that is not large as it is."""
    factor = _factor(image.size)
    return image.reduce(factor) if factor > 1 else image


def phash_hex(small: Image.Image) -> str:
    """imagehash's pHash, 16 hexadecimal digits; of a `reduced` picture it costs a millisecond."""
    import imagehash  # only who hashes pays for loading scipy

    grey = small.convert("L")
    if min(grey.size) >= SHORT_SIDE:
        # As imagehash does next, finding nothing left to do then; but whole blocks are averaged
        # first where eight of them still make a pixel.
        grey = grey.resize(HASHED, Image.Resampling.LANCZOS, reducing_gap=8)
    return str(imagehash.phash(grey))


def thumbnail(small: Image.Image) -> bytes:
    """A WebP of a reduced picture, its longest side at most 512 pixels."""
    image = small.copy()
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    file = io.BytesIO()
    profile = small.info.get("icc_profile")
    # The quickest method: a fifth more bytes for half the time.
    image.save(file, "WEBP", quality=80, method=0, icc_profile=profile)
    return file.getvalue()


def _plain(
    file: BinaryIO, header: ImageFile.ImageFile
) -> tuple[Image.Image, tuple[int, int]] | None:
    factor = _factor(header.size)
    least = (header.width // factor, header.height // factor) if factor > 1 else (0, 0)
    with contextlib.suppress(Exception):  # Pillow says what it is that is wrong
        picture = jpeg.decoded(file, header, least)
        if picture is not None:
            image = reduced(Image.fromarray(picture))
            profile = header.info.get("icc_profile")
            image.info = {"icc_profile": profile} if profile and header.mode == "RGB" else {}
            orientation = orientation_of(header)
            return upright(image, orientation), _turned(header.size, orientation)
    return None


def _any(header: ImageFile.ImageFile) -> tuple[Image.Image, tuple[int, int]]:
    image = to_rgb(header)
    return reduced(image), image.size


def _factor(size: tuple[int, int]) -> int:
    return max(1, min(max(size) // LONG_SIDE, min(size) // SHORT_SIDE))


def _turned(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    return (size[1], size[0]) if orientation in range(5, 9) else size
