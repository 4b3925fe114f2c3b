"""What a tag's page shows beside its text: names, implications, how often it is there, examples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from labelhub.accounts.models import User
from labelhub.errors import Conflict
from labelhub.images.selectors import image_get
from labelhub.labels.models import HUMAN, Label, LabelState, TagCount, TagExample
from labelhub.tags.graph import graph
from labelhub.tags.models import Tag, TagName

# Up to so many images are counted while somebody waits.
SHOWN = 200  # tags that imply one
COUNTED_AT_ONCE = 10_000


class NoExample(Conflict):
    """An image cannot be shown as an example."""

    code = "no_example"


@dataclass(frozen=True, slots=True)
class Named:
    """A tag's other names, and the tags it implies and is implied by, those of its form too; of the
    tags that many may be, the first.
    """

    aliases: list[str]
    parents: list[Tag]
    children: list[Tag]
    children_count: int
    ancestors: list[Tag]


@dataclass(frozen=True, slots=True)
class Counts:
    """Images with a stored label of a tag; `exact` is false where they were counted before."""

    positive: int
    negative: int
    conflicting: int
    exact: bool


def implied_of(tag: Tag) -> Named:
    present = graph()
    parents, ancestors = present.parents(tag.pk), present.ancestors(tag.pk)
    children = {low for low in present.descendants(tag.pk) if tag.pk in present.parents(low)}
    tags = Tag.objects.in_bulk(list(parents | ancestors | children))
    names = TagName.objects.filter(tag=tag, alias=True).order_by("name")
    return Named(
        aliases=list(names.values_list("name", flat=True)),
        parents=_by_name(tags[pk] for pk in parents),
        children=_by_name(tags[pk] for pk in children)[:SHOWN],
        children_count=len(children),
        ancestors=_by_name(tags[pk] for pk in ancestors)[:SHOWN],
    )


def counts_of(tag: Tag) -> Counts:
    """Of a rare tag as of now, of others as they were last counted."""
    last = TagCount.objects.filter(pk=tag.pk).first()
    before = (last.positive, last.negative, last.conflicting) if last else (0, 0, 0)
    counted = [
        None if before[0] >= COUNTED_AT_ONCE else _count("positive @> ARRAY[%s::int]", tag.pk),
        None if before[1] >= COUNTED_AT_ONCE else _count("negative @> ARRAY[%s::int]", tag.pk),
        # Their index leads to all conflicts, whatever they are about.
        None
        if _many_conflicts()
        else _count("NOT conflicting = '{}' AND conflicting @> ARRAY[%s::int]", tag.pk),
    ]
    positive, negative, conflicting = (
        was if now is None else now for was, now in zip(before, counted, strict=True)
    )
    return Counts(positive, negative, conflicting, exact=None not in counted)


def example_list(tag: Tag) -> QuerySet[TagExample]:
    """The images shown for a tag, those for tags that were merged into it among them."""
    names = TagName.objects.filter(tag=tag).values("name")
    meant = Tag.objects.filter(name__in=names)
    rows = TagExample.objects.filter(tag__in=meant).select_related("user")
    return rows.order_by("image_id", "-pk").distinct("image_id")


def example_set(*, user: User, tag: Tag, image_id: int, good: bool, note: str) -> None:
    """Show an image on a tag's page; again, to change what is said of it.

    Raises:
        ImageNotFound: it is not in the library.
        NoExample: nobody has reviewed it, or they said the opposite.
    """
    image_get(image_id)
    label = Label.objects.filter(image_id=image_id, tag_id=tag.pk, source__in=HUMAN).first()
    if label is None:
        raise NoExample(
            _("Nobody has said of this image whether it has “%s”. Answer that first.") % tag.name
        )
    if label.state != (LabelState.POSITIVE if good else LabelState.NEGATIVE):
        raise NoExample(
            {
                LabelState.POSITIVE: _("This image has “%s”: it shows what the tag is."),
                LabelState.NEGATIVE: _(
                    "This image does not have “%s”: it can only show what the tag is not."
                ),
                LabelState.CONFLICTING: _(
                    "What people said about “%s” on this image contradicts itself. "
                    "Settle that first."
                ),
            }[LabelState(label.state)]
            % tag.name
        )
    TagExample.objects.update_or_create(
        tag=tag, image_id=image_id, defaults={"good": good, "note": note, "user": user}
    )


def example_remove(*, tag: Tag, image_id: int) -> None:
    """Show an image on a tag's page no more; removing it twice is once."""
    names = TagName.objects.filter(tag=tag).values("name")
    meant = Tag.objects.filter(name__in=names)
    TagExample.objects.filter(tag__in=meant, image_id=image_id).delete()


def _by_name(tags: Iterable[Tag]) -> list[Tag]:
    return sorted(tags, key=lambda tag: tag.name)


def _count(condition: str, tag_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM labels_labels WHERE {condition}", [tag_id])
        return int(cursor.fetchone()[0])


def _many_conflicts() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM labels_labels WHERE NOT conflicting = '{}' LIMIT %s)"
            " AS first",
            [COUNTED_AT_ONCE],
        )
        return int(cursor.fetchone()[0]) >= COUNTED_AT_ONCE
