"""Reading what was done to the vocabulary, and whether it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from labelhub.labels.models import Stale
from labelhub.review.following import images_left
from labelhub.tags.models import ChangeKind, TagChange
from labelhub.tags.pen import key_of, presents

# Taken back by what they wrote. The others are added to: made, imported, a guideline's versions.
REVERSIBLE = (
    ChangeKind.RENAME,
    ChangeKind.ALIAS,
    ChangeKind.UNALIAS,
    ChangeKind.IMPLY,
    ChangeKind.UNIMPLY,
    ChangeKind.MERGE,
    ChangeKind.SPLIT,
    ChangeKind.DEPRECATE,
    ChangeKind.REVIVE,
    ChangeKind.CATEGORISE,
    ChangeKind.FLAGS,
)
LOOKED_AT = 20  # changes of which it is counted
LARGEST = 2**31  # no id that a change has touched is beyond
FOLLOWING = timedelta(days=1)  # after which nothing is counted any more: it is through long since


def change_list(tag_id: int | None = None) -> QuerySet[TagChange]:
    """What was done, or what was done to one tag."""
    rows = TagChange.objects.select_related("tag", "user", "undoes__tag", "undone_by")
    if tag_id is None:
        return rows
    if not 0 < tag_id < LARGEST:
        return rows.none()
    return rows.filter(Q(tag_id=tag_id) | Q(touched__contains=[tag_id]))


def taken_back_by(change: TagChange) -> int | None:
    """The id of the change that took this one back."""
    undone_by = getattr(change, "undone_by", None)  # absent without a row
    return undone_by.pk if undone_by else None


def changes_unchanged(changes: Sequence[TagChange]) -> set[int]:
    """The ids of those changes that stand as they were made: what they wrote is what is there."""
    edits = {change.pk: change.before.get("edits", []) for change in changes}
    now = presents(key_of(edit) for found in edits.values() for edit in found)
    return {
        pk for pk, found in edits.items() if all(now[key_of(edit)] == edit["is"] for edit in found)
    }


def changes_undoable(changes: Sequence[TagChange]) -> set[int]:
    """The ids of those that can be taken back, as far as that can be told without doing it."""
    standing = [
        change for change in changes if change.kind in REVERSIBLE and taken_back_by(change) is None
    ]
    return changes_unchanged(standing)


def changes_left(changes: Sequence[TagChange]) -> dict[int, int]:
    """By the id of a change: how many images' labels are still to follow from it. Only the newest
    changes are looked at.
    """
    if not Stale.objects.exists():
        return {}
    since = timezone.now() - FOLLOWING
    recent = [
        change
        for change in sorted(changes, key=lambda change: change.pk, reverse=True)
        if change.created_at > since and any(change.before.get("follow", {}).values())
    ]
    return {change.pk: images_left(change.before["follow"]) for change in recent[:LOOKED_AT]}
