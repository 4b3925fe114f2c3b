"""Guidelines: versions only ever added, and nobody's text overwritten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.tags.models import ChangeKind, Guideline, Tag, TagChange
from labelhub.tags.services import tags_ensure

pytestmark = pytest.mark.django_db
Post = Callable[..., Any]


@pytest.fixture
def tag() -> Tag:
    (made,) = tags_ensure(names=["what?"])
    return made


@pytest.fixture
def post(tag: Tag, bob: User, sign_in: Callable[[User], Client]) -> Post:
    def posted(user: User = bob, **body: object) -> Any:
        return sign_in(user).post(
            f"/api/tags/{tag.pk}/guidelines", body, content_type="application/json"
        )

    return posted


def test_each_edit_is_a_version_and_a_change(
    tag: Tag, post: Post, carol: User, sign_in: Callable[[User], Client]
) -> None:
    post(base=0, body="first", markup="dtext", other_names=["  なに ", "なに", "huh"])
    made = post(base=1, body="second", summary="clearer", photo_note="is it visible?").json()
    assert (made["version"], made["by"], made["asks_again"]) == (2, "bob", False)
    rows = sign_in(carol).get(f"/api/tags/{tag.pk}/guidelines").json()
    assert [(row["version"], row["body"]) for row in rows] == [(2, "second"), (1, "first")]
    assert rows[1]["other_names"] == ["なに", "huh"]
    tag.refresh_from_db()
    assert (tag.guideline_version, tag.asks_again_from) == (2, 0)
    changes = sign_in(carol).get(f"/api/tags/changes?tag_id={tag.pk}").json()["items"]
    assert [change["kind"] for change in changes] == ["guideline", "guideline"]
    assert changes[0]["sentence"] == "Version 2 of the guideline of “what?”: clearer."
    assert not changes[0]["undoable"]


def test_a_version_written_over_an_older_one_is_refused_and_nothing_is_lost(
    tag: Tag, post: Post, alice: User
) -> None:
    post(base=0, body="hers", user=alice)
    refused = post(base=0, body="his")
    assert refused.status_code == 409
    assert "alice has changed the guideline of “what?” meanwhile" in refused.json()["message"]
    assert "Nothing was overwritten" in refused.json()["message"]
    assert [row.body for row in Guideline.objects.filter(tag=tag)] == ["hers"]
    assert TagChange.objects.filter(kind=ChangeKind.GUIDELINE).count() == 1


def test_a_base_that_never_was_is_refused(post: Post) -> None:
    assert post(base=7, body="x").status_code == 409


def test_a_version_may_ask_again_from_itself_on(tag: Tag, post: Post) -> None:
    post(base=0, body="first")
    post(base=1, body="second", asks_again=True)
    post(base=2, body="third")
    tag.refresh_from_db()
    assert (tag.guideline_version, tag.asks_again_from) == (3, 2)


def test_annotators_read_and_do_not_write(post: Post, carol: User) -> None:
    assert post(user=carol, base=0, body="x").status_code == 403


def test_the_guidelines_of_no_tag_are_not_found(
    bob: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(bob)
    address = f"/api/tags/{10**9}/guidelines"
    assert client.get(address).status_code == 404
    body = {"base": 0, "body": "x"}
    assert client.post(address, body, content_type="application/json").status_code == 404
