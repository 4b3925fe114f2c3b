"""Reading jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from labelhub.jobs.models import ACTIVE, Job, JobState, Kind
from labelhub.jobs.work import Work

# A rate that nobody has taken for so long says nothing any more.
RATE_FORGOTTEN = timedelta(minutes=1)


def job_list() -> QuerySet[Job]:
    return Job.objects.all()


def rate_of(job: Job) -> float | None:
    """How much of a running job gets done in a second; None where nobody knows, as when its workers
    have been silent.
    """
    silent_since = timezone.now() - RATE_FORGOTTEN
    known = job.state == JobState.RUNNING and job.rated_at and job.rated_at > silent_since
    return job.rate if known else None


def seconds_left(job: Job) -> float | None:
    """How long a running job goes on if it goes on like this; None where nobody can tell."""
    rate = rate_of(job)
    return max(0, job.total - job.done) / rate if rate else None


def jobs_active_count() -> int:
    return Job.objects.filter(state__in=ACTIVE).count()


def pending() -> Iterator[Work]:
    """Every active job: one whose last step was killed before it could say so is finished by the
    next step, which finds nothing left to do.
    """
    for job in Job.objects.filter(state__in=ACTIVE).order_by("pk"):
        yield Work(Kind(job.kind), job.subject_id)
