"""What a camera would make of a scene: light, texture, blur, noise, a colour cast."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageChops, ImageFilter


def photographed(image: Image.Image, random: Random) -> Image.Image:
    """An RGB picture as if taken with a camera; the same for the same state of `random`."""
    image = _textured(image, random)
    image = _lit(image, random)
    cast = [0.88 + 0.26 * random.random() for _channel in range(3)]
    channels = [
        band.point([min(255, round(v * by)) for v in range(256)])
        for band, by in zip(image.split(), cast, strict=True)
    ]
    image = Image.merge("RGB", channels)
    low, high = round(40 * random.random()), 225 + round(30 * random.random())
    if random.random() < 0.15:  # not light enough
        high = 150 + round(50 * random.random())
    image = image.point([round(low + (high - low) * v / 255) for v in range(256)] * 3)
    image = image.filter(ImageFilter.GaussianBlur(0.6 + 1.5 * random.random()))
    return _grain(image, random)


def _noise(random: Random, width: int, height: int, size: tuple[int, int]) -> Image.Image:
    """Grey noise of width x height cells, smoothly enlarged to `size`."""
    small = Image.frombytes("L", (width, height), random.randbytes(width * height))
    return small.resize(size, Image.Resampling.BICUBIC)


def _textured(image: Image.Image, random: Random) -> Image.Image:
    """Shapes get the look of stuff: coarse and fine mottles multiplied in."""
    width, height = image.size
    coarse = _noise(random, 9, 9, image.size).point([196 + v * 59 // 255 for v in range(256)])
    fine = _noise(random, width // 3, height // 3, image.size).point(
        [196 + v * 59 // 255 for v in range(256)]
    )
    mottled = ImageChops.multiply(coarse, fine)
    return ImageChops.multiply(image, Image.merge("RGB", [mottled] * 3))


def _lit(image: Image.Image, random: Random) -> Image.Image:
    """A lamp at one side, shadow at the other, and round shapes seem to stand out."""
    relief = image.convert("L").filter(ImageFilter.GaussianBlur(4))
    dx, dy = (1 if random.random() < 0.5 else -1) * 3, 3
    shifted = ImageChops.offset(relief, dx, dy)
    light = ImageChops.subtract(relief, shifted, 1, 128).point(
        [max(0, min(255, round(236 + (v - 128) * 1.1))) for v in range(256)]
    )
    image = ImageChops.multiply(image, Image.merge("RGB", [light] * 3))
    corners = bytes(150 + int(random.random() * 105) for _corner in range(4))
    lamp = Image.frombytes("L", (2, 2), corners).resize(image.size, Image.Resampling.BICUBIC)
    return ImageChops.multiply(image, Image.merge("RGB", [lamp] * 3))


def _grain(image: Image.Image, random: Random) -> Image.Image:
    width, height = image.size
    strength = 8 + round(22 * random.random())
    grain = Image.frombytes("L", (width, height), random.randbytes(width * height))
    grain = grain.point([128 + (v - 128) * strength // 128 for v in range(256)])
    return ImageChops.add(image, Image.merge("RGB", [grain] * 3), 1, -128)
