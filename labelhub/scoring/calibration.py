"""From what a tagger puts out to the chance that a tag is there (numpy, float64).

JoyTag is trained with focal loss (gamma 2), which bends its outputs: at a raw score of .40 a tag is
there in 25 of 100 cases. The bend has a closed form (Charoenphakdee et al., "On focal loss for
class-posterior probability estimation", CVPR 2021, arXiv 2011.09172): with q the raw score,

    eta = g(q) / (g(q) + g(1 - q)),   g(q) = -2 q ln(1 - q) + q^2 / (1 - q)

so that its log-odds are c = ln g(q) - ln g(1 - q). In terms of the logit z,

    c(z) = 3 z + r(z) - r(-z),   r(z) = ln(1 + 2 s(z) e^-z),   s(z) = ln(1 + e^z)

which nothing cancels in: probabilities keep their precision however far from .5 they are.

A raw score is always called a score or a logit here, a calibrated posterior a probability or odds.
They are types of their own, so that mypy refuses the one where the other is meant.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Score = NewType("Score", float)
Scores = NewType("Scores", NDArray[np.float32])
Probability = NewType("Probability", float)
Probabilities = NewType("Probabilities", Doubles)
THRESHOLD = Score(0.4)  # at which decisions are made and measured, as the published tagger's are
# Beyond it the bend is straight to the last bit, and e^-z would overflow much farther out.
STRAIGHT = 300.0


class Calibration(StrEnum):
    """How a tagger was trained, and so what its outputs say."""

    FOCAL = "focal"  # focal loss, gamma 2
    NONE = "none"  # a loss under which the score is the probability

    def log_odds(self, logits: Doubles) -> Doubles:
        return log_odds(logits) if self is Calibration.FOCAL else logits

    def log_odds_slope(self, logits: Doubles) -> Doubles:
        return log_odds_slope(logits) if self is Calibration.FOCAL else np.ones_like(logits)

    def logits_at(self, odds: Doubles) -> Doubles:
        return logits_at(odds) if self is Calibration.FOCAL else odds

    def probabilities(self, scores: Scores) -> Probabilities:
        """How likely each tag is there, given its raw score."""
        return Probabilities(sigmoid(self.log_odds(logit(scores.astype(np.float64)))))

    def scores(self, probabilities: Probabilities) -> Scores:
        """The raw scores that such probabilities belong to."""
        return Scores(sigmoid(self.logits_at(logit(probabilities))).astype(np.float32))


def log_odds(logits: Doubles) -> Doubles:
    """c(z): the log-odds of the probability that belongs to a logit; rising, and odd."""
    z = np.clip(logits, -STRAIGHT, STRAIGHT)
    return np.asarray(3 * logits + _bend(z) - _bend(-z))


def log_odds_slope(logits: Doubles) -> Doubles:
    """c'(z): how many log-odds one more logit is worth; 2.68 at 0, 3 far from it."""
    z = np.clip(logits, -STRAIGHT, STRAIGHT)
    return np.asarray(3 + _bend_slope(z) + _bend_slope(-z))


def logits_at(odds: Doubles) -> Doubles:
    """The logits whose log-odds these are: c backwards."""
    steps = np.linspace(-STRAIGHT, STRAIGHT, 2**16)
    logits = np.interp(odds, log_odds(steps), steps)
    for _newton in range(4):
        logits = logits - (log_odds(logits) - odds) / log_odds_slope(logits)
    return np.asarray(logits)


def sigmoid(logits: Doubles) -> Doubles:
    return np.asarray(np.exp(-np.logaddexp(0, -logits)))  # precise for very negative ones too


def logit(shares: Doubles) -> Doubles:
    """The sigmoid backwards; 0 and 1, as far as floats can tell, are far out and no farther."""
    within = np.clip(shares, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(within / (1 - within)))


def _bend(z: Doubles) -> Doubles:
    return np.asarray(np.log1p(2 * np.logaddexp(0, z) * np.exp(-z)))


def _bend_slope(z: Doubles) -> Doubles:
    small = np.exp(-z)
    softplus = np.logaddexp(0, z)
    return np.asarray(2 * small * (sigmoid(z) - softplus) / (1 + 2 * softplus * small))
