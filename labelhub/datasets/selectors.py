"""Reading datasets, and the labels a new one is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from labelhub.datasets.models import Dataset, DatasetState
from labelhub.datasets.snapshot import Row
from labelhub.images.models import DuplicatePair
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.labels.models import Label, LabelState
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import vocabulary_of


def dataset_list() -> QuerySet[Dataset]:
    return Dataset.objects.select_related("created_by")


def dataset_settled(dataset_id: int) -> bool:
    """Whether a dataset is made, failed or gone: whether there is nothing left to do."""
    open_states = [DatasetState.QUEUED, DatasetState.BUILDING]
    return not Dataset.objects.filter(pk=dataset_id, state__in=open_states).exists()


def pending() -> Iterator[Work]:
    """Datasets that nobody is making."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    wanted = Dataset.objects.filter(free, state__in=[DatasetState.QUEUED, DatasetState.BUILDING])
    for pk in wanted.values_list("pk", flat=True):
        yield Work(Kind.SNAPSHOT, pk)


def vocabulary_names(tagger: Tagger | None) -> list[str]:
    """The serving tagger's vocabulary in its order, then every other tag that has a "yes", by name.

    A tagger trained on the dataset keeps the positions it knows; new tags are appended.
    """
    known = [tag.name for tag in vocabulary_of(tagger)] if tagger else []
    positives = Label.objects.filter(state=LabelState.POSITIVE)
    used = positives.values_list("tag__name", flat=True).distinct()
    return known + sorted(set(used) - set(known))


def judged_rows(vocabulary: Sequence[str]) -> Iterator[Row]:
    """Every image somebody judged, ordered by SHA-256, read through a server-side cursor.

    Call inside a transaction: it is the snapshot. Tags outside the vocabulary (a "no" to a tag
    nobody has ever said yes to) are left out.
    """
    position = {name: index for index, name in enumerate(vocabulary)}
    twins = _split_keys()
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            """
            SELECT i.id, i.sha256,
                   array_agg(t.name) FILTER (WHERE l.state = 'positive'),
                   array_agg(t.name) FILTER (WHERE l.state = 'negative')
              FROM labels_label l
              JOIN images_image i ON i.id = l.image_id
              JOIN tags_tag t ON t.id = l.tag_id
             WHERE l.state IN ('positive', 'negative')
             GROUP BY i.id ORDER BY i.sha256 COLLATE "C"
            """
        )
        for image_id, sha256, positives, negatives in cursor:
            yes = [position[name] for name in positives or () if name in position]
            no = [position[name] for name in negatives or () if name in position]
            if yes or no:
                yield Row(image_id, sha256, yes, no, twins.get(sha256, sha256))


def _split_keys() -> dict[str, str]:
    """For images with near-duplicates: the smallest SHA-256 of all they are connected to."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    pairs = DuplicatePair.objects.values_list("image_low__sha256", "image_high__sha256")
    for first, second in pairs.iterator():
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    return {name: root(name) for name in list(parent)}
