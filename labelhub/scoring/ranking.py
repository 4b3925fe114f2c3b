"""Which questions to ask about an image: a first, simple ranking (pure numpy).

A tag is doubtful when its raw score is near its line (`Head.lines`), so that either answer would be
news. How near is told on the raw scale, with all logits of the tag shifted so that its line lies at
the threshold: tags whose lines are elsewhere can then be compared, and where no line was measured
it is simply the distance to the threshold. (The distance between two probabilities would not do:
where a line is at .05, every image without the tag would be within .05 of it.)

Beside its doubtful tags an image is asked about a few that the tagger is surest of. They tell how
far its sureness can be trusted, which no doubtful one can, and they keep the share of "yes" near a
half: people miss what is there when nearly all they say is "no".
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from labelhub.scoring.calibration import Scores, logit, sigmoid

DOUBTFUL, SURE = 5, 3  # the most questions of either kind that are asked about one image
QUESTIONS = DOUBTFUL + SURE
BAND = 0.3  # a score farther from the line than this is no doubt worth a person's second


@dataclass(frozen=True, slots=True)
class Doubt:
    """The questions about one image: its doubtful tags, most doubtful first, then its surest.

    Attributes:
        positions: vocabulary positions of the tags.
        scores: their raw scores.
        distances: how far each is from its line.
        mean_distance: how far the doubtful ones are from the line on average; `BAND` where nothing
            is doubtful.
    """

    positions: list[int]
    scores: list[float]
    distances: list[float]
    mean_distance: float


def doubts(
    scores: Scores, lines: Scores, threshold: float, asked: NDArray[np.bool_] | None = None
) -> list[Doubt]:
    """What to ask about each image.

    Args:
        scores: (b, n) raw scores.
        lines: (n,), each tag's line as a raw score.
        threshold: the decision line on the raw scale.
        asked: (n,), which tags may be asked about; None: all.
    """
    if asked is not None and not asked.all():
        wanted = np.flatnonzero(asked)
        found = doubts(Scores(scores[:, wanted]), Scores(lines[wanted]), threshold)
        return [
            replace(doubt, positions=[int(wanted[at]) for at in doubt.positions]) for doubt in found
        ]
    if not scores.shape[1]:
        return [Doubt([], [], [], BAND) for _image in scores]
    shift = logit(np.array(threshold)) - logit(lines.astype(np.float64))  # (n,)
    shifted = sigmoid(logit(scores.astype(np.float64)) + shift).astype(np.float32)  # (b, n)
    distance = np.abs(shifted - np.float32(threshold))
    nearest = _first(distance, DOUBTFUL)
    surest = _first(-scores, QUESTIONS)
    over = shifted > np.float32(threshold)
    return [
        _doubt(scores[row], distance[row], nearest[row], surest[row], over[row])
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
    over: NDArray[np.bool_],
) -> Doubt:
    # lexsort: by distance, ties by position, so that the order is the same everywhere
    ordered = nearest[np.lexsort((nearest, distance[nearest]))]
    doubtful = [int(at) for at in ordered if distance[at] <= BAND]
    others = surest[np.lexsort((surest, -scores[surest]))]
    sure = [int(at) for at in others if int(at) not in doubtful and over[at]]
    asked = [*doubtful, *sure[:SURE]]
    return Doubt(
        positions=asked,
        scores=[float(scores[at]) for at in asked],
        distances=[float(distance[at]) for at in asked],
        mean_distance=float(distance[doubtful].mean()) if doubtful else BAND,
    )
