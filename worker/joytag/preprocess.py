"""From a picture to the tensor the tagger was trained to see: white square, bicubic, normalised.

The published example's preparation for RGB images (`pixels` has the other kinds), with one
departure: an image so long and thin that its white square would exceed what we accept as an image
(over 13,000 pixels on the long side) is scaled first and padded after, which looks the same and
needs no gigabytes.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from worker.joytag.pixels import MAX_PIXELS, ImageError, load_image

__all__ = ["MEAN", "STD", "ImageError", "load_image", "prepare"]

# CLIP's, by which the published weights were trained.
MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)


def prepare(image: Image.Image, size: int) -> Tensor:
    """An RGB image to a normalised float32 tensor (3, size, size)."""
    side = max(image.size)
    if side * side > MAX_PIXELS:
        short = max(1, round(min(image.size) * size / side))
        shape = (size, short) if image.width == side else (short, size)
        image = image.resize(shape, Image.Resampling.BICUBIC)
        side = size
    if image.size != (side, side):
        canvas = Image.new("RGB", (side, side), "white")
        canvas.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
        image = canvas
    if side != size:
        image = image.resize((size, size), Image.Resampling.BICUBIC)
    pixels = torch.from_numpy(np.array(image, dtype=np.float32) / 255.0)  # (h, w, 3)
    normal = (pixels - torch.tensor(MEAN)) / torch.tensor(STD)
    return normal.permute(2, 0, 1).contiguous()  # (3, h, w)
