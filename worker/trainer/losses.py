"""The focal loss of the published recipe, over the pairs that somebody judged.

Lin et al., "Focal Loss for Dense Object Detection" (2017): cross-entropy times (1 - p_t)^2, where
p_t is the probability given to the truth, so that the many easy "no"s do not drown the rest.
JoyTag's `focal2` is the same without alpha, the gradient going through the factor too, as a mean
over all pairs; ours is the mean over the judged pairs, which is the same where all are judged.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

# In half precision the gradients of a mean over thousands of tags are too small for fp16 (under
# 6e-8 is zero): the published run needed a constant factor of 128-256 to train stably, on top of
# what GradScaler does. In fp32 it is not wanted.
HALF_FACTOR = 256.0


def focal_loss_sum(logits: Tensor, targets: Tensor, judged: Tensor) -> Tensor:
    """The summed loss (a scalar) of the judged pairs; (b, tags) each, targets and judged 0 or 1.

    A sum, so that a batch computed in parts can be divided by all its judged pairs.
    """
    cross_entropy = F.binary_cross_entropy_with_logits(
        logits.float(), targets.float(), reduction="none"
    )
    # p_t = exp(-cross_entropy); expm1 keeps 1 - p_t exact where the model is nearly certain.
    factor = (-(-cross_entropy).expm1()).square()
    return (cross_entropy * factor * judged.float()).sum()


def focal_loss(logits: Tensor, targets: Tensor, judged: Tensor) -> Tensor:
    """The mean loss (a scalar) over the judged pairs; 0 where none is judged."""
    return focal_loss_sum(logits, targets, judged) / judged.float().sum().clamp(min=1.0)
