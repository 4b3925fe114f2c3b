"""The only door to the worker.

Postgres says what is to be done; a Celery message is only a doorbell ("there is work for job 7")
and may be lost, doubled or late without harm. So nothing here waits for Redis, and nothing fails
when it is away.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from labelhub.accounts.models import User
from labelhub.errors import Conflict
from labelhub.jobs.models import ACTIVE, Job, JobState, Kind
from labelhub.jobs.selectors import RATE_FORGOTTEN
from labelhub.jobs.work import Progress, Work
from worker.app import app

log = logging.getLogger(__name__)

# Several chains of steps let several processes take chunks of one job; claims keep them apart. For
# pre-tagging those processes may be on as many machines, each with a GPU.
CHAINS = {Kind.INGEST: 4, Kind.PRETAG: 8}
CHAIN_ALIVE = timedelta(seconds=5)
SOON = timedelta(seconds=1)
RING_AGAIN = timedelta(seconds=10)
REOPEN = timedelta(minutes=1)
FAILURES_ALLOWED = 5
# What a worker takes first: the smallest number (`worker.app`). A job that has done little yet goes
# ahead of those that are long under way, so nobody who sent a few files waits for an import; and
# pre-tagging lets everything else go ahead, but for images somebody waits for.
SOONER, LATER, LAST = 0, 3, 6
LITTLE = 20
PATIENT = (Kind.PRETAG, Kind.INDEX, Kind.BORDERLINE)
# A rate is a mean that forgets: what was so many seconds ago counts half.
RATE_HALF_LIFE = timedelta(seconds=10)
RATE_EVERY = timedelta(seconds=1)
RATE_STILL = timedelta(seconds=10)


def job_ring(*, kind: Kind, subject_id: int, by: User | None = None, urgent: bool = False) -> Job:
    """Get or make a subject's active job; ring its doorbell once the transaction commits.

    Ringing again and again costs little: at most one doorbell now and one in a second.

    Args:
        urgent: somebody waits; ring now in any case, ahead of all that is patient.
    """
    job = _active(kind, subject_id)
    if job is not None:
        transaction.on_commit(lambda: _ring_at_work(job, urgent=urgent))
        return job
    made = _reopened(kind, subject_id) or _make(kind, subject_id, by)
    transaction.on_commit(lambda: _ring_chain(made, urgent=urgent))
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
            _ring_chain(job)
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
    """The job, now running; None when it has ended already, which makes the doorbell a no-op.

    Unless it was to ring when the job ended: what it was to ring for may have come since.
    """
    _reopen(Job.objects.filter(pk=job_id, rung_at__gt=F("finished_at")))
    job = Job.objects.filter(pk=job_id, state__in=ACTIVE).first()
    if job is None:
        return None
    Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING, started_at=timezone.now()
    )
    return job


def job_step_ended(*, job: Job, progress: Progress, chain: int = 0, newest: bool = False) -> None:
    """Record how far a step came; finish the job, or ring for the next chunk.

    Args:
        job: as it was when the step began.
        chain: the number of the chain whose step before rang for this one. Others (0) ring for a
            next one only where no chain is alive, so that however often people ring, chains stay
            few.
        newest: whether no chain after this one has begun. That one begins another where more is
            left than this step did.
    """
    now = timezone.now()
    if progress.done >= progress.total and _finish(job, progress, now):
        return
    running = Job.objects.filter(pk=job.pk, state=JobState.RUNNING)
    running.update(done=progress.done, total=progress.total, failures=0, error="")
    _rate(job.pk, progress.done, now)
    left = progress.total - progress.done
    if left <= 0 or not progress.claimed:
        if chain == 1:  # it ends here: whoever rings next may begin another
            Job.objects.filter(pk=job.pk).update(chained_at=None)
        return
    if not chain:
        if Job.objects.filter(pk=job.pk, chained_at__gt=now - CHAIN_ALIVE).exists():
            return
        chain, newest = 1, True
    Job.objects.filter(pk=job.pk).update(rung_at=now, chained_at=now)
    grows = newest and chain < CHAINS.get(Kind(job.kind), 1) and left > progress.claimed
    job.done = progress.done
    _doorbell(job, chain=chain, newest=newest and not grows)
    if grows:
        _doorbell(job, chain=chain + 1, newest=True)


def job_step_failed(*, job: Job, error: str, final: bool = False) -> None:
    """Record an error; after several in a row (or a `final` one) the job waits for a person."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        failures=F("failures") + 1, error=error
    )
    # Of each chain: one moment without storage fails a step of every chain.
    limit = 0 if final else FAILURES_ALLOWED * CHAINS.get(Kind(job.kind), 1)
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
    if _reopen(Job.objects.filter(pk=last.pk, finished_at__gte=recent)):
        return last
    return _active(kind, subject_id)


