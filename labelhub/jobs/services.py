"""The only door to the worker.

Postgres says what is to be done; a Celery message is only a doorbell ("there is work for job 7")
and may be lost, doubled or late without harm. So nothing here waits for Redis, and nothing fails
when it is away.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from labelhub.accounts.models import User
from labelhub.errors import Conflict
from labelhub.jobs.models import ACTIVE, Job, JobState, Kind
from labelhub.jobs.work import Progress, Work
from worker.app import app

log = logging.getLogger(__name__)

# Several chains of steps let several processes take chunks of one job; claims keep them apart.
CHAINS = {Kind.INGEST: 4}
CHAIN_ALIVE = timedelta(seconds=5)
SOON = timedelta(seconds=1)
RING_AGAIN = timedelta(seconds=10)
REOPEN = timedelta(minutes=1)
FAILURES_ALLOWED = 5


def job_ring(*, kind: Kind, subject_id: int, by: User | None = None) -> Job:
    """Get or make a subject's active job; ring its doorbell once the transaction commits.

    Ringing again and again costs little: at most one doorbell now and one in a second.
    """
    job = _active(kind, subject_id)
    if job is not None:
        transaction.on_commit(lambda: _ring_at_work(job))
        return job
    made = _reopened(kind, subject_id) or _make(kind, subject_id, by)
    transaction.on_commit(lambda: _ring_chains(made))
    return made


def work_ring(works: Iterable[Work]) -> int:
    """Ring for pending work whose doorbell has been silent for a while; how many were rung."""
    silent_since = timezone.now() - RING_AGAIN
    rung = 0
    for work in works:
        job = Job.objects.filter(kind=work.kind, subject_id=work.subject_id).order_by("-pk").first()
        if job is not None and job.state == JobState.FAILED:
            continue  # a person decides: the job's error says why
        if job is not None and job.state in ACTIVE and job.rung_at and job.rung_at > silent_since:
            continue
        if job is not None and job.state in ACTIVE:
            _ring_chains(job)
        else:
            job_ring(kind=work.kind, subject_id=work.subject_id)
        rung += 1
    return rung


def job_failed(*, kind: Kind, subject_id: int, error: str) -> None:
    """Say that work on a subject failed outside the worker; a person can try it again."""
    job = Job.objects.filter(kind=kind, subject_id=subject_id).order_by("-pk").first()
    if job is None:
        job = Job.objects.create(kind=kind, subject_id=subject_id)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED, error=error, finished_at=timezone.now()
    )


def job_step_started(*, job_id: int) -> Job | None:
    """The job, now running; None when it has ended already, which makes the doorbell a no-op."""
    job = Job.objects.filter(pk=job_id, state__in=ACTIVE).first()
    if job is None:
        return None
    Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING, started_at=timezone.now()
    )
    return job


def job_step_ended(*, job: Job, progress: Progress, chain: bool = False) -> None:
    """Record how far a step came; finish the job, or ring for the next chunk.

    Args:
        chain: whether the step was rung for by the step before it. Others ring for a next one only
            where no chain is alive, so that however often people ring, chains stay few.
    """
    finished = progress.done >= progress.total
    changes: dict[str, object] = {
        "done": progress.done,
        "total": progress.total,
        "failures": 0,
        "error": "",
    }
    if finished:
        changes |= {"state": JobState.DONE, "finished_at": timezone.now()}
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(**changes)
    if finished or not progress.claimed:
        return
    now = timezone.now()
    if chain or not Job.objects.filter(pk=job.pk, chained_at__gt=now - CHAIN_ALIVE).exists():
        Job.objects.filter(pk=job.pk).update(rung_at=now, chained_at=now)
        _doorbell(job, chain=True)


def job_step_failed(*, job: Job, error: str, final: bool = False) -> None:
    """Record an error; after several in a row (or a `final` one) the job waits for a person."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        failures=F("failures") + 1, error=error
    )
    limit = 0 if final else FAILURES_ALLOWED
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, failures__gte=limit).update(
        state=JobState.FAILED, finished_at=timezone.now()
    )


def job_retry(*, job: Job) -> Job:
    """Start a failed job again.

    Raises:
        Conflict: the job has not failed, or newer work on the same subject is under way.
    """
    try:
        with transaction.atomic():
            changed = Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
                state=JobState.QUEUED, failures=0, error="", finished_at=None
            )
    except IntegrityError:
        changed = 0
    if changed != 1:
        raise Conflict(
            _("Only a failed job can be tried again; this one has moved on. Reload the page.")
        )
    return job_ring(kind=Kind(job.kind), subject_id=job.subject_id)


def _active(kind: Kind, subject_id: int) -> Job | None:
    return Job.objects.filter(kind=kind, subject_id=subject_id, state__in=ACTIVE).first()


def _reopened(kind: Kind, subject_id: int) -> Job | None:
    last = Job.objects.filter(kind=kind, subject_id=subject_id).order_by("-pk").first()
    if last is None:
        return None
    # Work that comes again at once continues the job it belongs to: one import is one line in the
    # list.
    recent = timezone.now() - REOPEN
    try:
        with transaction.atomic():
            reopened = Job.objects.filter(
                pk=last.pk, state=JobState.DONE, finished_at__gte=recent
            ).update(state=JobState.RUNNING, finished_at=None)
    except IntegrityError:
        return _active(kind, subject_id)
    return last if reopened else None


def _make(kind: Kind, subject_id: int, by: User | None) -> Job:
    try:
        with transaction.atomic():
            return Job.objects.create(kind=kind, subject_id=subject_id, created_by=by)
    except IntegrityError:  # another process made it a moment ago
        return Job.objects.filter(kind=kind, subject_id=subject_id).order_by("-pk")[0]


def _ring_chains(job: Job) -> None:
    """Start the chains of steps that work a job off."""
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(rung_at=now, chained_at=now)
    for _chain in range(CHAINS.get(Kind(job.kind), 1)):
        _doorbell(job, chain=True)


def _ring_at_work(job: Job) -> None:
    """Ring now, or in a second when it rang just now; not at all when it is going to ring."""
    now = timezone.now()
    quiet = Q(rung_at=None) | Q(rung_at__lt=now - SOON)
    if Job.objects.filter(quiet, pk=job.pk).update(rung_at=now):
        _doorbell(job)
    elif Job.objects.filter(pk=job.pk, rung_at__lte=now).update(rung_at=now + SOON):
        _doorbell(job, delay=SOON)


def _doorbell(job: Job, *, chain: bool = False, delay: timedelta = timedelta()) -> None:
    try:
        app.send_task(
            f"worker.{job.kind}",
            [job.pk, chain],
            countdown=delay.total_seconds() or None,
            expires=60 + delay.total_seconds(),
        )
    except OperationalError as error:
        log.warning("job %s waits for the sweep: Redis is away (%s)", job.pk, error)
