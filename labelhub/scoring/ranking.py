"""Which questions to ask about an image: a first, simple ranking (pure numpy).

A tag is doubtful when its raw score is near the decision line, so that either answer would be news.
Beside its doubtful tags an image is asked about a few that the tagger is surest of. They tell how
far its sureness can be trusted, which no doubtful one can, and they keep the share of "yes" near a
half: people miss what is there when nearly all they say is "no".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DOUBTFUL, SURE = 5, 3  # the most questions of either kind that are asked about one image
QUESTIONS = DOUBTFUL + SURE
BAND = 0.3  # a score farther from the line than this is no doubt worth a person's second


@dataclass(frozen=True, slots=True)
class Doubt:
    """The questions about one image: its doubtful tags, most doubtful first, then its surest.

    Attributes:
        positions: vocabulary positions of the tags.
        scores: their raw scores.
        mean_distance: how far the doubtful ones are from the line on average; `BAND` where nothing
            is doubtful.
    """

    positions: list[int]
    scores: list[float]
    mean_distance: float


def doubts(scores: NDArray[np.float32], threshold: float) -> list[Doubt]:
    """What to ask about each image.

    Args:
        scores: (b, n) raw scores.
        threshold: the decision line on the raw scale.
    """
    distance = np.abs(scores - np.float32(threshold))
    nearest = _first(distance, DOUBTFUL)
    surest = _first(-scores, QUESTIONS)
    line = np.float32(threshold)
    return [
        _doubt(scores[row], distance[row], nearest[row], surest[row], line)
        for row in range(len(scores))
    ]


def _first(values: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """(b, count): where the smallest of each row are, in no order."""
    count = min(count, values.shape[1])
    return np.argpartition(values, count - 1, axis=1)[:, :count]


def _doubt(
    scores: NDArray[np.float32],
    distance: NDArray[np.float32],
    nearest: NDArray[np.intp],
    surest: NDArray[np.intp],
    line: np.float32,
) -> Doubt:
    # lexsort: by distance, ties by position, so that the order is the same everywhere
    ordered = nearest[np.lexsort((nearest, distance[nearest]))]
    doubtful = [int(at) for at in ordered if distance[at] <= BAND]
    others = surest[np.lexsort((surest, -scores[surest]))]
    sure = [int(at) for at in others if int(at) not in doubtful and scores[at] > line]
    mean = float(distance[doubtful].mean()) if doubtful else BAND
    asked = [*doubtful, *sure[:SURE]]
    return Doubt(asked, [float(scores[at]) for at in asked], mean)
