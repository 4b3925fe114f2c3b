"""Reading jobs."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from labelhub.jobs.models import ACTIVE, Job, Kind
from labelhub.jobs.work import Work


def job_list() -> QuerySet[Job]:
    return Job.objects.all()


def jobs_active_count() -> int:
    return Job.objects.filter(state__in=ACTIVE).count()


def pending() -> Iterator[Work]:
    """Every active job: one whose last step was killed before it could say so is finished by the
    next step, which finds nothing left to do.
    """
    for job in Job.objects.filter(state__in=ACTIVE).order_by("pk"):
        yield Work(Kind(job.kind), job.subject_id)
