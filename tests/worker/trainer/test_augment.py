"""What happens to a sample follows from its seed and position, and is one of 14 changes."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from worker.trainer.augment import OPERATIONS, SIGNED, augmented, choice, trivial


@pytest.fixture
def picture() -> Image.Image:
    image = Image.new("RGB", (64, 64), (60, 120, 180))
    ImageDraw.Draw(image).ellipse((10, 20, 40, 50), fill=(200, 90, 30))
    return image


def test_the_same_position_is_the_same_picture_in_any_company(picture: Image.Image) -> None:
    batch = np.stack([np.asarray(picture)] * 6)
    whole = augmented(batch, 3, range(100, 106))
    alone = augmented(batch[:1], 3, range(104, 105))
    np.testing.assert_array_equal(whole[4], alone[0])
    assert len({changed.tobytes() for changed in whole}) > 3
    assert (augmented(batch, 4, range(100, 106)) != whole).any()


def test_every_operation_comes_about_as_often_at_every_strength_and_both_signs() -> None:
    drawn = [choice(1, position) for position in range(5_600)]
    counts = np.bincount([operation for operation, _ in drawn], minlength=len(OPERATIONS))
    assert len(OPERATIONS) == 14
    assert counts.min() > 300 and counts.max() < 500  # 400 each, 5 standard deviations
    signed = [by for operation, by in drawn if operation < len(SIGNED)]
    assert len({round(abs(by) * 30, 6) for by in signed}) == 31
    assert (min(signed), max(signed)) == (-1, 1)
    assert 0.45 < np.mean([by < 0 for by in signed if by]) < 0.55
    assert min(by for operation, by in drawn if operation >= len(SIGNED)) == 0


@pytest.mark.parametrize("operation", range(14))
@pytest.mark.parametrize("strength", [-1.0, -0.4, 0.0, 0.4, 1.0])
def test_every_operation_gives_a_picture_of_the_same_size(
    picture: Image.Image, operation: int, strength: float
) -> None:
    by = strength if operation < len(SIGNED) else abs(strength)
    changed = OPERATIONS[operation](picture, by)
    assert (changed.size, changed.mode) == ((64, 64), "RGB")
    if operation < len(SIGNED):
        same = np.asarray(changed) == np.asarray(picture)
        assert same.all() == (strength == 0)


def test_pictures_move_by_a_seventh_at_most_and_white_comes_in(picture: Image.Image) -> None:
    moved = np.asarray(OPERATIONS[2](picture, 1.0))
    np.testing.assert_array_equal(moved[:, 9:], np.asarray(picture)[:, :-9])  # 64 * 32 / 224
    assert (moved[:, :9] == 255).all()


def test_it_takes_and_gives_pillow_pictures(picture: Image.Image) -> None:
    assert isinstance(trivial(picture, 1, 2), Image.Image)
