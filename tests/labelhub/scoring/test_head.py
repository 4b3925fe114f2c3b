"""A head knows what its scores mean and where its lines are, and keeps both in its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from safetensors.numpy import save_file

from labelhub.scoring.calibration import Calibration, Probabilities, Scores
from labelhub.scoring.head import Head
from labelhub.scoring.teach import taught

if TYPE_CHECKING:
    # mypy refuses each of these, and complains of an ignore where there is nothing to refuse.
    def mixed_up(head: Head, scores: Scores, probabilities: Probabilities) -> None:
        head.probabilities(probabilities)  # type: ignore[arg-type]
        head.calibration.scores(scores)  # type: ignore[arg-type]
        head.probabilities(head.bias)  # type: ignore[arg-type]
        replace(head, measured=scores)  # type: ignore[arg-type]


def head(calibration: Calibration = Calibration.FOCAL, **more: Probabilities) -> Head:
    weight = np.arange(6, dtype=np.float32).reshape(3, 2)
    return Head(weight, np.array([0.1, -0.2, 0.3], dtype=np.float32), calibration, **more)


def test_without_figures_the_line_is_the_probability_of_the_raw_threshold() -> None:
    np.testing.assert_allclose(head().lines, [0.253] * 3, atol=1e-3)
    np.testing.assert_allclose(head(Calibration.NONE).lines, [0.4] * 3, rtol=1e-6)
    np.testing.assert_allclose(head().line_scores(), [0.4] * 3, rtol=1e-6)


def test_a_score_is_a_probability_only_of_a_head_that_says_so() -> None:
    raw = Scores(np.array([0.05, 0.4, 0.5, 0.9], dtype=np.float32))
    np.testing.assert_allclose(head().probabilities(raw), [0.0003, 0.253, 0.5, 0.997], atol=1e-3)
    np.testing.assert_allclose(head(Calibration.NONE).probabilities(raw), raw, rtol=1e-6)


def test_scores_and_probabilities_are_each_others_inverse_to_the_ends() -> None:
    raw = Scores(np.array([0, 0.01, 0.4, 0.99, 1], dtype=np.float32))
    for each in Calibration:
        found = each.probabilities(raw)
        assert found[0] < 1e-9
        assert found[-1] > 1 - 1e-9
        np.testing.assert_allclose(each.scores(found), raw, atol=1e-4)


def test_a_file_keeps_what_a_head_knows(tmp_path: Path) -> None:
    path = tmp_path / "head.safetensors"
    measured = Probabilities(np.array([0.1, 0.2, 0.3]))
    head(Calibration.NONE, measured=measured).save(path)
    after = Head.load(path)
    assert after.calibration is Calibration.NONE
    np.testing.assert_array_equal(after.lines, measured)
    np.testing.assert_array_equal(after.weight, head().weight)


def test_an_older_file_is_a_focal_head_without_figures(tmp_path: Path) -> None:
    path = tmp_path / "head.safetensors"
    save_file({"weight": head().weight, "bias": head().bias}, path)
    after = Head.load(path)
    assert (after.calibration, after.measured) == (Calibration.FOCAL, None)


def test_teaching_brings_the_lines_of_asked_tags_to_the_threshold_and_leaves_others() -> None:
    pool = np.random.default_rng(1).normal(size=(50, 2)).astype(np.float32)
    rows, positions = np.arange(4), np.array([1, 1, 1, 1])
    yes = np.array([True, False, True, True])
    before = head(measured=Probabilities(np.array([0.1, 0.2, 0.3])))
    after = taught(before, pool, rows, positions, yes, pool)
    np.testing.assert_allclose(after.lines, [0.1, 0.253, 0.3], atol=1e-3)
    assert taught(head(), pool, rows, positions, yes, pool).measured is None
    plain = head(Calibration.NONE)
    assert taught(plain, pool, rows, positions, yes, pool).calibration is Calibration.NONE


def test_the_same_answers_teach_a_head_by_what_its_scores_mean() -> None:
    pool = np.random.default_rng(1).normal(size=(50, 2)).astype(np.float32)
    rows, positions = np.arange(4), np.zeros(4, dtype=np.int64)
    yes = np.array([True, False, True, True])
    heads = [taught(head(each), pool, rows, positions, yes, pool) for each in Calibration]
    assert heads[0].bias[0] != pytest.approx(heads[1].bias[0])
