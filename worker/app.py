"""The Celery application: where doorbells go. Imports Celery alone, so the web process may import
it.

A message names a job and carries no work: Postgres holds that (`labelhub.jobs`). So messages are
acknowledged early, results are not kept, and losing Redis loses nothing. What somebody tries, who
waits for it, is lost with them (`labelhub.jobs.asking`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from celery import Celery
from celery.signals import worker_init, worker_ready

from labelhub.embedded import places

if TYPE_CHECKING:
    from celery.worker.consumer import Consumer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labelhub.settings")
# Before numpy is loaded: its products here are small, and threads for them mostly wait for the
# other workers'. On a busy machine of two cores a head is taught ten times as fast without.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SWEEP_EVERY = 5.0  # seconds
NICENESS = 5  # the web and the servers go ahead of workers on the same cores

app = Celery("labelhub", include=["worker.tasks"])
app.conf.update(
    broker_url=places.broker_url(),
    broker_transport_options={
        "socket_timeout": 30,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        # One list for each priority of each queue. Workers empty those of 0 first: whoever rings
        # says what goes ahead of what (`labelhub.jobs.services`).
        "priority_steps": [0, 3, 6],
    },
    # A request never waits for Redis: one quick try, then the sweep takes over.
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_max": 0.2},
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    # A message is taken when a process is free for it: what waits stays where the urgent overtakes
    # it, and where other machines can have it.
    worker_prefetch_multiplier=1,
    worker_disable_prefetch=True,
    worker_hijack_root_logger=False,
    task_soft_time_limit=600,
    task_time_limit=660,
    task_default_queue="cpu",
    task_routes={
        "worker.pretag": {"queue": "gpu"},
        "worker.register": {"queue": "gpu"},
        # Not for images' sake: its process has torch loaded and is kept, however large it gets.
        "worker.search": {"queue": "gpu"},
        "worker.train": {"queue": "gpu"},
        "worker.trial": {"queue": "gpu"},
        "worker.warm": {"queue": "gpu"},
        # Of its own, and of a worker of its own: the sweep never waits behind what it looks after.
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


@worker_init.connect
def make_way(**_details: object) -> None:
    """Before the worker's processes are made, which are as nice as it is."""
    os.nice(NICENESS)


@worker_ready.connect
def warm_up(sender: Consumer, **_details: object) -> None:
    """Have the engine loaded by a worker that is going to need it."""
    if "gpu" in sender.app.amqp.queues.consume_from:
        app.send_task("worker.warm", expires=60)


@worker_ready.connect
def say_ready(**_details: object) -> None:
    """Tell whoever started this worker that it takes work."""
    path = os.environ.get("LABELHUB_READY_FILE")
    if path:
        Path(path).touch()
