"""The Celery application: where doorbells go. Imports Celery alone, so the web process may import
it.

A message carries one job id and nothing else; Postgres holds the work itself (`labelhub.jobs`). So
messages are acknowledged early, results are not kept, and losing Redis loses nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

from celery import Celery
from celery.signals import worker_ready

from labelhub.embedded import places

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labelhub.settings")
# Before numpy is loaded: its products here are small, and threads for them mostly wait for the
# other workers'. On a busy machine of two cores a head is taught ten times as fast without.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SWEEP_EVERY = 5.0  # seconds

app = Celery("labelhub", include=["worker.tasks"])
app.conf.update(
    broker_url=places.broker_url(),
    broker_transport_options={
        "socket_timeout": 30,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
    },
    # A request never waits for Redis: one quick try, then the sweep takes over.
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_max": 0.2},
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    task_soft_time_limit=600,
    task_time_limit=660,
    task_default_queue="cpu",
    task_routes={
        "worker.pretag": {"queue": "gpu"},
        "worker.register": {"queue": "gpu"},
        "worker.train": {"queue": "gpu"},
        # Of its own: it must not wait behind the work it looks after.
        "worker.sweep": {"queue": "sweep"},
    },
    beat_schedule={
        "sweep": {
            "task": "worker.sweep",
            "schedule": SWEEP_EVERY,
            "options": {"expires": 60},
        },
    },
)


@worker_ready.connect
def say_ready(**_details: object) -> None:
    """Tell whoever started this worker that it takes work."""
    path = os.environ.get("LABELHUB_READY_FILE")
    if path:
        Path(path).touch()
