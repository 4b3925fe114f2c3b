"""Most pictures are plain JPEGs, and libjpeg-turbo's own interface decodes those a third faster
than Pillow, to the same bytes.

What is not plain (another format, ink colours, damage) is `pixels`' to read or to refuse, so the
sentences are the same whichever decoder was tried first.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from worker.joytag.pixels import (
    MAX_PIXELS,
    PLUGINS,
    image_format,
    load_image,
    opened,
    orientation_of,
)

Picture = NDArray[np.uint8]  # (height, width, 3): RGB, upright, on white


def load_array(source: Path | BinaryIO) -> Picture:
    """What `load_image` loads, as an array; raises ImageError whatever the bytes are."""
    if not isinstance(source, Path) and not source.seekable():
        source = io.BytesIO(source.read())
    with contextlib.suppress(Exception):  # whatever it is, Pillow tells it from a good picture
        picture = _upright(source)
        if picture is not None:
            return picture
    return np.array(load_image(source))


def decoded(file: BinaryIO, header: Image.Image, least: tuple[int, int] = (0, 0)) -> Picture | None:
    """The pixels of a plain JPEG as they lie in the file, None of anything else.

    Args:
        least: a width and height that do: while decoding a JPEG can be halved for nothing.

    Raises:
        Exception: of many kinds, where anything at all is wrong with it.
    """
    import simplejpeg  # where it is missing, as on a machine borrowed for a benchmark, Pillow reads

    if header.format != "JPEG" or header.mode not in ("RGB", "L"):
        return None
    file.seek(0)
    width, height = least
    picture: Picture = simplejpeg.decode_jpeg(
        file.read(), colorspace="RGB", min_width=width, min_height=height
    )
    return picture


def _upright(source: Path | BinaryIO) -> Picture | None:
    with opened(source) as file:
        file.seek(0)
        if image_format(file.read(4096)) != "JPEG":
            return None
        file.seek(0)
        header = PLUGINS["JPEG"](file)
        if orientation_of(header) != 1 or not _small_enough(header):
            return None
        return decoded(file, header)


def _small_enough(header: Image.Image) -> bool:
    return header.width * header.height <= MAX_PIXELS
