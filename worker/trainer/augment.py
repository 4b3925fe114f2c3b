"""TrivialAugment: one randomly chosen change per picture, of random strength.

Müller and Hutter, "TrivialAugment: Tuning-free Yet State-of-the-Art Data Augmentation" (2021), in
the "wide" ranges of torchvision's TrivialAugmentWide, which are those of JoyTag's `trivial2` too:
14 operations, 31 strengths, bilinear, white where the picture ends. Two departures:

- pictures move by the share of their width by which the published run moved its own (32 of 224
  pixels), not by 32 pixels whatever their size;
- what happens to a sample follows from the seed and the sample's position alone, from no generator
  that others draw from: threads and a resumed run make the same pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

BINS = 31
WHITE = [255.0, 255.0, 255.0]
MAX_SHIFT = 32 / 224  # of the width

Picture = Image.Image
Bytes = NDArray[np.uint8]
# An operation takes a picture and a strength of -1..1.
Operation = Callable[[Picture, float], Picture]


def _affine(image: Picture, *, angle: float = 0.0, dx: float = 0.0, dy: float = 0.0) -> Picture:
    changed: Picture = F.affine(
        image,
        angle=angle,
        translate=[round(dx * image.width), round(dy * image.height)],
        scale=1.0,
        shear=[0.0, 0.0],
        interpolation=InterpolationMode.BILINEAR,
        fill=WHITE,
    )
    return changed


def _shear(image: Picture, x: float, y: float) -> Picture:
    changed: Picture = F.affine(
        image,
        angle=0.0,
        translate=[0, 0],
        scale=1.0,
        shear=[math.degrees(math.atan(x)), math.degrees(math.atan(y))],
        interpolation=InterpolationMode.BILINEAR,
        fill=WHITE,
        center=[0.0, 0.0],
    )
    return changed


SIGNED: tuple[Operation, ...] = (
    lambda image, by: _shear(image, 0.99 * by, 0.0),
    lambda image, by: _shear(image, 0.0, 0.99 * by),
    lambda image, by: _affine(image, dx=MAX_SHIFT * by),
    lambda image, by: _affine(image, dy=MAX_SHIFT * by),
    lambda image, by: _affine(image, angle=135.0 * by),
    lambda image, by: F.adjust_brightness(image, 1.0 + 0.99 * by),
    lambda image, by: F.adjust_saturation(image, 1.0 + 0.99 * by),
    lambda image, by: F.adjust_contrast(image, 1.0 + 0.99 * by),
    lambda image, by: F.adjust_sharpness(image, 1.0 + 0.99 * by),
)
UNSIGNED: tuple[Operation, ...] = (
    lambda image, by: image,
    lambda image, by: F.posterize(image, bits=8 - round(6 * by)),
    lambda image, by: F.solarize(image, threshold=255.0 * (1.0 - by)),
    lambda image, by: F.autocontrast(image),
    lambda image, by: F.equalize(image),
)
OPERATIONS = SIGNED + UNSIGNED


def trivial(image: Picture, seed: int, position: int) -> Picture:
    """The picture, changed as this seed and position in the training say."""
    operation, strength = choice(seed, position)
    return OPERATIONS[operation](image, strength)


def choice(seed: int, position: int) -> tuple[int, float]:
    """Which operation and how strongly (-1..1)."""
    generator = np.random.Generator(np.random.Philox(key=np.array([seed, position], np.uint64)))
    operation, strength, sign = generator.integers((len(OPERATIONS), BINS, 2))
    by = float(strength) / (BINS - 1)
    return int(operation), -by if operation < len(SIGNED) and sign else by


def augmented(batch: Bytes, seed: int, positions: range) -> Bytes:
    """A batch of pictures (b, h, w, 3), each changed by its position in the training.

    By Pillow, not torch: it runs beside the model in a thread of its own, and torch's threads
    cannot be counted separately there.
    """
    changed = [
        np.asarray(trivial(Image.fromarray(picture), seed, position))
        for picture, position in zip(batch, positions, strict=True)
    ]
    return np.stack(changed)
