"""Raw scores become probabilities by the focal loss's own inverse."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]

from labelhub.scoring.calibration import Doubles, log_odds, log_odds_slope, sigmoid

Z = np.linspace(-30, 30, 2401)


def probabilities(logits: Doubles) -> Doubles:
    return sigmoid(log_odds(logits))


def test_the_probability_is_where_the_expected_focal_loss_is_least() -> None:
    for eta in (0.002, 0.1, 0.4, 0.5, 0.75, 0.99):

        def loss(q: float, eta: float = eta) -> float:
            return float(-eta * (1 - q) ** 2 * np.log(q) - (1 - eta) * q**2 * np.log(1 - q))

        q = minimize_scalar(loss, bounds=(1e-6, 1 - 1e-6), options={"xatol": 1e-10}).x
        found = probabilities(np.array([np.log(q / (1 - q))]))[0]
        assert found == pytest.approx(eta, rel=1e-4)


def test_it_is_the_closed_form_where_that_can_be_computed() -> None:
    z = np.linspace(-8, 8, 161)
    q = 1 / (1 + np.exp(-z))
    yes = 2 * (1 - q) * np.log(q) - (1 - q) ** 2 / q
    no = -2 * q * np.log(1 - q) + q**2 / (1 - q)
    np.testing.assert_allclose(probabilities(z), no / (no - yes), rtol=1e-9)
    # of the reference: at the published decision line one in four is right
    assert probabilities(np.array([np.log(0.4 / 0.6)]))[0] == pytest.approx(0.253, abs=0.001)


def test_half_stays_half_and_both_sides_mirror_each_other() -> None:
    assert probabilities(np.zeros(1))[0] == 0.5
    assert log_odds(np.zeros(1))[0] == 0
    np.testing.assert_allclose(log_odds(Z), -log_odds(-Z), rtol=1e-14)
    assert (np.diff(log_odds(Z)) > 0).all()


def test_the_slope_is_the_derivative_and_nothing_overflows() -> None:
    step = 1e-5
    numeric = (log_odds(Z + step) - log_odds(Z - step)) / (2 * step)
    np.testing.assert_allclose(log_odds_slope(Z), numeric, rtol=1e-6)
    far = np.array([-1e4, -400.0, 400.0, 1e4])
    np.testing.assert_allclose(log_odds(far), 3 * far - np.sign(far) * np.log(3), rtol=1e-12)
    np.testing.assert_allclose(log_odds_slope(far), 3)
    assert probabilities(far).tolist() == [0, 0, 1, 1]
