"""Uploads worked off in the test's own process: the worker's step, without Celery between."""

from __future__ import annotations

import io
from typing import Any

from labelhub.images.models import Upload, UploadFile
from labelhub.images.services import file_receive, upload_close, upload_open
from labelhub.jobs.models import ACTIVE, Job, Kind
from labelhub.jobs.services import job_ring
from worker.tasks.ingest import ingest


def step(upload: Upload) -> Job:
    """One step of the worker; the job as it is afterwards."""
    job = job_ring(kind=Kind.INGEST, subject_id=upload.pk)
    ingest.run(job.pk)
    job.refresh_from_db()
    return job


def work_off(upload: Upload) -> Job:
    """Steps until there is nothing left to do."""
    job = step(upload)
    for _step in range(200):
        if job.state not in ACTIVE or job.error:
            break
        job = step(upload)
    return job


def receive(upload: Upload, path: str, data: bytes) -> UploadFile:
    return file_receive(upload_id=upload.pk, path=path, source=io.BytesIO(data))


def uploaded(files: dict[str, bytes], **about: Any) -> Upload:
    """An upload of these files, closed and worked off."""
    upload = upload_open(expected=len(files), **about)
    for path, data in files.items():
        receive(upload, path, data)
    upload_close(upload_id=upload.pk)
    work_off(upload)
    upload.refresh_from_db()
    return upload


def outcomes(upload: Upload) -> dict[str, str]:
    """The state of each file by its path."""
    return dict(upload.files.order_by("pk").values_list("path", "state"))
