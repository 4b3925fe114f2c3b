"""The endpoints of runs, and of refusing what they make: who may, what they show, what is no."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.labels.models import Verdict
from labelhub.review.services import answers_take
from labelhub.taggers.models import Tagger
from labelhub.training.models import Run
from labelhub.training.services import run_claim, run_learn
from tests import factories, scenes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
SignIn = Callable[[User], Client]


@pytest.fixture
def answered(bob: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tagger:
    """A serving tagger and some answers to learn from, of a library with the picture book."""
    scenes.few(monkeypatch, tmp_path)
    tagger = factories.tagger()
    assert tagger.backbone is not None
    book = factories.upload()
    book.book_seed = 1
    book.save()
    for verdict in (Verdict.YES, Verdict.NO, Verdict.YES):
        image = factories.image(book)
        factories.embedding(image, tagger, [1, 0, 0, 0])
        answers_take(user=bob, answers=[factories.answer(image, "1girl", verdict)])
    scenes.embedded(tagger.backbone.sha256, width=4)
    return tagger


def finish() -> None:
    run = run_claim(run_id=Run.objects.latest("pk").pk)
    assert run is not None
    assert run_learn(run=run)


def test_a_curator_teaches_and_everybody_sees_what_came_of_it(
    answered: Tagger, bob: User, carol: User, sign_in: SignIn
) -> None:
    started = sign_in(bob).post("/api/training/runs").json()
    base = {"id": answered.pk, "name": answered.name, "state": "serving"}
    assert (started["state"], started["by"], started["base"]) == ("queued", "bob", base)
    assert (started["candidate"], started["scenes"], started["unseen"]) == (None, [], None)
    counts = ("pairs", "images", "people", "tags_taught")
    assert [started[name] for name in counts] == [3, 3, 1, 1]
    finish()
    client = sign_in(carol)
    (row,) = client.get("/api/training/runs").json()["items"]
    assert (row["id"], row["state"], row["pairs"], row["people"]) == (started["id"], "done", 3, 1)
    assert row["candidate"]["state"] == "candidate"
    assert row["unseen"]["pairs"] == 3
    assert [group["group"] for group in row["scenes"]][:3] == ["all", "drawn", "photo"]
    detail = client.get(f"/api/training/runs/{row['id']}").json()
    assert {name: detail[name] for name in row} == row
    first = detail["tags"][0]
    assert (first["tag"], first["pairs"], first["yes"]) == ("1girl", 3, 2)
    assert first["positives"] > 0
    assert first["before"].keys() == first["after"].keys() == {"precision", "recall", "f1"}
    candidate = next(
        each
        for each in client.get("/api/taggers").json()["items"]
        if each["id"] == row["candidate"]["id"]
    )
    assert (candidate["run_id"], candidate["origin"]) == (row["id"], "taught")
    assert "by 1 person: 3 answers on 3 images" in candidate["about"]


def test_what_cannot_be_taught_is_a_409_with_a_sentence(
    bob: User, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    client = sign_in(bob)
    nothing = client.post("/api/training/runs")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "cannot_teach")
    assert "No tagger" in nothing.json()["message"]
    request.getfixturevalue("answered")
    assert client.post("/api/training/runs").status_code == 200
    second = client.post("/api/training/runs")
    assert second.status_code == 409
    assert "already" in second.json()["message"]


def test_runs_come_newest_first(answered: Tagger, bob: User, sign_in: SignIn) -> None:
    client = sign_in(bob)
    ids = []
    for _each in range(3):
        ids.append(client.post("/api/training/runs").json()["id"])
        finish()
    page = client.get("/api/training/runs?limit=2").json()
    assert [row["id"] for row in page["items"]] == ids[:0:-1]
    rest = client.get(f"/api/training/runs?cursor={page['next']}").json()
    assert [row["id"] for row in rest["items"]] == ids[:1]
    assert client.get("/api/training/runs/999999").status_code == 404


def test_annotators_do_not_teach_and_only_administrators_refuse(
    answered: Tagger, alice: User, bob: User, carol: User, sign_in: SignIn
) -> None:
    assert sign_in(carol).post("/api/training/runs").status_code == 403
    sign_in(bob).post("/api/training/runs")
    finish()
    candidate = Run.objects.latest("pk").candidate
    assert candidate is not None
    address = f"/api/taggers/{candidate.pk}"
    for action, body in (("refuse", {}), ("reconsider", None)):
        for person in (bob, carol):
            response = sign_in(person).post(
                f"{address}/{action}", body, content_type="application/json"
            )
            assert response.status_code == 403
    client = sign_in(alice)
    refused = client.post(
        f"{address}/refuse", {"reason": "Worse."}, content_type="application/json"
    ).json()
    assert (refused["state"], refused["message"]) == ("refused", "Refused by alice: Worse.")
    again = client.post(f"{address}/refuse", {}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "tagger_not_ready")
    assert client.post(f"{address}/reconsider").json()["state"] == "candidate"
    assert client.post(f"{address}/reconsider").status_code == 409
    long = {"reason": "x" * 501}
    assert (
        client.post(f"{address}/refuse", long, content_type="application/json").status_code == 422
    )
