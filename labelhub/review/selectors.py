"""Reading the queue: a card's questions, what is left, what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import F

from labelhub.accounts.models import User
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.labels.selectors import answers_since, answers_standing, today
from labelhub.review.models import Card, Question
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import pretagged_count, taggers_pretagging


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to review: cards and open questions."""

    images: int
    questions: int


def questions_of(cards: Sequence[Card], user: User) -> dict[int, list[Question]]:
    """By image id: a card's open questions that this person has not answered, most doubtful first.

    Args:
        cards: of one tagger.
    """
    ids = [card.image_id for card in cards]
    said = answers_standing().filter(
        image_id__in=ids, user=user, guideline_version__gte=F("tag__asks_again_from")
    )
    answered = set(said.values_list("image_id", "tag_id"))
    found: dict[int, list[Question]] = {image_id: [] for image_id in ids}
    questions = Question.objects.filter(
        tagger_id__in={card.tagger_id for card in cards}, image_id__in=ids, open=True
    )
    for question in questions.select_related("tag").order_by("distance", "pk"):
        if (question.image_id, question.tag_id) not in answered:
            found[question.image_id].append(question)
    return found


def left(tagger: Tagger | None) -> Left:
    if tagger is None:
        return Left(0, 0)
    return Left(
        images=Card.objects.filter(tagger=tagger, open=True).count(),
        questions=Question.objects.filter(tagger=tagger, open=True).count(),
    )


@dataclass(frozen=True, slots=True)
class Done:
    """Answers that stand: everybody's and one person's, in all and since midnight (UTC)."""

    answers: int
    answers_today: int
    mine: int
    mine_today: int


def done_by(user: User) -> Done:
    return Done(
        answers=answers_standing().count(),
        answers_today=answers_since(today()),
        mine=answers_standing().filter(user=user).count(),
        mine_today=answers_since(today(), user),
    )


def pending() -> Iterator[Work]:
    """The serving tagger and one that warms, while they have embeddings without a card."""
    for tagger in taggers_pretagging():
        if Card.objects.filter(tagger=tagger).count() < pretagged_count(tagger):
            yield Work(Kind.RANK, tagger.pk)
