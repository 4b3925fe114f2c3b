"""Reviewing: cards out, answers in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

import numpy as np
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field, model_validator

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, allow
from labelhub.labels.models import How, Verdict, View
from labelhub.labels.services import NewAnswer
from labelhub.review import selectors
from labelhub.review.image_cards import ImageCard, image_cards
from labelhub.review.models import Card, Question
from labelhub.review.services import answers_take, cards_lease, cards_release, undo_take
from labelhub.review.suggested import SuggestionRow, suggestion_rows
from labelhub.scoring.calibration import Scores
from labelhub.scoring.head import Head
from labelhub.taggers.api import TaggerRow, tagger_row
from labelhub.taggers.files import head_of
from labelhub.taggers.selectors import position_of, tagger_serving
from labelhub.tags.models import category_name

router = Router(tags=["review"])

ImageId = Annotated[int, Field(ge=1, lt=2**63)]
SURE = 20  # suggestions shown beside a card's questions


class QuestionRow(Schema):
    """A question and why it is asked: how likely the tag is there, and where its line is.

    `score` is raw, `probability` and `line` are what it means (see `SuggestionRow`). None of the
    three is there where not the tagger asks, but a split of a tag, or a new guideline.
    `guideline_version` is of the tag's guideline as it was when this was asked, 0 without one.
    """

    tag: str
    category: str
    score: float | None
    probability: float | None
    line: float | None
    reason: str
    guideline_version: int


class CardRow(Schema):
    image: ImageCard
    questions: list[QuestionRow]
    suggestions: list[SuggestionRow]
    lease_until: datetime


class CardsWanted(Schema):
    count: int = Field(5, ge=1, le=20)
    without: list[ImageId] = Field([], max_length=1000, description="images put aside for now")


class Cards(Schema):
    cards: list[CardRow]
    tagger: TaggerRow | None
    images_left: int
    questions_left: int


class Shown(Schema):
    """What the person saw when answering."""

    tagger_id: int | None = None
    score: float | None = Field(None, ge=0, le=1)
    probability: float | None = Field(None, ge=0, le=1)
    position: int | None = Field(None, ge=0)
    questions: int = Field(0, ge=0)
    guideline_version: int | None = Field(None, ge=0)


class AnswerIn(Schema):
    id: UUID
    image_id: ImageId
    tag: Annotated[str, Field(min_length=1, max_length=170)]
    verdict: Verdict
    at_full_size: bool = False
    seconds: float = Field(ge=0, le=86_400)
    view: View
    how: How
    shown: Shown

    @model_validator(mode="after")
    def only_a_yes_is_at_full_size(self) -> AnswerIn:
        if self.at_full_size and self.verdict != Verdict.YES:
            raise ValueError("only a yes can be “at full size”")
        return self


class AnswersIn(Schema):
    answers: list[AnswerIn] = Field(min_length=1, max_length=200)


class Recorded(Schema):
    recorded: int
    repeated: int


class Images(Schema):
    image_ids: list[ImageId] = Field(max_length=200)


class ProgressOut(Schema):
    answers: int
    answers_today: int
    mine: int
    mine_today: int
    images_left: int
    questions_left: int


@router.post("/cards", auth=allow(Action.ANSWER), response=Cards)
def cards_next(request: HttpRequest, body: CardsWanted) -> Cards:
    user = _user(request)
    tagger = tagger_serving()
    cards = (
        cards_lease(user=user, tagger=tagger, count=body.count, without=body.without)
        if tagger
        else []
    )
    left = selectors.left(tagger)
    return Cards(
        cards=_card_rows(cards, user),
        tagger=tagger_row(tagger) if tagger else None,
        images_left=left.images,
        questions_left=left.questions,
    )


@router.post("/release", auth=allow(Action.ANSWER), response={204: None})
def cards_give_back(request: HttpRequest, body: Images) -> Status[None]:
    cards_release(user=_user(request), image_ids=body.image_ids)
    return Status(204, None)


@router.post("/answers", auth=allow(Action.ANSWER), response=Recorded)
def answers_post(request: HttpRequest, body: AnswersIn) -> Recorded:
    recorded = answers_take(
        user=_user(request),
        answers=[
            NewAnswer(**dict(answer) | {"shown": answer.shown.model_dump()})
            for answer in body.answers
        ],
    )
    return Recorded(recorded=recorded, repeated=len(body.answers) - recorded)


@router.post("/answers/{answer_id}/retract", auth=allow(Action.ANSWER), response={204: None})
def answers_retract(request: HttpRequest, answer_id: UUID) -> Status[None]:
    undo_take(user=_user(request), answer_ids=[answer_id])
    return Status(204, None)


@router.get("/progress", auth=allow(Action.ANSWER), response=ProgressOut)
def progress_get(request: HttpRequest) -> ProgressOut:
    done = selectors.done_by(_user(request))
    left = selectors.left(tagger_serving())
    return ProgressOut(
        answers=done.answers,
        answers_today=done.answers_today,
        mine=done.mine,
        mine_today=done.mine_today,
        images_left=left.images,
        questions_left=left.questions,
    )


def _card_rows(cards: list[Card], user: User) -> list[CardRow]:
    if not cards:
        return []
    ids = [card.image_id for card in cards]
    images = {image.id: image for image in image_cards(ids)}
    questions = selectors.questions_of(cards, user)
    asked = {image_id: {each.tag_id for each in found} for image_id, found in questions.items()}
    tagger = cards[0].tagger
    sure = suggestion_rows(tagger, ids, limit=SURE, without=asked)
    head, position = head_of(tagger.sha256), position_of(tagger)
    rows = []
    for card in cards:
        assert card.leased_until is not None  # they were leased a moment ago
        rows.append(
            CardRow(
                image=images[card.image_id],
                questions=_question_rows(questions[card.image_id], head, position),
                suggestions=sure.get(card.image_id, []),
                lease_until=card.leased_until,
            )
        )
    return rows


def _question_rows(
    questions: list[Question], head: Head, position: Mapping[int, int]
) -> list[QuestionRow]:
    scores = Scores(np.array([each.score or 0 for each in questions], dtype=np.float32))
    probabilities, lines = head.probabilities(scores), head.lines
    return [
        _question_row(each, float(probability), float(lines[position[each.tag_id]]))
        if each.score is not None and each.tag_id in position
        else _unscored_row(each)
        for each, probability in zip(questions, probabilities, strict=True)
    ]


def _question_row(question: Question, probability: float, line: float) -> QuestionRow:
    return QuestionRow(
        tag=question.tag.name,
        category=category_name(question.tag.category),
        score=question.score,
        probability=probability,
        line=line,
        reason=_("%(probability).0f%% likely; its line is at %(line).0f%%")
        % {"probability": 100 * probability, "line": 100 * line},
        guideline_version=question.tag.guideline_version,
    )


def _unscored_row(question: Question) -> QuestionRow:
    again = question.tag.asks_again_from > 0
    return QuestionRow(
        tag=question.tag.name,
        category=category_name(question.tag.category),
        score=None,
        probability=None,
        line=None,
        reason=_("its guideline is a new one") if again else _("a tag of this image was split"),
        guideline_version=question.tag.guideline_version,
    )


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # `allow` let nobody else in
    return request.user
