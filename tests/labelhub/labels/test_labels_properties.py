"""Whatever people do to an image, in whatever order: the labels follow from the events alone, and
undoing it leaves them as they were.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.labels.models import (
    Answer,
    Completion,
    How,
    LabelForm,
    LabelImport,
    Labels,
    Retraction,
    Stale,
    Undo,
    Verdict,
)
from labelhub.labels.services import (
    answers_record,
    answers_retract,
    completion_set,
    labels_rebuild,
    stale_note_tags,
    stale_step,
    undo_reverse,
)
from labelhub.tags.models import Implication, ImportState, Tag, TagName
from labelhub.tags.services import tags_ensure, vocabulary_bump
from tests import factories
from tests.label_files import recorded

NAMES = ("snow_boots", "boots", "shoes", "footwear", "hat", "highres")
TAG = st.sampled_from(NAMES[:5])
EDIT = st.one_of(
    st.tuples(
        st.just("answer"),
        st.sampled_from([0, 1]),
        TAG,
        st.sampled_from(list(Verdict)),
        st.sampled_from(list(How)),
    ),
    st.tuples(st.just("import"), st.sets(TAG), st.sets(TAG), st.booleans()),
    st.tuples(st.just("complete"), st.sampled_from([0, 1])),
    st.tuples(st.just("undo"), st.integers(0, 9)),
    st.tuples(st.just("reverse"), st.integers(0, 9)),
)
Back = Callable[[], object]


class Desk:
    """Two people's edits of one image, each with what takes it back."""

    def __init__(self, people: list[User]) -> None:
        self.people = people
        self.tags = dict(zip(NAMES, tags_ensure(names=NAMES), strict=True))
        for low, high in (("snow_boots", "boots"), ("boots", "shoes")):
            Implication.objects.get_or_create(antecedent=self.tags[low], consequent=self.tags[high])
        TagName.objects.filter(name="footwear").update(alias=True, tag=self.tags["shoes"])
        vocabulary_bump()
        self.image = factories.image(width=2000)

    def do(self, edit: tuple[Any, ...]) -> Back | None:
        return getattr(self, f"_{edit[0]}")(*edit[1:])  # type: ignore[no-any-return]

    def _answer(self, who: int, tag: str, verdict: Verdict, how: How) -> Back:
        user = self.people[who]
        sent = factories.answer(self.image, tag, verdict, how=how)
        answers_record(user=user, answers=[sent])
        return lambda: answers_retract(user=user, answer_ids=[sent.id])

    def _import(self, yes: set[str], no: set[str], complete: bool) -> Back:
        batch = LabelImport.objects.create(
            form=LabelForm.CSV, absence="no", state=ImportState.APPLIED, name="a.csv", bytes=1
        )
        recorded(batch, self.image, yes=yes, no=no, complete=complete)

        def back() -> None:
            LabelImport.objects.filter(pk=batch.pk).update(state=ImportState.RETRACTED)
            Stale.objects.get_or_create(image=self.image)
            stale_step()

        return back

    def _complete(self, who: int) -> Back | None:
        user = self.people[who]
        if Completion.objects.filter(image=self.image, user=user, retracted_at=None).exists():
            return None
        completion_set(user=user, image_id=self.image.pk, complete=True)
        return lambda: completion_set(user=user, image_id=self.image.pk, complete=False)

    def _undo(self, which: int) -> Back | None:
        standing = Answer.objects.filter(image=self.image, retraction=None).order_by("created_at")
        ids = list(standing.values_list("pk", flat=True))
        if not ids:
            return None
        curator = self.people[0]
        some = ids[which % len(ids) :][:3]
        undo = answers_retract(user=curator, answer_ids=some, anybodys=True)
        return lambda: undo_reverse(user=curator, undo_id=last_of(undo).pk, anybodys=True)

    def _reverse(self, which: int) -> Back | None:
        ours = Undo.objects.filter(answer_ids__overlap=self._answers(), reversed_by=None)
        undos = list(ours.order_by("pk"))
        if not undos:
            return None
        curator = self.people[0]
        chosen = undos[which % len(undos)]
        made = undo_reverse(user=curator, undo_id=chosen.pk, anybodys=True)
        return lambda: undo_reverse(user=curator, undo_id=last_of(made).pk, anybodys=True)

    def _answers(self) -> list[Any]:
        return list(Answer.objects.filter(image=self.image).values_list("pk", flat=True))


