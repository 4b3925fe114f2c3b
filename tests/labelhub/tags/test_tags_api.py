"""The vocabulary over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.tags.imports.files import import_get
from labelhub.tags.models import Category, ChangeKind, PublishedFigures, Tag, TagChange, TagName
from labelhub.tags.services import NewName, names_add, tags_ensure
from tests.labelhub.tags.taking import step
from tests.labelhub.tags.test_tag_names import HOSTILE

SignIn = Callable[[User], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


def listed(client: Client, **asked: str) -> list[str]:
    response = client.get("/api/tags", asked)
    assert response.status_code == 200, response.content
    return [each["name"] for each in response.json()["items"]]


def create(client: Client, name: str, **more: object) -> Any:
    return client.post("/api/tags", {"name": name, **more}, content_type="application/json")


def test_completion_says_what_a_tag_is(carol: User, sign_in: SignIn) -> None:
    (hair,) = tags_ensure(names=["long_hair"])
    names_add([NewName("longhair", hair.pk, alias=True)])
    Tag.objects.update(posts=7, category=Category.META)
    assert sign_in(carol).get("/api/tags/complete", {"q": "longh"}).json() == [
        {
            "name": "long_hair",
            "alias": "longhair",
            "category": "meta",
            "posts": 7,
            "deprecated": False,
        }
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_complete_over_http(carol: User, sign_in: SignIn, name: str) -> None:
    tags_ensure(names=HOSTILE)
    found = sign_in(carol).get("/api/tags/complete", {"q": name}).json()
    assert found[0]["name"] == name


def test_the_list_is_ordered_filtered_and_searched(carol: User, sign_in: SignIn) -> None:
    client = sign_in(carol)
    smile, solo, long_hair, highres, old = tags_ensure(
        names=["smile", "solo", "long_hair", "highres", "old"]
    )
    names_add([NewName("longhair", long_hair.pk, alias=True)])
    TagName.objects.filter(name="old").update(tag=smile, alias=True)
    Tag.objects.filter(pk=solo.pk).update(posts=9, deprecated=True, guideline_version=2)
    Tag.objects.filter(pk=highres.pk).update(posts=5, images=2, hidden=True, category=Category.META)
    Tag.objects.filter(pk=long_hair.pk).update(images=4)
    PublishedFigures.objects.create(
        tag=smile, position=1, count=2, precision=1, recall=0.5, f1=0.75, hits=1, alarms=0,
        misses=1, rejections=3,
    )  # fmt: skip
    assert listed(client) == ["solo", "highres", "long_hair", "smile"]
    assert listed(client, order="images") == ["long_hair", "highres", "smile", "solo"]
    assert listed(client, order="name") == ["highres", "long_hair", "smile", "solo"]
    assert listed(client, order="new") == ["solo", "smile", "long_hair", "highres"]
    assert listed(client, category="meta") == listed(client, show="hidden") == ["highres"]
    assert listed(client, show="deprecated") == listed(client, show="with_guideline") == ["solo"]
    assert listed(client, show="with_figures") == ["smile"]
    assert listed(client, q="hair lon") == listed(client, q="LONGHAI") == ["long_hair"]
    assert listed(client, q="ong") == listed(client, q="&|!:*") == []
    assert listed(client, q="ol") == ["smile"]  # merged into it

    (row,) = client.get("/api/tags", {"q": "smile"}).json()["items"]
    assert row == {
        "id": smile.pk,
        "name": "smile",
        "category": "general",
        "posts": 0,
        "images": 0,
        "deprecated": False,
        "hidden": False,
        "subjective": False,
        "automatic": False,
        "guideline_version": 0,
        "means": None,
        "f1": 0.75,
    }


def test_hostile_names_are_searched_and_paged(carol: User, sign_in: SignIn) -> None:
    tags_ensure(names=HOSTILE)
    client = sign_in(carol)
    for name in HOSTILE:
        assert name in listed(client, q=name)
    seen: list[str] = []
    for order in ("name", "posts", "images", "new"):
        seen, cursor = [], None
        while cursor is not None or not seen:
            asked = {"order": order, "limit": 2} | ({"cursor": cursor} if cursor else {})
            page = client.get("/api/tags", asked).json()
            seen += [each["name"] for each in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert sorted(seen) == sorted(HOSTILE)


def test_a_curator_makes_a_tag(bob: User, carol: User, sign_in: SignIn) -> None:
    assert create(sign_in(carol), "new_tag").status_code == 403
    made = create(sign_in(bob), "New Tag", category="character")
    assert made.status_code == 200
    assert (made.json()["name"], made.json()["category"]) == ("new_tag", "character")
    change = TagChange.objects.get()
    assert (change.kind, change.user, change.tag_id) == (ChangeKind.CREATE, bob, made.json()["id"])
    assert TagName.objects.get().words == "'new' 'tag'"


def test_a_name_that_means_something_is_refused(bob: User, sign_in: SignIn) -> None:
    client = sign_in(bob)
    hair, _old = tags_ensure(names=["long_hair", "old"])
    names_add([NewName("longhair", hair.pk, alias=True)])
    Tag.objects.filter(name="old").update(deprecated=True)
    for name, status, sentence in [
        ("long hair", 409, "There is a tag “long_hair” already."),
        ("longhair", 409, "“longhair” is another name of “long_hair”; use that."),
        ("old", 409, "“old” is here and deprecated; a curator can revive it on its page."),
        ("-new", 400, "A tag name may not begin with “-”."),
        ("new", 400, "“new” is a word of searches and addresses; choose another name."),
    ]:
        refused = create(client, name)
        assert (refused.status_code, refused.json()["message"]) == (status, sentence)
    assert Tag.objects.count() == 2


def test_a_file_is_sent_looked_at_applied_or_forgotten(
    bob: User, carol: User, sign_in: SignIn
) -> None:
    client = sign_in(bob)
    address = "/api/tags/imports?form=tags&name=tags%00.csv"
    body = b'smile,0,3,"smiling"\nbad\n' + b"more\n" * 20
    sent = client.post(address, body, content_type="application/octet-stream")
    assert sent.status_code == 200, sent.content
    row = sent.json()
    assert (row["state"], row["by"], row["bytes"]) == ("reading", "bob", len(body))
    step(import_get(row["id"]))

    one = f"/api/tags/imports/{row['id']}"
    row = client.get(one).json()
    assert (row["state"], row["rows"], row["problem_count"]) == ("ready", 1, 21)
    assert row["problems"][0]["line"] == 2 and len(row["problems"]) == 21
    assert row["effects"][0] == {
        "what": "tags made",
        "count": 1,
        "examples": ["smile (general, 3 posts)"],
    }
    (listed_row,) = client.get("/api/tags/imports").json()["items"]
    assert len(listed_row["problems"]) == 10

    assert client.post(f"{one}/apply").json()["state"] == "applying"
    assert client.post(f"{one}/apply").status_code == 409
    step(import_get(row["id"]))
    assert client.get(one).json()["state"] == "applied"
    assert client.delete(one).status_code == 409

    other = client.post(address, body, content_type="application/octet-stream").json()["id"]
    assert client.delete(f"/api/tags/imports/{other}").status_code == 204
    assert client.get(f"/api/tags/imports/{other}").status_code == 404
    assert sign_in(carol).get("/api/tags/imports").status_code == 403


def test_a_form_is_not_a_file(bob: User, sign_in: SignIn) -> None:
    response = sign_in(bob).post("/api/tags/imports?form=tags&name=x", {"file": "x"})
    assert response.json()["code"] == "file_encoding_wrong"
