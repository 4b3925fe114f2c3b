"""A picture book with few held-out scenes: the whole one takes a minute to draw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from labelhub.picturebook.book import held_out
from labelhub.scoring.head import Floats
from labelhub.training import heldout

DRAWN, PHOTOS = 8, 4


def few(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Twelve scenes in three chunks, and what is made of them in a folder of the test's own."""
    pages = held_out(drawn=DRAWN, photo=PHOTOS)
    monkeypatch.setattr(heldout, "SCENES", 12)
    monkeypatch.setattr(heldout, "CHUNK", 4)
    monkeypatch.setattr(heldout, "CHUNKS", 3)
    monkeypatch.setattr(heldout, "_pages", lambda: pages)
    monkeypatch.setattr(heldout, "_folder", lambda backbone: folder / backbone)


def embedded(backbone: str, width: int) -> Floats:
    """Make up what a backbone made of all scenes; (12, width)."""
    embeddings = np.random.default_rng(1).normal(size=(12, width)).astype(np.float32)
    for number in range(heldout.CHUNKS):
        heldout.store(backbone, number, embeddings[number * 4 : number * 4 + 4])
    return embeddings
