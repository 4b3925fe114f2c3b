"""An image is asked about what is doubtful, and about what the tagger is surest of."""

from __future__ import annotations

import numpy as np
import pytest

from labelhub.scoring.calibration import Scores
from labelhub.scoring.ranking import BAND, DOUBTFUL, SURE, Doubt
from labelhub.scoring.ranking import doubts as doubts_at


def scores(*values: float) -> Scores:
    return Scores(np.array([values], dtype=np.float32))


def doubts(found: Scores, threshold: float) -> list[Doubt]:
    """With every line at the threshold."""
    lines = np.full(found.shape[1], threshold, dtype=np.float32)
    return doubts_at(found, Scores(lines), threshold)


def test_doubtful_tags_come_nearest_first_and_then_the_surest() -> None:
    (found,) = doubts(scores(0.05, 0.45, 0.99, 0.2, 0.39, 0.9), 0.4)
    assert found.positions == [4, 1, 3, 2, 5]
    np.testing.assert_allclose(found.mean_distance, (0.01 + 0.05 + 0.2) / 3, rtol=1e-5)
    np.testing.assert_allclose(found.scores, [0.39, 0.45, 0.2, 0.99, 0.9], rtol=1e-6)


def test_no_image_is_asked_more_than_so_many_of_either_kind() -> None:
    many = np.linspace(0.15, 0.65, 40, dtype=np.float32)
    sure = np.linspace(0.8, 0.99, 40, dtype=np.float32)
    (found,) = doubts(Scores(np.concatenate([many, sure])[None]), 0.4)
    assert len(found.positions) == DOUBTFUL + SURE
    assert found.positions[DOUBTFUL:] == [79, 78, 77]


def test_an_image_with_nothing_doubtful_comes_last_and_one_with_nothing_at_all_is_not_asked() -> (
    None
):
    sure, nothing = doubts(Scores(np.array([[0.95, 0.02], [0.03, 0.02]], dtype=np.float32)), 0.4)
    assert (sure.positions, sure.mean_distance) == ([0], BAND)
    assert (nothing.positions, nothing.mean_distance) == ([], BAND)


def test_what_is_near_its_own_line_is_doubtful_wherever_that_is() -> None:
    lines = Scores(np.array([0.4, 0.3, 0.1, 0.4], dtype=np.float32))
    (found,) = doubts_at(scores(0.41, 0.3, 0.15, 0.02), lines, 0.4)
    assert found.positions == [1, 0, 2]
    assert found.distances[0] == pytest.approx(0, abs=1e-6)
    assert found.distances[1] == pytest.approx(0.01, abs=1e-6)
    # 0.15 is as far from 0.1 as 0.514 is from 0.4, in logits
    assert found.distances[2] == pytest.approx(0.514 - 0.4, abs=1e-3)


def test_a_tag_over_the_threshold_but_under_its_own_line_is_not_sure() -> None:
    lines = Scores(np.array([0.95, 0.4], dtype=np.float32))
    (found,) = doubts_at(scores(0.75, 0.75), lines, 0.4)
    assert found.positions == [0, 1][1:]


def test_tags_that_may_not_be_asked_about_are_passed_by() -> None:
    lines = Scores(np.full(6, 0.4, dtype=np.float32))
    values = scores(0.05, 0.45, 0.99, 0.2, 0.39, 0.9)
    asked = np.array([True, True, False, True, False, True])
    (found,) = doubts_at(values, lines, 0.4, asked)
    assert found.positions == [1, 3, 5]
    np.testing.assert_allclose(found.scores, [0.45, 0.2, 0.9], rtol=1e-6)
    (nothing,) = doubts_at(values, lines, 0.4, np.zeros(6, dtype=np.bool_))
    assert (nothing.positions, nothing.mean_distance) == ([], BAND)
