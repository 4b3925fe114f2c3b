"""The history over HTTP: who may take back what, previews, and completions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.labels.models import Label, Labels, Verdict
from labelhub.review.models import Question
from labelhub.review.services import answers_take, images_rank, undo_take
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
SignIn = Callable[[User], Client]


def say(user: User, image: Image, tag: str, verdict: Verdict = Verdict.YES) -> str:
    sent = factories.answer(image, tag, verdict)
    answers_take(user=user, answers=[sent])
    return str(sent.id)


def post(client: Client, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    response = client.post(f"/api/history/{path}", body or {}, content_type="application/json")
    return response.status_code, response.json() if response.content else None


def test_answers_are_listed_newest_first_with_who_took_them_back(
    image: Image, bob: User, carol: User, sign_in: SignIn
) -> None:
    ids = [say(carol, image, "apron"), say(bob, image, "smile"), say(carol, image, "solo")]
    post(sign_in(carol), "undos", {"answer_ids": ids[:1]})
    client = sign_in(bob)
    first = client.get("/api/history/answers", {"limit": 2}).json()
    second = client.get("/api/history/answers", {"limit": 2, "cursor": first["next"]}).json()
    rows = first["items"] + second["items"]
    assert [row["id"] for row in rows] == ids[::-1]
    assert second["next"] is None
    oldest = rows[-1]
    assert (oldest["by"], oldest["tag"], oldest["retracted_by"]) == ("carol", "apron", "carol")
    assert oldest["retracted_at"] is not None
    assert (oldest["image"]["id"], oldest["how"], oldest["probability"]) == (
        image.pk,
        "asked",
        None,
    )
    of_bob = client.get("/api/history/answers", {"user": "bob", "tag": "smile"}).json()["items"]
    assert [row["id"] for row in of_bob] == [ids[1]]


def test_many_answers_cost_as_many_queries_as_one(
    image: Image,
    carol: User,
    sign_in: SignIn,
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    for tag in factories.TAGS:
        say(carol, factories.image(), tag)
    client = sign_in(carol)
    with django_assert_max_num_queries(7):
        assert len(client.get("/api/history/answers").json()["items"]) == len(factories.TAGS)


def test_an_annotator_takes_back_her_own_answers_only(
    image: Image, bob: User, carol: User, sign_in: SignIn
) -> None:
    own, others = say(carol, image, "apron"), say(bob, image, "smile")
    client = sign_in(carol)
    for body in ({"answer_ids": [own, others]}, {"query": {"image_id": image.pk}}):
        for path in ("undos/preview", "undos"):
            status, said = post(client, path, body)
            assert (status, said["code"]) == (403, "forbidden")
    status, undo = post(client, "undos", {"query": {"user": "carol"}})
    assert (status, undo["answers"], undo["by"]) == (200, 1, "carol")
    assert undo["sentence"] == "Took back 1 answer: of carol."
    assert Label.objects.get(image=image).tag.name == "smile"


def test_a_curator_looks_takes_back_and_gives_again(
    image: Image, bob: User, carol: User, sign_in: SignIn
) -> None:
    ids = [say(carol, image, "apron"), say(carol, image, "smile", Verdict.NO)]
    say(bob, image, "solo")
    client = sign_in(bob)
    body = {"query": {"user": "carol", "since": "2020-01-01T00:00:00Z"}}
    status, seen = post(client, "undos/preview", body)
    assert status == 200
    assert {name: seen[name] for name in ("answers", "people", "images", "labels")} == {
        "answers": 2,
        "people": 1,
        "images": 1,
        "labels": 2,
    }
    assert [row["id"] for row in seen["examples"]] == ids[::-1]
    assert Label.objects.filter(image=image).count() == 3
    status, undo = post(client, "undos", body)
    assert (status, undo["answers"], undo["reversed_by"]) == (200, 2, None)
    assert undo["sentence"].startswith(
        "Took back 2 answers: of carol, since Jan. 1, 2020, midnight UTC."
    )
    assert Label.objects.filter(image=image).count() == 1
    status, back = post(client, f"undos/{undo['id']}/reverse")
    assert (status, back["reverses"], back["sentence"]) == (
        200,
        undo["id"],
        "Gave 2 answers again.",
    )
    assert Label.objects.filter(image=image).count() == 3
    rows = client.get("/api/history/undos").json()["items"]
    assert [(row["id"], row["reversed_by"]) for row in rows] == [
        (back["id"], None),
        (undo["id"], back["id"]),
    ]
    status, said = post(client, f"undos/{undo['id']}/reverse")
    assert (status, said["code"]) == (409, "undone_already")


def test_an_undo_says_what_was_asked_in_words(
    image: Image, bob: User, carol: User, sign_in: SignIn
) -> None:
    say(carol, image, "apron")
    query = {"verdict": "yes", "how": "asked", "until": "2100-02-03T15:30:00+02:00"}
    status, undo = post(sign_in(bob), "undos", {"query": query})
    assert (status, undo["sentence"]) == (
        200,
        "Took back 1 answer: those saying “yes”, of the manner “asked by the queue”, "
        "until Feb. 3, 2100, 1:30 p.m. UTC.",
    )


def test_the_list_of_undos_counts_answers_without_reading_them(
    image: Image, bob: User, carol: User, sign_in: SignIn
) -> None:
    ids = [say(carol, image, "apron"), say(carol, image, "smile")]
    undo_take(user=carol, answer_ids=[uuid.UUID(each) for each in ids])
    with CaptureQueriesContext(connection) as asked:
        (row,) = sign_in(bob).get("/api/history/undos").json()["items"]
    assert row["answers"] == 2
    (query,) = (each["sql"] for each in asked if 'FROM "labels_undo"' in each["sql"])
    assert '"labels_undo"."answer_ids", "' not in query  # but for its length


def test_an_undo_of_nothing_is_a_sentence(carol: User, sign_in: SignIn) -> None:
    client = sign_in(carol)
    for body in ({}, {"query": {"user": "carol"}}):
        status, said = post(client, "undos/preview", body)
        assert (status, said["code"]) == (400, "nothing_to_undo")
    status, said = post(client, "undos", {"answer_ids": [str(uuid.uuid4())]})
    assert (status, said["code"]) == (404, "answer_not_found")


def test_an_image_that_is_complete_is_not_asked_about_any_more(
    bob: User, carol: User, sign_in: SignIn
) -> None:
    tagger = factories.tagger(["apron", "smile"], width=2)
    image = factories.image()
    factories.embedding(image, tagger, [-0.5, -0.5])
    images_rank(tagger=tagger)
    assert Question.objects.filter(open=True).count() == 2
    client = sign_in(carol)
    body = {"image_id": image.pk, "complete": True}
    assert post(client, "completions", body)[0] == 204
    assert post(client, "completions", body)[0] == 204
    assert not Question.objects.filter(open=True).exists()
    (row,) = client.get(f"/api/images/{image.pk}").json()["completions"]
    assert (row["by"], row["mine"]) == ("carol", True)
    assert not sign_in(bob).get(f"/api/images/{image.pk}").json()["completions"][0]["mine"]
    # A tag that came later was never looked for.
    assert not Label.objects.filter(image=image).exists()
    assert post(sign_in(bob), "completions", body | {"complete": False})[0] == 204
    assert Labels.objects.get(pk=image.pk).completed_at is None
    assert Question.objects.filter(open=True).count() == 2


def test_an_annotator_takes_back_her_own_word_on_completeness_only(
    image: Image, bob: User, carol: User, sign_in: SignIn
) -> None:
    for user in (bob, carol):
        post(sign_in(user), "completions", {"image_id": image.pk, "complete": True})
    post(sign_in(carol), "completions", {"image_id": image.pk, "complete": False})
    (row,) = sign_in(carol).get(f"/api/images/{image.pk}").json()["completions"]
    assert row["by"] == "bob"
    status, said = post(sign_in(carol), "completions", {"image_id": image.pk + 1, "complete": True})
    assert (status, said["code"]) == (404, "image_not_found")
