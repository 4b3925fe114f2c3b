"""Reading runs."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils import timezone

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.training.models import Run, RunState, RunTag

UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)


def run_list() -> QuerySet[Run]:
    return Run.objects.select_related("base", "candidate", "created_by")


def run_tags(run: Run) -> QuerySet[RunTag]:
    """What a run did to each tag, those it learned most about first."""
    return RunTag.objects.filter(run=run).select_related("tag").order_by("-pairs", "tag__name")


def run_get(run_id: int) -> Run:
    return Run.objects.select_related("base__backbone", "base__vocabulary").get(pk=run_id)


def pending() -> Iterator[Work]:
    """The run under way, while nobody is at it."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    for pk in Run.objects.filter(free, state__in=UNDER_WAY).values_list("pk", flat=True):
        yield Work(Kind.TRAIN, pk)
