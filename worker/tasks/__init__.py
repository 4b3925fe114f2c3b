"""The worker's tasks, one module per kind of work; only Celery imports them."""

from __future__ import annotations

from worker.tasks import fetch, ingest, pretag, rank, register, snapshot, sweep

__all__ = ["fetch", "ingest", "pretag", "rank", "register", "snapshot", "sweep"]
