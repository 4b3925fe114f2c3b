"""Doorbells may be lost or doubled; jobs tell the truth all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from labelhub.errors import Conflict
from labelhub.jobs import services
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.jobs.selectors import pending, rate_of, seconds_left
from labelhub.jobs.services import (
    CHAINS,
    FAILURES_ALLOWED,
    LAST,
    LATER,
    SOONER,
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


def test_ringing_often_makes_one_job_and_few_doorbells(
    doorbells: Doorbells, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "SOON", timedelta(minutes=1))  # longer than all this takes
    jobs = {job_ring(kind=Kind.PRETAG, subject_id=7).pk for _file in range(100)}
    assert len(jobs) == 1
    # One at once, one in a while for all that came since.
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


def test_chains_grow_while_much_is_left_and_no_further_than_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[tuple[int, bool]] = []
    monkeypatch.setattr(
        app, "send_task", lambda _name, args, **_how: rung.append((args[1], args[2]))
    )
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    waiting, most = [*rung], 0
    for step in range(1, 40):
        chain, newest = waiting.pop(0)
        rung.clear()
        progress = Progress(claimed=10, done=10 * step, total=10_000)
        job_step_ended(job=started(job), progress=progress, chain=chain, newest=newest)
        waiting += rung
        most = max(most, len(waiting))
    assert sorted(chain for chain, _newest in waiting) == list(range(1, CHAINS[Kind.PRETAG] + 1))
    assert most == CHAINS[Kind.PRETAG]


def test_a_chain_alone_can_do_what_it_could_do_in_one_more_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[list[object]] = []
    monkeypatch.setattr(app, "send_task", lambda _name, args, **_how: rung.append(args))
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    assert rung.pop() == [job.pk, 1, True]
    progress = Progress(claimed=10, done=10, total=20)
    job_step_ended(job=started(job), progress=progress, chain=1, newest=True)
    assert rung == [[job.pk, 1, True]]


def test_when_the_first_chain_ends_the_next_ring_begins_another(doorbells: Doorbells) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    held = Progress(claimed=0, done=4, total=8)  # by a worker that may be dead
    job_step_ended(job=started(job), progress=held, chain=1, newest=True)
    doorbells.clear()
    job_step_ended(job=started(job), progress=Progress(claimed=4, done=6, total=9))
    assert doorbells == [("worker.pretag", job.pk)]


@pytest.mark.parametrize("rings", [1, 2, 3])
def test_a_job_for_which_somebody_rings_while_its_last_step_ends_is_not_lost(
    doorbells: Doorbells, rings: int
) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    Job.objects.update(rung_at=timezone.now() - timedelta(seconds=5))
    last = started(job)  # it looks at what is left, and then more comes
    doorbells.clear()
    for _ring in range(rings):
        job_ring(kind=Kind.PRETAG, subject_id=7)
    assert doorbells
    job_step_ended(job=last, progress=Progress(claimed=4, done=8, total=8), chain=1)
    assert job_step_started(job_id=job.pk) is not None


def test_a_ring_that_is_to_come_lets_a_finished_job_go_on(doorbells: Doorbells) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    job_ring(kind=Kind.PRETAG, subject_id=7)  # in a second
    last = started(job)
    job_ring(kind=Kind.PRETAG, subject_id=7)  # is going to ring
    job_step_ended(job=last, progress=Progress(claimed=4, done=8, total=8), chain=1)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    job_step_ended(job=started(job), progress=Progress(claimed=1, done=9, total=9))
    Job.objects.update(finished_at=timezone.now() + timedelta(minutes=1))
    assert job_step_started(job_id=job.pk) is None


def test_a_job_that_ended_between_looking_and_ringing_is_opened_again(
    doorbells: Doorbells,
) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    with transaction.atomic():
        job_ring(kind=Kind.PRETAG, subject_id=7)
        Job.objects.update(state=JobState.DONE, finished_at=timezone.now())
        doorbells.clear()
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    assert doorbells == [("worker.pretag", job.pk)]


def test_small_jobs_go_ahead_of_large_ones_and_pre_tagging_lets_all_others_go_ahead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[int] = []
    monkeypatch.setattr(app, "send_task", lambda *_what, priority, **_how: heard.append(priority))
    small, large = (job_ring(kind=Kind.INGEST, subject_id=pk) for pk in (1, 2))
    some, many = (
        Progress(claimed=16, done=16, total=18),
        Progress(claimed=16, done=1600, total=9999),
    )
    heard.clear()
    job_step_ended(job=started(small), progress=some, chain=1)
    job_step_ended(job=started(large), progress=many, chain=1)
    job_ring(kind=Kind.TRAIN, subject_id=1)
    job_ring(kind=Kind.PRETAG, subject_id=1)
    assert heard == [SOONER, LATER, SOONER, LAST]
    assert SOONER < LATER < LAST
    assert {SOONER, LATER, LAST} <= set(app.conf.broker_transport_options["priority_steps"])


def test_what_is_urgent_is_rung_for_at_once_and_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[int, object]] = []
    monkeypatch.setattr(
        app,
        "send_task",
        lambda *_what, priority, countdown, **_how: heard.append((priority, countdown)),
    )
    for _bulk in range(3):
        job_ring(kind=Kind.PRETAG, subject_id=7)
    heard.clear()
    job_ring(kind=Kind.PRETAG, subject_id=7, urgent=True)
    assert heard == [(SOONER, None)]


def rated(job: Job, *, seconds: float, done: int, total: int = 10_000) -> Job:
    """The job after a step that ended so long after the rate was taken."""
    Job.objects.update(rated_at=timezone.now() - timedelta(seconds=seconds))
    job_step_ended(job=started(job), progress=Progress(claimed=1, done=done, total=total))
    job.refresh_from_db()
    return job


def test_a_job_knows_its_rate_and_when_it_will_be_done(doorbells: Doorbells) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    # What was done before it began says nothing about how fast it is.
    job_step_ended(job=started(job), progress=Progress(claimed=1, done=5_000, total=10_000))
    job.refresh_from_db()
    assert (rate_of(job), seconds_left(job)) == (None, None)
    job = rated(job, seconds=10, done=6_000)
    assert rate_of(job) == pytest.approx(100, rel=0.05)
    assert seconds_left(job) == pytest.approx(40, rel=0.05)
    # Half of what it was ten seconds ago, half of what it has been since.
    assert rate_of(rated(job, seconds=10, done=8_000)) == pytest.approx(150, rel=0.05)


def test_chains_that_look_at_the_same_moment_do_not_disturb_a_rate(doorbells: Doorbells) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    job_step_ended(job=started(job), progress=Progress(claimed=1, done=100, total=10_000))
    before = rate_of(rated(job, seconds=10, done=1_100))
    for done in (1_150, 1_120, 1_150):  # one of them counted a little earlier
        job_step_ended(job=started(job), progress=Progress(claimed=1, done=done, total=10_000))
    job.refresh_from_db()
    assert rate_of(job) == before


def test_a_rate_falls_while_nothing_is_done_and_is_forgotten_in_the_end(
    doorbells: Doorbells,
) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    job_step_ended(job=started(job), progress=Progress(claimed=1, done=100, total=10_000))
    rated(job, seconds=10, done=1_100)
    assert rate_of(rated(job, seconds=10, done=1_100)) == pytest.approx(50, rel=0.05)
    Job.objects.update(rated_at=timezone.now() - timedelta(minutes=2))
    job.refresh_from_db()
    assert (rate_of(job), seconds_left(job)) == (None, None)
    assert rate_of(rated(job, seconds=120, done=9_000)) is None  # nobody worked meanwhile


def test_a_job_that_does_not_run_has_no_rate(doorbells: Doorbells) -> None:
    job = job_ring(kind=Kind.PRETAG, subject_id=7)
    job_step_ended(job=started(job), progress=Progress(claimed=1, done=100, total=10_000))
    rated(job, seconds=10, done=1_100)
    job_step_ended(job=started(job), progress=Progress(claimed=1, done=9, total=9))
    job.refresh_from_db()
    assert (job.state, rate_of(job), seconds_left(job)) == (JobState.DONE, None, None)


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
    for _each in range(CHAINS[Kind.PRETAG]):  # what went wrong once, for every chain
        job_step_failed(job=job, error="it broke")
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.RUNNING, "it broke")
    for _each in range(CHAINS[Kind.PRETAG] * (FAILURES_ALLOWED - 1)):
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
