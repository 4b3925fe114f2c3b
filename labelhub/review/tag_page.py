"""One tag as its page shows it, by name: names may hold slashes and question marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, allow
from labelhub.review.image_cards import ImageCard, image_cards
from labelhub.review.tag_facts import (
    counts_of,
    example_list,
    example_remove,
    example_set,
    implied_of,
)
from labelhub.scoring.metrics import f1_interval
from labelhub.taggers.files import head_of
from labelhub.taggers.selectors import position_of, tagger_serving
from labelhub.tags.api import GuidelineRow, Name, TagRow, tag_rows
from labelhub.tags.changes import tag_of
from labelhub.tags.guidelines import guideline_list
from labelhub.tags.models import Guideline, Markup, PublishedFigures, Tag, category_name

router = Router(tags=["tag page"])


class TagRef(Schema):
    name: str
    category: str


class MeasuredFigures(Schema):
    """Of a tag's decisions: by whom, over how many positives. `low` and `high` bound F1 (95 %,
    `scoring.metrics.f1_interval`).
    """

    origin: str
    positives: int
    precision: float
    recall: float
    f1: float
    low: float
    high: float
    hits: int
    alarms: int
    misses: int


class Counted(Schema):
    """Images with a label of this tag; `exact` is false where it was counted some time ago."""

    positive: int
    negative: int
    conflicting: int
    exact: bool


class ExampleRow(Schema):
    image: ImageCard
    good: bool
    note: str
    by: str


class TagPage(TagRow):
    """`known` says whether the serving tagger has the tag, `line` the probability of its line."""

    aliases: list[str]
    implies: list[TagRef]
    implied_by: list[TagRef] = Field(description="the first of them")
    implied_by_count: int
    all_implied: list[TagRef] = Field(description="through others, too; the first of them")
    guideline: GuidelineRow | None
    counts: Counted
    published: MeasuredFigures | None
    known: bool
    line: float | None
    examples: list[ExampleRow]


class NewExample(Schema):
    tag: Name
    image_id: Annotated[int, Field(ge=1, lt=2**63)]
    good: bool
    note: str = Field("", max_length=300)


@router.get("", auth=allow(Action.IMAGE_VIEW), response=TagPage)
def tag_get(
    request: HttpRequest, name: Annotated[str, Query(..., min_length=1, max_length=170)]
) -> TagPage:
    """A tag by its name or an alias."""
    tag = tag_of(name)
    tagger = tagger_serving()
    at = position_of(tagger).get(tag.pk) if tagger else None
    guideline = guideline_list(tag.pk).first()
    published = PublishedFigures.objects.filter(pk=tag.pk).first()
    implied = implied_of(tag)
    (row,) = tag_rows([tag])
    return TagPage(
        **row.model_dump(),
        aliases=implied.aliases,
        implies=_refs(implied.parents),
        implied_by=_refs(implied.children),
        implied_by_count=implied.children_count,
        all_implied=_refs(implied.ancestors),
        guideline=guideline_row(guideline) if guideline else None,
        counts=Counted(**asdict(counts_of(tag))),
        published=_figures(published) if published else None,
        known=at is not None,
        line=float(head_of(tagger.sha256).lines[at]) if tagger and at is not None else None,
        examples=_examples(tag),
    )


@router.post("/examples", auth=allow(Action.TAG_EDIT), response={204: None})
def examples_set(request: HttpRequest, body: NewExample) -> Status[None]:
    """Show a reviewed image on the tag's page; again, to change what is said of it."""
    assert isinstance(request.user, User)  # `allow` let nobody else in
    example_set(
        user=request.user,
        tag=tag_of(body.tag),
        image_id=body.image_id,
        good=body.good,
        note=body.note,
    )
    return Status(204, None)


@router.post("/examples/remove", auth=allow(Action.TAG_EDIT), response={204: None})
def examples_remove(
    request: HttpRequest, tag: Annotated[str, Query(...)], image_id: int
) -> Status[None]:
    example_remove(tag=tag_of(tag), image_id=image_id)
    return Status(204, None)


def guideline_row(guideline: Guideline) -> GuidelineRow:
    return GuidelineRow(
        version=guideline.version,
        markup=Markup(guideline.markup),
        body=guideline.body,
        photo_note=guideline.photo_note,
        drawn_note=guideline.drawn_note,
        other_names=guideline.other_names,
        summary=guideline.summary,
        asks_again=guideline.asks_again,
        by=guideline.user.username if guideline.user else None,
        at=guideline.created_at,
    )


def _figures(published: PublishedFigures) -> MeasuredFigures:
    hits, alarms, misses = published.hits, published.alarms, published.misses
    low, high = f1_interval(hits, alarms, misses)
    return MeasuredFigures(
        origin=_("JoyTag's authors"),
        positives=hits + misses,
        precision=published.precision,
        recall=published.recall,
        f1=published.f1,
        low=low,
        high=high,
        hits=hits,
        alarms=alarms,
        misses=misses,
    )


def _examples(tag: Tag) -> list[ExampleRow]:
    examples = list(example_list(tag))
    cards = {card.id: card for card in image_cards([each.image_id for each in examples])}
    return [
        ExampleRow(
            image=cards[each.image_id], good=each.good, note=each.note, by=each.user.username
        )
        for each in examples
    ]


def _refs(tags: Iterable[Tag]) -> list[TagRef]:
    return [TagRef(name=tag.name, category=category_name(tag.category)) for tag in tags]
