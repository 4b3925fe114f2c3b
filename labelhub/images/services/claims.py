"""Handing the files of an upload to workers, each to one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, prefetch_related_objects
from django.utils.translation import gettext as _

from labelhub.images.models import UploadFile
from labelhub.images.services.settle import file_reject

ATTEMPTS = 3
TOGETHER = 64
State = UploadFile.State

# The choice is made once, apart: joined in place, Postgres may make it again for every row.
_CLAIM = """
    WITH free AS MATERIALIZED (
        SELECT id FROM images_uploadfile
         WHERE upload_id = %s AND state = 'waiting' AND (attempts > 0) = %s
           AND (claimed_until IS NULL OR claimed_until < now())
         ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
    UPDATE images_uploadfile
       SET claimed_until = now() + interval '60 seconds', attempts = attempts + 1
      FROM free WHERE images_uploadfile.id = free.id
    RETURNING images_uploadfile.*
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """Files that this process may work on until `until`."""

    files: list[UploadFile]
    until: datetime | None


def files_claim(*, upload_id: int, limit: int = TOGETHER) -> Claim:
    """Claim waiting files that nobody holds, oldest first. A killed worker's claim lapses.

    Claiming is counted. What was claimed before may be what killed that worker, so it comes after
    the rest, alone; a file that takes its worker down every time is rejected in the end instead of
    stopping the upload for ever.
    """
    files = _claimed(upload_id, limit, again=False)
    while not files and (files := _claimed(upload_id, 1, again=True)):
        if files[0].attempts > ATTEMPTS:
            file_reject(file=files.pop(), message=_stopped())
    prefetch_related_objects(files, "upload__created_by")
    return Claim(files=files, until=files[0].claimed_until if files else None)


def files_release(*, claim: Claim, after: UploadFile | None = None) -> None:
    """Give back the claimed files behind one that was worked on (all of them without), as if they
    had not been claimed.
    """
    rest = [file.pk for file in claim.files if after is None or file.pk > after.pk]
    held = UploadFile.objects.filter(
        pk__in=rest, state=State.WAITING, claimed_until=claim.until, attempts__gt=0
    )
    held.update(claimed_until=None, attempts=F("attempts") - 1)


def _claimed(upload_id: int, limit: int, *, again: bool) -> list[UploadFile]:
    rows = UploadFile.objects.raw(_CLAIM, [upload_id, again, limit])
    return sorted(rows, key=lambda file: file.pk)


def _stopped() -> str:
    why = _("Reading this file stopped the worker %d times; save the image again, or leave it out.")
    return why % ATTEMPTS
