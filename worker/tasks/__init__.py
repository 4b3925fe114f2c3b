"""The worker's tasks, one module per kind of work; only Celery imports them."""

from __future__ import annotations

from worker.tasks import (
    book,
    borderline,
    count,
    derive,
    fetch,
    index,
    ingest,
    labels,
    pretag,
    rank,
    register,
    search,
    snapshot,
    sweep,
    train,
    trial,
    vocabulary,
    warm,
)

__all__ = [
    "book",
    "borderline",
    "count",
    "derive",
    "fetch",
    "index",
    "ingest",
    "labels",
    "pretag",
    "rank",
    "register",
    "search",
    "snapshot",
    "sweep",
    "train",
    "trial",
    "vocabulary",
    "warm",
]
