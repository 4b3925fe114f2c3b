"""The worker's tasks, one module per kind of work; only Celery imports them."""

from __future__ import annotations

from worker.tasks import (
    book,
    borderline,
    fetch,
    index,
    ingest,
    labels,
    pretag,
    rank,
    register,
    snapshot,
    sweep,
    train,
    trial,
    warm,
)

__all__ = [
    "book",
    "borderline",
    "fetch",
    "index",
    "ingest",
    "labels",
    "pretag",
    "rank",
    "register",
    "snapshot",
    "sweep",
    "train",
    "trial",
    "warm",
]
