"""Uploads worked off in the test's own process: the worker's step, without Celery between."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from labelhub.images.models import Image, Upload, UploadFile
from labelhub.images.services import file_receive, upload_close, upload_open
from labelhub.jobs.models import ACTIVE, Job, Kind
from labelhub.jobs.services import job_ring
from labelhub.labels.models import Label
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


def messages(upload: Upload) -> dict[str, str]:
    """What is said about each file, by its path."""
    return dict(upload.files.values_list("path", "message"))


def on_disk(files: Path, folder: str) -> list[bytes]:
    """What the storage holds under a prefix."""
    return [path.read_bytes() for path in (files / folder).rglob("*") if path.is_file()]


def tags_of(image: Image) -> set[str]:
    return set(
        Label.objects.filter(image=image, source="imported").values_list("tag__name", flat=True)
    )


class Killed(BaseException):
    """What a kill looks like from inside: nothing gets to clean up."""


def kill(*_args: object, **_kwargs: object) -> None:
    raise Killed


def lapse(upload: Upload) -> None:
    """Let the claims on an upload lapse: for the database, a test's now is when it began."""
    UploadFile.objects.filter(upload=upload, claimed_until__isnull=False).update(
        claimed_until=timezone.now() - timedelta(hours=1)
    )
