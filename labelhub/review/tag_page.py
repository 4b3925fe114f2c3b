"""One tag as its page shows it, by name: names may hold slashes and question marks."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from labelhub.accounts.permissions import Action, allow
from labelhub.review.library import ImageCard
from labelhub.tags.api import GuidelineRow, Name, TagRow

router = Router(tags=["tag page"])


class TagRef(Schema):
    name: str
    category: str


class MeasuredFigures(Schema):
    """Of a tag's decisions: by whom, over how many positives. `low` and `high` bound F1 (95 %)."""

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
    implied_by: list[TagRef]
    all_implied: list[TagRef] = Field(description="through others, too")
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
    raise NotImplementedError


@router.post("/examples", auth=allow(Action.TAG_EDIT), response={204: None})
def examples_set(request: HttpRequest, body: NewExample) -> Status[None]:
    """Show a reviewed image on the tag's page; again, to change what is said of it."""
    raise NotImplementedError


@router.post("/examples/remove", auth=allow(Action.TAG_EDIT), response={204: None})
def examples_remove(
    request: HttpRequest, tag: Annotated[str, Query(...)], image_id: int
) -> Status[None]:
    raise NotImplementedError
