"""Teach a head by answers (pure numpy), in three steps.

**The scale.** What the tagger makes of an image, calibrated (`scoring.calibration`), was learned
from labels that lack a part of what is there. How likely a person's "yes" really is, all tags taken
together, is logistic regression on the log-odds c of the asked pairs: a c + b, with Gaussian priors
around a = 1 and b = 0 (Platt, "Probabilistic outputs for support vector machines", 1999), and with
the same allowance for slips as below: one careless "no" to what is plainly there says little.

**The corrections.** For each tag that was asked about, the new logit of an embedding e is
z(e) = z0(e) + f(e): what the present head says, plus a correction f(e) = beta + w·(e - mu) with mu
the mean of the library's embeddings. How far it may move is the prior's to say (`scoring.prior`).

The likelihood of "yes" is (1 - 2 lapse) p + lapse, with p the probability that belongs to the logit
on the scale above, and `lapse` the chance that an answer says the opposite of what is there; so a
slip far from the line cannot drag a tag along. The prior keeps its full strength however few
answers there are: the head of tags nobody was asked about, and of images unlike those asked, stays.

What is found is the maximum a posteriori nearest to the present head (Fisher scoring with step
halving; an answer lapse makes the objective not quite concave). It lies in the span of the asked
embeddings, so the work per tag is O(min(answers, d)^2 · answers), and no cap on answers is needed.

**The line.** Decisions are made, and measured, at one raw score for all tags, but the best place to
decide is another for each (`scoring.lines`). So each asked tag's logits are shifted until the best
place, by the probabilities just learned, lies at that score.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from labelhub.scoring.calibration import (
    THRESHOLD,
    Calibration,
    Doubles,
    Probabilities,
    sigmoid,
)
from labelhub.scoring.head import Floats, Head
from labelhub.scoring.lines import Lines
from labelhub.scoring.prior import DEFAULT, Prior, Space

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FEW = 100  # a library of so many images counts half
FARTHEST = 1.0  # in logits, that a line may be moved
STEPS = 100
HALVINGS = 30
FLATTEST = 0.05
SETTLED = 1e-9  # a step that gains less than this share of the objective is the last


@dataclass(frozen=True, slots=True)
class Scale:
    """From a logit to the log-odds of a person's yes: slope · c(logit) + shift."""

    slope: float = 1.0
    shift: float = 0.0
    calibration: Calibration = Calibration.FOCAL

    @classmethod
    def of(
        cls,
        logits: Doubles,
        yes: Bools,
        prior: Prior,
        calibration: Calibration = Calibration.FOCAL,
    ) -> Scale:
        """What answers (p,) to pairs with these logits (p,) say of it."""
        deviations = np.array([prior.slope, prior.shift])
        odds = calibration.log_odds(logits)
        features = np.stack([odds, np.ones(len(logits))], axis=1) * deviations
        # The same regression as a tag's corrections, on log-odds instead of logits.
        found = _correct(Answers(features, odds, yes, PLAIN, prior.lapse))
        if found is None:
            return cls(calibration=calibration)
        slope, shift = deviations * found + (1, 0)
        # A tagger whose scores said nothing would have no line; this keeps one, far out.
        return cls(max(float(slope), FLATTEST), float(shift), calibration)

    def odds(self, logits: Doubles) -> Doubles:
        return np.asarray(self.slope * self.calibration.log_odds(logits) + self.shift)

    def odds_slope(self, logits: Doubles) -> Doubles:
        return np.asarray(self.slope * self.calibration.log_odds_slope(logits))

    def logits(self, odds: Doubles) -> Doubles:
        """The logits whose odds these are."""
        return self.calibration.logits_at((odds - self.shift) / self.slope)


PLAIN = Scale(calibration=Calibration.NONE)  # what is given are log-odds already


def taught(
    head: Head,
    embeddings: Floats,
    rows: Ints,
    positions: Ints,
    yes: Bools,
    pool: Floats | Space,
    prior: Prior = DEFAULT,
    *,
    threshold: float = THRESHOLD,
) -> Head:
    """The head that the answers make of the present one.

    Args:
        head: the present one, n tags of d numbers.
        embeddings: (m, d), of the images that were asked about.
        rows: (p,), for each answer the row of its image in `embeddings`.
        positions: (p,), for each answer the position of its tag in the head.
        yes: (p,), for each answer whether it is yes.
        pool: the library's embeddings (any number, d), or their `Space`.
        threshold: the raw score at which decisions are made.

    Returns:
        A new head; rows and lines of tags without answers are the present ones, bit for bit. The
        lines of the others are at the threshold, because that is where their best place to decide
        was brought.
    """
    space = pool if isinstance(pool, Space) else Space.of(pool)
    # In one order, so that the same answers make the same head however they are listed.
    order = np.lexsort((yes, rows, positions))
    rows, positions, yes = rows[order], positions[order], yes[order]
    present = _logits(head, embeddings, rows, positions)
    scale = Scale.of(present, yes, prior, head.calibration)
    after = corrected(head, embeddings, rows, positions, yes, space, prior, scale)
    asked = np.unique(positions)
    rest = Head(after.weight[asked], after.bias[asked])
    after.bias[asked] += _to_the_line(rest, space, scale, threshold)
    if head.measured is None:
        return after
    lines = head.measured.copy()
    lines[asked] = head.line_at(threshold)
    return replace(after, measured=Probabilities(lines))


