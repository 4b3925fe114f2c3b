"""Preparation agrees with the published example's to the last 8-bit step."""

from __future__ import annotations

import functools
import io
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image

from worker.joytag.preprocess import MEAN, STD, fit, load_image, prepare, prepare_pixels

GOLDEN = Path(__file__).parents[2] / "golden" / "preprocess"
EXPECTED = dict(np.load(GOLDEN / "expected.npz"))


def steps(prepared: NDArray[np.float32]) -> NDArray[np.float32]:
    """Back to 0..255, the normalisation undone."""
    std, mean = (np.array(each, dtype=np.float32)[:, None, None] for each in (STD, MEAN))
    result: NDArray[np.float32] = (prepared * std + mean) * np.float32(255)
    return result


def golden_file(key: str) -> tuple[Path, int]:
    name, size = key.split("@")
    return GOLDEN / f"{name}.png", int(size)


@pytest.mark.parametrize("key", EXPECTED)
def test_golden_preparation_is_met_within_one_step(key: str) -> None:
    path, size = golden_file(key)
    prepared = prepare(load_image(path), size)
    assert prepared.shape == (3, size, size)
    assert prepared.dtype == torch.float32
    off = steps(prepared.numpy()).round() - steps(EXPECTED[key]).round()
    assert np.abs(off).max() <= 1


def test_another_filter_would_not_meet_it(monkeypatch: pytest.MonkeyPatch) -> None:
    given = functools.partial(F.interpolate, antialias=True)
    monkeypatch.setattr(
        F, "interpolate", lambda image, size, **_: given(image, size, mode="bilinear")
    )
    path, size = golden_file("rgb_301x207@112")
    prepared = prepare(load_image(path), size)
    assert np.abs(steps(prepared.numpy()) - steps(EXPECTED["rgb_301x207@112"])).max() > 1


def published(picture: Image.Image, size: int) -> NDArray[np.uint8]:
    """What the published example makes of a picture before it is normalised."""
    side = max(picture.size)
    square = Image.new("RGB", (side, side), "white")
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return np.asarray(square.resize((size, size), Image.Resampling.BICUBIC))


@pytest.mark.parametrize(
    "size",
    [(32, 32), (90, 61), (61, 90), (113, 112), (223, 150), (150, 223), (225, 224), (700, 40)],
)
@pytest.mark.parametrize("bits", [1, 8])
def test_any_picture_is_met_within_one_step(size: tuple[int, int], bits: int) -> None:
    dice = np.random.default_rng(sum(size))
    noise = dice.integers(0, 2**bits, (size[1], size[0], 3)) * (255 // (2**bits - 1))
    picture = noise.astype(np.uint8)
    found = fit(picture, 112).permute(1, 2, 0).numpy().astype(int)
    assert np.abs(found - published(Image.fromarray(picture), 112)).max() <= 1


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_plain_jpeg_has_the_same_pixels_by_either_decoder(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.jpg"
    Image.effect_noise((130, 90), 80).convert(mode).save(path, quality=85)
    expected = fit(np.array(load_image(path)), 64)
    for source in (path, io.BytesIO(path.read_bytes())):
        assert torch.equal(prepare_pixels(source, 64), expected)


@pytest.mark.parametrize(("size", "left", "top"), [((5, 8), 1, 0), ((8, 5), 0, 1), ((4, 8), 2, 0)])
def test_the_square_is_padded_white_with_the_smaller_half_first(
    size: tuple[int, int], left: int, top: int
) -> None:
    pixels = steps(prepare(Image.new("RGB", size, "black"), 8).numpy()).round()
    expected = np.full((8, 8), 255)
    expected[top : top + size[1], left : left + size[0]] = 0
    assert (pixels == expected).all()


def test_an_image_of_the_right_size_is_not_resampled() -> None:
    noise = Image.effect_noise((32, 32), 90).convert("RGB")
    pixels = steps(prepare(noise, 32).numpy()).round().astype(np.uint8)
    assert (pixels.transpose(1, 2, 0) == np.asarray(noise)).all()


@pytest.mark.parametrize("size", [(150_000, 1), (1, 150_000), (15_000, 2_000)])
def test_an_image_too_long_for_a_square_of_its_own_still_comes_out(size: tuple[int, int]) -> None:
    pixels = steps(prepare(Image.new("RGB", size, "black"), 64).numpy()).round()
    rows, columns = np.nonzero(pixels[0] == 0)
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert max(height, width) == 64
    assert min(height, width) == max(1, round(64 * min(size) / max(size)))
    assert pixels[0, 0, 0] == 255
