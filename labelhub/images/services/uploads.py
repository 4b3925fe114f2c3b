"""An upload from its opening to its end."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labelhub import storage
from labelhub.accounts.models import User
from labelhub.images.errors import BookDrawnHere, UploadNotFound
from labelhub.images.models import Upload, UploadFile
from labelhub.images.selectors import IDLE, sidecars_alone, upload_progress
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.jobs.work import Progress

State = UploadFile.State


def upload_open(
    *,
    expected: int,
    source: str = "",
    licence: str = "",
    rating: str = "",
    domain: str = "",
    by: User | None = None,
) -> Upload:
    """Begin a batch of files that share what is said about them."""
    return Upload.objects.create(
        expected=expected,
        source=source,
        licence=licence,
        rating=rating,
        domain=domain,
        created_by=by,
    )


def upload_close(*, upload_id: int) -> Upload:
    """Say that this was all; saying it twice is once.

    Raises:
        UploadNotFound: there is no such upload.
        BookDrawnHere: a worker sends its files, and says itself when they have all come.
    """
    with transaction.atomic():
        senders = Upload.objects.filter(pk=upload_id, closed_at=None, book_seed=None)
        senders.update(closed_at=timezone.now())
        upload = Upload.objects.filter(pk=upload_id).select_related("created_by").first()
        if upload is None:
            raise UploadNotFound(_("There is no such upload; start a new one."))
        if upload.book_seed is not None:
            raise BookDrawnHere(_("The picture book closes itself when all its pages have come."))
        job_ring(kind=Kind.INGEST, subject_id=upload_id, by=upload.created_by)
    return upload


def upload_advance(*, upload_id: int, claimed: int) -> Progress:
    """Close an upload nobody has added to for long, finish one that is through; how far it is."""
    now = timezone.now()
    idle = Upload.objects.filter(closed_at=None, heard_at__lt=now - IDLE, book_seed=None)
    idle.filter(pk=upload_id).update(closed_at=now)
    waiting = UploadFile.objects.filter(upload=OuterRef("pk"), state=State.WAITING)
    unfinished = Upload.objects.filter(pk=upload_id, finished_at=None, closed_at__isnull=False)
    if unfinished.filter(~Exists(waiting)).update(finished_at=now):
        _tell_lonely_sidecars(upload_id)
        _sweep_incoming()
    return upload_progress(upload_id, claimed=claimed)


def _tell_lonely_sidecars(upload_id: int) -> None:
    for sidecar in sidecars_alone(upload_id):
        count = len(sidecar.tags)
        sentence = ngettext(
            "%d tag, but no image of this name came with it.",
            "%d tags, but no image of this name came with it.",
            count,
        )
        UploadFile.objects.filter(pk=sidecar.pk).update(message=sentence % count)


def _sweep_incoming() -> None:
    """Delete what killed processes left behind: bytes that no row has known for a day."""
    forgotten = set(storage.forgotten())
    known = UploadFile.objects.filter(state=State.WAITING, key__in=forgotten)
    for key in forgotten - set(known.values_list("key", flat=True)):
        storage.discard(key)
