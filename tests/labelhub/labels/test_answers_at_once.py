"""People answer and take back at once, and while others change what labels follow from."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from labelhub.accounts.models import User
from labelhub.labels.models import Answer, Retraction, Verdict
from labelhub.labels.services import (
    answers_record,
    answers_retract,
    labels_rebuild,
    meaning_lock,
)
from labelhub.tags.models import TagName
from labelhub.tags.services import tags_ensure, vocabulary_bump
from tests import factories
from tests.label_files import truth

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_answering_one_question_at_once_both_count(bob: User, carol: User) -> None:
    tags_ensure(names=factories.TAGS)
    image = factories.image()

    def say(user: User, verdict: Verdict) -> None:
        answers_record(user=user, answers=[factories.answer(image, "apron", verdict)])
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        for _done in pool.map(say, [bob, carol], [Verdict.YES, Verdict.NO]):
            pass
    assert truth(image) == {"apron": ("conflicting", "answered")}


def test_an_answer_is_about_what_its_tag_means_when_labels_follow(carol: User) -> None:
    solo, apron = tags_ensure(names=["solo", "apron"])
    image = factories.image()

    def say() -> None:
        answers_record(user=carol, answers=[factories.answer(image, "apron")])
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            meaning_lock(change=True)
            done = pool.submit(say)
            _until_somebody_waits()
            TagName.objects.filter(name="apron").update(tag=solo, alias=True)
            vocabulary_bump()
        done.result()
    assert Answer.objects.get().tag == solo
    assert truth(image) == {"solo": ("positive", "answered")}


def test_an_undo_made_while_all_is_rebuilt_is_not_lost(carol: User) -> None:
    tags_ensure(names=["apron"])
    image = factories.image()
    sent = factories.answer(image, "apron")
    answers_record(user=carol, answers=[sent])

    def rebuild() -> None:
        labels_rebuild()
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            answers_retract(user=carol, answer_ids=[sent.id])
            done = pool.submit(rebuild)
            _until_somebody_waits()
        done.result()
    assert Retraction.objects.get().answer_id == sent.id
    assert truth(image) == {}


def _until_somebody_waits() -> None:
    for _look in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            )
            ((waiting,),) = cursor.fetchall()
        if waiting:
            return
        time.sleep(0.05)
    pytest.fail("nobody waits")
