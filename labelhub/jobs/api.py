"""What people see of background work."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from labelhub.accounts.permissions import Action, allow
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.jobs.selectors import job_list, rate_of, seconds_left
from labelhub.jobs.services import job_retry
from labelhub.paging import Cursor, Limit, Page, page_schema

router = Router(tags=["jobs"])


class JobRow(Schema):
    id: int
    kind: Kind
    title: str
    state: JobState
    done: int
    total: int
    rate: float | None
    seconds_left: float | None
    error: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def job_row(job: Job) -> JobRow:
    return JobRow(
        id=job.pk,
        kind=Kind(job.kind),
        title=job.get_kind_display(),
        state=JobState(job.state),
        done=job.done,
        total=job.total,
        rate=rate_of(job),
        seconds_left=seconds_left(job),
        error=job.error,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )


@router.get("", auth=allow(Action.JOB_VIEW), response=Page[JobRow])
def jobs_list(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[JobRow]:
    return page_schema(job_list(), cursor=cursor, limit=limit, show=job_row)


@router.post("/{job_id}/retry", auth=allow(Action.JOB_MANAGE), response=JobRow)
def jobs_retry(request: HttpRequest, job_id: int) -> JobRow:
    return job_row(job_retry(job=get_object_or_404(Job, pk=job_id)))
