"""An image is asked about what is doubtful, and about what the tagger is surest of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labelhub.scoring.ranking import BAND, DOUBTFUL, SURE, doubts


def scores(*values: float) -> NDArray[np.float32]:
    return np.array([values], dtype=np.float32)


def test_doubtful_tags_come_nearest_first_and_then_the_surest() -> None:
    (found,) = doubts(scores(0.05, 0.45, 0.99, 0.2, 0.39, 0.9), 0.4)
    assert found.positions == [4, 1, 3, 2, 5]
    np.testing.assert_allclose(found.mean_distance, (0.01 + 0.05 + 0.2) / 3, rtol=1e-5)
    np.testing.assert_allclose(found.scores, [0.39, 0.45, 0.2, 0.99, 0.9], rtol=1e-6)


def test_no_image_is_asked_more_than_so_many_of_either_kind() -> None:
    many = np.linspace(0.15, 0.65, 40, dtype=np.float32)
    sure = np.linspace(0.8, 0.99, 40, dtype=np.float32)
    (found,) = doubts(np.concatenate([many, sure])[None], 0.4)
    assert len(found.positions) == DOUBTFUL + SURE
    assert found.positions[DOUBTFUL:] == [79, 78, 77]


def test_an_image_with_nothing_doubtful_comes_last_and_one_with_nothing_at_all_is_not_asked() -> (
    None
):
    sure, nothing = doubts(np.array([[0.95, 0.02], [0.03, 0.02]], dtype=np.float32), 0.4)
    assert (sure.positions, sure.mean_distance) == ([0], BAND)
    assert (nothing.positions, nothing.mean_distance) == ([], BAND)
