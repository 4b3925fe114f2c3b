"""Questions and suggestions follow what is changed of tags, and come back when it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.labels.models import Verdict
from labelhub.labels.services import tags_import
from labelhub.review.changes import change_make
from labelhub.review.changes_undone import undo_preview
from labelhub.review.models import Card, Question
from labelhub.review.services import cards_lease, images_rank
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import suggestions, vocabulary_of
from labelhub.taggers.vocabulary import meaning_of
from labelhub.tags.models import Tag, TagChange
from labelhub.tags.services import tags_ensure
from tests import factories
from tests.labelhub.review.changing import NAMES, asked, derive, library, make, say, undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


def test_questions_of_a_merged_tag_are_asked_about_the_other_and_come_back(carol: User) -> None:
    tagger, (image, _other) = library()
    change = make("merge", tag="2010", into="clothes")
    assert "2010" not in asked(image, carol, tagger)
    assert "clothes" in asked(image, carol, tagger)
    undo(change)
    assert asked(image, carol, tagger) >= {"2010", "clothes"}


def test_a_merge_into_a_tag_that_was_not_asked_about_asks_about_it(carol: User) -> None:
    tagger, (image, _other) = library()
    tags_ensure(names=["pinafore"])
    change = make("merge", tag="apron", into="pinafore")
    assert "pinafore" in asked(image, carol, tagger)
    question = Question.objects.get(image=image, tag__name="pinafore")
    assert question.score == Question.objects.get(image=image, tag__name="apron").score
    undo(change)
    assert not Question.objects.filter(tag__name="pinafore").exists()


@pytest.mark.parametrize("how", [{"kind": "deprecate"}, {"kind": "flags", "hidden": True}])
def test_nobody_is_asked_about_hidden_and_deprecated_tags(how: dict[str, Any], carol: User) -> None:
    tagger, (image, _other) = library()
    details = how | {"tag": "apron"} | ({"subjective": None} if "hidden" in how else {})
    change = change_make(user=carol, details=details)
    assert "apron" not in asked(image, carol, tagger)
    say(carol, image, "dress")
    assert "apron" not in asked(image, carol, tagger)
    (new,) = factories.images(1)
    factories.embedding(new, tagger, [0.0, 0.1, 0.2, 0.3])
    images_rank(tagger=tagger)
    assert "apron" not in asked(new, carol, tagger)
    assert "apron" not in {each.tag.name for each in suggestions(tagger, [new.pk], 9)[new.pk]}
    undo(change)
    assert "apron" in asked(image, carol, tagger)


def test_images_of_a_tag_that_was_split_are_asked_about_its_parts(carol: User) -> None:
    tagger, (image, without) = library()
    say(carol, image, "dress")
    change = make("split", tag="dress", into=["dress_(a)", "apron"])
    assert asked(image, carol, tagger) >= {"dress_(a)", "apron"}
    assert "dress_(a)" not in asked(without, carol, tagger)
    assert cards_lease(user=carol, tagger=tagger, count=9)
    say(carol, image, "dress_(a)", Verdict.NO)
    assert "dress_(a)" not in asked(image, carol, tagger)
    undo(change)
    assert not Question.objects.filter(tag__name="dress_(a)").exists()
    assert "apron" in asked(image, carol, tagger)


def test_the_undo_of_a_split_is_previewed_with_the_questions_it_closes(carol: User) -> None:
    tagger, (image, _without) = library()
    say(carol, image, "dress")
    change = make("split", tag="dress", into=["dress_(a)", "apron"])
    before = list(Question.objects.order_by("pk").values())
    cards = list(Card.objects.order_by("pk").values())
    seen = undo_preview(change.pk)
    assert list(Question.objects.order_by("pk").values()) == before
    assert list(Card.objects.order_by("pk").values()) == cards
    was_open = {row["id"] for row in before if row["open"]}
    undo(change)
    now_open = set(Question.objects.filter(open=True).values_list("pk", flat=True))
    assert seen.questions == len(was_open ^ now_open) > 0


def test_a_part_of_a_split_is_asked_about_after_another_was_merged_into_it_and_parted(
    carol: User,
) -> None:
    tagger, (image, _without) = library()
    say(carol, image, "dress")
    make("split", tag="dress", into=["dress_(a)", "dress_(b)"])
    merged = make("merge", tag="dress_(a)", into="dress_(b)")
    assert "dress_(b)" in asked(image, carol, tagger)
    undo(merged)
    assert asked(image, carol, tagger) >= {"dress_(a)", "dress_(b)"}


def ranked(tagger: Tagger, *tags: str) -> Image:
    """An image that has these tags, which the tagger comes to see now, and does not doubt."""
    (image,) = factories.images(1)
    tags_import(image_id=image.pk, names=tags, origin="a file")
    factories.embedding(image, tagger, [-9.0] * 4)
    images_rank(tagger=tagger)
    return image


def opened() -> set[tuple[int, str]]:
    return set(Question.objects.filter(open=True).values_list("image_id", "tag__name"))


def undo_as_previewed(change: TagChange) -> None:
    """Take back what its preview says, with cards open where questions are."""
    seen, before = undo_preview(change.pk), opened()
    undo(change)
    assert seen.questions == len(before ^ opened())
    cards = Card.objects.filter(open=True).values_list("image_id", flat=True)
    assert set(cards) == {image_id for image_id, _tag in opened()}


def test_the_undo_of_a_split_closes_what_it_asked_of_the_tag_that_a_part_was_merged_into(
    carol: User,
) -> None:
    tagger, _images = library()
    tags_ensure(names=["pinafore", "costume"])
    image, both = ranked(tagger, "dress"), ranked(tagger, "dress", "clothes")
    change = make("split", tag="dress", into=["dress_(a)", "dress_(b)"])
    make("split", tag="clothes", into=["dress_(a)", "costume"])
    make("merge", tag="dress_(a)", into="pinafore")
    since = ranked(tagger, "dress")
    for each in (image, since):
        assert asked(each, carol, tagger) == {"pinafore", "dress_(b)"}
    undo_as_previewed(change)
    for each in (image, since):
        assert asked(each, carol, tagger) == set()
    assert asked(both, carol, tagger) == {"pinafore", "costume"}


def test_a_tag_is_not_asked_about_for_the_sake_of_a_name_that_means_it_no_more(
    carol: User,
) -> None:
    tagger, _images = library()
    tags_ensure(names=["pinafore", "costume"])
    change = make("split", tag="dress", into=["dress_(a)", "dress_(b)"])
    make("split", tag="clothes", into=["pinafore", "costume"])
    merged = make("merge", tag="dress_(a)", into="pinafore")
    since, both = ranked(tagger, "dress"), ranked(tagger, "dress", "clothes")
    assert asked(since, carol, tagger) == {"pinafore", "dress_(b)"}
    undo(merged)
    assert asked(since, carol, tagger) == {"dress_(a)", "dress_(b)"}
    assert asked(both, carol, tagger) == {"dress_(a)", "dress_(b)", "pinafore", "costume"}
    undo_as_previewed(change)
    assert asked(since, carol, tagger) == set()
    assert asked(both, carol, tagger) == {"pinafore", "costume"}


def test_the_card_of_a_question_that_goes_with_a_name_closes(carol: User) -> None:
    tagger, _images = library()
    tags_ensure(names=["pinafore"])
    make("split", tag="dress", into=["dress_(a)", "dress_(b)"])
    merged = make("merge", tag="dress_(a)", into="pinafore")
    image = ranked(tagger, "dress")
    say(carol, image, "dress_(b)", Verdict.NO)
    make("flags", tag="dress_(b)", hidden=True, subjective=None)
    Tag.objects.filter(name="dress_(a)").update(hidden=True)
    undo(merged)
    assert not Card.objects.get(image=image).open


def test_a_tag_that_two_were_merged_into_is_asked_about_as_long_as_one_is(carol: User) -> None:
    tagger, (image, _other) = library()
    tags_ensure(names=["pinafore"])
    first = make("merge", tag="apron", into="pinafore")
    make("merge", tag="smile", into="pinafore")
    undo(first)
    assert asked(image, carol, tagger) >= {"apron", "pinafore"}
    question = Question.objects.get(image=image, tag__name="pinafore")
    assert question.score == Question.objects.get(image=image, tag__name="smile").score


def test_a_tag_that_was_revived_is_not_asked_about_by_its_parts(carol: User) -> None:
    tagger, _images = library()
    image = ranked(tagger, "dress")
    make("split", tag="dress", into=["dress_(a)", "dress_(b)"])
    revived = make("revive", tag="dress")
    since = ranked(tagger, "dress")
    assert asked(image, carol, tagger) == asked(since, carol, tagger) == set()
    undo_as_previewed(revived)
    for each in (image, since):
        assert asked(each, carol, tagger) == {"dress_(a)", "dress_(b)"}


def test_what_was_split_twice_is_asked_about_by_the_parts_of_both(carol: User) -> None:
    tagger, _images = library()
    first = make("split", tag="dress", into=["dress_(a)", "dress_(b)"])
    second = make("split", tag="dress", into=["dress_(c)", "dress_(b)"])
    image = ranked(tagger, "dress")
    assert asked(image, carol, tagger) == {"dress_(a)", "dress_(b)", "dress_(c)"}
    undo_as_previewed(second)
    assert asked(image, carol, tagger) == {"dress_(a)", "dress_(b)"}
    undo_as_previewed(first)
    assert asked(image, carol, tagger) == set()


def test_what_a_split_asks_stays_while_its_tag_is_another_ones_name(carol: User) -> None:
    tagger, _images = library()
    tags_ensure(names=["pinafore"])
    image = ranked(tagger, "dress")
    make("split", tag="dress", into=["dress_(a)", "dress_(b)"])
    gone = make("merge", tag="dress", into="pinafore")
    derive()
    undo(make("merge", tag="smile", into="dress_(a)"))
    undo(gone)
    derive()
    assert asked(image, carol, tagger) == {"dress_(a)", "dress_(b)"}


def test_a_new_tagger_asks_what_a_split_asks_and_images_it_had_not_seen(
    carol: User, sign_in: Callable[[User], Client]
) -> None:
    tags_ensure(names=NAMES)
    (image,) = factories.images(1)
    say(carol, image, "dress")
    make("split", tag="dress", into=["dress_(a)", "dress_(b)"])
    tagger = factories.tagger(NAMES)
    factories.embedding(image, tagger, [-9.0] * 4)
    images_rank(tagger=tagger)
    assert asked(image, carol, tagger) == {"dress_(a)", "dress_(b)"}
    cards = sign_in(carol).post("/api/review/cards", {}, content_type="application/json").json()
    (first, _second) = cards["cards"][0]["questions"]
    assert (first["score"], first["probability"], first["line"]) == (None, None, None)
    assert "split" in first["reason"]


# The outputs of taggers


def test_outputs_keep_their_order_and_are_called_as_their_tags_are_now() -> None:
    tagger, (image, _other) = library()
    make("rename", tag="apron", to="pinafore")
    make("merge", tag="smile", into="2010")
    assert [tag.name for tag in vocabulary_of(tagger)] == [
        "pinafore",
        "dress",
        "clothes",
        "2010",
        "2010",
    ]
    assert meaning_of(tagger).names() == ["pinafore", "dress", "clothes", None, "2010"]
    shown = {each.tag.name: each.score for each in suggestions(tagger, [image.pk], 9)[image.pk]}
    assert shown.keys() == {"pinafore", "dress", "clothes", "2010"}
    assert shown["2010"] == pytest.approx(1 / (1 + 2.718281828**-0.3), abs=1e-4)  # as smile had
