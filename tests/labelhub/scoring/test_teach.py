"""Answers move what they are about, by as much as the prior allows, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize  # type: ignore[import-untyped]

from labelhub.scoring import metrics, teach
from labelhub.scoring.calibration import Doubles, log_odds, sigmoid
from labelhub.scoring.head import Floats, Head
from labelhub.scoring.prior import Prior, Space
from labelhub.scoring.teach import Answers, Bools, Ints, Scale, corrected, taught

WIDTH, TAGS, IMAGES = 6, 5, 40
TIGHT = Prior(bias=0.4, weight=1.5, lapse=0.02)


def library(seed: int = 1, images: int = IMAGES) -> tuple[Head, Floats]:
    random = np.random.default_rng(seed)
    head = Head(
        weight=(0.3 * random.normal(size=(TAGS, WIDTH))).astype(np.float32),
        bias=random.normal(size=TAGS).astype(np.float32),
    )
    scale = np.eye(WIDTH) + 0.3 * random.normal(size=(WIDTH, WIDTH))
    return head, (random.normal(size=(images, WIDTH)) @ scale + 1).astype(np.float32)


def answers(seed: int = 2, count: int = 60) -> tuple[Ints, Ints, Bools]:
    random = np.random.default_rng(seed)
    pairs = random.permutation(IMAGES * (TAGS - 1))[:count]  # nothing about the last tag
    return pairs % IMAGES, pairs // IMAGES, random.random(count) < 0.5


def logits(head: Head, embeddings: Floats) -> Doubles:
    return np.asarray(embeddings.astype(float) @ head.weight.T + head.bias)


def test_without_answers_the_head_is_the_same() -> None:
    head, pool = library()
    none = np.array([], dtype=np.int64)
    after = taught(head, pool[:0], none, none, none.astype(bool), pool)
    np.testing.assert_array_equal(after.weight, head.weight)
    np.testing.assert_array_equal(after.bias, head.bias)


def test_tags_without_answers_keep_their_rows_bit_for_bit() -> None:
    head, pool = library()
    after = taught(head, pool, *answers(), pool)
    np.testing.assert_array_equal(after.weight[-1], head.weight[-1])
    assert after.bias[-1] == head.bias[-1]
    assert (after.weight[:-1] != head.weight[:-1]).any(axis=1).all()
    assert {after.weight.dtype.name, after.bias.dtype.name} == {"float32"}


def test_consistent_answers_move_the_asked_pairs_their_way_and_leave_others() -> None:
    random = np.random.default_rng(3)
    lengths = random.normal(size=(50 * WIDTH, 1)).astype(np.float32)
    pool = np.eye(WIDTH, dtype=np.float32).repeat(50, axis=0) * lengths  # each along one axis
    head, _pool = library()
    asked = np.eye(WIDTH, dtype=np.float32)[:1] * np.linspace(1, 2, 8, dtype=np.float32)[:, None]
    rows, positions = np.arange(8), np.zeros(8, dtype=np.int64)
    for yes in (True, False):
        # nearly no common shift, so that only likeness carries an answer on
        prior = Prior(bias=1e-3, weight=1.0, lapse=0.03)
        space = Space.of(pool)
        said = np.full(8, yes)
        after = corrected(head, asked, rows, positions, said, space, prior, Scale())
        before = sigmoid(log_odds(logits(head, asked)[:, 0]))
        moved = sigmoid(log_odds(logits(after, asked)[:, 0]))
        assert (moved > before).all() if yes else (moved < before).all()
        orthogonal = np.eye(WIDTH, dtype=np.float32)[1:]
        others = logits(after, orthogonal)[:, 0] - logits(head, orthogonal)[:, 0]
        assert np.abs(others).max() < 0.1 * np.abs(logits(after, asked) - logits(head, asked)).max()


@pytest.mark.parametrize("lapse", [0.0, 0.02])
@pytest.mark.parametrize("count", [3, 60])  # fewer answers than numbers in an embedding, and more
def test_it_is_the_optimum_a_general_optimiser_finds(lapse: float, count: int) -> None:
    head, pool = library()
    embeddings = pool[:IMAGES]
    rows, positions, yes = answers(count=count)
    positions = np.zeros_like(positions)
    prior = Prior(bias=0.4, weight=1.5, lapse=lapse)
    space = Space.of(pool)
    inverse = space.whitening.T @ space.whitening  # of the covariance

    def loss(parameters: Doubles) -> float:
        """The primal: beta ~ N(0, s_b^2), w ~ N(0, s_w^2/d Sigma^-1)."""
        beta, w = parameters[0], parameters[1:]
        z = logits(head, embeddings)[rows, 0] + beta + (embeddings[rows] - space.mean) @ w
        eta = (1 - 2 * lapse) * sigmoid(np.where(yes, 1, -1) * log_odds(z)) + lapse
        size = w @ np.linalg.solve(inverse, w) * WIDTH / prior.weight**2
        return float(-np.log(eta).sum() + 0.5 * (beta**2 / prior.bias**2 + size))

    best = minimize(loss, np.zeros(WIDTH + 1), options={"gtol": 1e-8, "maxiter": 10_000})
    after = corrected(head, embeddings, rows, positions, yes, space, prior, Scale())
    w = (after.weight[0] - head.weight[0]).astype(float)
    beta = float(after.bias[0] - head.bias[0]) + w @ space.mean
    assert loss(np.array([beta, *w])) == pytest.approx(best.fun, abs=1e-4)
    np.testing.assert_allclose([beta, *w], best.x, atol=2e-3)


def test_it_does_not_depend_on_the_embeddings_units_or_axes() -> None:
    head, pool = library(images=200_000)  # so many that the covariance is not shrunk
    random = np.random.default_rng(4)
    change = np.eye(WIDTH) + 0.3 * random.normal(size=(WIDTH, WIDTH))
    changed = Head(weight=(head.weight @ np.linalg.inv(change)).astype(np.float32), bias=head.bias)
    other = (pool @ change.T).astype(np.float32)
    np.testing.assert_allclose(logits(changed, other[:9]), logits(head, pool[:9]), atol=1e-3)
    after = taught(head, pool[:IMAGES], *answers(), pool, TIGHT)
    after_changed = taught(changed, other[:IMAGES], *answers(), other, TIGHT)
    here, there = logits(after, pool[:500]), logits(after_changed, other[:500])
    assert np.abs(here - logits(head, pool[:500])).max() > 0.3
    np.testing.assert_allclose(here, there, atol=0.02)


def test_the_order_of_answers_does_not_matter() -> None:
    head, pool = library()
    rows, positions, yes = answers()
    first = taught(head, pool, rows, positions, yes, pool)
    mixed = np.random.default_rng(5).permutation(len(rows))
    second = taught(head, pool, rows[mixed], positions[mixed], yes[mixed], pool)
    np.testing.assert_array_equal(first.weight, second.weight)
    np.testing.assert_array_equal(first.bias, second.bias)


def test_more_answers_than_numbers_find_the_same_as_fewer_told_twice() -> None:
    """Both ways of working: among the asked images, and among the embedding's numbers."""
    random = np.random.default_rng(6)
    features = random.normal(size=(9, 7))
    present, yes = random.normal(size=9), random.random(9) < 0.5
    more = np.hstack([features, np.zeros((9, 20))])
    whole = teach._correct(Answers(features, present, yes, Scale(), 0.03))
    wider = teach._correct(Answers(more, present, yes, Scale(), 0.03))
    assert whole is not None
    assert wider is not None
    np.testing.assert_allclose(wider[:7], whole, atol=1e-5)


