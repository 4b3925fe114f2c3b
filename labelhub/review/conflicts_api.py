"""What people, imports and tags contradict each other about, and who is on which side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from labelhub.accounts.permissions import Action, allow
from labelhub.labels.models import Source
from labelhub.paging import Cursor, Limit, Page, page_of
from labelhub.review.conflicts import Dispute, disputes_of, images_in_conflict
from labelhub.review.image_cards import ImageCard, cards_of
from labelhub.tags.models import Tag, category_name
from labelhub.tags.selectors import tags_meant

router = Router(tags=["history"])


class Side(Schema):
    """Who or what says so. `tag` is not always the tag in question: it may imply it, or be implied
    by it.
    """

    tag: str
    verdict: Literal["yes", "no"]
    by: str
    source: Source
    at: datetime
    answer_id: UUID | None


class ConflictRow(Schema):
    """`between` is "people" where they contradict each other about the tag itself, "imports" where
    what was imported does, "tags" where what is said about it contradicts what is said about a tag
    that implies it or is implied.
    """

    tag: str
    category: str
    between: Literal["people", "imports", "tags"]
    sides: list[Side]


class ConflictCard(Schema):
    image: ImageCard
    conflicts: list[ConflictRow]


@router.get("/conflicts", auth=allow(Action.IMAGE_VIEW), response=Page[ConflictCard])
def conflicts_list(
    request: HttpRequest,
    tag: Annotated[str, Query("", max_length=170)] = "",
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Page[ConflictCard]:
    """Images with contradictions, newest first, and who is on which side."""
    found = images_in_conflict(tags_meant([tag])[tag] if tag else None)
    images, following = page_of(found, cursor=cursor, limit=limit)
    disputes = disputes_of([image.pk for image in images])
    names = _names(disputes.values())
    cards = [
        ConflictCard(image=card, conflicts=[_conflict(each, names) for each in disputes[card.id]])
        for card in cards_of(images)
    ]
    return Page(items=cards, next=following)


def _conflict(dispute: Dispute, names: Mapping[int, str]) -> ConflictRow:
    return ConflictRow(
        tag=dispute.tag.name,
        category=category_name(dispute.tag.category),
        between=dispute.between,
        sides=[
            Side(
                tag=names[each.tag_id],
                verdict=each.verdict,
                by=each.by,
                source=each.source,
                at=each.at,
                answer_id=each.answer_id,
            )
            for each in dispute.stands
        ],
    )


def _names(disputes: Iterable[Iterable[Dispute]]) -> dict[int, str]:
    ids = {stand.tag_id for rows in disputes for each in rows for stand in each.stands}
    return dict(Tag.objects.filter(pk__in=ids).values_list("pk", "name"))
