"""The order of samples: every image once per epoch, and any batch from its number alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from worker.trainer import manifest
from worker.trainer.data import Samples, ahead
from worker.trainer.pictures import pictures


@pytest.fixture(scope="module")
def samples(scenes: Path) -> Samples:
    read = manifest.read(scenes)
    return Samples(read, pictures(read, 32, None, threads=1), seed=5, augment=True)


def test_each_epoch_holds_every_training_image_once_in_its_own_order(samples: Samples) -> None:
    first, second = samples.rows(0, 120), samples.rows(120, 120)
    training = samples.manifest.training_rows.tolist()
    assert sorted(first.tolist()) == sorted(second.tolist()) == training
    assert first.tolist() != second.tolist() != training


def test_a_batch_reaches_over_the_ends_of_epochs(samples: Samples) -> None:
    across = samples.rows(110, 300)
    np.testing.assert_array_equal(across[:10], samples.rows(110, 10))
    np.testing.assert_array_equal(across[10:], samples.rows(120, 290))
    assert set(Counter(across[10:250].tolist()).values()) == {2}


def test_a_batch_holds_its_rows_pixels_and_labels(samples: Samples) -> None:
    plain = Samples(samples.manifest, samples.pictures, seed=5, augment=False)
    batch, rows = plain.batch(7, 4), plain.rows(7, 4)
    np.testing.assert_array_equal(batch.images.permute(0, 2, 3, 1).numpy(), samples.pictures[rows])
    np.testing.assert_array_equal(batch.targets.numpy(), samples.manifest.positives[rows])
    assert batch.judged.all()
    assert batch.images.is_contiguous(memory_format=torch.channels_last)


def test_made_ahead_they_are_the_same_batches_in_order(samples: Samples) -> None:
    made = list(ahead(samples, range(96, 192, 32)))
    assert len(made) == 3
    for batch, start in zip(made, (96, 128, 160), strict=True):
        for tensor, expected in zip(batch, samples.batch(start, 32), strict=True):
            assert torch.equal(tensor, expected)
    assert list(ahead(samples, range(0, 0, 32))) == []


def test_an_error_while_making_a_batch_reaches_the_loop(samples: Samples) -> None:
    class Broken:
        def __getitem__(self, rows: object) -> np.ndarray:
            raise OSError("gone")

    broken = Samples(samples.manifest, Broken(), seed=5, augment=False)
    with pytest.raises(OSError, match="gone"):
        list(ahead(broken, range(0, 64, 32)))
