"""Files that people send: taken in, listed, applied, forgotten; what a worker does is in `work`.

Bytes lie in the storage until the file is applied or forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub import posted, storage
from labelhub.accounts.models import User
from labelhub.errors import Conflict, NotFound
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.jobs.work import Work
from labelhub.tags.models import ImportState, VocabularyForm, VocabularyImport
from labelhub.tags.names import printable

FOLDER = "vocabulary"
LIMIT = 256 << 20
UNFINISHED = (ImportState.READING, ImportState.APPLYING)


class ImportNotFound(NotFound):
    code = "import_not_found"


class ImportNotReady(Conflict):
    code = "import_not_ready"


def import_list() -> QuerySet[VocabularyImport]:
    return VocabularyImport.objects.select_related("user")


def import_get(import_id: int) -> VocabularyImport:
    """Raises ImportNotFound."""
    found = import_list().filter(pk=import_id).first()
    if found is None:
        raise ImportNotFound(_("There is no such file any more; send it again."))
    return found


def import_add(
    *, form: VocabularyForm, name: str, source: storage.Readable, length: int | None, by: User
) -> VocabularyImport:
    """Take in a file and have a worker read it.

    Raises:
        FileTooLarge, FileCutShort: nothing is kept then.
    """
    _sweep()
    received = posted.file_receive(
        source,
        length,
        limit=LIMIT,
        too_large=_("The file is larger than %d MB; split it."),
        folder=FOLDER,
    )
    with transaction.atomic():
        made = VocabularyImport.objects.create(
            form=form,
            name=printable(name),
            key=received.key,
            sha256=received.sha256,
            bytes=received.bytes,
            user=by,
        )
        job_ring(kind=Kind.VOCABULARY, subject_id=made.pk, by=by)
    return made


def import_apply(*, import_id: int, by: User) -> VocabularyImport:
    """Have a worker do what was shown.

    Raises:
        ImportNotFound.
        ImportNotReady: it is not read yet, or applied already.
    """
    with transaction.atomic():
        changed = VocabularyImport.objects.filter(pk=import_id, state=ImportState.READY).update(
            state=ImportState.APPLYING, user=by, message=""
        )
        found = import_get(import_id)
        if not changed:
            raise ImportNotReady(
                _("This file is %s, so it cannot be applied now. Reload the page.")
                % found.get_state_display()
            )
        job_ring(kind=Kind.VOCABULARY, subject_id=import_id, by=by)
    return found


def import_discard(*, import_id: int) -> None:
    """Forget a file that has not been applied.

    Raises:
        ImportNotFound.
        ImportNotReady: it has been, or is being applied.
    """
    with transaction.atomic():
        found = import_get(import_id)
        gone, _rows = VocabularyImport.objects.filter(
            pk=import_id, state__in=[ImportState.READING, ImportState.READY, ImportState.REFUSED]
        ).delete()
        if not gone:
            raise ImportNotReady(_("What has been applied is part of the history, and stays."))
    storage.discard(found.key)


def import_settled(import_id: int) -> bool:
    """Whether a worker has nothing to do for a file."""
    return not VocabularyImport.objects.filter(pk=import_id, state__in=UNFINISHED).exists()


def pending() -> Iterator[Work]:
    """Files that nobody is reading or applying."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    wanted = VocabularyImport.objects.filter(free, state__in=UNFINISHED)
    for pk in wanted.values_list("pk", flat=True):
        yield Work(Kind.VOCABULARY, pk)


def _sweep() -> None:
    """Delete what killed processes left behind: bytes that no row has known for a day."""
    forgotten = set(storage.forgotten(FOLDER))
    known = VocabularyImport.objects.filter(key__in=forgotten).exclude(
        state__in=[ImportState.APPLIED, ImportState.REFUSED]
    )
    for key in forgotten - set(known.values_list("key", flat=True)):
        storage.discard(key)