def corrected(
    head: Head,
    embeddings: Floats,
    rows: Ints,
    positions: Ints,
    yes: Bools,
    space: Space,
    prior: Prior,
    scale: Scale,
) -> Head:
    """The second step alone: the head with each asked tag's correction."""
    weight, bias = head.weight.copy(), head.bias.copy()
    features = space.features(embeddings, prior)
    present = _logits(head, embeddings, rows, positions)
    for position in np.unique(positions):
        chosen = positions == position
        answers = Answers(features[rows[chosen]], present[chosen], yes[chosen], scale, prior.lapse)
        found = _correct(answers)
        if found is not None:
            more, shift = space.correction(found, prior)
            weight[position] = head.weight[position] + more
            bias[position] = head.bias[position] + shift
    return replace(head, weight=weight, bias=bias)


def _logits(head: Head, embeddings: Floats, rows: Ints, positions: Ints) -> Doubles:
    """(p,): what the head says of each asked pair."""
    products = embeddings[rows].astype(np.float64) * head.weight[positions]  # (p, d)
    return np.asarray(products.sum(axis=1) + head.bias[positions])


def _to_the_line(head: Head, space: Space, scale: Scale, threshold: float) -> Floats:
    """What brings each tag's best place to decide to the threshold: (n,), added to the bias."""
    if not len(space.some) or not len(head.bias):
        return np.zeros_like(head.bias)
    logits = space.some.astype(np.float64) @ head.weight.T + head.bias  # (m, n)
    lines = Lines.of(Probabilities(sigmoid(scale.odds(logits))))
    there = scale.logits(np.log(lines.probability / (1 - lines.probability)))
    shift = np.clip(math.log(threshold / (1 - threshold)) - there, -FARTHEST, FARTHEST)
    sure = len(space.some) / (len(space.some) + FEW)
    return (sure * shift).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What was said about one tag.

    Attributes:
        features: (p, k), of the asked images.
        present: (p,), the logits of the present head.
        yes: (p,)
        scale, lapse: what makes a chance of "yes" from a logit.
    """

    features: Doubles
    present: Doubles
    yes: Bools
    scale: Scale
    lapse: float


def log_posterior(found: Doubles, answers: Answers) -> float:
    """What is maximised, up to a constant: (k,) coefficients of the features against answers."""
    odds = answers.scale.odds(answers.present + answers.features @ found)
    agrees = -np.logaddexp(
        0, np.where(answers.yes, -odds, odds)
    )  # ln of the chance of what was said
    slip = math.log(answers.lapse) if answers.lapse else -math.inf
    said = np.logaddexp(math.log(1 - 2 * answers.lapse) + agrees, slip)
    return float(np.sum(said) - 0.5 * found @ found)


def _correct(answers: Answers) -> Doubles | None:
    """The best coefficients of the features; None where nothing is better than none at all."""
    count, width = answers.features.shape
    basis = None
    if count < width:
        # The best coefficients are combinations of the asked images' own: work among those.
        basis, triangle = np.linalg.qr(answers.features.T)  # (k, p), (p, p)
        answers = replace(answers, features=triangle.T)
    found = np.zeros(answers.features.shape[1])
    value = start = log_posterior(found, answers)
    for _step in range(STEPS):
        better = _halved(found, _fisher_step(found, answers), value, answers)
        if better is None:
            break
        gain = better[1] - value
        found, value = better
        if gain < SETTLED * (1 + abs(value)):
            break
    if value <= start:
        return None
    return found if basis is None else basis @ found


def _fisher_step(found: Doubles, answers: Answers) -> Doubles:
    features, lapse = answers.features, answers.lapse
    logits = answers.present + features @ found
    odds = answers.scale.odds(logits)
    chance, other = sigmoid(odds), sigmoid(-odds)
    says_yes = (1 - 2 * lapse) * chance + lapse
    says_no = (1 - 2 * lapse) * other + lapse
    # d says_yes / d logit
    steep = (1 - 2 * lapse) * chance * other * answers.scale.odds_slope(logits)
    pull = np.where(answers.yes, steep / says_yes, -steep / says_no)  # (p,)
    weight = steep * steep / (says_yes * says_no)  # (p,), the expected curvature
    gradient = features.T @ pull - found
    curvature = features.T @ (weight[:, None] * features) + np.eye(len(found))
    return np.asarray(np.linalg.solve(curvature, gradient))


def _halved(
    found: Doubles, move: Doubles, value: float, answers: Answers
) -> tuple[Doubles, float] | None:
    """The first of the move, its half, its quarter, ... that is better; None if none is."""
    for halving in range(HALVINGS):
        there = found + move / 2**halving
        new = log_posterior(there, answers)
        if new > value:
            return there, new
    return None
