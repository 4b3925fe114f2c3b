"""Reading datasets, and the labels a new one is made of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import itemgetter

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from labelhub.datasets.models import Dataset, DatasetState
from labelhub.datasets.snapshot import Row
from labelhub.images.models import DuplicatePair
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.taggers.models import Tagger, VocabularyEntry
from labelhub.taggers.vocabulary import meaning_of
from labelhub.tags.models import TagName
from labelhub.tags.names import AUTOMATIC


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

    A tagger trained on the dataset keeps the positions it knows; new tags are appended. Automatic
    tags are not: they say of an image how large it is, and not what it shows. An output for which
    another stands, since their tags were merged, keeps the name it had and is never judged.
    """
    known = _outputs(tagger) if tagger else []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM tags_tag"
            " WHERE id IN (SELECT DISTINCT unnest(positive) FROM labels_labels)"
        )
        used = {name for (name,) in cursor.fetchall()}
    return known + sorted(used - AUTOMATIC - set(known))


def _outputs(tagger: Tagger) -> list[str]:
    entries = VocabularyEntry.objects.filter(vocabulary=tagger.vocabulary_id).order_by("position")
    made_as = entries.values_list("tag__name", flat=True)
    return [
        name or before for name, before in zip(meaning_of(tagger).names(), made_as, strict=True)
    ]


def judged_rows(vocabulary: Sequence[str]) -> Iterator[Row]:
    """Every image somebody judged, ordered by SHA-256, read through a server-side cursor.

    Call inside a transaction: it is the snapshot. Tags outside the vocabulary (a "no" to a tag
    nobody has ever said yes to) are left out.
    """
    position, by_age = _positions(vocabulary)
    twins = _split_keys()
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            """
            SELECT i.id, i.sha256, l.positive, l.negative, l.conflicting, l.completed_at
              FROM labels_labels l
              JOIN images_image i ON i.id = l.image_id
             WHERE NOT l.positive = '{}' OR NOT l.negative = '{}' OR l.completed_at IS NOT NULL
             ORDER BY i.sha256 COLLATE "C"
            """
        )
        for image_id, sha256, positives, negatives, conflicting, completed_at in cursor:
            yes = [position[tag] for tag in positives if tag in position]
            no = [position[tag] for tag in negatives if tag in position]
            if completed_at is not None:
                known = {position[tag] for tag in conflicting if tag in position}.union(yes, no)
                by_then = bisect_right(by_age, completed_at, key=itemgetter(0))
                no += [at for _created, at in by_age[:by_then] if at not in known]
            if yes or no:
                yield Row(image_id, sha256, yes, no, twins.get(sha256, sha256))


def _positions(vocabulary: Sequence[str]) -> tuple[dict[int, int], list[tuple[datetime, int]]]:
    """By tag id: its place in the vocabulary; and when the tags came that are negative on a
    complete image where nothing is known of them, oldest first, with their places.
    """
    rows = TagName.objects.filter(name__in=vocabulary, alias=False).select_related("tag")
    tags = {row.name: row.tag for row in rows}
    visual = [
        (at, tags[name])
        for at, name in enumerate(vocabulary)
        if name in tags and name not in AUTOMATIC
    ]
    absent = [(tag.created_at, at) for at, tag in visual if not tag.hidden and not tag.deprecated]
    return {tag.pk: at for at, tag in visual}, sorted(absent)


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
