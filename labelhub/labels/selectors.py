"""Reading events and labels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.jobs.models import Job, Kind
from labelhub.jobs.work import Work
from labelhub.labels.models import (
    Answer,
    Completion,
    ImportedTags,
    Label,
    Labels,
    LabelState,
    Source,
    Stale,
    TagCount,
    Undo,
)

COUNT_EVERY = timedelta(minutes=10)


class LabelFacts(NamedTuple):
    """A label of some image, as values: there may be many, and rows of models cost more."""

    tag_id: int
    tag: str
    category: int
    state: LabelState
    source: Source


def image_labels(image_id: int) -> list[LabelFacts]:
    """An image's stored labels, by the names of the tags."""
    labels = Label.objects.filter(image_id=image_id).order_by("tag__name")
    return [
        LabelFacts(pk, tag, category, LabelState(state), Source(source))
        for pk, tag, category, state, source in labels.values_list(
            "tag_id", "tag__name", "tag__category", "state", "source"
        )
    ]


def image_answers(image_id: int) -> QuerySet[Answer]:
    """The answers about an image, newest first, retracted ones included."""
    answers = Answer.objects.filter(image_id=image_id)
    return answers.select_related("tag", "user", "retraction").order_by("-created_at", "-pk")


def image_completions(image_id: int) -> QuerySet[Completion]:
    """Who says that an image is complete, newest first."""
    standing = Completion.objects.filter(image_id=image_id, retracted_at=None)
    return standing.select_related("user").order_by("-created_at")


def image_imports(image_id: int) -> QuerySet[ImportedTags]:
    """Tags that came with an image or with files about it, newest first, those taken back too."""
    rows = ImportedTags.objects.filter(image_id=image_id)
    return rows.select_related("batch").order_by("-pk")


def answers_standing() -> QuerySet[Answer]:
    return Answer.objects.filter(retraction=None)


def answers_since(start: datetime, user: User | None = None) -> int:
    answers = answers_standing().filter(created_at__gte=start)
    return (answers.filter(user=user) if user else answers).count()


def today() -> datetime:
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


def counts_due() -> bool:
    """Whether the labels of each tag are to be counted: some may have changed since, and it is not
    long ago.
    """
    last = TagCount.objects.order_by("-made_at").values_list("made_at", flat=True).first()
    if last is not None and last > timezone.now() - COUNT_EVERY:
        return False
    if last is None and not _any_label():
        return False  # counting would leave nothing by which to know that it was done
    newest = [
        Answer.objects.order_by("-created_at").values_list("created_at", flat=True).first(),
        ImportedTags.objects.order_by("-pk").values_list("created_at", flat=True).first(),
        Undo.objects.order_by("-pk").values_list("created_at", flat=True).first(),
        _derived_at(),
    ]
    return any(at is not None and (last is None or at > last) for at in newest)


def pending() -> Iterator[Work]:
    """Labels to be derived; labels to be counted."""
    if Stale.objects.exists():
        yield Work(Kind.DERIVE, 0)
    if counts_due():
        yield Work(Kind.COUNT, 0)


def _any_label() -> bool:
    """Answered by the index of labels that say something."""
    said = ~Q(positive=[]) | ~Q(negative=[]) | ~Q(conflicting=[])
    return Labels.objects.filter(said).exists()


def _derived_at() -> datetime | None:
    """When labels were last derived because of something other than an event of their image."""
    job = Job.objects.filter(kind=Kind.DERIVE, subject_id=0).order_by("-pk").first()
    return (job.finished_at or timezone.now()) if job else None
