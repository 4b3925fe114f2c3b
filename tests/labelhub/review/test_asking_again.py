"""A changed guideline asks its answers again, whoever gave them, until somebody answered anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.labels.models import How, Verdict
from labelhub.labels.services import tags_import
from labelhub.review.guidelines import guideline_take
from labelhub.review.models import Card, Question
from labelhub.review.selectors import questions_of
from labelhub.review.services import answers_take, cards_lease, images_rank, stale_step
from labelhub.taggers.models import Tagger
from labelhub.tags.guidelines import Text
from labelhub.tags.models import Tag
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


def library(count: int = 1) -> tuple[Tagger, list[Image]]:
    tagger = factories.tagger(["apron", "smile"])
    images = factories.images(count)
    for image in images:
        factories.embedding(image, tagger, [0.0, 0.1, 0.0, 0.0])
    images_rank(tagger=tagger)
    while stale_step().claimed:
        pass
    return tagger, images


def asked(image: Image, user: User) -> set[str]:
    cards = list(Card.objects.filter(image=image, open=True))
    return {each.tag.name for each in questions_of(cards, user).get(image.pk, [])}


def say(
    user: User, image: Image, tag: str, verdict: Verdict = Verdict.YES, how: How = How.ASKED
) -> None:
    answers_take(user=user, answers=[factories.answer(image, tag, verdict, how=how)])


def write(tag: str, *, asks_again: bool, by: User) -> None:
    row = Tag.objects.get(name=tag)
    guideline_take(
        user=by,
        tag_id=row.pk,
        base=row.guideline_version,
        text=Text(body="An apron covers the front."),
        summary="what it covers",
        asks_again=asks_again,
    )


def test_a_version_that_asks_again_opens_what_was_answered_also_to_who_answered(
    carol: User, bob: User
) -> None:
    tagger, (image,) = library()
    for tag in ("apron", "smile"):
        say(carol, image, tag)
    assert asked(image, carol) == asked(image, bob) == set()
    write("apron", asks_again=False, by=bob)
    assert asked(image, carol) == set()
    write("apron", asks_again=True, by=bob)
    assert asked(image, carol) == asked(image, bob) == {"apron"}
    assert [card.image_id for card in cards_lease(user=carol, tagger=tagger, count=5)] == [image.pk]


def test_one_new_answer_closes_the_question_again(carol: User, bob: User) -> None:
    tagger, (image,) = library()
    say(carol, image, "apron")
    say(carol, image, "smile")
    say(bob, image, "apron")
    write("apron", asks_again=True, by=bob)
    say(carol, image, "apron")
    assert asked(image, bob) == set()
    assert cards_lease(user=bob, tagger=tagger, count=5) == []


def test_what_was_typed_without_being_asked_is_asked_again(carol: User, bob: User) -> None:
    _tagger, (image, other) = library(2)
    Question.objects.filter(tag__name="apron").delete()
    say(carol, image, "apron", how=How.TYPED)
    write("apron", asks_again=True, by=bob)
    assert "apron" in asked(image, bob)
    assert "apron" not in asked(other, bob)


def test_what_nobody_answered_is_not_asked_again(carol: User, bob: User) -> None:
    _tagger, (image,) = library()
    tags_import(image_id=image.pk, names=["apron"], origin="a file")
    say(carol, image, "smile")
    write("apron", asks_again=True, by=bob)
    assert asked(image, bob) == set()


def test_labels_that_are_derived_again_leave_it_asked(carol: User, bob: User) -> None:
    _tagger, (image,) = library()
    say(carol, image, "apron")
    write("apron", asks_again=True, by=bob)
    say(carol, image, "smile")
    assert asked(image, bob) == {"apron"}


def test_the_answer_keeps_the_version_it_was_given_under(
    carol: User, bob: User, sign_in: Callable[[User], Client]
) -> None:
    _tagger, (image,) = library()
    write("apron", asks_again=True, by=bob)
    say(carol, image, "apron")
    write("apron", asks_again=False, by=bob)
    assert asked(image, bob) == {"smile"}
    cards = sign_in(bob).post("/api/review/cards", {}, content_type="application/json").json()
    assert [each["tag"] for each in cards["cards"][0]["questions"]] == ["smile"]
