"""The head of a tagger in numpy: embeddings in, raw scores out. No torch, so the web process may
use it.

JoyTag's last steps are LayerNorm per token, mean over tokens, Linear; so with `e` the mean, its
logits are exactly `W·e + b` and every question about tags is a product with a stored embedding.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """`weight` (n, d) and `bias` (n,), both float32: n tags, embeddings of d numbers."""

    weight: Floats
    bias: Floats

    def scores(self, embeddings: Floats) -> Floats:
        """The tagger's raw sigmoids.

        Args:
            embeddings: (d,) or (b, d).

        Returns:
            (n,) or (b, n), float32, each in (0, 1). Not probabilities: focal loss bends them.
        """
        logits = embeddings.astype(np.float32) @ self.weight.T + self.bias
        return _sigmoid(logits)

    def save(self, path: Path) -> None:
        save_file({"weight": self.weight, "bias": self.bias}, path)

    @classmethod
    def load(cls, path: Path) -> Head:
        tensors = load_file(path)
        return cls(weight=tensors["weight"], bias=tensors["bias"])


def _sigmoid(logits: Floats) -> Floats:
    # tanh does not overflow, whichever sign the logit has
    scores: Floats = (0.5 * (1 + np.tanh(0.5 * logits))).astype(np.float32)
    return scores
