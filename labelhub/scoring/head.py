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
from safetensors import safe_open
from safetensors.numpy import save_file

from labelhub.scoring.calibration import THRESHOLD, Calibration, Probabilities, Scores

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """What a tagger makes of an embedding.

    Attributes:
        weight, bias: (n, d) and (n,), both float32: n tags, embeddings of d numbers.
        calibration: what makes probabilities of its scores.
        measured: (n,), where each tag's F1 is best decided, if that was measured when the tagger
            was made.
    """

    weight: Floats
    bias: Floats
    calibration: Calibration = Calibration.FOCAL
    measured: Probabilities | None = None

    @property
    def lines(self) -> Probabilities:
        """(n,): the probability from which on a tag is more likely worth a yes than not.

        Lines are shown beside probabilities, and what is near one is asked about. Decisions are
        made and measured elsewhere: at one raw score for all tags (`THRESHOLD`), which is also
        where the line of a tag lies that nobody measured, or that was taught
        (`scoring.teach` moves its logits instead).
        """
        if self.measured is not None:
            return self.measured
        return Probabilities(np.full(len(self.bias), self.line_at(THRESHOLD)))

    def line_at(self, threshold: float) -> float:
        """The probability that belongs to a raw score."""
        return float(self.probabilities(Scores(np.array([threshold], dtype=np.float32)))[0])

    def line_scores(self) -> Scores:
        """(n,): the lines as raw scores."""
        return self.calibration.scores(self.lines)

    def logits(self, embeddings: Floats) -> Floats:
        """(n,) or (b, n) of embeddings (d,) or (b, d)."""
        return np.asarray(embeddings.astype(np.float32) @ self.weight.T + self.bias)

    def scores(self, embeddings: Floats) -> Scores:
        """The tagger's raw sigmoids.

        Args:
            embeddings: (d,) or (b, d).

        Returns:
            (n,) or (b, n), float32, each in (0, 1). Not probabilities: focal loss bends them.
        """
        return scores_of(self.logits(embeddings))

    def probabilities(self, scores: Scores) -> Probabilities:
        """How likely tags are there, given raw scores in any shape."""
        return self.calibration.probabilities(scores)

    def save(self, path: Path) -> None:
        tensors: dict[str, np.ndarray] = {"weight": self.weight, "bias": self.bias}
        if self.measured is not None:
            tensors["lines"] = self.measured
        save_file(tensors, path, metadata={"calibration": self.calibration.value})

    @classmethod
    def load(cls, path: Path) -> Head:
        with safe_open(path, framework="numpy") as file:
            # One without metadata was written when all were trained with focal loss.
            calibration = (file.metadata() or {}).get("calibration", Calibration.FOCAL)
            measured = file.get_tensor("lines") if "lines" in file.keys() else None  # noqa: SIM118
            return cls(
                weight=file.get_tensor("weight"),
                bias=file.get_tensor("bias"),
                calibration=Calibration(calibration),
                measured=None if measured is None else Probabilities(measured),
            )


def scores_of(logits: Floats) -> Scores:
    # tanh does not overflow, whichever sign the logit has
    return Scores((0.5 * (1 + np.tanh(0.5 * logits))).astype(np.float32))