def test_one_slip_far_from_the_line_drags_less_where_slips_happen() -> None:
    head, pool = library()
    sure = logits(head, pool)[:, 0]
    row = np.array([int(sure.argmax())])
    moved = []
    for lapse in (0.0, 0.05):
        prior = Prior(bias=0.5, weight=1.0, lapse=lapse)
        zero, no = np.zeros(1, dtype=np.int64), np.array([False])
        after = corrected(head, pool, row, zero, no, Space.of(pool), prior, Scale())
        moved.append(float(sure[row[0]] - logits(after, pool)[row[0], 0]))
    assert moved[0] > 1
    assert moved[1] < 0.2 * moved[0]


def test_embeddings_that_lie_in_a_plane_are_no_trouble() -> None:
    head, pool = library()
    flat = pool.copy()
    flat[:, -1] = flat[:, 0]
    for few in (flat, flat[:3], flat[:1], flat[:0]):
        after = taught(head, flat, *answers(), few)
        assert np.isfinite(after.weight).all()


def test_a_prior_that_makes_no_sense_is_refused() -> None:
    for wrong in ({"bias": 0.0}, {"weight": -1.0}, {"lapse": 0.5}):
        with pytest.raises(ValueError, match="prior"):
            Prior(**wrong)


def test_the_scale_says_how_often_people_say_yes() -> None:
    random = np.random.default_rng(8)
    z = random.normal(size=20_000)
    for slope, shift in ((1.0, 0.0), (0.6, 0.8)):
        yes = random.random(len(z)) < sigmoid(slope * log_odds(z) + shift)
        found = Scale.of(z, yes, Prior(slope=10, shift=10, lapse=0))
        assert (found.slope, found.shift) == pytest.approx((slope, shift), abs=0.07)
        np.testing.assert_allclose(found.logits(found.odds(z[:50])), z[:50], atol=1e-6)


