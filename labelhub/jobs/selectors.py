"""Reading jobs."""

from __future__ import annotations

from django.db.models import QuerySet

from labelhub.jobs.models import ACTIVE, Job


def job_list() -> QuerySet[Job]:
    return Job.objects.all()


def jobs_active_count() -> int:
    return Job.objects.filter(state__in=ACTIVE).count()
