"""Searches over the API: pages, counts, the help, and searches that people keep."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.jobs import asking
from labelhub.labels.models import Labels
from labelhub.search import ai, selectors
from labelhub.search.grammar import parse
from labelhub.search.models import SavedSearch
from labelhub.tags.services import tags_ensure
from tests import factories
from worker.app import app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
SignIn = Callable[[User], Client]
JSON = "application/json"


def test_images_are_paged_as_cards(carol: User, sign_in: SignIn) -> None:
    (tag,) = tags_ensure(names=["apron"])
    images = factories.images(5)
    Labels.objects.filter(image__in=images[:4]).update(positive=[tag.pk], positive_sources="a")
    client = sign_in(carol)
    first = client.get("/api/images", {"q": "apron order:old", "limit": "3"}).json()
    assert [card["id"] for card in first["items"]] == [image.pk for image in images[:3]]
    assert first["items"][0]["positives"] == 1
    assert first["tagger"] is None
    asked = {"q": "apron order:old", "cursor": first["next"]}
    rest = client.get("/api/images", asked).json()
    assert [card["id"] for card in rest["items"]] == [images[3].pk]
    assert rest["next"] is None
    assert len(client.get("/api/images").json()["items"]) == 5


def test_images_of_an_upload(carol: User, sign_in: SignIn) -> None:
    images = factories.images(2)
    factories.image()
    found = sign_in(carol).get("/api/images", {"q": f"upload:{images[0].upload_id}"}).json()
    assert [card["id"] for card in found["items"]] == [images[1].pk, images[0].pk]


def test_a_bad_query_says_where(carol: User, sign_in: SignIn) -> None:
    for path in ("/api/images", "/api/search/count"):
        response = sign_in(carol).get(path, {"q": "width:>10 (apron"})
        assert (response.status_code, response.json()["code"]) == (422, "bad_query")
        assert response.json()["fields"] == {"at": "10", "length": "1"}
        assert "never closed" in response.json()["message"]


def test_counts_are_exact_up_to_a_number(
    carol: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "COUNTED", 3)
    client = sign_in(carol)
    assert client.get("/api/search/count").json() == {"count": 0, "exact": True}
    factories.images(3)
    assert client.get("/api/search/count").json() == {"count": 3, "exact": True}
    factories.images(2)
    assert client.get("/api/search/count").json() == {"count": 3, "exact": False}


def test_the_help_says_all_that_can_be_asked_for(carol: User, sign_in: SignIn) -> None:
    rows = sign_in(carol).get("/api/search/terms").json()
    assert {"term": "upload:ID", "example": "upload:12", "meaning": "came with an upload"} in rows
    for row in rows:
        parse(row["example"])
        assert row["meaning"]


def test_nobody_answers_for_what_is_likely(
    carol: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.tagger()
    monkeypatch.setattr(ai, "SECONDS", 0.2)
    monkeypatch.setattr(app, "send_task", lambda *_arguments, **_how: None)
    response = sign_in(carol).get("/api/images", {"q": "ai:apron>0.6"})
    assert (response.status_code, response.json()["code"]) == (503, "nobody_answers")

    def fails(_name: str, arguments: list[str], _request: object, **_how: object) -> None:
        asking.reply(arguments[0], {"failed": "RuntimeError"})

    monkeypatch.setattr(app, "send_task", fails)
    response = sign_in(carol).get("/api/images", {"q": "ai:apron>0.6"})
    assert (response.status_code, response.json()["code"]) == (500, "search_failed")
    assert "RuntimeError" in response.json()["message"]


def keep(client: Client, name: str, query: str, *, shared: bool = False) -> int:
    body = {"name": name, "query": query, "shared": shared}
    response = client.post("/api/search/saved", body, content_type=JSON)
    assert response.status_code == 200, response.content
    number: int = response.json()["id"]
    return number


def test_searches_are_kept_shared_and_replaced(carol: User, bob: User, sign_in: SignIn) -> None:
    client = sign_in(carol)
    mine = keep(client, "mine", "apron")
    keep(client, "ours", "dress order:random(3)", shared=True)
    assert keep(client, "mine", "apron -watermark") == mine
    rows = client.get("/api/search/saved").json()
    assert [(row["name"], row["query"], row["mine"], row["by"]) for row in rows] == [
        ("mine", "apron -watermark", True, "carol"),
        ("ours", "dress order:random(3)", True, "carol"),
    ]
    others = sign_in(bob).get("/api/search/saved").json()
    assert [(row["name"], row["mine"], row["shared"]) for row in others] == [("ours", False, True)]
    keep(sign_in(bob), "mine", "smile")
    assert SavedSearch.objects.count() == 3


def test_what_cannot_be_understood_is_not_kept(carol: User, sign_in: SignIn) -> None:
    for body, code in (
        ({"name": "x", "query": "(a"}, "bad_query"),
        ({"name": "", "query": "a"}, "invalid"),
    ):
        response = sign_in(carol).post("/api/search/saved", body, content_type=JSON)
        assert (response.status_code, response.json()["code"]) == (422, code)
    assert not SavedSearch.objects.exists()


def test_only_the_owner_or_a_curator_removes_a_search(
    alice: User, bob: User, carol: User, sign_in: SignIn
) -> None:
    dave = User.objects.create_user("dave")
    private, shared, other = (
        keep(sign_in(carol), name, "a", shared=both)
        for name, both in (("private", False), ("shared", True), ("other", True))
    )

    def removed(by: User, number: int) -> int:
        return sign_in(by).delete(f"/api/search/saved/{number}").status_code

    assert removed(dave, private) == removed(bob, private) == 404
    assert removed(dave, shared) == 403
    assert removed(bob, shared) == 204
    assert removed(carol, other) == removed(carol, private) == 204
    assert removed(carol, private) == 404
    assert not SavedSearch.objects.exists()
