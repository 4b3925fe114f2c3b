"""What a worker takes first from a real Redis, and what it does with itself."""

from __future__ import annotations

import os

import pytest

from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from worker.app import NICENESS, app, make_way


@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_what_is_urgent_or_small_before_what_is_patient() -> None:
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue(app.amqp.queues["gpu"], no_ack=True)
        queue.clear()
        bulk = job_ring(kind=Kind.PRETAG, subject_id=1)
        training = job_ring(kind=Kind.TRAIN, subject_id=1)
        job_ring(kind=Kind.PRETAG, subject_id=1, urgent=True)
        taken = [queue.get_nowait() for _message in range(3)]
        queue.close()
    heard = [(message.headers["task"], message.payload[0]) for message in taken]
    assert heard == [
        ("worker.train", [training.pk, 1, True]),
        ("worker.pretag", [bulk.pk, 0, False]),
        ("worker.pretag", [bulk.pk, 1, True]),
    ]


def test_workers_let_the_web_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    nicer: list[int] = []
    monkeypatch.setattr(os, "nice", nicer.append)
    make_way()
    assert nicer == [NICENESS]
    assert NICENESS > 0
