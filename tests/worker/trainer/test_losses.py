"""The focal loss, against the formula written out and at the edges of floating point."""

from __future__ import annotations

import math

import pytest
import torch

from worker.trainer.losses import focal_loss, focal_loss_sum


def by_hand(logit: float, target: int) -> float:
    score = 1 / (1 + math.exp(-logit))
    p_t = score if target else 1 - score
    return -math.log(p_t) * (1 - p_t) ** 2


def test_it_is_the_mean_over_the_judged_pairs() -> None:
    logits = torch.tensor([[0.3, -1.2, 2.0], [0.0, 1.5, -0.7]])
    targets = torch.tensor([[1, 0, 0], [1, 1, 0]], dtype=torch.bool)
    judged = torch.tensor([[1, 1, 0], [0, 1, 1]], dtype=torch.bool)
    expected = (by_hand(0.3, 1) + by_hand(-1.2, 0) + by_hand(1.5, 1) + by_hand(-0.7, 0)) / 4
    assert focal_loss(logits, targets, judged).item() == pytest.approx(expected, rel=1e-6)
    assert focal_loss_sum(logits, targets, judged).item() == pytest.approx(4 * expected, rel=1e-6)


def test_a_pair_that_nobody_judged_teaches_nothing() -> None:
    logits = torch.zeros(2, 3, requires_grad=True)
    targets = torch.ones(2, 3)
    judged = torch.tensor([[1, 0, 1], [0, 0, 1]])
    focal_loss(logits, targets, judged).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert (logits.grad != 0).tolist() == [[True, False, True], [False, False, True]]


def test_where_nothing_is_judged_the_loss_is_0() -> None:
    logits = torch.ones(1, 2, requires_grad=True)
    loss = focal_loss(logits, torch.zeros(1, 2), torch.zeros(1, 2))
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.item() == 0
    assert logits.grad is not None and not logits.grad.any()


@pytest.mark.parametrize("logit", [-200.0, -60.0, 60.0, 200.0])
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_certainty_is_finite_and_wrong_certainty_costs_its_logit(
    logit: float, target: float
) -> None:
    logits = torch.tensor([[logit]], requires_grad=True)
    loss = focal_loss(logits, torch.tensor([[target]]), torch.ones(1, 1))
    loss.backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None and logits.grad.isfinite().all()
    wrong = (logit > 0) != (target == 1)
    assert loss.item() == pytest.approx(abs(logit) if wrong else 0.0, abs=1e-6)


def test_the_easy_ones_keep_their_small_loss() -> None:
    """1 - p_t is about 1e-9 there, which 1 minus a float32 near 1 would make 0."""
    loss = focal_loss(torch.tensor([[-20.0]]), torch.zeros(1, 1), torch.ones(1, 1))
    assert loss.item() == pytest.approx(math.exp(-60), rel=1e-3)
