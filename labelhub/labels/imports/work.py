"""What a worker does with a file of labels: reading it, then applying it batch by batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub import storage
from labelhub.jobs.work import Progress
from labelhub.labels.imports.meaning import Names, Said, meaning
from labelhub.labels.imports.preview import Preview
from labelhub.labels.imports.readers import read
from labelhub.labels.imports.rows import FileRefused, Problem, Row
from labelhub.labels.imports.selectors import UNFINISHED, import_unfinished
from labelhub.labels.imports.services import images_stale
from labelhub.labels.models import Absence, ImportedTags, LabelImport
from labelhub.labels.services import labels_derive, labels_lock
from labelhub.tags.models import ImportState

CLAIM = timedelta(minutes=2)  # longer than a batch may take
FETCHING = timedelta(minutes=12)  # longer than a step may take: a file may be long in coming
ROWS_AT_ONCE = 300
SKIPPED_AT_ONCE = 10_000
STEP_SECONDS = 10.0
# After so long a preview compares no more rows with the library, and counts them only.
PREVIEW_SECONDS = 240.0
# A file is read from its start at each step: what is passed over may take so much of a step.
SKIPPING = 4
Follow = Callable[[Collection[int]], None]
T = TypeVar("T")


def import_step(*, import_id: int, follow: Follow) -> Progress:
    """Read a file, or apply it for some seconds, unless somebody else is at it.

    Args:
        follow: what else follows from the labels of images; called in the same transaction.
    """
    found = _claim(import_id)
    if found is None:
        return _elsewhere(import_id)
    try:
        if found.state == ImportState.READING:
            _read(found)
            return Progress(claimed=1, done=1, total=1)
        return _apply(found, follow)
    except (FileRefused, storage.BytesGone) as error:
        _stop(found, str(error))  # what could be read is no whole file
        return Progress(claimed=1, done=1, total=1)
    finally:
        _mine(found).update(claimed_until=None)


def _read(found: LabelImport) -> None:
    """Say what the file would change. Killed, it is read again from its start."""
    try:
        preview, names = Preview(), Names(make=False)
        if not _look(found, preview, names):
            return  # it was discarded meanwhile, or another worker has it now
        if not preview.rows:
            raise FileRefused(_("There is no row in the file."))
    except (OperationalError, InterfaceError):
        raise  # Postgres is away: the claim lapses, and it is read again
    except (FileRefused, storage.BytesGone) as error:
        _refuse(found, str(error))
    except (OSError, SoftTimeLimitExceeded):
        raise  # a full disk, say, or a slow machine: no fault of the file
    except Exception as error:
        why = _("It could not be read (%s): see the log.") % type(error).__name__
        _refuse(found, why)
        raise
    else:
        _mine(found).update(
            state=ImportState.READY,
            claimed_until=None,
            rows_done=0,
            preview=preview.made(names),
            problems=[
                {"line": each.row, "text": each.text, "message": each.message}
                for each in preview.problems
            ],
        )


def _look(found: LabelImport, preview: Preview, names: Names) -> bool:
    """Compare a file's rows with the library; whether this worker had the file to its end."""
    enough = time.monotonic() + PREVIEW_SECONDS
    with storage.local_file(found.key) as path:
        if not _stay(found):
            return False
        for rows in _batches(read(found.form, path)):
            if time.monotonic() < enough:
                complete = found.absence == Absence.NO
                preview.add(len(rows), meaning(rows, names, complete=complete), names)
            else:
                preview.count(rows)
            until = _hold(found, rows_done=preview.rows)
            if until is None:
                return False
            found.claimed_until = until
    return True


def _apply(found: LabelImport, follow: Follow) -> Progress:
    """Apply batches for some seconds, each in a transaction that says how far the file is done."""
    names, began, claimed = Names(make=True), time.monotonic(), 0
    with storage.local_file(found.key) as path:
        rows = read(found.form, path)
        if not _skip(found, rows):
            return _elsewhere(found.pk)
        skipped = time.monotonic()
        enough = skipped + max(STEP_SECONDS, SKIPPING * (skipped - began))
        for batch in _batches(rows):
            if not _batch_apply(found, batch, names, follow):
                return _elsewhere(found.pk)  # another worker has it now, or it was taken back
            claimed += len(batch)
            if time.monotonic() > enough:
                break
        else:
            return _finish(found, claimed)
    # One more than the rows: the end of the file is still to be seen.
    total = max(found.preview["rows"], found.rows_done) + 1
    return Progress(claimed=claimed, done=found.rows_done, total=total)


