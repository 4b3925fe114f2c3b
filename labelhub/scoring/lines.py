"""Where to decide that a tag is there, so that its F1 is as high as it can be (numpy).

With calibrated probabilities p of a population's images, deciding "yes" for the n most probable
ones is expected to give F1(n) = 2 (p_1 + ... + p_n) / (n + sum of all p). The best n has its line
at half the F1 it gives (Lipton, Elkan and Narayanaswamy, "Optimal thresholding of classifiers to
maximize F1 measure", 2014, arXiv 1402.1892), which is one half only for a perfect tagger.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labelhub.scoring.calibration import Doubles, Probabilities

LOWEST, HIGHEST = 0.03, 0.5  # no line is drawn beyond: too few images say nothing reliable


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """For each tag, (n,): the probability to decide at, and the F1 expected of deciding there."""

    probability: Probabilities
    f1: Doubles

    @classmethod
    def of(cls, probabilities: Probabilities) -> Lines:
        """From the calibrated probabilities (m, n) of a fair sample of m images."""
        ordered = -np.sort(-probabilities, axis=0)
        chosen = np.arange(1, len(ordered) + 1)[:, None]
        f1 = 2 * np.cumsum(ordered, axis=0) / (chosen + ordered.sum(axis=0))  # (m, n)
        best = f1.max(axis=0)
        return cls(probability=lines_of_f1(best), f1=best)


def lines_of_f1(f1: Doubles) -> Probabilities:
    """The probabilities to decide at, given the best F1 that deciding can have."""
    return Probabilities(np.clip(f1 / 2, LOWEST, HIGHEST))
