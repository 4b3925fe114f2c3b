"""Photograph-like pictures for benchmarks, where real ones are not at hand or not large enough."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SIZES = ((1280, 960), (1440, 1080), (1600, 1200), (1080, 1440), (1500, 1000), (1200, 1600))


def photographs(folder: Path, count: int) -> list[Path]:
    """JPEGs of 1.2 to 1.9 megapixels: soft light, shapes with edges, a sensor's noise."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        path = folder / f"{number:04}.jpg"
        photograph(number).save(path, quality=90)
        paths.append(path)
    return paths


def photograph(number: int) -> Image.Image:
    chance = np.random.default_rng(number)
    width, height = SIZES[number % len(SIZES)]
    picture = Image.fromarray(_light(chance, height, width))
    draw = ImageDraw.Draw(picture)
    for _shape in range(12):
        left, top = int(chance.integers(width)), int(chance.integers(height))
        across, down = (int(each) for each in chance.integers(20, 400, 2))
        colour = tuple(int(each) for each in chance.integers(0, 256, 3))
        box = (left, top, left + across, top + down)
        (draw.ellipse if chance.random() < 0.5 else draw.rectangle)(box, fill=colour)
    noisy = np.asarray(picture, dtype=np.float32) + chance.normal(0, 2, (height, width, 1))
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def _light(chance: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """(h, w, 3): noise whose strength falls with its frequency, as in photographs."""
    down = np.fft.fftfreq(height)[:, None]
    across = np.fft.rfftfreq(width)[None]
    falls = np.maximum(np.hypot(down, across), 1 / max(height, width)) ** -1.2
    channels = []
    for _channel in range(3):
        phase = np.exp(2j * np.pi * chance.random(falls.shape))
        noise = np.fft.irfft2(falls * phase, (height, width))
        channels.append(128 + 40 * noise / noise.std())
    return np.stack(channels, axis=2).clip(0, 255).astype(np.uint8)
