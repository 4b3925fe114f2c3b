"""Changes of tags with what follows: previews tell the truth, labels and questions follow, and
taking changes back restores everything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.errors import LabelhubError, NotFound
from labelhub.images.models import Image
from labelhub.jobs.models import Job, Kind
from labelhub.labels.models import Labels, Stale, Verdict
from labelhub.labels.services import tags_import
from labelhub.review.changes import change_make, change_preview
from labelhub.review.changes_made import change_list, changes_left, changes_undoable
from labelhub.review.changes_undone import InTheWay, undo_make, undo_preview
from labelhub.review.models import Card, Question
from labelhub.review.selectors import questions_of
from labelhub.review.services import answers_take, cards_lease, images_rank, stale_step
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import suggestions, vocabulary_of
from labelhub.taggers.vocabulary import meaning_of
from labelhub.tags.models import Category, ChangeKind, Implication, Tag, TagChange, TagName
from labelhub.tags.services import tag_create, tags_ensure
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
NAMES = ["apron", "dress", "clothes", "smile", "2010"]


def make(kind: str, user: User | None = None, **asked: object) -> TagChange:
    return change_make(user=user, details={"kind": kind, **asked})


def undo(change: TagChange) -> TagChange:
    return undo_make(user=None, change_id=change.pk)


def say(user: User, image: Image, tag: str, verdict: Verdict = Verdict.YES) -> None:
    answers_take(user=user, answers=[factories.answer(image, tag, verdict)])


def derive() -> None:
    while stale_step().claimed:
        pass


def labels(image: Image) -> dict[str, set[str]]:
    row = Labels.objects.get(pk=image.pk)
    names = dict(Tag.objects.values_list("pk", "name"))
    return {
        state: {names[pk] for pk in getattr(row, state)}
        for state in ("positive", "negative", "conflicting")
    }


def library(count: int = 2) -> tuple[Tagger, list[Image]]:
    """Images whose every tag is doubtful to the tagger."""
    tagger = factories.tagger(NAMES)
    images = factories.images(count)
    for image in images:
        factories.embedding(image, tagger, [0.0, 0.1, 0.2, 0.3])
    images_rank(tagger=tagger)
    derive()
    return tagger, images


def asked(image: Image, user: User, tagger: Tagger) -> set[str]:
    cards = Card.objects.filter(image=image, tagger=tagger, open=True)
    return {each.tag.name for each in questions_of(list(cards), user).get(image.pk, [])}


# Labels


def test_labels_follow_a_merge_and_come_back_with_its_undo(carol: User) -> None:
    tags_ensure(names=NAMES)
    one, other = factories.images(2)
    say(carol, one, "apron")
    say(carol, other, "dress", Verdict.NO)
    change = make("merge", tag="apron", into="dress")
    assert Job.objects.filter(kind=Kind.DERIVE, subject_id=0).exists()
    derive()
    assert labels(one)["positive"] == labels(other)["negative"] == {"dress"}
    undo(change)
    derive()
    assert labels(one)["positive"] == {"apron"}
    assert labels(other)["negative"] == {"dress"}


def test_labels_follow_an_implication_and_a_deprecation_that_takes_it_away(carol: User) -> None:
    tags_ensure(names=NAMES)
    yes, no = factories.images(2)
    say(carol, yes, "apron")
    say(carol, no, "clothes", Verdict.NO)
    make("imply", tag="apron", implied="clothes")
    derive()
    assert labels(yes)["positive"] == {"apron", "clothes"}
    assert labels(no)["negative"] == {"apron", "clothes"}
    change = make("deprecate", tag="clothes")
    derive()
    assert labels(yes)["positive"] == {"apron"}
    assert labels(no)["negative"] == {"clothes"}
    undo(change)
    derive()
    assert labels(no)["negative"] == {"apron", "clothes"}


def test_labels_follow_what_a_new_name_implies(carol: User) -> None:
    tags_ensure(names=["cosplay", "saber_costume"])
    (image,) = factories.images(1)
    say(carol, image, "saber_costume")
    change = make("rename", tag="saber_costume", to="saber_(cosplay)")
    derive()
    assert labels(image)["positive"] == {"saber_(cosplay)", "cosplay"}
    undo(change)
    derive()
    assert labels(image)["positive"] == {"saber_costume"}


def test_labels_in_conflict_along_a_chain_follow_when_its_middle_goes(
    carol: User, bob: User
) -> None:
    tags_ensure(names=["c", "low", "high", "grand"])
    for low, high in (("c", "low"), ("low", "high"), ("high", "grand")):
        make("imply", tag=low, implied=high)
    (image,) = factories.images(1)
    say(carol, image, "c")
    say(bob, image, "grand", Verdict.NO)
    derive()
    assert labels(image)["conflicting"] == {"c", "grand"}
    change = make("unimply", tag="low", implied="high")
    derive()
    assert labels(image)["positive"] == {"c", "low"}
    assert labels(image)["negative"] == {"grand", "high"}
    undo(change)
    derive()
    assert labels(image)["conflicting"] == {"c", "grand"}


def test_an_import_that_a_no_overruled_through_a_name_follows_when_its_implication_goes(
    carol: User,
) -> None:
    tags_ensure(names=["cosplay", "saber_(cosplay)", "saber_dress"])
    make("imply", tag="saber_dress", implied="saber_(cosplay)")
    (image,) = factories.images(1)
    tags_import(image_id=image.pk, names=["saber_dress"], origin="a file")
    say(carol, image, "cosplay", Verdict.NO)
    derive()
    assert labels(image) == {"positive": set(), "negative": {"cosplay"}, "conflicting": set()}
    make("unimply", tag="saber_dress", implied="saber_(cosplay)")
    derive()
    assert labels(image)["positive"] == {"saber_dress"}


@pytest.mark.parametrize(
    ("low", "new"),
    [
        ("saber_(cosplay)", "cosplay"),
        ("saber_(cosplay)", "saber"),
        ("sailor_school_uniform", "school_uniform"),
    ],
)
def test_labels_follow_a_new_tag_that_a_name_implies(carol: User, low: str, new: str) -> None:
    tags_ensure(names=[low])
    one, other = factories.images(2)
    say(carol, one, low)
    derive()
    tag_create(name=new, category=Category.GENERAL, by=carol)
    assert set(Stale.objects.values_list("pk", flat=True)) == {one.pk}
    derive()
    assert labels(one)["positive"] == {low, new}


def test_a_rename_of_another_tag_leaves_labels_alone(carol: User) -> None:
    tags_ensure(names=NAMES)
    (image,) = factories.images(1)
    say(carol, image, "apron")
    derive()
    make("rename", tag="apron", to="pinafore")
    assert not Stale.objects.exists()
    assert labels(image)["positive"] == {"pinafore"}


def test_imports_about_a_merged_tag_follow_even_where_nothing_is_known_of_it(carol: User) -> None:
    tags_ensure(names=["highres", "apron", "maid_apron"])
    (image,) = factories.images(1)
    tags_import(image_id=image.pk, names=["maid_apron"], origin="a file")
    derive()
    make("merge", tag="maid_apron", into="apron")
    derive()
    assert labels(image)["positive"] >= {"apron"}


# Previews


def test_what_is_left_to_follow_is_counted_of_the_newest_changes(carol: User) -> None:
    tags_ensure(names=NAMES)
    one, other = factories.images(2)
    say(carol, one, "apron")
    derive()
    changes = [make("merge", tag="apron", into="dress")]
    assert changes_left(changes) == {changes[0].pk: 1}
    for _again in range(10):
        changes += [undo(changes[-1]), make("merge", tag="apron", into="dress")]
    left = changes_left(changes)
    assert left == {change.pk: 1 for change in changes[-20:]}
    derive()
    assert changes_left(changes) == {}


CHANGES: list[dict[str, Any]] = [
    {"kind": "rename", "tag": "apron", "to": "pinafore"},
    {"kind": "alias", "tag": "apron", "alias": "pinafore"},
    {"kind": "imply", "tag": "apron", "implied": "clothes"},
    {"kind": "merge", "tag": "apron", "into": "dress"},
    {"kind": "split", "tag": "apron", "into": ["dress", "maid_apron"]},
    {"kind": "deprecate", "tag": "apron"},
    {"kind": "categorise", "tag": "apron", "category": "meta"},
    {"kind": "flags", "tag": "apron", "hidden": True, "subjective": None},
]


def everything() -> list[object]:
    """All that changes touch, by its rows."""
    return [
        list(Tag.objects.order_by("pk").values()),
        sorted(TagName.objects.values_list("name", "tag_id", "alias", "rank")),
        sorted(Implication.objects.values_list("antecedent_id", "consequent_id")),
        sorted(Question.objects.values_list("image_id", "tag_id", "score", "open")),
        sorted(Card.objects.values_list("image_id", "open")),
        sorted(Labels.objects.values_list("pk", "positive", "negative", "conflicting")),
        sorted(Stale.objects.values_list("pk", flat=True)),
    ]


@pytest.mark.parametrize("details", CHANGES, ids=lambda details: details["kind"])
def test_a_preview_changes_nothing_and_says_what_the_change_then_does(
    details: dict[str, Any], carol: User, bob: User
) -> None:
    tagger, images = library(3)
    say(carol, images[0], "apron")
    say(carol, images[1], "clothes", Verdict.NO)
    say(carol, images[2], "apron", Verdict.NO)
    say(bob, images[2], "apron")
    before, rows = everything(), TagChange.objects.count()
    was_open = set(Question.objects.filter(open=True).values_list("image_id", "tag_id"))
    names = [tag.name for tag in vocabulary_of(tagger)]
    jobs = Job.objects.count()
    seen = change_preview(details)
    assert (everything(), TagChange.objects.count(), Job.objects.count()) == (before, rows, jobs)
    assert [tag.name for tag in vocabulary_of(tagger)] == names
    made = change_make(user=bob, details=details)
    assert seen.images == Stale.objects.count()
    assert changes_left([made]).get(made.pk, 0) == seen.images
    is_open = set(Question.objects.filter(open=True).values_list("image_id", "tag_id"))
    copies = set()
    if details["kind"] == "merge":  # a question that is put under another name is not a new one
        dress = Tag.objects.get(name="dress").pk
        copies = {pair for pair in is_open - was_open if pair[1] == dress}
    assert seen.questions == len((was_open ^ is_open) - copies)
    now = [tag.name for tag in vocabulary_of(tagger)]
    assert seen.taggers == ([tagger.name] if now != names else [])
    assert seen.effects


@pytest.mark.parametrize("details", CHANGES, ids=lambda details: details["kind"])
def test_taking_a_change_back_restores_rows_and_questions(
    details: dict[str, Any], carol: User
) -> None:
    _tagger, images = library(3)
    say(carol, images[0], "apron")
    say(carol, images[1], "clothes", Verdict.NO)
    tags_ensure(names=["maid_apron"])  # tags that a split makes stay
    before = everything()
    change = change_make(user=carol, details=details)
    derive()
    assert undo_preview(change.pk).effects[0].startswith("Taken back")
    undo(change)
    derive()
    assert everything() == before


@pytest.mark.parametrize("details", CHANGES, ids=lambda details: details["kind"])
def test_what_was_done_is_told_in_a_sentence_by_whom(
    details: dict[str, Any], bob: User, sign_in: Callable[[User], Client]
) -> None:
    tags_ensure(names=NAMES)
    client = sign_in(bob)
    body = {"change": details}
    assert client.post("/api/tags/changes/preview", body, content_type="application/json").json()[
        "effects"
    ]
    row = client.post("/api/tags/changes", body, content_type="application/json").json()
    assert (row["by"], row["kind"], row["undoable"]) == ("bob", details["kind"], True)
    assert "apron" in row["sentence"]
    undone = client.post(f"/api/tags/changes/{row['id']}/undo").json()
    assert undone["sentence"] == f"Taken back: {row['sentence']}"
    tag_id = TagChange.objects.get(pk=row["id"]).tag_id
    rows = client.get(f"/api/tags/changes?tag_id={tag_id}").json()["items"]
    assert [each["id"] for each in rows] == [undone["id"], row["id"]]
    assert (rows[1]["undone_by"], rows[1]["undoable"]) == (undone["id"], False)
    assert client.post(f"/api/tags/changes/{row['id']}/undo").status_code == 409


# Questions


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


# What stands in the way


def test_a_change_is_not_taken_back_past_a_later_one_of_the_same(carol: User) -> None:
    tags_ensure(names=[*NAMES, "robe"])
    first = make("merge", tag="apron", into="dress")
    second = make("merge", tag="dress", into="clothes")
    with pytest.raises(InTheWay, match="“dress” was merged into “clothes”"):
        undo(first)
    assert changes_undoable(list(change_list())) == {second.pk}
    undo(second)
    undo(first)


def test_changes_of_other_things_do_not_stand_in_the_way() -> None:
    tags_ensure(names=NAMES)
    first = make("alias", tag="apron", alias="pinafore")
    make("categorise", tag="apron", category="meta")
    make("imply", tag="apron", implied="clothes")
    undo(first)


def test_an_implication_does_not_come_back_where_it_would_be_wrong_by_now() -> None:
    tags_ensure(names=NAMES)
    make("imply", tag="apron", implied="clothes")
    gone = make("unimply", tag="apron", implied="clothes")
    back = make("imply", tag="clothes", implied="apron")
    with pytest.raises(LabelhubError):
        undo(gone)
    undo(back)
    merged = make("merge", tag="apron", into="dress")
    with pytest.raises(InTheWay, match="“apron” was merged into “dress”"):
        undo(gone)
    undo(merged)
    undo(gone)


def test_what_only_adds_is_not_taken_back() -> None:
    made = TagChange.objects.create(kind=ChangeKind.GUIDELINE)
    with pytest.raises(InTheWay):
        undo(made)
    with pytest.raises(NotFound):
        undo_make(user=None, change_id=10**9)


def test_a_refused_change_leaves_nothing() -> None:
    tags_ensure(names=NAMES)
    before = everything()
    with pytest.raises(LabelhubError):
        make("split", tag="dress", into=["new_one", "dress"])
    assert everything() == before
    assert not TagChange.objects.exists()


def test_annotators_look_and_do_not_change(carol: User, sign_in: Callable[[User], Client]) -> None:
    tags_ensure(names=NAMES)
    body = {"change": {"kind": "deprecate", "tag": "apron"}}
    client = sign_in(carol)
    assert client.get("/api/tags/changes").json() == {"items": [], "next": None}
    for address in ("/api/tags/changes", "/api/tags/changes/preview"):
        assert client.post(address, body, content_type="application/json").status_code == 403