def _skip(found: LabelImport, rows: Iterator[Row | Problem]) -> bool:
    """Pass over what is applied; whether this worker still has the file."""
    left = found.rows_done
    while _stay(found):
        if not left:
            return True
        some = min(left, SKIPPED_AT_ONCE)
        next(islice(rows, some, some), None)
        left -= some
    return False


def _batch_apply(
    found: LabelImport, rows: list[Row | Problem], names: Names, follow: Follow
) -> bool:
    """Record what some rows say, and the labels that follow; whether this worker has the file."""
    said: dict[int, Said] = {}
    for each in meaning(rows, names, complete=found.absence == Absence.NO).said:
        if each.image_id not in said and each:
            said[each.image_id] = each
    with transaction.atomic():
        until = _hold(found, rows_done=found.rows_done + len(rows))
        if until is None:
            return False
        here = labels_lock(image_ids=said)
        ImportedTags.objects.bulk_create(
            [
                ImportedTags(
                    batch=found,
                    image_id=image_id,
                    origin=found.name,
                    positive=each.positive,
                    negative=each.negative,
                    complete=each.complete,
                )
                for image_id, each in said.items()
                if image_id in here
            ],
            ignore_conflicts=True,  # of an image that comes twice the first row counts
        )
        labels_derive(image_ids=here)
        follow(here)
    found.rows_done, found.claimed_until = found.rows_done + len(rows), until
    return True


def _finish(found: LabelImport, claimed: int) -> Progress:
    """All is applied: from now on the rows say what counts, and the bytes are needed no more."""
    applied = _mine(found).update(
        state=ImportState.APPLIED, applied_at=timezone.now(), claimed_until=None
    )
    if applied:
        storage.discard(found.key)
    return Progress(claimed=claimed, done=found.rows_done, total=found.rows_done)


def _elsewhere(import_id: int) -> Progress:
    """Where a file has come to that this worker does not have."""
    return Progress(claimed=0, done=int(not import_unfinished(import_id)), total=1)


def _stop(found: LabelImport, why: str) -> None:
    """Take back what was applied of a file of which no more can be: none of it is to count."""
    with transaction.atomic():
        stopped = _mine(found).update(state=ImportState.RETRACTED, message=why, claimed_until=None)
        if stopped:
            images_stale(found.pk)


def _claim(import_id: int) -> LabelImport | None:
    """Take a file that is to be read or applied; None when another worker has it, or it is done."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    until = timezone.now() + FETCHING
    waiting = LabelImport.objects.filter(free, pk=import_id, state__in=UNFINISHED)
    if not waiting.update(claimed_until=until):
        return None
    return LabelImport.objects.filter(pk=import_id, claimed_until=until).first()


def _hold(found: LabelImport, *, rows_done: int) -> datetime | None:
    """Say how far the file is done, and that this worker stays at it; until when, or None where it
    is this worker's no more.
    """
    until = timezone.now() + CLAIM
    held = _mine(found).update(rows_done=rows_done, claimed_until=until)
    return until if held else None


def _stay(found: LabelImport) -> bool:
    """Say that this worker stays at a file, which is no further than it was; whether it has it."""
    until = _hold(found, rows_done=found.rows_done)
    if until is None:
        return False
    found.claimed_until = until
    return True


def _refuse(found: LabelImport, why: str) -> None:
    refused = _mine(found).update(
        state=ImportState.REFUSED, message=why, rows_done=0, claimed_until=None
    )
    if refused:
        storage.discard(found.key)


def _mine(found: LabelImport) -> QuerySet[LabelImport]:
    """The row, for as long as it is in the state and the hands it was taken in."""
    return LabelImport.objects.filter(
        pk=found.pk, state=found.state, claimed_until=found.claimed_until
    )


def _batches(rows: Iterator[T]) -> Iterator[list[T]]:
    return iter(lambda: list(islice(rows, ROWS_AT_ONCE)), [])
