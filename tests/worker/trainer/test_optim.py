"""LAMB with the published settings, and the learning rate from the first step to the last."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from worker.trainer.optim import lamb, lr_at


def test_the_rate_climbs_in_the_warm_up_and_falls_as_a_cosine_to_0() -> None:
    rates = [lr_at(step, steps=104, warmup=4, peak=0.01) for step in range(104)]
    assert rates[:5] == pytest.approx([0.0025, 0.005, 0.0075, 0.01, 0.01])
    assert rates[54] == pytest.approx(0.005)
    assert rates[4:] == sorted(rates[4:], reverse=True)
    assert 0 < rates[-1] < 1e-5


def test_without_a_warm_up_it_starts_at_the_peak() -> None:
    assert lr_at(0, steps=10, warmup=0, peak=0.01) == 0.01


def test_a_warm_up_longer_than_the_training_only_climbs() -> None:
    assert lr_at(9, steps=10, warmup=100, peak=0.01) == pytest.approx(0.001)


def test_a_first_step_of_lamb_is_what_the_paper_says() -> None:
    weights = nn.Parameter(torch.tensor([3.0, -4.0]))
    weights.grad = torch.tensor([0.5, 2.0])
    lamb([weights], lr=0.1, weight_decay=0.05).step()
    # At the first step both averages, corrected, are the gradient's own: a step of signs.
    update = torch.tensor([1.0 + 0.05 * 3, 1.0 - 0.05 * 4])
    expected = torch.tensor([3.0, -4.0]) - 0.1 * (5.0 / update.norm()) * update
    torch.testing.assert_close(weights.detach(), expected, rtol=1e-5, atol=1e-5)
