"""Answers are found by queries, taken back together, and given again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.errors import Forbidden
from labelhub.images.models import Image
from labelhub.labels import history
from labelhub.labels.history import (
    AnswerQuery,
    NothingToUndo,
    TooManyAnswers,
    answers_asked,
    answers_to_undo,
    undo_effect,
)
from labelhub.labels.models import Answer, How, Label, Retraction, Undo, Verdict
from labelhub.labels.services import (
    UndoneAlready,
    UndoNotFound,
    answers_record,
    answers_retract,
    tags_import,
    undo_reverse,
)
from labelhub.tags.models import Implication, Tag, TagName
from labelhub.tags.selectors import TagNotFound
from labelhub.tags.services import tags_ensure, vocabulary_bump
from tests import factories

pytestmark = pytest.mark.django_db


def say(user: User, image: Image, tag: str, verdict: Verdict = Verdict.YES) -> uuid.UUID:
    sent = factories.answer(image, tag, verdict)
    answers_record(user=user, answers=[sent])
    return sent.id


def states(image: Image) -> dict[str, str]:
    return dict(Label.objects.filter(image=image).values_list("tag__name", "state"))


def found(query: AnswerQuery) -> set[uuid.UUID]:
    return set(answers_asked(query).values_list("pk", flat=True))


def test_a_query_finds_by_person_tag_image_verdict_manner_and_time(
    image: Image, bob: User, carol: User
) -> None:
    other = factories.image()
    first = say(carol, image, "apron")
    between = timezone.now()
    second = say(bob, image, "apron", Verdict.NO)
    third = say(carol, other, "smile")
    assert found(AnswerQuery()) == {first, second, third}
    assert found(AnswerQuery(user="carol")) == {first, third}
    assert found(AnswerQuery(user="nobody")) == set()
    assert found(AnswerQuery(tag="apron")) == {first, second}
    assert found(AnswerQuery(tag="apron", user="bob")) == {second}
    assert found(AnswerQuery(image_id=other.pk)) == {third}
    assert found(AnswerQuery(verdict=Verdict.NO)) == {second}
    assert found(AnswerQuery(how=How.TYPED)) == set()
    assert found(AnswerQuery(since=between)) == {second, third}
    assert found(AnswerQuery(until=between)) == {first}
    with pytest.raises(TagNotFound):
        answers_asked(AnswerQuery(tag="no_such_tag"))


def test_answers_about_a_merged_tag_are_found_by_either_name(image: Image, carol: User) -> None:
    given = say(carol, image, "apron")
    TagName.objects.filter(name="apron").update(alias=True, tag=Tag.objects.get(name="solo"))
    vocabulary_bump()
    assert found(AnswerQuery(tag="solo")) == found(AnswerQuery(tag="apron")) == {given}


def test_what_counts_no_more_is_not_undone_again_and_too_much_is_refused(
    image: Image, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = say(carol, image, "apron"), say(carol, image, "smile")
    answers_retract(user=carol, answer_ids=[first])
    assert answers_to_undo(AnswerQuery(user="carol")) == [second]
    answers_retract(user=carol, answer_ids=[second])
    with pytest.raises(NothingToUndo):
        answers_to_undo(AnswerQuery(user="carol"))
    monkeypatch.setattr(history, "MOST", 1)
    say(carol, image, "solo")
    say(carol, image, "2010")
    with pytest.raises(TooManyAnswers, match="more than 1 answers.* day by day"):
        answers_to_undo(AnswerQuery())


def test_a_preview_counts_labels_that_would_change_and_writes_nothing(
    image: Image, bob: User, carol: User
) -> None:
    tags = {tag.name: tag for tag in tags_ensure(names=["boots", "shoes"])}
    Implication.objects.create(antecedent=tags["boots"], consequent=tags["shoes"])
    vocabulary_bump()
    tags_import(image_id=image.pk, names=["smile"], origin="a.txt")
    other = factories.image()
    ids = [
        say(carol, image, "boots"),  # and with it "shoes"
        say(carol, image, "smile"),  # an import says so, too
        say(bob, image, "solo"),  # bob and carol contradict each other
        say(carol, image, "solo", Verdict.NO),
        say(carol, other, "apron", Verdict.UNSURE),
    ]
    ids.remove(ids[2])
    before = states(image)
    effect = undo_effect(ids)
    assert (effect.answers, effect.people, effect.images) == (4, 1, 2)
    assert effect.labels == 3  # boots, shoes, solo
    assert states(image) == before
    answers_retract(user=carol, answer_ids=ids)
    assert states(image) == {"smile": "positive", "solo": "positive"}


def test_answers_are_taken_back_together_given_again_and_taken_back_again(
    image: Image, bob: User, carol: User
) -> None:
    ids = [say(carol, image, "apron"), say(carol, image, "smile", Verdict.NO)]
    before = states(image)
    with pytest.raises(Forbidden):
        answers_retract(user=bob, answer_ids=ids)
    undo = answers_retract(
        user=bob, answer_ids=ids, asked=AnswerQuery(user="carol").asked(), anybodys=True
    )
    assert undo.asked == {"user": "carol"}
    assert states(image) == {}
    with pytest.raises(Forbidden):
        undo_reverse(user=carol, undo_id=undo.pk)
    back = undo_reverse(user=bob, undo_id=undo.pk, anybodys=True)
    assert (back.reverses, sorted(back.answer_ids)) == (undo, sorted(ids))
    assert states(image) == before
    with pytest.raises(UndoneAlready):
        undo_reverse(user=bob, undo_id=undo.pk, anybodys=True)
    again = undo_reverse(user=bob, undo_id=back.pk, anybodys=True)
    assert states(image) == {}
    assert set(Retraction.objects.values_list("undo", flat=True)) == {again.pk}
    with pytest.raises(UndoNotFound):
        undo_reverse(user=bob, undo_id=again.pk + 1)


def test_who_curates_no_more_gives_only_their_own_answers_again(
    image: Image, bob: User, carol: User
) -> None:
    undo = answers_retract(user=bob, answer_ids=[say(carol, image, "apron")], anybodys=True)
    with pytest.raises(Forbidden, match="answers of others"):
        undo_reverse(user=bob, undo_id=undo.pk)
    assert states(image) == {}
    undo_reverse(user=bob, undo_id=undo.pk, anybodys=True)
    assert states(image) == {"apron": "positive"}


def test_what_was_taken_back_before_stays_so_when_a_later_undo_is_taken_back(
    image: Image, carol: User
) -> None:
    first, second = say(carol, image, "apron"), say(carol, image, "smile")
    answers_retract(user=carol, answer_ids=[first])
    later = answers_retract(user=carol, answer_ids=[first, second])
    assert later.answer_ids == [second]
    undo_reverse(user=carol, undo_id=later.pk)
    assert states(image) == {"smile": "positive"}


def test_an_undo_of_a_time_keeps_what_was_asked() -> None:
    since = timezone.now() - timedelta(days=2)
    assert AnswerQuery(tag="apron", since=since).asked() == {
        "tag": "apron",
        "since": since.isoformat(),
    }
    assert not Undo.objects.exists()
    assert not Answer.objects.exists()