def last_of(undo: Undo) -> Undo:
    """What was done to an undo last: it, the one that reversed it, the one that reversed that."""
    while later := Undo.objects.filter(reverses=undo).first():
        undo = later
    return undo


def stored(image: Image) -> dict[str, Any]:
    columns = [field.attname for field in Labels._meta.fields if field.name != "updated_at"]
    row: dict[str, Any] = Labels.objects.filter(pk=image.pk).values(*columns).get()
    return row


def forget(image: Image) -> None:
    """Everything that follows from events."""
    Labels.objects.filter(pk=image.pk).update(
        positive=[],
        negative=[],
        conflicting=[],
        positive_sources="",
        negative_sources="",
        conflicting_sources="",
        completed_at=None,
    )
    Retraction.objects.all().delete()


@pytest.mark.django_db
@given(before=st.lists(EDIT, max_size=6), edits=st.lists(EDIT, min_size=1, max_size=8))
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # looking for less takes minutes here
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_edits_undone_leave_labels_as_they_were_and_all_follows_from_the_events(
    alice: User, bob: User, before: list[tuple[Any, ...]], edits: list[tuple[Any, ...]]
) -> None:
    desk = Desk([alice, bob])
    stale_step()  # the image's automatic tags
    for edit in before:
        desk.do(edit)
    then = stored(desk.image)

    backs = [back for edit in edits if (back := desk.do(edit))]

    now = stored(desk.image)
    taken_back = set(Retraction.objects.values_list("answer_id", "undo_id"))
    forget(desk.image)
    labels_rebuild()
    assert stored(desk.image) == now
    assert set(Retraction.objects.values_list("answer_id", "undo_id")) == taken_back
    for back in reversed(backs):
        back()
    assert stored(desk.image) == then


@pytest.mark.django_db(transaction=True)
def test_two_people_editing_one_image_at_once_lose_nothing(alice: User, bob: User) -> None:
    desk = Desk([alice, bob])
    together = threading.Barrier(2)

    def edit(who: int) -> int:
        random, user = Random(who), desk.people[who]
        given: list[uuid.UUID] = []
        together.wait()
        for _each in range(25):
            if given and random.random() < 0.3:
                answers_retract(user=user, answer_ids=[given.pop()])
            else:
                verdict = random.choice([Verdict.YES, Verdict.NO])
                sent = factories.answer(desk.image, random.choice(NAMES[:5]), verdict)
                answers_record(user=user, answers=[sent])
                given.append(sent.id)
        connection.close()
        return len(given)

    with ThreadPoolExecutor(2) as pool:
        kept = list(pool.map(edit, [0, 1]))

    for user, standing in zip(desk.people, kept, strict=True):
        assert Answer.objects.filter(user=user, retraction=None).count() == standing
    found = stored(desk.image)
    forget(desk.image)
    labels_rebuild()
    assert stored(desk.image) == found


@pytest.mark.django_db(transaction=True)
def test_answers_given_while_tags_change_their_meaning_follow_the_new_one(
    alice: User, bob: User
) -> None:
    tags_ensure(names=NAMES)
    images = factories.images(12)
    hat, shoes = Tag.objects.get(name="hat"), Tag.objects.get(name="shoes")
    together = threading.Barrier(3)

    def answer(user: User) -> None:
        together.wait()
        for image in images:
            answers_record(user=user, answers=[factories.answer(image, "hat")])
        connection.close()

    def change() -> None:
        together.wait()
        for _again in range(7):
            with transaction.atomic():
                if not Implication.objects.filter(antecedent=hat).delete()[0]:
                    Implication.objects.create(antecedent=hat, consequent=shoes)
                vocabulary_bump()
                stale_note_tags(tag_ids=[hat.pk, shoes.pk])
            stale_step(limit=3)
        connection.close()

    with ThreadPoolExecutor(3) as pool:
        for done in [
            pool.submit(answer, alice),
            pool.submit(answer, bob),
            pool.submit(change),
        ]:
            done.result()
    while stale_step().claimed:
        pass
    assert not Stale.objects.exists()
    assert Answer.objects.count() == 2 * len(images)
    for row in Labels.objects.filter(pk__in=[image.pk for image in images]):
        assert row.positive == sorted([hat.pk, shoes.pk])
