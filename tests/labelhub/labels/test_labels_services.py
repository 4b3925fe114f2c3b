"""Answers are recorded once and count until taken back; labels follow from events alone."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.errors import Forbidden
from labelhub.images.models import Image
from labelhub.labels.models import (
    Answer,
    Completion,
    How,
    ImportedTags,
    Label,
    LabelImport,
    Labels,
    Retraction,
    Verdict,
)
from labelhub.labels.services import (
    AnswerIdTaken,
    AnswerNotFound,
    AutomaticTag,
    CompleteByImport,
    DeprecatedTag,
    ImageNotFound,
    answers_record,
    answers_retract,
    completion_set,
    labels_derive,
    labels_lock,
    labels_rebuild,
    meaning_lock,
    tags_import,
)
from labelhub.tags.graph import graph
from labelhub.tags.models import ImportState, Tag, TagName
from labelhub.tags.selectors import TagNotFound
from labelhub.tags.services import tags_ensure, vocabulary_bump
from tests import factories
from tests.label_files import recorded

pytestmark = pytest.mark.django_db


def states(image: Image) -> dict[str, tuple[str, str]]:
    rows = Label.objects.filter(image=image).select_related("tag")
    return {row.tag.name: (row.state, row.source) for row in rows}


@pytest.fixture
def image() -> Image:
    tags_ensure(names=factories.TAGS)
    return factories.image()


def test_an_answer_makes_a_label(image: Image, carol: User) -> None:
    answers_record(
        user=carol,
        answers=[
            factories.answer(image, "apron"),
            factories.answer(image, "fate/grand_order", Verdict.NO),
            factories.answer(image, "\\m/", Verdict.UNSURE),
        ],
    )
    assert states(image) == {
        "apron": ("positive", "answered"),
        "fate/grand_order": ("negative", "answered"),
    }


def test_the_same_answer_sent_twice_is_recorded_once(image: Image, carol: User) -> None:
    sent = factories.answer(image, "apron")
    assert len(answers_record(user=carol, answers=[sent, sent])) == 1
    assert answers_record(user=carol, answers=[sent]) == []
    assert Answer.objects.count() == 1


def test_an_id_cannot_be_used_for_another_question_or_by_another_person(
    image: Image, bob: User, carol: User
) -> None:
    sent = factories.answer(image, "apron")
    answers_record(user=carol, answers=[sent])
    with pytest.raises(AnswerIdTaken):
        answers_record(user=carol, answers=[factories.answer(image, "smile", id=sent.id)])
    with pytest.raises(AnswerIdTaken):
        answers_record(user=bob, answers=[sent])


def test_an_answer_from_elsewhere_keeps_its_time(image: Image, carol: User) -> None:
    now = timezone.now()
    long_ago = replace(factories.answer(image, "apron", Verdict.NO), at=now - timedelta(days=9))

    answers_record(user=carol, answers=[factories.answer(image, "apron")])
    answers_record(user=carol, answers=[long_ago])

    newest, oldest = Answer.objects.order_by("-created_at")
    assert (oldest.pk, oldest.created_at) == (long_ago.id, long_ago.at)
    assert newest.created_at >= now
    assert states(image) == {"apron": ("positive", "answered")}  # the last one given counts


def test_answers_recorded_together_have_times_in_their_order(image: Image, carol: User) -> None:
    sent = [factories.answer(image, tag) for tag in factories.TAGS]

    answers_record(user=carol, answers=sent)

    times = dict(Answer.objects.values_list("pk", "created_at"))
    assert len(set(times.values())) == len(sent)
    assert sorted(times, key=times.__getitem__) == [answer.id for answer in sent]


def test_an_unknown_tag_or_image_records_nothing(image: Image, carol: User) -> None:
    good = factories.answer(image, "apron")
    with pytest.raises(TagNotFound, match="no_such_tag"):
        answers_record(user=carol, answers=[good, factories.answer(image, "no_such_tag")])
    ghost = Image(pk=image.pk + 1)
    with pytest.raises(ImageNotFound):
        answers_record(user=carol, answers=[good, factories.answer(ghost, "apron")])
    assert not Answer.objects.exists()


def test_people_who_contradict_each_other_make_a_conflict(
    image: Image, bob: User, carol: User
) -> None:
    answers_record(user=carol, answers=[factories.answer(image, "apron")])
    answers_record(user=bob, answers=[factories.answer(image, "apron", Verdict.NO)])
    assert states(image) == {"apron": ("conflicting", "answered")}


def test_the_last_answer_of_one_person_counts(image: Image, carol: User) -> None:
    answers_record(user=carol, answers=[factories.answer(image, "apron")])
    answers_record(user=carol, answers=[factories.answer(image, "apron", Verdict.NO)])
    assert states(image) == {"apron": ("negative", "answered")}


def test_retracting_restores_what_was_before(image: Image, carol: User) -> None:
    tags_import(image_id=image.pk, names=["apron"], origin="a.txt")
    (answer,) = answers_record(user=carol, answers=[factories.answer(image, "apron", Verdict.NO)])
    assert states(image) == {"apron": ("negative", "answered")}
    answers_retract(user=carol, answer_ids=[answer.pk])
    answers_retract(user=carol, answer_ids=[answer.pk])
    assert states(image) == {"apron": ("positive", "imported")}


def test_only_its_giver_retracts_an_answer(image: Image, bob: User, carol: User) -> None:
    (answer,) = answers_record(user=carol, answers=[factories.answer(image, "apron")])
    with pytest.raises(Forbidden):
        answers_retract(user=bob, answer_ids=[answer.pk])
    with pytest.raises(AnswerNotFound):
        answers_retract(user=carol, answer_ids=[uuid.uuid4()])
    assert states(image) == {"apron": ("positive", "answered")}


def test_an_import_says_yes_and_nothing_about_what_it_does_not_list(image: Image) -> None:
    refused = tags_import(image_id=image.pk, names=["Apron", "white hat", "a,b"], origin="a.txt")
    assert states(image) == {
        "apron": ("positive", "imported"),
        "white_hat": ("positive", "imported"),
    }
    assert len(refused) == 1 and "a,b" in refused[0]
    tags_import(image_id=image.pk, names=["apron"], origin="a.txt")
    assert ImportedTags.objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE labels_answer SET verdict = 'no'",
        "DELETE FROM labels_answer",
        "UPDATE labels_importedtags SET origin = 'x'",
        "DELETE FROM labels_importedtags",
    ],
)
def test_events_cannot_be_changed_or_deleted(image: Image, carol: User, statement: str) -> None:
    answers_record(user=carol, answers=[factories.answer(image, "apron")])
    tags_import(image_id=image.pk, names=["apron"], origin="a.txt")
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_name_that_means_another_tag_is_an_answer_about_that(image: Image, carol: User) -> None:
    TagName.objects.create(name="pinafore", tag=Tag.objects.get(name="apron"), alias=True)
    (answer,) = answers_record(user=carol, answers=[factories.answer(image, "pinafore")])
    assert answer.tag.name == "apron"
    assert states(image) == {"apron": ("positive", "answered")}


def test_an_answer_sent_again_after_its_tag_was_merged_is_the_same(
    image: Image, carol: User
) -> None:
    sent = factories.answer(image, "apron")
    answers_record(user=carol, answers=[sent])
    TagName.objects.filter(name="apron").update(alias=True, tag=Tag.objects.get(name="smile"))
    vocabulary_bump()
    assert answers_record(user=carol, answers=[sent]) == []
    labels_rebuild()
    assert states(image) == {"smile": ("positive", "answered")}


def test_nobody_answers_for_an_automatic_tag(image: Image, carol: User) -> None:
    tags_ensure(names=["highres"])
    good = factories.answer(image, "apron")
    for verdict in Verdict:
        wrong = factories.answer(image, "highres", verdict)
        with pytest.raises(AutomaticTag, match="size"):
            answers_record(user=carol, answers=[good, wrong])
    assert not Answer.objects.exists()


def test_a_deprecated_tag_may_be_denied_and_what_was_said_stays(image: Image, carol: User) -> None:
    before = factories.answer(image, "apron")
    answers_record(user=carol, answers=[before])
    Tag.objects.update(deprecated=True)
    assert answers_record(user=carol, answers=[before]) == []
    with pytest.raises(DeprecatedTag, match="apron"):
        answers_record(user=carol, answers=[factories.answer(image, "apron")])
    answers_record(user=carol, answers=[factories.answer(image, "smile", Verdict.NO)])
    assert states(image) == {
        "apron": ("positive", "answered"),
        "smile": ("negative", "answered"),
    }


def test_an_answer_keeps_its_manner_and_the_version_of_the_guideline(
    image: Image, carol: User
) -> None:
    Tag.objects.filter(name="apron").update(guideline_version=3)
    (answer,) = answers_record(
        user=carol, answers=[factories.answer(image, "apron", how=How.ACCEPTED)]
    )
    answer.refresh_from_db()
    assert (answer.how, answer.guideline_version) == ("accepted", 3)
    assert states(image) == {"apron": ("positive", "accepted")}


def test_an_answer_goes_by_the_guideline_that_was_seen(image: Image, carol: User) -> None:
    Tag.objects.filter(name="apron").update(guideline_version=3)
    versions = []
    for seen in (2, 3, 9, None):
        sent = factories.answer(image, "apron")
        sent = replace(sent, shown=sent.shown | {"guideline_version": seen})
        (answer,) = answers_record(user=carol, answers=[sent])
        versions.append(answer.guideline_version)
    assert versions == [2, 3, 3, 3]


def test_an_import_adds_what_its_origin_did_not_say_before(image: Image) -> None:
    tags_import(image_id=image.pk, names=["apron"], origin="a.txt")
    tags_import(image_id=image.pk, names=["apron", "smile"], origin="a.txt", negative=["solo"])
    tags_import(image_id=image.pk, names=["smile"], origin="a.txt", complete=True)
    tags_import(image_id=image.pk, names=["smile"], origin="a.txt", complete=True)
    tags_import(image_id=image.pk, names=["apron"], origin="b.txt")
    rows = ImportedTags.objects.order_by("pk")
    assert [(row.origin, len(row.positive), len(row.negative), row.complete) for row in rows] == [
        ("a.txt", 1, 0, False),
        ("a.txt", 1, 1, False),
        ("a.txt", 0, 0, True),
        ("b.txt", 1, 0, False),
    ]
    assert states(image) == {
        "apron": ("positive", "imported"),
        "smile": ("positive", "imported"),
        "solo": ("negative", "imported"),
    }
    assert Labels.objects.get(pk=image.pk).completed_at == rows[2].created_at


def test_only_imports_that_stand_count(image: Image) -> None:
    batch = LabelImport.objects.create(
        form="csv", absence="no", state=ImportState.APPLIED, name="a.csv", bytes=1
    )
    recorded(batch, image, yes=["apron"], complete=True)
    assert states(image) == {"apron": ("positive", "imported")}
    LabelImport.objects.update(state=ImportState.RETRACTED)
    labels_rebuild()
    assert states(image) == {}
    assert Labels.objects.get(pk=image.pk).completed_at is None


def test_completeness_is_said_once_by_each_and_taken_back_by_each(
    image: Image, bob: User, carol: User
) -> None:
    for user in (bob, carol, carol):
        completion_set(user=user, image_id=image.pk, complete=True)
    assert Completion.objects.count() == 2
    last = Completion.objects.latest("created_at").created_at
    assert Labels.objects.get(pk=image.pk).completed_at == last
    completion_set(user=carol, image_id=image.pk, complete=False)
    assert Completion.objects.get(retracted_at=None).user == bob
    completion_set(user=carol, image_id=image.pk, complete=False, anybodys=True)
    assert Labels.objects.get(pk=image.pk).completed_at is None
    assert {each.retracted_by for each in Completion.objects.all()} == {carol}
    with pytest.raises(ImageNotFound):
        completion_set(user=carol, image_id=image.pk + 1, complete=True)


def test_what_an_import_calls_complete_is_taken_back_with_the_import(
    image: Image, bob: User
) -> None:
    batch = LabelImport.objects.create(
        form="csv", absence="no", state=ImportState.APPLIED, name="a.csv", bytes=1
    )
    ImportedTags.objects.create(image=image, batch=batch, origin="a.csv", complete=True)
    completion_set(user=bob, image_id=image.pk, complete=True)
    completion_set(user=bob, image_id=image.pk, complete=False, anybodys=True)
    assert Labels.objects.get(pk=image.pk).completed_at is not None
    with pytest.raises(CompleteByImport, match="“a.csv”"):
        completion_set(user=bob, image_id=image.pk, complete=False, anybodys=True)
    LabelImport.objects.update(state=ImportState.RETRACTED)
    completion_set(user=bob, image_id=image.pk, complete=False)
    assert Labels.objects.get(pk=image.pk).completed_at is None


def test_only_labels_that_change_are_written(image: Image, carol: User) -> None:
    answers_record(user=carol, answers=[factories.answer(image, "apron")])
    with transaction.atomic():
        labels_lock(image_ids=[image.pk])
        assert labels_derive(image_ids=[image.pk]) == 0
        Labels.objects.filter(pk=image.pk).update(positive=[], positive_sources="")
        assert labels_derive(image_ids=[image.pk, image.pk]) == 1


def test_an_answer_costs_a_handful_of_queries_however_many_labels_there_are(
    image: Image, carol: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    names = [f"tag_{number}" for number in range(30)]
    tags_ensure(names=names)
    graph()
    answers_record(user=carol, answers=[factories.answer(image, name) for name in names])
    sent = factories.answer(image, "apron")
    with django_assert_max_num_queries(16):
        answers_record(user=carol, answers=[sent])
    assert len(states(image)) == 31


def test_hundreds_of_images_are_derived_by_as_many_queries_as_one(
    carol: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    tags_ensure(names=["lowres"])
    images = factories.images(60)
    graph()
    with transaction.atomic(), django_assert_max_num_queries(9):
        ids = [image.pk for image in images]
        labels_lock(image_ids=ids)
        assert labels_derive(image_ids=ids) == 60


@pytest.mark.django_db(transaction=True)
def test_two_people_answering_one_question_at_once_both_count(bob: User, carol: User) -> None:
    tags_ensure(names=factories.TAGS)
    image = factories.image()

    def say(user: User, verdict: Verdict) -> None:
        answers_record(user=user, answers=[factories.answer(image, "apron", verdict)])
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        for _done in pool.map(say, [bob, carol], [Verdict.YES, Verdict.NO]):
            pass
    assert states(image) == {"apron": ("conflicting", "answered")}


@pytest.mark.django_db(transaction=True)
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
    assert states(image) == {"solo": ("positive", "answered")}


@pytest.mark.django_db(transaction=True)
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
    assert states(image) == {}


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
