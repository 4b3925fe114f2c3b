"""The picture book as an upload: its pages are drawn by a worker and taken in like other files.

A page that has come has a row of its own, so what is missing is known from the rows alone; and the
same page is the same bytes, which taken in twice are one file.
"""

from __future__ import annotations

import io

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub import storage
from labelhub.accounts.models import User
from labelhub.images.errors import BookHere
from labelhub.images.models import Domain, Rating, Upload, UploadFile
from labelhub.images.services.receive import IMAGE_BYTES, file_add
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.picturebook.book import Page, page_name

SOURCE = "labelhub's picture book"
LICENCE = "CC0-1.0"


def book_open(*, pages: int, seed: int, by: User | None = None) -> Upload:
    """Have the first pages of a picture book drawn and taken in.

    Raises:
        BookHere: the library has, or is getting, the book of this seed.
    """
    try:
        with transaction.atomic():
            upload = Upload.objects.create(
                expected=pages,
                source=SOURCE,
                licence=LICENCE,
                rating=Rating.GENERAL,
                book_seed=seed,
                created_by=by,
            )
            job_ring(kind=Kind.BOOK, subject_id=upload.pk, by=by)
    except IntegrityError as error:
        raise BookHere(_here(Upload.objects.get(book_seed=seed))) from error
    return upload


def page_take(*, upload: Upload, page: Page) -> UploadFile:
    """Take in a page of a book, as bytes that somebody sent; this is where it is drawn."""
    received = storage.receive(io.BytesIO(page.file()), limit=IMAGE_BYTES)
    return file_add(
        upload=upload,
        path=page_name(page.index),
        received=received,
        domain=Domain(page.domain.value),
    )


def book_close(*, upload: Upload) -> None:
    """All pages have come; saying it twice is once."""
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk, closed_at=None).update(closed_at=timezone.now())
        job_ring(kind=Kind.INGEST, subject_id=upload.pk, by=upload.created_by)


def _here(upload: Upload) -> str:
    values = {"seed": upload.book_seed, "id": upload.pk}
    if upload.closed_at is None:
        return _("Picture book %(seed)d is being drawn (upload %(id)d); wait for it.") % values
    return _("Picture book %(seed)d is in the library already (upload %(id)d).") % values
