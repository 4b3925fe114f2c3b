"""Images wait for their labels until a worker comes to them; labels are counted now and then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.labels.models import Label, Labels, Stale, TagCount, Verdict
from labelhub.labels.selectors import counts_due, pending
from labelhub.labels.services import (
    answers_record,
    counts_step,
    stale_note_found,
    stale_note_tags,
    stale_step,
    tags_import,
)
from labelhub.tags.models import Implication, Tag, TagName
from labelhub.tags.services import tags_ensure, vocabulary_bump
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


def test_a_new_image_waits_and_gets_what_its_size_says() -> None:
    tags_ensure(names=["highres", "absurdres", "lowres"])
    large, small = factories.image(width=2000), factories.image()
    assert list(pending()) == [Work(Kind.DERIVE, 0)]
    assert Labels.objects.filter(pk=large.pk, positive=[]).exists()
    refreshed: list[int] = []

    progress = stale_step(refresh=refreshed.extend)

    assert (progress.claimed, progress.done, progress.total) == (2, 2, 2)
    assert refreshed == [large.pk, small.pk]
    assert list(Label.objects.filter(image=large).values_list("tag__name", "source")) == [
        ("highres", "automatic")
    ]
    assert Label.objects.get(image=small).tag.name == "lowres"
    assert Work(Kind.DERIVE, 0) not in list(pending())


def test_a_step_takes_some_and_says_how_many_are_left() -> None:
    factories.images(5)
    progress = stale_step(limit=2)
    assert (progress.claimed, progress.done, progress.total) == (2, 2, 5)
    assert Stale.objects.count() == 3


def test_what_follows_fails_or_is_written_together_with_the_labels() -> None:
    factories.image()

    def fail(_ids: list[int]) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        stale_step(refresh=fail)
    assert Stale.objects.count() == 1


def test_an_image_is_noted_once() -> None:
    image = factories.image()
    twice = {"ids": [image.pk, image.pk]}
    assert stale_note_found("SELECT unnest(%(ids)s::bigint[])", twice) == 1
    assert Stale.objects.count() == 1


def test_images_follow_a_change_of_what_their_tags_imply(carol: User) -> None:
    tags = {tag.name: tag for tag in tags_ensure(names=["boots", "shoes", "hat"])}
    yes, no, imported, other = factories.images(4)
    answers_record(user=carol, answers=[factories.answer(yes, "boots")])
    answers_record(user=carol, answers=[factories.answer(no, "shoes", Verdict.NO)])
    answers_record(user=carol, answers=[factories.answer(other, "hat")])
    tags_import(image_id=imported.pk, names=["boots"], origin="a.txt")
    stale_step()
    Implication.objects.create(antecedent=tags["boots"], consequent=tags["shoes"])
    vocabulary_bump()

    noted = stale_note_tags(tag_ids=[tags["boots"].pk, tags["shoes"].pk])

    assert noted == 3
    assert set(Stale.objects.values_list("pk", flat=True)) == {yes.pk, no.pk, imported.pk}
    stale_step()
    states = Label.objects.filter(source="implied").values_list("image", "tag__name", "state")
    assert set(states) == {
        (yes.pk, "shoes", "positive"),
        (no.pk, "boots", "negative"),
        (imported.pk, "shoes", "positive"),
    }


def test_a_new_automatic_tag_concerns_every_image() -> None:
    factories.images(3)
    stale_step()
    (highres,) = tags_ensure(names=["highres"])
    assert stale_note_tags(tag_ids=[highres.pk]) == 3


def test_tags_are_counted_and_their_names_ranked(carol: User) -> None:
    tags_ensure(names=["apron", "smile"])
    Tag.objects.filter(name="apron").update(posts=100)
    TagName.objects.create(name="pinafore", tag=Tag.objects.get(name="apron"), alias=True)
    assert not counts_due()
    for image in factories.images(3):
        answers_record(
            user=carol,
            answers=[
                factories.answer(image, "apron"),
                factories.answer(image, "smile", Verdict.NO),
            ],
        )
    assert Work(Kind.COUNT, 0) in list(pending())

    counts_step()

    counts = dict(TagCount.objects.values_list("tag__name", "positive"))
    assert counts == {"apron": 3, "smile": 0}
    assert TagCount.objects.get(tag__name="smile").negative == 3
    assert dict(Tag.objects.values_list("name", "images")) == {"apron": 3, "smile": 0}
    ranks = dict(TagName.objects.values_list("name", "rank"))
    assert ranks == {"apron": 103, "pinafore": 103, "smile": 0}
    assert not counts_due()


def test_where_there_is_no_label_nothing_is_counted_for_ever(carol: User) -> None:
    tags_ensure(names=["apron"])
    image = factories.image()
    answers_record(user=carol, answers=[factories.answer(image, "apron", Verdict.UNSURE)])
    counts_step()
    assert not counts_due()
    answers_record(user=carol, answers=[factories.answer(image, "apron")])
    assert counts_due()


def test_counting_again_waits_a_while_and_for_something_to_count(carol: User) -> None:
    tags_ensure(names=["apron"])
    image = factories.image()
    sent = factories.answer(image, "apron")
    answers_record(user=carol, answers=[sent])
    counts_step()
    answers_record(user=carol, answers=[factories.answer(factories.image(), "apron")])
    counts_step()
    assert TagCount.objects.get().positive == 1
    TagCount.objects.update(made_at=timezone.now() - timedelta(hours=1))
    counts_step()
    assert TagCount.objects.get().positive == 2
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("UPDATE labels_tagcount SET made_at = now() + interval '1 second'")
    assert not counts_due()
