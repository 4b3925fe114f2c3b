"""The starter on pages it never saw, by the product's own path: file, engine, head."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelhub.picturebook.book import Domain, Page, held_out
from labelhub.picturebook.tags import RARE, SUBJECTIVE
from labelhub.scoring.head import Head
from labelhub.scoring.metrics import Counts, count
from worker.engine import Engine

THRESHOLD = 0.4
# Many, because a rare tag is on one page of a hundred.
DRAWN, PHOTOS = 3000, 600
AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Counts by tag, in the order of `tags`, on drawn pages and on photographs."""

    tags: tuple[str, ...]
    drawn: Counts
    photo: Counts

    def macro_f1(self) -> dict[str, float]:
        """By name of the group: the mean F1 at 0.4 of its tags that are there at all."""
        rare, taste = self._among(RARE), self._among(SUBJECTIVE)
        return {
            "drawn": self.drawn.macro_f1(),
            "photo": self.photo.macro_f1(),
            "rare": _mean(self.drawn, rare),
            "subjective": _mean(self.drawn, taste),
            "others": _mean(self.drawn, ~(rare | taste)),
        }

    def _among(self, names: Sequence[str]) -> NDArray[np.bool_]:
        return np.array([tag in names for tag in self.tags])


def evaluate(checkpoint: Path) -> Evaluation:
    engine = Engine.load(checkpoint)
    head = Head(*engine.head())
    pages = held_out(DRAWN, PHOTOS)
    counts = {
        domain: _count(engine, head, [page for page in pages if page.domain == domain])
        for domain in Domain
    }
    return Evaluation(engine.tags, counts[Domain.DRAWN], counts[Domain.PHOTO])


def _count(engine: Engine, head: Head, pages: Sequence[Page]) -> Counts:
    scores: list[NDArray[np.float32]] = []
    for start in range(0, len(pages), AT_ONCE):
        files = [io.BytesIO(page.file()) for page in pages[start : start + AT_ONCE]]
        embeddings = [found for found in engine.embed(files) if isinstance(found, np.ndarray)]
        scores.append(head.scores(np.stack(embeddings)))
    truth = np.array([[tag in page.truth for tag in engine.tags] for page in pages])
    return count(np.concatenate(scores), truth, THRESHOLD)


def _mean(counts: Counts, chosen: NDArray[np.bool_]) -> float:
    chosen = chosen & (counts.positives > 0)
    return float(counts.f1[chosen].mean())
