"""Which questions to ask about an image: a first, simple ranking (pure numpy).

A tag is doubtful when its raw score is near the decision line, so that either answer would be news.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

QUESTIONS = 8  # the most questions asked about one image
BAND = 0.3  # a score farther from the line than this is no doubt worth a person's second


@dataclass(frozen=True, slots=True)
class Doubt:
    """The doubtful tags of one image, most doubtful first.

    Attributes:
        positions: vocabulary positions of the tags.
        scores: their raw scores.
        mean_distance: how far they are from the line on average; `BAND` where nothing is doubtful.
    """

    positions: list[int]
    scores: list[float]
    mean_distance: float


def doubts(scores: NDArray[np.float32], threshold: float) -> list[Doubt]:
    """The doubtful tags of each image.

    Args:
        scores: (b, n) raw scores.
        threshold: the decision line on the raw scale.
    """
    distance = np.abs(scores - np.float32(threshold))
    count = min(QUESTIONS, scores.shape[1])
    nearest = np.argpartition(distance, count - 1, axis=1)[:, :count]
    return [_doubt(scores[row], distance[row], nearest[row]) for row in range(len(scores))]


def _doubt(
    scores: NDArray[np.float32], distance: NDArray[np.float32], nearest: NDArray[np.intp]
) -> Doubt:
    # lexsort: by distance, ties by position, so that the order is the same everywhere
    ordered = nearest[np.lexsort((nearest, distance[nearest]))]
    kept = ordered[distance[ordered] <= BAND]
    mean = float(distance[kept].mean()) if len(kept) else BAND
    return Doubt([int(p) for p in kept], [float(s) for s in scores[kept]], mean)
