"""Doorbells may be lost or doubled; jobs tell the truth all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from labelhub.errors import Conflict
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.jobs.selectors import pending
from labelhub.jobs.services import (
    FAILURES_ALLOWED,
    job_failed,
    job_retry,
    job_ring,
    job_step_ended,
    job_step_failed,
    job_step_started,
    work_ring,
)
from labelhub.jobs.work import Progress, Work
from worker.app import app

pytestmark = pytest.mark.django_db(transaction=True)
Doorbells = list[tuple[str, int]]


def started(job: Job) -> Job:
    """The job as the next step finds it."""
    found = job_step_started(job_id=job.pk)
    assert found is not None
    return found


def test_ringing_often_makes_one_job_and_few_doorbells(doorbells: Doorbells) -> None:
    jobs = {job_ring(kind=Kind.PRETAG, subject_id=7).pk for _file in range(100)}
    assert len(jobs) == 1
    # One at once, one in a second for all that came since.
    assert doorbells == [("worker.pretag", jobs.pop())] * 2


def test_surplus_doorbells_start_no_chains_of_their_own(doorbells: Doorbells) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    doorbells.clear()
    job_step_started(job_id=job.pk)
    some = Progress(claimed=4, done=4, total=8)
    job_step_ended(job=job, progress=some)
    assert doorbells == []
    Job.objects.update(chained_at=timezone.now() - timedelta(minutes=1))  # the chain has died
    job_step_ended(job=job, progress=some)
    assert doorbells == [("worker.pretag", job.pk)]


def test_a_job_whose_last_step_was_killed_is_pending_until_a_step_finishes_it(
    doorbells: Doorbells,
) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    began = started(job)
    assert list(pending()) == [Work(Kind.PRETAG, 7)]
    job_step_ended(job=began, progress=Progress(claimed=0, done=8, total=8))
    assert list(pending()) == []


def test_a_failure_outside_the_worker_is_told_by_the_newest_job(doorbells: Doorbells) -> None:
    for _try in range(2):
        Job.objects.create(kind=Kind.FETCH, subject_id=1, state=JobState.FAILED)
    job_failed(kind=Kind.FETCH, subject_id=1, error="away")
    job_failed(kind=Kind.FETCH, subject_id=2, error="away")
    assert list(Job.objects.order_by("pk").values_list("error", flat=True)) == ["", "away", "away"]


def test_nothing_rings_when_the_transaction_fails(doorbells: Doorbells) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        job_ring(kind=Kind.PRETAG, subject_id=7)
        _ = 1 / 0
    assert doorbells == []
    assert not Job.objects.exists()


def test_a_missing_redis_does_not_fail_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(app, "send_task", away)
    assert job_ring(kind=Kind.PRETAG, subject_id=7).state == JobState.QUEUED


def test_a_step_rings_for_the_next_until_all_is_done(doorbells: Doorbells) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    doorbells.clear()
    began = started(job)
    job_step_ended(job=began, progress=Progress(claimed=4, done=4, total=8), chain=1)
    assert doorbells == [("worker.pretag", job.pk)]
    job_step_ended(job=started(job), progress=Progress(claimed=4, done=8, total=8), chain=1)
    assert len(doorbells) == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 8, 8)
    assert job_step_started(job_id=job.pk) is None


def test_a_step_that_claimed_nothing_leaves_the_rest_to_those_who_hold_it(
    doorbells: Doorbells,
) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    doorbells.clear()
    job_step_started(job_id=job.pk)
    job_step_ended(job=job, progress=Progress(claimed=0, done=4, total=8))
    job.refresh_from_db()
    assert (job.state, doorbells) == (JobState.RUNNING, [])


def test_more_work_at_once_continues_the_job_and_later_work_makes_a_new_one(
    doorbells: Doorbells,
) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    job_step_ended(job=started(job), progress=Progress(claimed=1, done=1, total=1))
    assert job_ring(kind=Kind.PRETAG, subject_id=7) == job
    job_step_ended(job=started(job), progress=Progress(claimed=1, done=2, total=2))
    Job.objects.update(finished_at=timezone.now() - timedelta(minutes=5))
    assert job_ring(kind=Kind.PRETAG, subject_id=7) != job


def test_the_sweep_rings_for_silent_work_only(doorbells: Doorbells) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    doorbells.clear()
    works = [Work(Kind.PRETAG, 7)]
    assert work_ring(works) == 0
    Job.objects.update(rung_at=timezone.now() - timedelta(minutes=1))
    assert work_ring(works) == 1
    assert doorbells == [("worker.pretag", job.pk)]


def test_errors_in_a_row_end_in_a_failed_job_that_a_person_can_retry(doorbells: Doorbells) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    job_step_started(job_id=job.pk)
    for _each in range(FAILURES_ALLOWED):
        job_step_failed(job=job, error="it broke")
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "it broke")
    assert work_ring([Work(Kind.PRETAG, 7)]) == 0
    job_retry(job=job)
    job.refresh_from_db()
    assert (job.state, job.failures) == (JobState.QUEUED, 0)
    with pytest.raises(Conflict):
        job_retry(job=job)


def test_a_final_error_fails_at_once(doorbells: Doorbells) -> None:
    job = job_ring(kind=Kind.SNAPSHOT, subject_id=1)
    job_step_started(job_id=job.pk)
    job_step_failed(job=job, error="nothing to do", final=True)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