def _reopen(jobs: QuerySet[Job]) -> bool:
    """Let a job that is done go on, unless another is active on its subject."""
    try:
        with transaction.atomic():
            done = jobs.filter(state=JobState.DONE)
            return done.update(state=JobState.RUNNING, finished_at=None) == 1
    except IntegrityError:
        return False


def _make(kind: Kind, subject_id: int, by: User | None) -> Job:
    try:
        with transaction.atomic():
            return Job.objects.create(kind=kind, subject_id=subject_id, created_by=by)
    except IntegrityError:  # another process made it a moment ago
        return Job.objects.filter(kind=kind, subject_id=subject_id).order_by("-pk")[0]


def _finish(job: Job, progress: Progress, now: datetime) -> bool:
    """Say that a job is done, unless somebody rang for it since its step began: of what they rang
    for the step may know nothing.
    """
    running = Job.objects.filter(pk=job.pk, state=JobState.RUNNING)
    changed = running.filter(rung_at=job.rung_at).update(
        state=JobState.DONE,
        finished_at=now,
        done=progress.done,
        total=progress.total,
        failures=0,
        error="",
    )
    return changed == 1


def _rate(job_id: int, done: int, now: datetime) -> None:
    """Take a job's rate from how much more is done than when it was taken last.

    It does not matter which of several chains looks: all see the work of all.
    """
    job = Job.objects.get(pk=job_id)
    changes: dict[str, object] = {"rated_at": now, "rated_done": done}
    took = now - job.rated_at if job.rated_at else None
    if took is None or done < job.rated_done or took > RATE_FORGOTTEN:
        changes["rate"] = None
    elif took >= (RATE_EVERY if done > job.rated_done else RATE_STILL):
        latest = (done - job.rated_done) / took.total_seconds()
        kept = 0.5 ** (took / RATE_HALF_LIFE)
        changes["rate"] = latest if job.rate is None else kept * job.rate + (1 - kept) * latest
    else:
        return
    # Another chain may have done the same a moment ago.
    Job.objects.filter(pk=job_id, rated_at=job.rated_at).update(**changes)


def _ring_chain(job: Job, *, urgent: bool = False) -> None:
    """Start the first chain of steps that works a job off; it starts others."""
    now = job.rung_at = timezone.now()
    Job.objects.filter(pk=job.pk).update(rung_at=now, chained_at=now)
    _doorbell(job, chain=1, newest=True, urgent=urgent)


def _ring_at_work(job: Job, *, urgent: bool) -> None:
    """Ring now, or in a second when it rang just now; not at all when it is going to ring."""
    now = timezone.now()
    active = Job.objects.filter(pk=job.pk, state__in=ACTIVE)
    quiet = Q() if urgent else Q(rung_at=None) | Q(rung_at__lt=now - SOON)
    if active.filter(quiet).update(rung_at=now):
        _doorbell(job, urgent=urgent)
    elif active.filter(rung_at__lte=now).update(rung_at=now + SOON):
        _doorbell(job, delay=SOON)
    elif not active.exists():  # it ended a moment ago
        job_ring(kind=Kind(job.kind), subject_id=job.subject_id, urgent=urgent)


def _doorbell(
    job: Job,
    *,
    chain: int = 0,
    newest: bool = False,
    urgent: bool = False,
    delay: timedelta = timedelta(),
) -> None:
    try:
        app.send_task(
            f"worker.{job.kind}",
            [job.pk, chain, newest],
            countdown=delay.total_seconds() or None,
            expires=60 + delay.total_seconds(),
            priority=SOONER if urgent else _priority(job),
        )
    except OperationalError as error:
        log.warning("job %s waits for the sweep: Redis is away (%s)", job.pk, error)


def _priority(job: Job) -> int:
    if job.kind in PATIENT:
        return LAST
    return SOONER if job.done < LITTLE else LATER
