"""Changes of tags: previews tell the truth, and what may be taken back restores everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.errors import LabelhubError, NotFound
from labelhub.jobs.models import Job
from labelhub.labels.models import Stale, Verdict
from labelhub.review.changes import change_make, change_preview
from labelhub.review.changes_made import change_list, changes_left, changes_undoable
from labelhub.review.changes_undone import InTheWay, undo_make, undo_preview
from labelhub.review.models import Question
from labelhub.taggers.selectors import vocabulary_of
from labelhub.tags.models import ChangeKind, Tag, TagChange
from labelhub.tags.services import tags_ensure
from tests import factories
from tests.labelhub.review.changing import NAMES, derive, everything, library, make, say, undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


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
