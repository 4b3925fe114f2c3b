"""Reading files of labels."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.labels.imports.errors import LabelImportNotFound
from labelhub.labels.models import LabelImport
from labelhub.tags.models import ImportState

UNFINISHED = (ImportState.READING, ImportState.APPLYING)


def import_list() -> QuerySet[LabelImport]:
    return LabelImport.objects.select_related("user")


def import_get(import_id: int) -> LabelImport:
    """
    Raises:
        LabelImportNotFound: there is none, or it was discarded.
    """
    found = import_list().filter(pk=import_id).first()
    if found is None:
        raise LabelImportNotFound(_("There is no such file of labels; send it again."))
    return found


def import_unfinished(import_id: int) -> bool:
    return LabelImport.objects.filter(pk=import_id, state__in=UNFINISHED).exists()


def pending() -> Iterator[Work]:
    """Files that are to be read or applied, and that nobody is at."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    waiting = LabelImport.objects.filter(free, state__in=UNFINISHED)
    for pk in waiting.values_list("pk", flat=True):
        yield Work(Kind.LABELS, pk)
