"""Handing the files of an upload to workers, each to one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from labelhub.images.models import UploadFile
from labelhub.images.services.settle import file_reject

ATTEMPTS = 3


@dataclass(slots=True)
class Claim:
    """Files that this process may work on until `until`; every `file_begin` extends it."""

    files: list[UploadFile]
    until: datetime | None


def files_claim(*, upload_id: int, limit: int = 16) -> Claim:
    """Claim waiting files that nobody holds, oldest first. A killed worker's claim lapses."""
    rows = UploadFile.objects.raw(
        """
        UPDATE images_uploadfile SET claimed_until = now() + interval '60 seconds'
          FROM (SELECT id FROM images_uploadfile
                 WHERE upload_id = %s AND state = 'waiting'
                   AND (claimed_until IS NULL OR claimed_until < now())
                 ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) AS free
         WHERE images_uploadfile.id = free.id
        RETURNING images_uploadfile.*
        """,
        [upload_id, limit],
    )
    files = sorted(rows, key=lambda file: file.pk)
    prefetch_related_objects(files, "upload__created_by")
    return Claim(files=files, until=files[0].claimed_until if files else None)


def file_begin(*, claim: Claim, file: UploadFile) -> bool:
    """Begin with a claimed file and hold on to the rest; False when there is nothing to do with it.

    Beginning is counted, so a file that takes its worker down every time is rejected in the end
    instead of stopping the upload for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE images_uploadfile
               SET claimed_until = now() + interval '60 seconds',
                   attempts = attempts + (id = %s)::int
             WHERE id = ANY(%s) AND id >= %s AND state = 'waiting' AND claimed_until = %s
            RETURNING id, claimed_until, attempts
            """,
            [file.pk, [each.pk for each in claim.files], file.pk, claim.until],
        )
        held = {row[0]: row[1:] for row in cursor.fetchall()}
    if held:
        claim.until = next(iter(held.values()))[0]
    if file.pk not in held:
        return False
    if held[file.pk][1] <= ATTEMPTS:
        return True
    why = _("Reading this file stopped the worker %d times; save the image again, or leave it out.")
    file_reject(file=file, message=why % ATTEMPTS)
    return False


def files_release(*, claim: Claim, after: UploadFile) -> None:
    """Give back the claimed files behind this one."""
    rest = [file.pk for file in claim.files if file.pk > after.pk]
    UploadFile.objects.filter(pk__in=rest, claimed_until=claim.until).update(claimed_until=None)
