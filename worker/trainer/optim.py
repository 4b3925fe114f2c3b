"""The published recipe's optimizer and its learning rate over time."""

from __future__ import annotations

import math
from collections.abc import Iterable

from timm.optim.lamb import Lamb
from torch import nn
from torch.optim import Optimizer

BETAS, EPS = (0.9, 0.999), 1e-6
GRADIENT_NORM = 1.0


def lamb(parameters: Iterable[nn.Parameter], *, lr: float, weight_decay: float) -> Optimizer:
    """LAMB over all parameters alike (biases and norms decay too, as in the published run).

    timm's own clipping is off: the loop clips, because it reports the norm.
    """
    optimizer: Optimizer = Lamb(
        parameters, lr=lr, betas=BETAS, eps=EPS, weight_decay=weight_decay, max_grad_norm=None
    )
    return optimizer


def lr_at(step: int, *, steps: int, warmup: int, peak: float) -> float:
    """The rate for step 0 .. steps-1: a straight line up over `warmup` steps, then half a cosine
    down to nearly 0 at the last step.
    """
    if step < warmup:
        return peak * (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return peak * 0.5 * (1.0 + math.cos(math.pi * progress))
