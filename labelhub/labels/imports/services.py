"""A file of labels from its coming to its end, as people ask for it."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from labelhub import posted, storage
from labelhub.accounts.models import User
from labelhub.images.names import clean_path
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.labels.events import COUNTING
from labelhub.labels.imports.errors import LabelImportNotReady
from labelhub.labels.imports.selectors import import_get
from labelhub.labels.models import LabelImport
from labelhub.labels.services import stale_note_found
from labelhub.tags.models import ImportState

FOLDER = "label-imports"
BYTES_LIMIT = 512 << 20
NEVER_APPLIED = (ImportState.READING, ImportState.READY, ImportState.REFUSED)


def import_add(
    *,
    form: str,
    absence: str,
    name: str,
    source: storage.Readable,
    length: int | None,
    by: User,
) -> LabelImport:
    """Take in a file; a worker reads it and says what applying it would change.

    Raises:
        FileTooLarge, FileCutShort: nothing is kept then.
    """
    received = posted.file_receive(
        source,
        length,
        limit=BYTES_LIMIT,
        too_large=_("The file is larger than %d MB; split it."),
        folder=FOLDER,
    )
    with transaction.atomic():
        made = LabelImport.objects.create(
            form=form,
            absence=absence,
            name=clean_path(name),
            key=received.key,
            sha256=received.sha256,
            bytes=received.bytes,
            user=by,
        )
        job_ring(kind=Kind.LABELS, subject_id=made.pk, by=by)
    _sweep()
    return import_get(made.pk)


def import_apply(*, import_id: int, by: User) -> LabelImport:
    """Have a file applied that has been read.

    Raises:
        LabelImportNotFound: there is none.
        LabelImportNotReady: it is still being read, was refused, or is applied already.
    """
    with transaction.atomic():
        _move(import_id, (ImportState.READY,), ImportState.APPLYING)
        job_ring(kind=Kind.LABELS, subject_id=import_id, by=by)
    return import_get(import_id)


def import_retract(*, import_id: int, by: User) -> LabelImport:
    """Let nothing of a file count any more that is applied, or is being: the worker at it stops
    then. The rows stay.

    Raises:
        LabelImportNotFound: there is none.
        LabelImportNotReady: it does not count at present.
    """
    with transaction.atomic():
        # A worker that is at it ends its batch first, and begins no other.
        _move(import_id, COUNTING, ImportState.RETRACTED)
        images_stale(import_id)
        job_ring(kind=Kind.DERIVE, subject_id=0, by=by)
    return import_get(import_id)


def import_restore(*, import_id: int, by: User) -> LabelImport:
    """Let a file that was taken back count again; one that was not applied to its end goes on.

    Raises:
        LabelImportNotFound: there is none.
        LabelImportNotReady: it was not taken back.
    """
    with transaction.atomic():
        whole = import_get(import_id).applied_at is not None
        to = ImportState.APPLIED if whole else ImportState.APPLYING
        _move(import_id, (ImportState.RETRACTED,), to)
        images_stale(import_id)
        job_ring(kind=Kind.DERIVE, subject_id=0, by=by)
        if not whole:
            job_ring(kind=Kind.LABELS, subject_id=import_id, by=by)
    return import_get(import_id)


def import_discard(*, import_id: int) -> None:
    """Forget a file that was not applied.

    Raises:
        LabelImportNotFound: there is none.
        LabelImportNotReady: it was applied, or is being.
    """
    found = import_get(import_id)
    with transaction.atomic():
        kept = LabelImport.objects.select_for_update().filter(pk=import_id, state__in=NEVER_APPLIED)
        if not kept.exists():
            raise LabelImportNotReady(
                _("“%s” was applied, and what was applied stays known; take it back instead.")
                % found.name
            )
        found.delete()
    storage.discard(found.key)


def images_stale(import_id: int) -> None:
    """Have the labels derived again of all images that a file was applied to."""
    stale_note_found(
        "SELECT image_id FROM labels_importedtags WHERE batch_id = %(batch)s", {"batch": import_id}
    )


def _move(import_id: int, states: Collection[ImportState], to: ImportState) -> None:
    moved = LabelImport.objects.filter(pk=import_id, state__in=states)
    if moved.update(state=to, message="", claimed_until=None):
        return
    found = import_get(import_id)
    raise LabelImportNotReady(
        _("“%(name)s” is in the state “%(state)s”, which does not allow this. Reload the page.")
        % {"name": found.name, "state": found.get_state_display()}
    )


def _sweep() -> None:
    """Delete what got no row, or is done with, for the process was killed in between."""
    forgotten = set(storage.forgotten(FOLDER))
    needed = LabelImport.objects.filter(key__in=forgotten, applied_at=None).exclude(
        state=ImportState.REFUSED
    )
    for key in forgotten - set(needed.values_list("key", flat=True)):
        storage.discard(key)
