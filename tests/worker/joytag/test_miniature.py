"""A large picture made small once: its hash and its thumbnail are those of the whole."""

from __future__ import annotations

import io
from typing import Any

import imagehash
import numpy as np
import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from tests.pictures import encoded, picture
from worker.joytag.miniature import LONG_SIDE, SHORT_SIDE, load_miniature, phash_hex, thumbnail
from worker.joytag.pixels import ImageError, load_image

BITS = 2


def noisy(seed: int, size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Shapes under the noise of a camera."""
    plain = np.asarray(picture(seed, size), dtype=np.int16)
    noise = np.random.default_rng(seed).integers(-20, 21, plain.shape, dtype=np.int16)
    return Image.fromarray((plain + noise).clip(0, 255).astype(np.uint8)).convert(mode)


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "RGB", {"quality": 85}),
        ("JPEG", "L", {}),
        ("JPEG", "CMYK", {}),
        ("JPEG", "RGB", {"progressive": True}),
        ("JPEG", "RGB", {"subsampling": 2, "quality": 60}),
        ("PNG", "RGB", {}),
        ("PNG", "L", {}),
        ("PNG", "P", {}),
        ("PNG", "RGBA", {}),
        ("WEBP", "RGB", {}),
    ],
)
@pytest.mark.parametrize("size", [(1920, 1300), (800, 2901)])
def test_the_hash_of_a_large_picture_is_that_of_the_whole(
    kind: str, mode: str, options: dict[str, Any], size: tuple[int, int]
) -> None:
    for seed in range(3):
        file = io.BytesIO(encoded(noisy(seed, size, mode), kind, **options))

        found = load_miniature(file)

        whole = imagehash.phash(load_image(file))
        assert imagehash.hex_to_hash(phash_hex(found.image)) - whole <= BITS
        assert found.size == size
        assert LONG_SIDE <= max(found.image.size) < max(size)
        assert SHORT_SIDE <= min(found.image.size) < min(size)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(1, 1), (32, 32), (511, 300)])
def test_a_picture_that_is_not_large_is_taken_as_it_is(kind: str, size: tuple[int, int]) -> None:
    file = io.BytesIO(encoded(picture(1, size), kind))

    found = load_miniature(file)

    assert found.size == found.image.size == size
    assert phash_hex(found.image) == str(imagehash.phash(load_image(file)))


def test_a_picture_long_and_thin_loses_nothing_across() -> None:
    file = io.BytesIO(encoded(noisy(4, (5000, 120)), "PNG"))

    found = load_miniature(file)

    assert found.image.size == (5000, 120)
    assert phash_hex(found.image) == str(imagehash.phash(load_image(file)))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_large_turned_picture_is_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO(encoded(picture(2, (1600, 1000)), "JPEG", exif=exif, quality=95))
    whole = load_image(file)

    found = load_miniature(file)

    assert (found.size, found.orientation) == (whole.size, orientation)
    difference = ImageChops.difference(found.image, whole.resize(found.image.size))
    assert max(ImageStat.Stat(difference).mean) < 3


def test_a_thumbnail_keeps_shape_colours_and_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    whole = picture(3, (2000, 1500))

    for kind in ("JPEG", "PNG"):
        found = load_miniature(io.BytesIO(encoded(whole, kind, icc_profile=profile)))

        with Image.open(io.BytesIO(thumbnail(found.image))) as small:
            assert (small.format, small.size) == ("WEBP", (512, 384))
            assert small.info["icc_profile"] == profile
            difference = ImageChops.difference(small.convert("RGB"), whole.resize(small.size))
            assert max(ImageStat.Stat(difference).mean) < 4


def test_a_large_jpeg_cut_short_is_refused_like_a_small_one() -> None:
    data = encoded(noisy(1, (2000, 1500)), "JPEG")
    for length in (len(data) // 2, len(data) - 2000):
        with pytest.raises(ImageError, match="cut short or damaged"):
            load_miniature(io.BytesIO(data[:length]))
