"""How good a tagger's decisions are, tag by tag, as the published tagger was measured (numpy).

Precision, recall and F1 are the published training code's, its small constant included, so that
figures compare with the published ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counted = NDArray[np.int64]
Figures = NDArray[np.float64]
Z = 1.959964  # of the normal distribution: 95 % lie within so many standard deviations
EPS = 1e-8  # keeps 0 / 0 at 0


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Decisions counted by tag, each (n,): hits, false alarms, misses."""

    hits: Counted
    alarms: Counted
    misses: Counted

    @classmethod
    def of_one(cls, hits: int, alarms: int, misses: int) -> Counts:
        return cls(*(np.array([count], dtype=np.int64) for count in (hits, alarms, misses)))

    @property
    def positives(self) -> Counted:
        return self.hits + self.misses

    @property
    def precision(self) -> Figures:
        return np.asarray(self.hits / (self.hits + self.alarms + EPS))

    @property
    def recall(self) -> Figures:
        return np.asarray(self.hits / (self.positives + EPS))

    @property
    def f1(self) -> Figures:
        precision, recall = self.precision, self.recall
        return np.asarray(2 * precision * recall / (precision + recall + EPS))

    def macro_f1(self) -> float:
        """The mean F1 of the tags that have a positive; 0 where none has."""
        judged = self.positives > 0
        return float(self.f1[judged].mean()) if judged.any() else 0.0


def f1_interval(hits: int, alarms: int, misses: int) -> tuple[float, float]:
    """Between what F1 lies, with 95 % confidence.

    F1 grows with J = hits / (hits + alarms + misses) alone: it is 2J / (1 + J). And hits, of all
    that are one of the three, are a binomial count, so Wilson's score interval of J (E. B. Wilson,
    "Probable inference, the law of succession, and statistical inference", 1927) says what F1's is.
    """
    judged = hits + alarms + misses
    if not judged:
        return 0.0, 1.0
    share, weight = hits / judged, Z**2 / judged
    centre = share + weight / 2
    spread = Z * math.sqrt(share * (1 - share) / judged + weight / (4 * judged))
    bounds = ((centre + sign * spread) / (1 + weight) for sign in (-1, 1))
    low, high = (2 * bound / (1 + bound) for bound in bounds)
    return max(low, 0.0), min(high, 1.0)


def count(scores: NDArray[np.float32], truth: NDArray[np.bool_], threshold: float) -> Counts:
    """Count the decisions "the tag is there where its score is over the line".

    Args:
        scores: (b, n) raw scores.
        truth: (b, n), whether the tag is there.
        threshold: the decision line on the raw scale.
    """
    decided = scores > np.float32(threshold)
    return Counts(
        hits=np.count_nonzero(decided & truth, axis=0).astype(np.int64),
        alarms=np.count_nonzero(decided & ~truth, axis=0).astype(np.int64),
        misses=np.count_nonzero(~decided & truth, axis=0).astype(np.int64),
    )
