"""Answers are recorded once and count until taken back; labels follow from events alone."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelhub.accounts.models import User
from labelhub.errors import Forbidden
from labelhub.images.models import Image
from labelhub.labels.models import Answer, ImportedTags, Label, Labels, Verdict
from labelhub.labels.services import (
    AnswerIdTaken,
    AnswerNotFound,
    ImageNotFound,
    answers_record,
    answers_retract,
    labels_rebuild,
    tags_import,
)
from labelhub.tags.selectors import TagNotFound
from labelhub.tags.services import tags_ensure
from tests import factories

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


EVENT = st.tuples(
    st.sampled_from(["alice", "bob"]),
    st.sampled_from(["apron", "smile"]),
    st.sampled_from([*Verdict, "retract", "import"]),
)


@given(events=st.lists(EVENT, max_size=12))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_labels_rebuilt_from_events_equal_the_stored_ones(
    alice: User, bob: User, events: list[tuple[str, str, str]]
) -> None:
    tags_ensure(names=factories.TAGS)
    image = factories.image()
    people = {"alice": alice, "bob": bob}
    for who, tag, what in events:
        if what == "import":
            tags_import(image_id=image.pk, names=[tag], origin=who)
        elif what == "retract":
            last = Answer.objects.filter(image=image, user=people[who], retraction=None).last()
            if last:
                answers_retract(user=people[who], answer_ids=[last.pk])
        else:
            sent = factories.answer(image, tag, Verdict(what))
            answers_record(user=people[who], answers=[sent])
    stored = states(image)
    Labels.objects.filter(image=image).update(
        positive=[],
        negative=[],
        conflicting=[],
        positive_sources="",
        negative_sources="",
        conflicting_sources="",
    )
    labels_rebuild()
    assert states(image) == stored


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
