"""Answers are recorded once, and count until they are taken back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.errors import Forbidden
from labelhub.images.models import Image
from labelhub.labels.models import Answer, How, Verdict
from labelhub.labels.services import (
    AnswerIdTaken,
    AnswerNotFound,
    AutomaticTag,
    DeprecatedTag,
    ImageNotFound,
    answers_record,
    answers_retract,
    labels_rebuild,
    tags_import,
)
from labelhub.tags.graph import graph
from labelhub.tags.models import Tag, TagName
from labelhub.tags.selectors import TagNotFound
from labelhub.tags.services import tags_ensure, vocabulary_bump
from tests import factories
from tests.label_files import truth

pytestmark = pytest.mark.django_db


def test_an_answer_makes_a_label(image: Image, carol: User) -> None:
    answers_record(
        user=carol,
        answers=[
            factories.answer(image, "apron"),
            factories.answer(image, "fate/grand_order", Verdict.NO),
            factories.answer(image, "\\m/", Verdict.UNSURE),
        ],
    )
    assert truth(image) == {
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
    assert truth(image) == {"apron": ("positive", "answered")}  # the last one given counts


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
    assert truth(image) == {"apron": ("conflicting", "answered")}


def test_the_last_answer_of_one_person_counts(image: Image, carol: User) -> None:
    answers_record(user=carol, answers=[factories.answer(image, "apron")])
    answers_record(user=carol, answers=[factories.answer(image, "apron", Verdict.NO)])
    assert truth(image) == {"apron": ("negative", "answered")}


def test_retracting_restores_what_was_before(image: Image, carol: User) -> None:
    tags_import(image_id=image.pk, names=["apron"], origin="a.txt")
    (answer,) = answers_record(user=carol, answers=[factories.answer(image, "apron", Verdict.NO)])
    assert truth(image) == {"apron": ("negative", "answered")}
    answers_retract(user=carol, answer_ids=[answer.pk])
    answers_retract(user=carol, answer_ids=[answer.pk])
    assert truth(image) == {"apron": ("positive", "imported")}


def test_only_its_giver_retracts_an_answer(image: Image, bob: User, carol: User) -> None:
    (answer,) = answers_record(user=carol, answers=[factories.answer(image, "apron")])
    with pytest.raises(Forbidden):
        answers_retract(user=bob, answer_ids=[answer.pk])
    with pytest.raises(AnswerNotFound):
        answers_retract(user=carol, answer_ids=[uuid.uuid4()])
    assert truth(image) == {"apron": ("positive", "answered")}


def test_a_name_that_means_another_tag_is_an_answer_about_that(image: Image, carol: User) -> None:
    TagName.objects.create(name="pinafore", tag=Tag.objects.get(name="apron"), alias=True)
    (answer,) = answers_record(user=carol, answers=[factories.answer(image, "pinafore")])
    assert answer.tag.name == "apron"
    assert truth(image) == {"apron": ("positive", "answered")}


def test_an_answer_sent_again_after_its_tag_was_merged_is_the_same(
    image: Image, carol: User
) -> None:
    sent = factories.answer(image, "apron")
    answers_record(user=carol, answers=[sent])
    TagName.objects.filter(name="apron").update(alias=True, tag=Tag.objects.get(name="smile"))
    vocabulary_bump()
    assert answers_record(user=carol, answers=[sent]) == []
    labels_rebuild()
    assert truth(image) == {"smile": ("positive", "answered")}


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
    assert truth(image) == {
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
    assert truth(image) == {"apron": ("positive", "accepted")}


def test_an_answer_goes_by_the_guideline_that_was_seen(image: Image, carol: User) -> None:
    Tag.objects.filter(name="apron").update(guideline_version=3)
    versions = []
    for seen in (2, 3, 9, None):
        sent = factories.answer(image, "apron")
        sent = replace(sent, shown=sent.shown | {"guideline_version": seen})
        (answer,) = answers_record(user=carol, answers=[sent])
        versions.append(answer.guideline_version)
    assert versions == [2, 3, 3, 3]


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
    assert len(truth(image)) == 31
