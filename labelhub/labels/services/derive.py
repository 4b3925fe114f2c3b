"""Writing the labels that follow from events, and keeping writers of one image apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields

from django.db import connection, transaction
from django.utils import timezone

from labelhub.images.models import Image
from labelhub.labels.events import labels_derived
from labelhub.labels.models import Labels, Retraction, Undo
from labelhub.labels.rules import Derived
from labelhub.labels.undos import retractions_due

AT_ONCE = 500
LOCK_LABELS = 0x6C61  # the first half of an advisory lock's key: "this is about labels"
LOCK_MEANING, LOCK_UNDOS = 0, 1
_DERIVED = [each.name for each in fields(Derived)]


def labels_lock(*, image_ids: Iterable[int]) -> set[int]:
    """Make writers of the same images wait for each other until the transaction ends, so that
    labels are derived from all their events, and a question closed by all its labels.

    Nor does the vocabulary change its meaning meanwhile (`meaning_lock`).

    Returns:
        Those images that are here.
    """
    meaning_lock()
    rows = Labels.objects.filter(pk__in=set(image_ids)).order_by("pk")
    return set(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def meaning_lock(*, change: bool = False) -> None:
    """Keep those who derive labels and whoever changes what tags mean apart: when the changer asks
    which images are touched, all labels made after the old meaning are there to be found.

    To be taken before any lock of rows that the other side waits for.
    """
    _lock(LOCK_MEANING, alone=change)


def undos_lock(*, rebuild: bool = False) -> None:
    """Keep those who take answers back and whoever makes all retractions anew apart: an undo is
    either there to be read with what it did, or finds the retractions as they are to be.

    To be taken before any other lock.
    """
    _lock(LOCK_UNDOS, alone=rebuild)


def _lock(which: int, *, alone: bool) -> None:
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [LOCK_LABELS, which])


def labels_derive(*, image_ids: Iterable[int]) -> int:
    """Write the labels of these images as their events have them; how many images' changed.

    Call inside a transaction that holds `labels_lock` on them.
    """
    ids, changed = sorted(set(image_ids)), 0
    for start in range(0, len(ids), AT_ONCE):
        changed += _derive(ids[start : start + AT_ONCE])
    return changed


def labels_rebuild(*, follow: Callable[[list[int]], None] = lambda _ids: None) -> int:
    """Derive everything again from the events alone: what undos left standing, and all labels; how
    many images' labels changed. People may go on working meanwhile.

    Args:
        follow: what else follows from the labels of images; called in the same transaction.
    """
    with transaction.atomic():
        _retractions_rebuild()
    last, changed = 0, 0
    while True:
        after = Image.objects.filter(pk__gt=last).order_by("pk")
        if not (ids := list(after.values_list("pk", flat=True)[:AT_ONCE])):
            return changed
        with transaction.atomic():
            labels_lock(image_ids=ids)
            changed += labels_derive(image_ids=ids)
            follow(ids)
        last = ids[-1]


def _derive(image_ids: list[int]) -> int:
    found = labels_derived(image_ids)
    stored = {row.image_id: _as_derived(row) for row in Labels.objects.filter(pk__in=image_ids)}
    now = timezone.now()
    changed = [
        Labels(
            image_id=image_id, updated_at=now, **{name: getattr(derived, name) for name in _DERIVED}
        )
        for image_id, derived in found.items()
        if stored.get(image_id) != derived
    ]
    Labels.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["image"],
        update_fields=[*_DERIVED, "updated_at"],
    )
    return len(changed)


def _as_derived(row: Labels) -> Derived:
    return Derived(
        positive=tuple(row.positive),
        negative=tuple(row.negative),
        conflicting=tuple(row.conflicting),
        positive_sources=row.positive_sources,
        negative_sources=row.negative_sources,
        conflicting_sources=row.conflicting_sources,
        completed_at=row.completed_at,
    )


def _retractions_rebuild() -> None:
    undos_lock(rebuild=True)
    due = retractions_due(Undo.objects.order_by("pk").iterator(1_000))
    stored = dict(Retraction.objects.values_list("answer_id", "undo_id"))
    wrong = [answer for answer, undo in stored.items() if due.get(answer) != undo]
    Retraction.objects.filter(answer_id__in=wrong).delete()
    users = dict(Undo.objects.values_list("pk", "user_id"))
    Retraction.objects.bulk_create(
        [
            Retraction(answer_id=answer, undo_id=undo, user_id=users[undo])
            for answer, undo in due.items()
            if stored.get(answer) != undo
        ]
    )