def test_without_answers_the_scale_is_as_it_was_and_few_move_it_little() -> None:
    none = np.array([])
    assert Scale.of(none, none.astype(bool), Prior()) == Scale(1.0, 0.0)
    one = Scale.of(np.array([0.1]), np.array([True]), Prior())
    assert one.slope == pytest.approx(1, abs=0.1)
    assert 0 < one.shift < 0.4


def test_answers_that_deny_what_is_sure_keep_a_rising_scale() -> None:
    z = np.linspace(-3, 3, 400)
    assert Scale.of(z, z < 0, Prior(lapse=0)).slope == teach.FLATTEST


def test_slips_about_what_is_plainly_there_do_not_flatten_the_scale() -> None:
    random = np.random.default_rng(10)
    z = random.normal(size=2_000) * 1.5
    yes = (random.random(len(z)) < sigmoid(log_odds(z))) ^ (random.random(len(z)) < 0.06)
    assert Scale.of(z, yes, Prior(lapse=0.06)).slope == pytest.approx(1, abs=0.1)
    assert Scale.of(z, yes, Prior(lapse=0)).slope < 0.8


def test_the_best_place_to_decide_comes_to_the_threshold() -> None:
    """A tag whose scores run too high is shifted down until its F1 is as high as it can be."""
    random = np.random.default_rng(9)
    pool = random.normal(size=(4_000, 1)).astype(np.float32)
    head = Head(weight=np.array([[1.2]], dtype=np.float32), bias=np.array([0.1], dtype=np.float32))
    truth = random.random(len(pool)) < sigmoid(log_odds(1.2 * pool[:, 0].astype(float) - 0.8))
    asked = np.arange(1_500)
    zero = np.zeros(len(asked), dtype=np.int64)
    after = taught(head, pool, asked, zero, truth[asked], pool)

    def f1(of: Head, line: float) -> float:
        return float(metrics.count(of.scores(pool), truth[:, None], line).f1[0])

    best = max(f1(head, line) for line in np.linspace(0.05, 0.95, 91))
    assert f1(head, 0.4) < best - 0.05
    assert f1(after, 0.4) > best - 0.02
