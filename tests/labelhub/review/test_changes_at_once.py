"""People answer while somebody changes the vocabulary: no label is left as it was before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from labelhub.accounts.models import User
from labelhub.labels.models import Labels
from labelhub.labels.services import counts_step, stale_note_tags
from labelhub.review.changes import Seen, change_make, change_preview
from labelhub.review.changes_undone import undo_make, undo_preview
from labelhub.review.guidelines import guideline_take
from labelhub.review.models import Question
from labelhub.review.services import answers_take, images_rank, stale_step
from labelhub.tags import services
from labelhub.tags.changes import CannotChange
from labelhub.tags.guidelines import GuidelineMoved, Text
from labelhub.tags.models import Category, Implication, Tag, TagName
from labelhub.tags.services import VocabularyBusy, tag_create, tags_ensure, vocabulary_lock
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbells")]
WAIT = 0.3  # seconds in which whoever does not wait would be through


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=2) as made:
        yield made
        for _each in range(2):
            made.submit(connection.close)


def make(kind: str, **asked: object) -> None:
    try:
        change_make(user=None, details={"kind": kind, **asked})
    finally:
        connection.close()


def derive() -> None:
    while stale_step().claimed:
        pass


def test_an_answer_under_way_when_its_tag_is_merged_follows(
    carol: User, pool: ThreadPoolExecutor
) -> None:
    tags_ensure(names=["apron", "dress"])
    (image,) = factories.images(1)
    answered, go_on = Event(), Event()

    def answer() -> None:
        with transaction.atomic():
            answers_take(user=carol, answers=[factories.answer(image, "apron")])
            answered.set()
            go_on.wait(10)
        connection.close()

    answering = pool.submit(answer)
    assert answered.wait(10)
    merging = pool.submit(make, "merge", tag="apron", into="dress")
    assert not merging.done()
    with pytest.raises(TimeoutError):
        merging.result(timeout=WAIT)
    go_on.set()
    answering.result(timeout=10)
    merging.result(timeout=10)
    derive()
    assert Labels.objects.get(pk=image.pk).positive == [Tag.objects.get(name="dress").pk]


def test_two_who_imply_each_other_at_once_do_not_close_a_circle(pool: ThreadPoolExecutor) -> None:
    tags_ensure(names=["apron", "dress"])
    both = [
        pool.submit(make, "imply", tag=low, implied=high)
        for low, high in (("apron", "dress"), ("dress", "apron"))
    ]
    errors = [each.exception(timeout=20) for each in both]
    assert [type(error) for error in errors if error] == [CannotChange]
    assert Implication.objects.count() == 1


def test_two_who_edit_a_guideline_at_once_lose_nothing(
    alice: User, bob: User, pool: ThreadPoolExecutor
) -> None:
    (tag,) = tags_ensure(names=["apron"])

    def write(user: User) -> None:
        try:
            guideline_take(
                user=user,
                tag_id=tag.pk,
                base=0,
                text=Text(body=user.username),
                summary="",
                asks_again=False,
            )
        finally:
            connection.close()

    errors = [each.exception(timeout=20) for each in [pool.submit(write, u) for u in (alice, bob)]]
    assert [type(error) for error in errors if error] == [GuidelineMoved]


def test_an_answer_under_way_when_its_guideline_asks_again_is_asked_again(
    carol: User, bob: User, pool: ThreadPoolExecutor
) -> None:
    tagger = factories.tagger(["apron"])
    (image,) = factories.images(1)
    factories.embedding(image, tagger, [0.1, 0, 0, 0])
    images_rank(tagger=tagger)
    derive()
    tag = Tag.objects.get(name="apron")
    answered, go_on = Event(), Event()

    def answer() -> None:
        with transaction.atomic():
            answers_take(user=carol, answers=[factories.answer(image, "apron")])
            answered.set()
            go_on.wait(10)
        connection.close()

    def write() -> None:
        try:
            guideline_take(
                user=bob, tag_id=tag.pk, base=0, text=Text(body="x"), summary="", asks_again=True
            )
        finally:
            connection.close()

    answering = pool.submit(answer)
    assert answered.wait(10)
    writing = pool.submit(write)
    with pytest.raises(TimeoutError):
        writing.result(timeout=WAIT)
    go_on.set()
    answering.result(timeout=10)
    writing.result(timeout=10)
    assert Question.objects.get(image=image, tag=tag).open


def test_a_file_and_a_guideline_that_asks_again_wait_for_each_other(
    bob: User, pool: ThreadPoolExecutor
) -> None:
    (tag,) = tags_ensure(names=["apron"])
    written, go_on = Event(), Event()

    def take_in() -> None:
        """As a file about the vocabulary does."""
        try:
            with transaction.atomic():
                vocabulary_lock()
                Tag.objects.filter(pk=tag.pk).update(hidden=True)
                written.set()
                go_on.wait(10)
                stale_note_tags(tag_ids=[tag.pk])
        finally:
            connection.close()

    def write() -> None:
        try:
            guideline_take(
                user=bob, tag_id=tag.pk, base=0, text=Text(body="x"), summary="", asks_again=True
            )
        finally:
            connection.close()

    taking = pool.submit(take_in)
    assert written.wait(10)
    writing = pool.submit(write)
    with pytest.raises(TimeoutError):
        writing.result(timeout=WAIT)
    go_on.set()
    taking.result(timeout=10)
    writing.result(timeout=10)


def test_ranking_names_waits_for_a_file_about_them(carol: User, pool: ThreadPoolExecutor) -> None:
    tags_ensure(names=["apron"])
    (image,) = factories.images(1)
    answers_take(user=carol, answers=[factories.answer(image, "apron")])

    def count() -> None:
        try:
            counts_step()
        finally:
            connection.close()

    with transaction.atomic():
        vocabulary_lock()
        counting = pool.submit(count)
        with pytest.raises(TimeoutError):
            counting.result(timeout=WAIT)
    counting.result(timeout=10)
    assert TagName.objects.get(name="apron").rank == 1


def test_a_preview_waits_for_nobody_who_answers(carol: User, pool: ThreadPoolExecutor) -> None:
    tagger = factories.tagger(["apron", "dress"])
    (image,) = factories.images(1)
    factories.embedding(image, tagger, [0.1, 0, 0, 0])
    images_rank(tagger=tagger)
    derive()
    before = list(Question.objects.order_by("pk").values())

    def preview() -> Seen:
        try:
            return change_preview({"kind": "merge", "tag": "apron", "into": "dress"})
        finally:
            connection.close()

    with transaction.atomic():
        answers_take(user=carol, answers=[factories.answer(image, "apron")])
        assert pool.submit(preview).result(timeout=10).questions > 0
        transaction.set_rollback(True)
    assert list(Question.objects.order_by("pk").values()) == before


def test_nobody_at_a_page_waits_long_for_a_file_or_a_count(
    bob: User, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "HURRY", 100)
    (tag,) = tags_ensure(names=["apron"])
    text = Text(body="x")
    hurried: list[Callable[[], object]] = [
        lambda: change_preview({"kind": "rename", "tag": "apron", "to": "pinafore"}),
        lambda: change_make(user=bob, details={"kind": "rename", "tag": "apron", "to": "pinafore"}),
        lambda: tag_create(name="dress", category=Category.GENERAL, by=bob),
        lambda: guideline_take(
            user=bob, tag_id=tag.pk, base=0, text=text, summary="", asks_again=True
        ),
        lambda: undo_make(user=bob, change_id=1),
        lambda: undo_preview(1),
    ]

    def ask(act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            connection.close()

    with transaction.atomic():
        vocabulary_lock()
        for act in hurried:
            with pytest.raises(VocabularyBusy, match="by a file or by a count of labels"):
                pool.submit(ask, act).result(timeout=10)
    ask(hurried[1])


def test_who_was_in_a_hurry_waits_for_other_locks_as_long_as_before() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()
        vocabulary_lock(hurried=True)
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == before
