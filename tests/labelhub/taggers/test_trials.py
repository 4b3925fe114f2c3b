"""Trying a tagger on one image: what workers are asked, what is told, and that nothing stays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from kombu.exceptions import OperationalError
from redis import Redis

from labelhub.accounts.models import User
from labelhub.embedded import places
from labelhub.images.models import Image
from labelhub.jobs import asking
from labelhub.scoring.calibration import log_odds, sigmoid
from labelhub.taggers import trials
from labelhub.taggers.models import Embedding, Origin, Tagger, TaggerState
from labelhub.taggers.services.promotion import tagger_turn_down
from labelhub.taggers.services.registration import tagger_register
from tests import factories, ingesting
from tests.pictures import png
from worker.app import app

pytestmark = pytest.mark.django_db
Try = Callable[..., Any]
Found = dict[str, Any]
SEEN: Found = {"width": 96, "height": 64, "embedding": [-4.0, 0.0, 2.0]}
TAGS = ("apron", "smile", "solo")


@pytest.fixture
def tagger() -> Tagger:
    return factories.tagger(TAGS, width=3)


@pytest.fixture
def trying(carol: User, sign_in: Callable[[User], Client]) -> Try:
    """What an annotator is answered."""
    client = sign_in(carol)

    def post(tagger: Tagger, data: bytes = b"a picture", name: str = "a.png") -> Any:
        return client.post(
            f"/api/taggers/{tagger.pk}/try",
            data,
            content_type="application/octet-stream",
            query_params={"name": name},
        )

    return post


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Found, dict[str, Any]]]:
    """Every question, and how it was sent."""
    sent: list[tuple[Found, dict[str, Any]]] = []

    def send(_name: str, _arguments: list[str], question: Found, **how: Any) -> None:
        sent.append((question, how))

    monkeypatch.setattr(app, "send_task", send)
    monkeypatch.setattr(trials, "SECONDS", 0.2)
    return sent


def answering(monkeypatch: pytest.MonkeyPatch, found: Found) -> None:
    """A worker that answers this, whatever it is asked."""
    monkeypatch.setattr(
        app, "send_task", lambda _name, arguments, *_, **__: asking.reply(arguments[0], found)
    )


def test_the_tags_of_an_image_come_best_first(
    tagger: Tagger, trying: Try, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, SEEN)
    response = trying(tagger, name="../holiday/beach.jpg")
    assert response.status_code == 200, response.content
    found = response.json()
    assert found["tagger"] == {"id": tagger.pk, "name": tagger.name}
    assert (found["name"], found["width"], found["height"]) == ("beach.jpg", 96, 64)
    assert (found["image_id"], found["threshold"]) == (None, 0.4)
    assert found["seconds"] > 0
    tags = found["tags"]
    assert [each["tag"] for each in tags] == ["solo", "smile"]  # the apron's score is .018
    assert [each["score"] for each in tags] == pytest.approx([0.881, 0.5], abs=1e-3)
    expected = sigmoid(log_odds(np.array([2.0, 0.0, np.log(0.4 / 0.6)])))
    assert [each["probability"] for each in tags] == pytest.approx(expected[:2], abs=1e-4)
    assert [each["line"] for each in tags] == pytest.approx([expected[2]] * 2, abs=1e-4)


def test_of_very_many_tags_the_best_are_told(trying: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    many = factories.tagger([f"tag_{number}" for number in range(600)], width=600)
    embedding = [number / 600 for number in range(600)]
    answering(monkeypatch, SEEN | {"embedding": embedding})
    tags = trying(many).json()["tags"]
    assert [each["tag"] for each in tags] == [f"tag_{599 - number}" for number in range(500)]


def test_the_question_goes_ahead_of_other_work_and_is_dropped_when_late(
    tagger: Tagger, trying: Try, asked: list[tuple[Found, dict[str, Any]]]
) -> None:
    trying(tagger)
    [(question, how)] = asked
    assert question["tagger_id"] == tagger.pk
    assert (how["priority"], how["expires"]) == (0, trials.SECONDS)
    assert app.conf.task_routes["worker.trial"] == {"queue": "gpu"}


def test_without_a_worker_a_sentence_comes_in_time_and_the_bytes_go(
    tagger: Tagger, trying: Try, asked: list[tuple[Found, dict[str, Any]]], files: Path
) -> None:
    response = trying(tagger)
    assert (response.status_code, response.json()["code"]) == (503, "nobody_answers")
    assert "Try again" in response.json()["message"]
    assert len(asked) == 1
    assert ingesting.on_disk(files, "incoming") == []


@pytest.mark.parametrize("where", ["sending", "waiting"])
def test_without_redis_a_sentence_comes_and_the_bytes_go(
    tagger: Tagger, trying: Try, files: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(*_: object, **__: object) -> None:
        if where == "sending":
            raise OperationalError("no Redis")

    monkeypatch.setattr(app, "send_task", send)
    monkeypatch.setenv("REDIS_URL", "unix:///nowhere/redis.sock")
    response = trying(tagger)
    assert (response.status_code, response.json()["code"]) == (503, "nobody_answers")
    assert "cannot be reached" in response.json()["message"]
    assert ingesting.on_disk(files, "incoming") == []


def test_what_a_worker_cannot_read_is_told_in_its_words(
    tagger: Tagger, trying: Try, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, {"unreadable": "It is torn."})
    response = trying(tagger)
    assert (response.status_code, response.json()["message"]) == (422, "It is torn.")
    assert ingesting.on_disk(files, "incoming") == []


def test_what_went_wrong_in_a_worker_is_told(
    tagger: Tagger, trying: Try, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, {"failed": "KeyError"})
    response = trying(tagger)
    assert (response.status_code, response.json()["code"]) == (500, "trial_failed")
    assert "KeyError" in response.json()["message"]


def test_the_bytes_lie_in_the_storage_while_a_worker_looks(
    tagger: Tagger, trying: Try, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lying: list[bytes] = []

    def send(_name: str, arguments: list[str], question: Found, **_: object) -> None:
        lying.append((files / question["key"]).read_bytes())
        asking.reply(arguments[0], SEEN)

    monkeypatch.setattr(app, "send_task", send)
    assert trying(tagger, data=png()).status_code == 200
    assert lying == [png()]
    assert ingesting.on_disk(files, "") == []
    assert (Image.objects.count(), Embedding.objects.count()) == (0, 0)


def test_a_file_that_is_too_large_is_refused_before_anybody_is_asked(
    tagger: Tagger,
    trying: Try,
    asked: list[tuple[Found, dict[str, Any]]],
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("labelhub.images.services.receive.IMAGE_BYTES", 1 << 20)
    response = trying(tagger, data=bytes((1 << 20) + 1))
    assert (response.status_code, response.json()["code"]) == (413, "file_too_large")
    assert asked == []
    assert ingesting.on_disk(files, "incoming") == []


def test_a_form_is_no_image(tagger: Tagger, carol: User, sign_in: Callable[[User], Client]) -> None:
    response = sign_in(carol).post(f"/api/taggers/{tagger.pk}/try", {"file": "x"})
    assert (response.status_code, response.json()["code"]) == (415, "file_encoding_wrong")


def test_an_image_of_the_library_is_named(
    tagger: Tagger, trying: Try, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = factories.image(sha256=hashlib.sha256(b"a picture").hexdigest())
    answering(monkeypatch, SEEN)
    assert trying(tagger).json()["image_id"] == here.pk


def test_what_the_backbone_has_seen_already_is_not_computed_again(
    tagger: Tagger, trying: Try, asked: list[tuple[Found, dict[str, Any]]]
) -> None:
    here = factories.image(sha256=hashlib.sha256(b"a picture").hexdigest(), width=30, height=20)
    factories.embedding(here, tagger, SEEN["embedding"])
    found = trying(factories.taught(tagger)).json()
    assert (found["image_id"], found["width"], found["height"]) == (here.pk, 30, 20)
    assert [each["tag"] for each in found["tags"]] == ["solo", "smile"]
    assert asked == []


@pytest.mark.parametrize("state", [TaggerState.CANDIDATE, TaggerState.WARMING, TaggerState.RETIRED])
def test_any_loaded_tagger_can_be_tried(
    tagger: Tagger, state: TaggerState, trying: Try, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, SEEN)
    Tagger.objects.filter(pk=tagger.pk).update(state=state)
    assert trying(tagger).status_code == 200


def test_one_that_an_administrator_refused_can_be_tried_one_that_never_loaded_cannot(
    tagger: Tagger, alice: User, trying: Try, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, SEEN)
    refused = tagger_turn_down(tagger=factories.tagger(TAGS, width=3, serving=False), by=alice)
    assert trying(refused).status_code == 200
    loading = tagger_register(name="x", origin=Origin.LOCAL, source="/nowhere")
    response = trying(loading)
    assert (response.status_code, response.json()["code"]) == (409, "tagger_not_ready")


def test_trials_leave_threads_for_everything_else(
    tagger: Tagger, trying: Try, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once: list[int] = []

    def send(_name: str, arguments: list[str], *_: object, **__: object) -> None:
        if len(at_once) < trials.AT_ONCE:
            at_once.append(trying(tagger).status_code)  # somebody else, in the meantime
        asking.reply(arguments[0], SEEN)

    monkeypatch.setattr(app, "send_task", send)
    assert trying(tagger).status_code == 200
    assert sorted(at_once) == [*[200] * (trials.AT_ONCE - 1), 503]
    assert ingesting.on_disk(files, "incoming") == []
    at_once.clear()
    assert trying(tagger).status_code == 200  # all of them have been given back


def test_an_answer_that_nobody_waits_for_is_forgotten() -> None:
    asking.reply("labelhub:reply:late", {})
    with Redis.from_url(places.redis_url()) as redis:
        assert 0 < int(str(redis.ttl("labelhub:reply:late"))) <= asking.REPLY_SECONDS
        redis.delete("labelhub:reply:late")


def test_answers_come_to_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[str] = []

    def send(_name: str, arguments: list[str], question: Found, **_: object) -> None:
        waiting.append(arguments[0])
        if question["number"] == 1:
            assert asking.ask("echo", seconds=5, number=2) == {"number": 2}
            asking.reply(waiting[0], {"number": 1})
        else:
            asking.reply(arguments[0], {"number": 2})

    monkeypatch.setattr(app, "send_task", send)
    assert asking.ask("echo", seconds=5, number=1) == {"number": 1}
    with Redis.from_url(places.redis_url()) as redis:
        assert not redis.exists(*waiting)
