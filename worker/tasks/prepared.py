"""An image's prepared pixels, from the copy kept beside the original where there is one.

A backbone of 448 pixels sees a large photograph only after all of it has been decoded and resized,
which costs more than anything else about it. So the first pass keeps what came of it, without loss,
and the pass of a later backbone decodes nothing but that. Small originals are as quick themselves.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, cast

from django.utils.translation import gettext as _
from PIL import Image as Pictures

from labelhub.images.models import Image
from labelhub.storage import has_originals, open_stored, prepared_read, prepared_write
from worker.joytag.pixels import ImageError

if TYPE_CHECKING:
    from worker.joytag.preprocess import Pixels

log = logging.getLogger(__name__)

SIZES = (448,)
# Of so many times the pixels of its copy an original is worth one.
LARGE = 2


def reader(image: Image) -> Callable[[int], Pixels]:
    """How a thread of the engine gets at a picture; what it returns is always that of the original.

    The reader raises ImageError.
    """

    def read(size: int) -> Pixels:
        if size not in SIZES or image.width * image.height <= LARGE * size * size:
            return _from_original(image, size)
        key = image.prepared_key(size)
        copy = prepared_read(key)
        pixels = _unpacked(copy, size) if copy is not None else None
        if pixels is None:
            pixels = _from_original(image, size)
            _keep(key, pixels)
        return pixels

    return read


def _from_original(image: Image, size: int) -> Pixels:
    from worker.joytag.preprocess import prepare_pixels  # torch

    try:
        with open_stored(image.original_key) as file:
            return prepare_pixels(cast(BinaryIO, file), size)
    except FileNotFoundError as error:
        if not has_originals():
            raise OSError(
                _("the folder of all originals is missing; is its disk mounted?")
            ) from error
        raise ImageError(
            _("Its file is missing from the storage; restore it from a backup.")
        ) from error


def _keep(key: str, pixels: Pixels) -> None:
    file = io.BytesIO()
    picture = Pictures.fromarray(pixels.permute(1, 2, 0).contiguous().numpy())
    picture.save(file, "PNG", compress_level=1)
    try:
        prepared_write(key, file.getvalue())
    except OSError as error:  # a full disk, say: the copy only saves time
        log.warning("%s was not kept: %s", key, error)


def _unpacked(copy: bytes, size: int) -> Pixels | None:
    """The pixels of a copy, None where it is damaged."""
    import numpy as np
    import torch

    try:
        # Reading the pixels does not compare checksums, this does.
        with Pictures.open(io.BytesIO(copy), formats=["PNG"]) as picture:
            picture.verify()
        with Pictures.open(io.BytesIO(copy), formats=["PNG"]) as picture:
            if picture.mode != "RGB" or picture.size != (size, size):
                return None
            return torch.from_numpy(np.array(picture)).permute(2, 0, 1)
    except Exception as error:  # decoders raise anything
        log.warning("a prepared copy is damaged and is made again: %s", error)
        return None
