"""Changes of tags as people make them, and what is known, asked and stored then: for tests."""

from __future__ import annotations

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.labels.models import Labels, Stale, Verdict
from labelhub.review.changes import change_make
from labelhub.review.changes_undone import undo_make
from labelhub.review.models import Card, Question
from labelhub.review.selectors import questions_of
from labelhub.review.services import answers_take, images_rank, stale_step
from labelhub.taggers.models import Tagger
from labelhub.tags.models import Implication, Tag, TagChange, TagName
from tests import factories

NAMES = ["apron", "dress", "clothes", "smile", "2010"]


def make(kind: str, user: User | None = None, **asked: object) -> TagChange:
    return change_make(user=user, details={"kind": kind, **asked})


def undo(change: TagChange) -> TagChange:
    return undo_make(user=None, change_id=change.pk)


def say(user: User, image: Image, tag: str, verdict: Verdict = Verdict.YES) -> None:
    answers_take(user=user, answers=[factories.answer(image, tag, verdict)])


def derive() -> None:
    while stale_step().claimed:
        pass


def labels(image: Image) -> dict[str, set[str]]:
    row = Labels.objects.get(pk=image.pk)
    names = dict(Tag.objects.values_list("pk", "name"))
    return {
        state: {names[pk] for pk in getattr(row, state)}
        for state in ("positive", "negative", "conflicting")
    }


def library(count: int = 2) -> tuple[Tagger, list[Image]]:
    """Images whose every tag is doubtful to the tagger."""
    tagger = factories.tagger(NAMES)
    images = factories.images(count)
    for image in images:
        factories.embedding(image, tagger, [0.0, 0.1, 0.2, 0.3])
    images_rank(tagger=tagger)
    derive()
    return tagger, images


def asked(image: Image, user: User, tagger: Tagger) -> set[str]:
    cards = Card.objects.filter(image=image, tagger=tagger, open=True)
    return {each.tag.name for each in questions_of(list(cards), user).get(image.pk, [])}


def everything() -> list[object]:
    """All that changes touch, by its rows."""
    return [
        list(Tag.objects.order_by("pk").values()),
        sorted(TagName.objects.values_list("name", "tag_id", "alias", "rank")),
        sorted(Implication.objects.values_list("antecedent_id", "consequent_id")),
        sorted(Question.objects.values_list("image_id", "tag_id", "score", "open")),
        sorted(Card.objects.values_list("image_id", "open")),
        sorted(Labels.objects.values_list("pk", "positive", "negative", "conflicting")),
        sorted(Stale.objects.values_list("pk", flat=True)),
    ]
