"""Precision, recall and F1 at the decision line, as the published tagger was measured."""

from __future__ import annotations

import numpy as np
import pytest

from labelhub.scoring.metrics import Counts, count

SCORES = np.array([[0.9, 0.4, 0.1], [0.5, 0.2, 0.7], [0.3, 0.8, 0.2]], dtype=np.float32)
TRUTH = np.array([[1, 0, 0], [0, 0, 0], [1, 1, 0]], dtype=bool)


def test_decisions_are_counted_by_tag_and_the_line_itself_is_not_over_it() -> None:
    found = count(SCORES, TRUTH, 0.4)
    assert found.hits.tolist() == [1, 1, 0]
    assert found.alarms.tolist() == [1, 0, 1]
    assert found.misses.tolist() == [1, 0, 0]


def test_the_figures_are_the_published_ones_and_never_divide_by_nothing() -> None:
    found = count(SCORES, TRUTH, 0.4)
    assert found.precision.tolist() == pytest.approx([0.5, 1, 0])
    assert found.recall.tolist() == pytest.approx([0.5, 1, 0])
    precision = recall = 1 / (2 + 1e-8)
    assert found.f1[0] == 2 * precision * recall / (precision + recall + 1e-8)
    assert Counts.of_one(0, 0, 0).f1.tolist() == [0]


def test_the_macro_mean_is_over_tags_that_have_a_positive() -> None:
    assert count(SCORES, TRUTH, 0.4).macro_f1() == pytest.approx((0.5 + 1) / 2)
    assert count(SCORES, np.zeros_like(TRUTH), 0.4).macro_f1() == 0
