"""Cards come by doubt, to one person at a time; answers close questions, undo opens them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.labels.models import Answer, Verdict
from labelhub.labels.services import stale_note_tags, tags_import
from labelhub.review.asked import Settled, questions_settle
from labelhub.review.models import Card, Question
from labelhub.review.selectors import left, questions_of
from labelhub.review.services import (
    answers_take,
    cards_lease,
    cards_release,
    images_rank,
    questions_refresh,
    stale_step,
    tags_take,
    undo_take,
)
from labelhub.scoring.calibration import Probabilities, logit
from labelhub.taggers.files import head_of, tagger_home
from labelhub.taggers.models import Tagger
from labelhub.tags.models import Implication, Tag
from labelhub.tags.services import vocabulary_bump
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]

# Raw scores of these logits: 0.27, 0.38, 0.5, 0.88, 0.05
FAR, NEAR, MIDDLE, SURE, NEVER = -1.0, -0.5, 0.0, 2.0, -3.0


def library(vectors: Sequence[Sequence[float]]) -> tuple[Tagger, list[Image]]:
    tagger = factories.tagger(["apron", "smile", "solo", "2010"])
    images = factories.images(len(vectors))
    for image, vector in zip(images, vectors, strict=True):
        factories.embedding(image, tagger, vector)
    images_rank(tagger=tagger)
    return tagger, images


def asked(card: Card, user: User) -> list[str]:
    return [question.tag.name for question in questions_of([card], user)[card.image_id]]


def test_tags_near_the_line_are_asked_nearest_first_then_the_surest(carol: User) -> None:
    tagger, _images = library([[FAR, NEAR, SURE, NEVER]])
    (card,) = cards_lease(user=carol, tagger=tagger, count=5)
    assert asked(card, carol) == ["smile", "apron", "solo"]


def test_the_most_doubtful_image_comes_first(carol: User) -> None:
    tagger, images = library([[FAR] * 4, [NEAR] * 4, [MIDDLE] * 4])
    cards = cards_lease(user=carol, tagger=tagger, count=5)
    assert [card.image_id for card in cards] == [images[1].pk, images[2].pk, images[0].pk]


def test_an_image_without_doubt_is_not_handed_out(carol: User) -> None:
    tagger, _images = library([[NEVER] * 4])
    assert cards_lease(user=carol, tagger=tagger, count=5) == []
    assert left(tagger).images == 0


def test_ranking_again_changes_nothing() -> None:
    tagger, _images = library([[NEAR] * 4, [FAR] * 4])
    before = list(Question.objects.values_list("image_id", "tag_id", "score").order_by("pk"))
    assert images_rank(tagger=tagger).claimed == 0
    assert (
        list(Question.objects.values_list("image_id", "tag_id", "score").order_by("pk")) == before
    )


def test_a_leased_card_is_nobody_elses_until_its_lease_ends(bob: User, carol: User) -> None:
    tagger, _images = library([[NEAR] * 4])
    assert cards_lease(user=carol, tagger=tagger, count=1)
    assert cards_lease(user=bob, tagger=tagger, count=1) == []
    Card.objects.update(leased_until=timezone.now() - timedelta(hours=1))
    assert cards_lease(user=bob, tagger=tagger, count=1)


def test_what_a_person_holds_comes_back_after_a_reload(carol: User) -> None:
    tagger, images = library([[NEAR] * 4, [MIDDLE] * 4, [FAR] * 4])
    held = cards_lease(user=carol, tagger=tagger, count=2)
    again = cards_lease(user=carol, tagger=tagger, count=2)
    assert [card.image_id for card in again] == [card.image_id for card in held]


def test_tags_that_come_after_ranking_close_their_questions(carol: User) -> None:
    tagger, (image,) = library([[NEAR, MIDDLE, NEVER, NEVER]])
    tags_take(image_id=image.pk, names=["apron"], origin="a.txt")
    (card,) = cards_lease(user=carol, tagger=tagger, count=1)
    assert asked(card, carol) == ["smile"]
    tags_take(image_id=image.pk, names=["smile"], origin="a.txt")
    assert cards_lease(user=carol, tagger=tagger, count=1) == []


def test_a_lease_that_ended_does_not_jump_the_queue(bob: User, carol: User) -> None:
    tagger, images = library([[NEAR] * 4, [MIDDLE] * 4, [FAR] * 4])
    Card.objects.filter(image=images[2]).update(
        leased_to=bob, leased_until=timezone.now() - timedelta(minutes=1)
    )
    (card,) = cards_lease(user=carol, tagger=tagger, count=1)
    assert card.image_id == images[0].pk


def test_many_cards_cost_as_many_queries_as_one(
    carol: User,
    sign_in: Callable[[User], Client],
) -> None:
    library([[NEAR - step / 100] * 4 for step in range(12)])
    client = sign_in(carol)

    def cost(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.post("/api/review/cards", {"count": count}, "application/json")
        assert len(answer.json()["cards"]) == count
        return len(captured)

    cost(1)
    assert cost(12) <= cost(1) + 2


def test_a_card_says_how_likely_each_tag_is_and_the_answer_keeps_what_it_said(
    carol: User, sign_in: Callable[[User], Client]
) -> None:
    tagger = factories.tagger(["apron", "smile", "solo", "2010"])
    head = head_of(tagger.sha256)
    lines = Probabilities(np.array([0.03, 0.1, 0.2, 0.3]))
    replace(head, measured=lines).save(tagger_home(tagger.sha256) / "head.safetensors")
    head_of.cache_clear()
    image = factories.image()
    # Just over its own line, far from it, just under it, sure.
    under = float(logit(head.calibration.scores(lines).astype(float))[2]) - 0.01
    factories.embedding(image, tagger, [under, MIDDLE, under, SURE])
    images_rank(tagger=tagger)
    Tag.objects.filter(name="solo").update(guideline_version=1)
    client = sign_in(carol)
    (card,) = client.post("/api/review/cards", {"count": 1}, "application/json").json()["cards"]
    solo = card["questions"][0]
    assert (solo["tag"], solo["line"]) == ("solo", pytest.approx(0.2))
    assert solo["score"] == pytest.approx(0.37, abs=0.01)
    assert solo["probability"] == pytest.approx(0.196, abs=0.002)
    assert solo["reason"] == "20% likely; its line is at 20%"
    (suggestion,) = (
        row
        for row in client.get(f"/api/images/{image.pk}").json()["suggestions"]
        if row["tag"] == "solo"
    )
    for name in ("score", "probability", "line"):
        assert suggestion[name] == pytest.approx(solo[name])
    names = ("score", "probability", "guideline_version")
    shown = {"tagger_id": tagger.pk} | {name: solo[name] for name in names}
    Tag.objects.filter(name="solo").update(guideline_version=2)
    sent = {
        "id": str(uuid.uuid4()),
        "image_id": image.pk,
        "tag": "solo",
        "verdict": "yes",
        "seconds": 1,
        "view": "card",
        "how": "asked",
        "shown": shown,
    }
    client.post("/api/review/answers", {"answers": [sent]}, "application/json")
    answer = Answer.objects.get()
    assert shown.items() <= answer.shown.items()
    assert answer.guideline_version == 1


def test_images_put_aside_make_room_for_others(carol: User) -> None:
    tagger, images = library([[NEAR] * 4, [MIDDLE] * 4])
    cards_lease(user=carol, tagger=tagger, count=1)
    (card,) = cards_lease(user=carol, tagger=tagger, count=1, without=[images[0].pk])
    assert card.image_id == images[1].pk


def test_a_released_card_is_free_at_once(bob: User, carol: User) -> None:
    tagger, images = library([[NEAR] * 4])
    cards_lease(user=carol, tagger=tagger, count=1)
    cards_release(user=bob, image_ids=[images[0].pk])  # not his to give back
    assert cards_lease(user=bob, tagger=tagger, count=1) == []
    cards_release(user=carol, image_ids=[images[0].pk])
    assert cards_lease(user=bob, tagger=tagger, count=1)


def test_answers_close_questions_and_undo_opens_them(carol: User) -> None:
    tagger, (image,) = library([[NEAR, MIDDLE, NEVER, NEVER]])
    first, second = uuid.uuid4(), uuid.uuid4()
    answers_take(user=carol, answers=[factories.answer(image, "apron", id=first)])
    (card,) = cards_lease(user=carol, tagger=tagger, count=1)
    assert asked(card, carol) == ["smile"]
    answers_take(user=carol, answers=[factories.answer(image, "smile", Verdict.NO, id=second)])
    assert cards_lease(user=carol, tagger=tagger, count=1) == []
    assert left(tagger).questions == 0
    undo_take(user=carol, answer_ids=[second])
    (card,) = cards_lease(user=carol, tagger=tagger, count=1)
    assert asked(card, carol) == ["smile"]


def test_unsure_leaves_the_question_to_others(bob: User, carol: User) -> None:
    tagger, (image,) = library([[NEAR, NEVER, NEVER, NEVER]])
    answers_take(user=carol, answers=[factories.answer(image, "apron", Verdict.UNSURE)])
    cards_release(user=carol, image_ids=[image.pk])
    assert cards_lease(user=carol, tagger=tagger, count=1) == []
    (card,) = cards_lease(user=bob, tagger=tagger, count=1)
    assert asked(card, bob) == ["apron"]


def test_a_conflict_is_a_question_again(bob: User, carol: User, alice: User) -> None:
    tagger, (image,) = library([[NEAR, NEVER, NEVER, NEVER]])
    answers_take(user=carol, answers=[factories.answer(image, "apron")])
    answers_take(user=bob, answers=[factories.answer(image, "apron", Verdict.NO)])
    (card,) = cards_lease(user=alice, tagger=tagger, count=1)
    assert asked(card, alice) == ["apron"]


def test_an_imported_tag_is_not_asked(carol: User) -> None:
    tagger = factories.tagger(["apron", "smile"], width=2)
    image = factories.image()
    tags_import(image_id=image.pk, names=["apron"], origin="a.txt")
    factories.embedding(image, tagger, [NEAR, NEAR])
    images_rank(tagger=tagger)
    (card,) = cards_lease(user=carol, tagger=tagger, count=1)
    assert asked(card, carol) == ["smile"]


def test_a_question_answered_under_an_older_guideline_is_asked_of_everybody_again(
    carol: User,
) -> None:
    tagger, (image,) = library([[NEAR, NEVER, NEVER, NEVER]])
    answers_take(user=carol, answers=[factories.answer(image, "apron")])
    assert cards_lease(user=carol, tagger=tagger, count=1) == []
    Tag.objects.filter(name="apron").update(guideline_version=2, asks_again_from=2)
    questions_refresh(image_ids=[image.pk])
    (card,) = cards_lease(user=carol, tagger=tagger, count=1)
    assert asked(card, carol) == ["apron"]
    answers_take(user=carol, answers=[factories.answer(image, "apron")])
    assert cards_lease(user=carol, tagger=tagger, count=1) == []


def test_what_a_tag_implies_settles_the_questions_about_it(carol: User) -> None:
    tagger, (image,) = library([[NEAR, MIDDLE, NEVER, NEVER]])
    tags = {tag.name: tag for tag in Tag.objects.all()}
    Implication.objects.create(antecedent=tags["apron"], consequent=tags["smile"])
    vocabulary_bump()
    answers_take(user=carol, answers=[factories.answer(image, "apron")])
    assert left(tagger).questions == 0
    # A no to what it implies contradicts it: both are questions now.
    answers_take(user=carol, answers=[factories.answer(image, "smile", Verdict.NO)])
    assert left(tagger).questions == 2


def test_labels_derived_later_settle_questions_then(carol: User) -> None:
    tagger, (image,) = library([[NEAR, MIDDLE, NEVER, NEVER]])
    stale_step()
    answers_take(user=carol, answers=[factories.answer(image, "apron")])
    tags = {tag.name: tag for tag in Tag.objects.all()}
    Implication.objects.create(antecedent=tags["apron"], consequent=tags["smile"])
    vocabulary_bump()
    stale_note_tags(tag_ids=[tags["apron"].pk, tags["smile"].pk])
    assert left(tagger).questions == 1
    assert stale_step().claimed == 1
    assert left(tagger).questions == 0


@pytest.mark.parametrize("by", ["image_ids", "tag_ids"])
def test_questions_are_counted_by_the_database_and_their_cards_follow(by: str, carol: User) -> None:
    _tagger, images = library([[NEAR, NEVER, NEVER, NEVER]] * 3 + [[MIDDLE, NEAR, NEVER, NEVER]])
    answers_take(user=carol, answers=[factories.answer(images[0], "apron")])
    apron = Question.objects.filter(tag__name="apron")
    tag_ids = set(apron.values_list("tag_id", flat=True))
    image_ids = [image.pk for image in images]

    def settle() -> Settled:
        if by == "tag_ids":
            return questions_settle(tag_ids=tag_ids)
        return questions_settle(image_ids=image_ids)

    apron.update(open=Q(image=images[0]))
    rows = []

    def count(execute: Callable[..., Any], *args: Any) -> Any:
        done = execute(*args)
        cursor = args[-1]["cursor"]
        rows.append(cursor.rowcount if cursor.description else 0)
        return done

    with connection.execute_wrapper(count):
        assert settle() == Settled(opened=3, closed=1)
    assert rows == [1, 0]
    assert set(Card.objects.filter(open=True).values_list("image_id", flat=True)) == {
        image.pk for image in images[1:]
    }
    Tag.objects.filter(name="apron").update(hidden=True)
    assert settle() == Settled(opened=0, closed=3)
    assert [card.image_id for card in Card.objects.filter(open=True)] == [images[3].pk]


@pytest.mark.django_db(transaction=True)
def test_people_at_the_top_of_the_queue_never_share_a_card(
    alice: User, bob: User, carol: User
) -> None:
    tagger, images = library([[NEAR - step / 100] * 4 for step in range(60)])

    def take(user: User) -> list[int]:
        taken = [
            card.image_id
            for _again in range(10)
            for card in cards_lease(user=user, tagger=tagger, count=20)
        ]
        connection.close()
        return taken

    with ThreadPoolExecutor(3) as pool:
        hands = list(pool.map(take, [alice, bob, carol]))
    taken = [set(hand) for hand in hands]
    assert sum(len(hand) for hand in taken) == len(set().union(*taken))
    # Whoever came first has the top of the order: nobody is sent to a random place.
    top = {image.pk for image in images[:20]}
    assert top <= set().union(*taken)
