"""The training's samples in order, batch by batch, and one batch ahead of the model.

Sample number p of a training is image p % n of the permutation of epoch p // n, so any batch can be
made from its number alone: a resumed run goes on at the very sample it stopped at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from worker.trainer.augment import augmented
from worker.trainer.manifest import Manifest
from worker.trainer.pictures import Pictures


class Batch(NamedTuple):
    images: Tensor  # (b, 3, size, size) uint8, channels last
    targets: Tensor  # (b, tags) bool
    judged: Tensor  # (b, tags) bool


@dataclass(frozen=True)
class Samples:
    """The training half of a manifest as an endless sequence of samples."""

    manifest: Manifest
    pictures: Pictures
    seed: int
    augment: bool

    def batch(self, start: int, count: int) -> Batch:
        """Samples start .. start+count-1 of the training."""
        rows = self.rows(start, count)
        pixels = np.ascontiguousarray(self.pictures[rows])
        if self.augment:
            pixels = augmented(pixels, self.seed, range(start, start + count))
        images = torch.from_numpy(pixels).permute(0, 3, 1, 2)
        targets = torch.from_numpy(self.manifest.positives[rows])
        return Batch(images, targets, torch.from_numpy(self.manifest.judged[rows]))

    def rows(self, start: int, count: int) -> NDArray[np.int64]:
        """Which rows of the manifest these samples are."""
        training = self.manifest.training_rows
        positions = np.arange(start, start + count)
        rows = np.empty(count, dtype=np.int64)
        for epoch in np.unique(positions // len(training)):
            here = positions // len(training) == epoch
            order = permutation(len(training), self.seed, int(epoch))
            rows[here] = training[order[positions[here] % len(training)]]
        return rows


def permutation(count: int, seed: int, epoch: int) -> NDArray[np.int64]:
    # The third word keeps these numbers apart from those the augmentation draws.
    return np.random.default_rng([seed, epoch, 1]).permutation(count)


def ahead(samples: Samples, starts: range) -> Iterator[Batch]:
    """The batches that begin at `starts`; the next is made while the present one is learned."""

    def make(start: int) -> Batch:
        return samples.batch(start, starts.step)

    with ThreadPoolExecutor(1) as maker:
        waiting = deque(maker.submit(make, start) for start in starts[:1])
        for start in starts[1:]:
            batch = waiting.popleft().result()
            waiting.append(maker.submit(make, start))
            yield batch
        for last in waiting:
            yield last.result()
