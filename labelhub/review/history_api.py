"""Who said what, taking it back, giving it again; and what people disagree about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from labelhub.accounts.permissions import Action, allow
from labelhub.labels.models import How, LabelState, Source, Verdict
from labelhub.paging import Cursor, Limit, Page
from labelhub.review.library import ImageCard
from labelhub.tags.api import Name

router = Router(tags=["history"])

ImageId = Annotated[int, Field(ge=1, lt=2**63)]


class AnswerQuery(Schema):
    """Which answers; what is left out does not matter. Times are ISO 8601."""

    user: str | None = Field(None, max_length=150)
    tag: Name | None = None
    image_id: ImageId | None = None
    verdict: Verdict | None = None
    how: How | None = None
    since: datetime | None = None
    until: datetime | None = None


class AnswerEvent(Schema):
    """`probability` is what the person saw, None where it was hidden or there was none."""

    id: UUID
    image: ImageCard
    tag: str
    category: str
    verdict: Verdict
    how: How
    seconds: float
    probability: float | None
    guideline_version: int
    by: str
    at: datetime
    retracted_by: str | None
    retracted_at: datetime | None


class WantedUndo(Schema):
    """Either single answers, or all that a query finds."""

    answer_ids: list[UUID] = Field([], max_length=1000)
    query: AnswerQuery | None = None


class UndoPreview(Schema):
    """What would be taken back: how many answers, of how many people, on how many images; and how
    many labels would become something else.
    """

    answers: int
    people: int
    images: int
    labels: int
    examples: list[AnswerEvent]


class UndoRow(Schema):
    """`reversed_by` is the undo that took this one back."""

    id: int
    by: str
    at: datetime
    answers: int
    sentence: str
    reverses: int | None
    reversed_by: int | None


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
    """`between` is "people" where they contradict each other about the tag itself, "tags" where
    what is said about it contradicts what is said about a tag that implies it or is implied.
    """

    tag: str
    category: str
    between: Literal["people", "tags"]
    sides: list[Side]


class ConflictCard(Schema):
    image: ImageCard
    conflicts: list[ConflictRow]


class WantedCompletion(Schema):
    image_id: ImageId
    complete: bool


class LabelChange(Schema):
    tag: str
    state: LabelState | None
    source: Source | None


@router.get("/answers", auth=allow(Action.IMAGE_VIEW), response=Page[AnswerEvent])
def history_answers(
    request: HttpRequest,
    query: Annotated[AnswerQuery, Query()],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AnswerEvent]:
    """Answers, newest first, those taken back included."""
    raise NotImplementedError


@router.post("/undos/preview", auth=allow(Action.ANSWER), response=UndoPreview)
def undos_preview(request: HttpRequest, body: WantedUndo) -> UndoPreview:
    raise NotImplementedError


@router.post("/undos", auth=allow(Action.ANSWER), response=UndoRow)
def undos_make(request: HttpRequest, body: WantedUndo) -> UndoRow:
    """Take answers back. One's own anybody may; those of others, who may curate labels."""
    raise NotImplementedError


@router.get("/undos", auth=allow(Action.IMAGE_VIEW), response=Page[UndoRow])
def undos_list(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[UndoRow]:
    raise NotImplementedError


@router.post("/undos/{int:undo_id}/reverse", auth=allow(Action.ANSWER), response=UndoRow)
def undos_reverse(request: HttpRequest, undo_id: int) -> UndoRow:
    """Let the answers that an undo took back count again."""
    raise NotImplementedError


@router.post("/completions", auth=allow(Action.ANSWER), response={204: None})
def completions_set(request: HttpRequest, body: WantedCompletion) -> None:
    """Say that an image's positives are all there, or take back that one said so."""
    raise NotImplementedError


@router.get("/conflicts", auth=allow(Action.IMAGE_VIEW), response=Page[ConflictCard])
def conflicts_list(
    request: HttpRequest,
    tag: Annotated[str, Query("", max_length=170)] = "",
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Page[ConflictCard]:
    """Images with contradictions, newest first, and who is on which side."""
    raise NotImplementedError
