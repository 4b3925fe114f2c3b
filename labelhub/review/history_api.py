"""Who said what, taking it back, giving it again; and that an image is complete."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, Field

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, actions_of, allow
from labelhub.errors import Forbidden
from labelhub.labels import history
from labelhub.labels.history import (
    NothingToUndo,
    answers_asked,
    answers_to_undo,
    undo_effect,
    undo_list,
)
from labelhub.labels.models import Answer, How, Retraction, Undo, Verdict
from labelhub.labels.services import taken_by
from labelhub.paging import Cursor, Limit, Page, page_of, page_schema
from labelhub.review.image_cards import ImageCard, image_cards
from labelhub.review.services import completion_take, undo_give_back, undo_take
from labelhub.tags.api import Name
from labelhub.tags.models import category_name

router = Router(tags=["history"])

EXAMPLES = 20
SHOWN = ("tag", "user", "retraction__user", "retraction__undo")  # what an event says of an answer

ImageId = Annotated[int, Field(ge=1, lt=2**63)]


def _in_utc(at: datetime) -> datetime:
    """A time as Postgres takes it, whatever its zone; one without a zone is of UTC."""
    try:
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("no such time in UTC") from error


Time = Annotated[datetime, AfterValidator(_in_utc)]


class AnswerQuery(Schema):
    """Which answers; what is left out does not matter. Times are ISO 8601."""

    user: str | None = Field(None, max_length=150)
    tag: Name | None = None
    image_id: ImageId | None = None
    verdict: Verdict | None = None
    how: How | None = None
    since: Time | None = None
    until: Time | None = None


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


class WantedCompletion(Schema):
    image_id: ImageId
    complete: bool


@router.get("/answers", auth=allow(Action.IMAGE_VIEW), response=Page[AnswerEvent])
def history_answers(
    request: HttpRequest,
    query: Annotated[AnswerQuery, Query()],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AnswerEvent]:
    """Answers, newest first, those taken back included."""
    answers = answers_asked(_query(query)).select_related(*SHOWN)
    rows, following = page_of(answers, cursor=cursor, limit=limit, key="-created_at")
    return Page(items=_events(rows), next=following)


@router.post("/undos/preview", auth=allow(Action.ANSWER), response=UndoPreview)
def undos_preview(request: HttpRequest, body: WantedUndo) -> UndoPreview:
    ids = _wanted(body, _user(request))
    effect = undo_effect(ids)
    answers = Answer.objects.filter(pk__in=ids, retraction=None).select_related(*SHOWN)
    return UndoPreview(
        **asdict(effect), examples=_events(answers.order_by("-created_at", "-pk")[:EXAMPLES])
    )


@router.post("/undos", auth=allow(Action.ANSWER), response=UndoRow)
def undos_make(request: HttpRequest, body: WantedUndo) -> UndoRow:
    """Take answers back. One's own anybody may; those of others, who may curate labels."""
    user = _user(request)
    undo = undo_take(
        user=user,
        answer_ids=_wanted(body, user),
        asked=_query(body.query).asked() if body.query else {},
        anybodys=_curates(user),
    )
    return _undo_row(undo_list().get(pk=undo.pk))


@router.get("/undos", auth=allow(Action.IMAGE_VIEW), response=Page[UndoRow])
def undos_list(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[UndoRow]:
    """What was taken back, and given again, newest first."""
    return page_schema(undo_list(), cursor=cursor, limit=limit, show=_undo_row)


@router.post("/undos/{int:undo_id}/reverse", auth=allow(Action.ANSWER), response=UndoRow)
def undos_reverse(request: HttpRequest, undo_id: int) -> UndoRow:
    """Let the answers that an undo took back count again."""
    user = _user(request)
    made = undo_give_back(user=user, undo_id=undo_id, anybodys=_curates(user))
    return _undo_row(undo_list().get(pk=made.pk))


@router.post("/completions", auth=allow(Action.ANSWER), response={204: None})
def completions_set(request: HttpRequest, body: WantedCompletion) -> Status[None]:
    """Say that an image's positives are all there, or take back that one said so. Who may curate
    labels takes back what others said, too.
    """
    user = _user(request)
    completion_take(
        user=user, image_id=body.image_id, complete=body.complete, anybodys=_curates(user)
    )
    return Status(204, None)


def _query(query: AnswerQuery) -> history.AnswerQuery:
    return history.AnswerQuery(**query.model_dump())


def _wanted(body: WantedUndo, user: User) -> list[UUID]:
    """The answers an undo is about.

    Raises:
        Forbidden: among them are answers of others, and this person may not take them back.
        NothingToUndo, TooManyAnswers
    """
    if body.query is not None:
        ids = answers_to_undo(_query(body.query))
    elif not (ids := body.answer_ids):
        raise NothingToUndo(_("Choose the answers to take back first."))
    if not _curates(user) and Answer.objects.filter(pk__in=ids).exclude(user=user).exists():
        raise Forbidden(
            _("There are answers of others among these, and only curators can take those back.")
        )
    return ids


def _events(answers: Iterable[Answer]) -> list[AnswerEvent]:
    found = list(answers)
    cards = {card.id: card for card in image_cards(list({each.image_id for each in found}))}
    return [_event(each, cards[each.image_id]) for each in found]


def _event(answer: Answer, card: ImageCard) -> AnswerEvent:
    retraction: Retraction | None = getattr(answer, "retraction", None)
    return AnswerEvent(
        id=answer.pk,
        image=card,
        tag=answer.tag.name,
        category=category_name(answer.tag.category),
        verdict=Verdict(answer.verdict),
        how=How(answer.how),
        seconds=answer.seconds,
        probability=answer.shown.get("probability"),
        guideline_version=answer.guideline_version,
        by=answer.user.username,
        at=answer.created_at,
        retracted_by=retraction.user.username if retraction else None,
        retracted_at=retraction.undo.created_at if retraction else None,
    )


def _undo_row(undo: Undo) -> UndoRow:
    reversed_by: Undo | None = getattr(undo, "reversed_by", None)
    return UndoRow(
        id=undo.pk,
        by=undo.user.username,
        at=undo.created_at,
        answers=undo.answers,
        sentence=_sentence(undo),
        reverses=undo.reverses_id,
        reversed_by=reversed_by.pk if reversed_by else None,
    )


def _sentence(undo: Undo) -> str:
    count = undo.answers
    if not taken_by(undo):
        return ngettext("Gave %d answer again.", "Gave %d answers again.", count) % count
    first = ngettext("Took back %d answer", "Took back %d answers", count) % count
    asked = [
        text % {name: _said(name, undo.asked[name])}
        for name, text in _asked()
        if name in undo.asked
    ]
    return (f"{first}: {', '.join(asked)}" if asked else first) + "."


def _said(name: str, value: Any) -> str:
    """A part of a query as a person says it."""
    if name in ("since", "until"):
        return _("%s UTC") % date_format(_in_utc(datetime.fromisoformat(value)), "DATETIME_FORMAT")
    labels = {"verdict": Verdict, "how": How}
    return str(labels[name](value).label if name in labels else value)


def _asked() -> tuple[tuple[str, str], ...]:
    return (
        ("user", _("of %(user)s")),
        ("tag", _("about “%(tag)s”")),
        ("image_id", _("on image %(image_id)s")),
        ("verdict", _("those saying “%(verdict)s”")),
        ("how", _("of the manner “%(how)s”")),
        ("since", _("since %(since)s")),
        ("until", _("until %(until)s")),
    )


def _curates(user: User) -> bool:
    return Action.LABEL_CURATE in actions_of(user)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # `allow` let nobody else in
    return request.user
