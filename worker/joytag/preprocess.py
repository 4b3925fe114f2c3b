"""From a picture to the pixels the tagger was trained to see: white square, bicubic, normalised.

The published example's preparation for RGB images (`pixels` has the other kinds) within one 8-bit
step, several times faster. Pillow resizes columns first and rows after, and rounds to 8 bits in
between; torch's vector code does the same with slightly coarser weights. Where a picture shrinks
to half or less a column's error of one step stays one. Where it shrinks less, or grows, the second
pass could make two of it, so there Pillow does the first.

One departure: an image so long and thin that its white square would exceed what we accept as an
image (over 13,000 pixels on the long side) is scaled first and padded after, which looks the same
and needs no gigabytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from worker.joytag.jpeg import Picture, load_array
from worker.joytag.pixels import MAX_PIXELS, ImageError, load_image

__all__ = [
    "MEAN",
    "STD",
    "ImageError",
    "Pixels",
    "load_image",
    "normalised",
    "prepare",
    "prepare_pixels",
]

# CLIP's, by which the published weights were trained.
MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)
WHITE = 255

Pixels = Tensor  # uint8 (3, size, size): a picture prepared but for the normalisation


def prepare_pixels(source: Path | BinaryIO, size: int) -> Pixels:
    """An image file's prepared pixels; raises ImageError whatever the bytes are."""
    return fit(load_array(source), size)


def prepare(image: Image.Image, size: int) -> Tensor:
    """An RGB image to a normalised float32 tensor (3, size, size)."""
    return normalised(fit(np.array(image), size)).contiguous()


def normalised(pixels: Tensor) -> Tensor:
    """Prepared pixels (..., 3, h, w) as the backbone takes them, float32, on their device."""
    mean, std = (torch.tensor(each, device=pixels.device).view(3, 1, 1) for each in (MEAN, STD))
    return (pixels.float() / 255.0 - mean) / std


def fit(picture: Picture, size: int) -> Pixels:
    """A picture (h, w, 3) in the middle of a white square of `size` pixels a side."""
    side = max(picture.shape[:2])
    if side * side > MAX_PIXELS:
        picture, side = _shrunk(picture, size), size
    if side == size:
        square = torch.from_numpy(_padded(picture, size, size))
    elif side >= 2 * size:
        square = _resized(_padded(picture, side, side), size)
    else:
        square = _resized(_columns_first(picture, side, size), size)
    return square.permute(2, 0, 1)  # (3, size, size)


def _resized(picture: Picture, size: int) -> Tensor:
    """(h, w, 3) to (size, size, 3)."""
    image = torch.from_numpy(picture).permute(2, 0, 1)[None]  # (1, 3, h, w), channels last
    resized = F.interpolate(image, size=(size, size), mode="bicubic", antialias=True)
    return resized[0].permute(1, 2, 0)


def _columns_first(picture: Picture, side: int, size: int) -> Picture:
    """The square with its columns resized, (side, size, 3), exactly as Pillow would."""
    height = len(picture)
    if height == side:
        picture = _padded(picture, side, side)
    narrow = Image.fromarray(picture).resize((size, height), Image.Resampling.BICUBIC)
    return _padded(np.array(narrow), side, size)


def _shrunk(picture: Picture, size: int) -> Picture:
    height, width = picture.shape[:2]
    short = max(1, round(min(height, width) * size / max(height, width)))
    shape = (size, short) if width > height else (short, size)
    return np.array(Image.fromarray(picture).resize(shape, Image.Resampling.BICUBIC))


def _padded(picture: Picture, height: int, width: int) -> Picture:
    """The picture in the middle of white; odd pixels go to the right and below."""
    if picture.shape[:2] == (height, width):
        return picture
    canvas = np.full((height, width, 3), WHITE, dtype=np.uint8)
    top, left = (height - picture.shape[0]) // 2, (width - picture.shape[1]) // 2
    canvas[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return canvas
