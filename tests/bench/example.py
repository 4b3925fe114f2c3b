"""What we are measured against: the published example's way to tag one image after another.

Written from its description: open with Pillow, paste into the middle of a white square, resize
that bicubically, scale, normalise, and one forward pass in full precision for each image.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from worker.joytag.preprocess import MEAN, STD
from worker.joytag.vit import ViT


def square(path: Path, size: int) -> Image.Image:
    """The picture in a white square of `size` pixels a side."""
    with Image.open(path) as file:
        picture = file.convert("RGB")
    side = max(picture.size)
    canvas = Image.new("RGB", (side, side), (255, 255, 255))
    canvas.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return canvas.resize((size, size), Image.Resampling.BICUBIC) if side != size else canvas


def tensor(image: Image.Image) -> Tensor:
    """(3, size, size), normalised float32."""
    pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255
    mean, std = (torch.tensor(each).view(3, 1, 1) for each in (MEAN, STD))
    return (pixels - mean) / std


def scores(model: ViT, path: Path, device: torch.device) -> NDArray[np.float32]:
    """(n,): the raw scores of all tags for one image file."""
    with torch.inference_mode():
        image = tensor(square(path, model.config.image_size)).to(device)
        found: NDArray[np.float32] = model(image[None]).logits[0].sigmoid().cpu().numpy()
        return found
