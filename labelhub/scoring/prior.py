"""How far answers may move a head (pure numpy): what `scoring.teach` believes before it reads them.

The prior on a tag's correction is a Gaussian process with a linear kernel,

    K(e, e') = s_b^2 + s_w^2 (e - mu)' Sigma^-1 (e' - mu) / d

with mu and Sigma the mean and covariance of the library's embeddings. It does not depend on the
units or axes of the embedding, and s_b and s_w are in logits whatever the backbone: the common
shift of a tag's logits, and how far those of one ordinary image may move on their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labelhub.scoring.calibration import Doubles
from labelhub.scoring.head import Floats

LIBRARY = 5_000  # images enough to draw lines by


@dataclass(frozen=True, slots=True)
class Prior:
    """How far answers may move a head.

    Attributes:
        bias: s_b, standard deviation of a tag's common shift, in logits.
        weight: s_w, standard deviation of an ordinary image's own shift, in logits.
        lapse: chance that an answer says the opposite of what is there.
        slope, shift: standard deviations of the scale's a (around 1) and b (around 0).
    """

    bias: float = 0.2
    weight: float = 0.5
    lapse: float = 0.06
    slope: float = 0.15
    shift: float = 0.7

    def __post_init__(self) -> None:
        deviations = (self.bias, self.weight, self.slope, self.shift)
        if not (min(deviations) > 0 and 0 <= self.lapse < 0.5):
            raise ValueError("a prior needs positive deviations and a lapse under one half")


DEFAULT = Prior()


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """A library's embeddings: their mean (d,), the inverse (d, d) of a root of their covariance
    (multiplied by it, an ordinary embedding has about unit variance in every direction), and some
    of them (m, d).
    """

    mean: Doubles
    whitening: Doubles
    some: Floats

    @classmethod
    def of(cls, pool: Floats) -> Space:
        """From the embeddings (m, d) of a library, or of a fair sample of it.

        The covariance is shrunk towards a sphere as far as the sample is too small to know better
        (Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices",
        2004), so that it can be inverted from any sample.
        """
        count, width = pool.shape
        mean = pool.mean(axis=0, dtype=np.float64) if count else np.zeros(width)
        centred = pool.astype(np.float64) - mean
        covariance = centred.T @ centred / max(count, 1)  # (d, d)
        sphere = float(np.trace(covariance)) / width or 1.0
        spread = float(np.sum((covariance - sphere * np.eye(width)) ** 2))
        noise = float(np.sum(np.sum(centred**2, axis=1) ** 2)) / max(count, 1)
        noise = (noise - float(np.sum(covariance**2))) / max(count, 1)
        shrink = min(1.0, max(noise / spread, 1e-6)) if spread > 0 else 1.0
        shrunk = (1 - shrink) * covariance + shrink * sphere * np.eye(width)
        whitening = np.linalg.inv(np.linalg.cholesky(shrunk))
        some = pool[:: max(1, -(-count // LIBRARY))]
        return cls(mean=mean, whitening=np.asarray(whitening), some=some)

    def features(self, embeddings: Floats, prior: Prior) -> Doubles:
        """(m, 1 + d): rows whose products are the kernel."""
        centred = embeddings.astype(np.float64) - self.mean
        scale = prior.weight / np.sqrt(len(self.mean))
        shared = np.full((len(embeddings), 1), prior.bias)
        return np.hstack([shared, scale * centred @ self.whitening.T])

    def correction(self, found: Doubles, prior: Prior) -> tuple[Doubles, float]:
        """What (1 + d,) coefficients of `features` add to a row of the head: weight (d,), bias."""
        scale = prior.weight / np.sqrt(len(self.mean))
        weight = scale * found[1:] @ self.whitening  # (d,)
        return weight, prior.bias * float(found[0]) - float(weight @ self.mean)
