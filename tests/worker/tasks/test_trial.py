"""A real image through the endpoint, a worker's task and back, by a small checkpoint."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.jobs.models import Job, Kind
from labelhub.taggers.models import Embedding, Origin, Runtime, Tagger
from labelhub.taggers.services.registration import tagger_register
from tests import ingesting
from tests.pictures import HTML, encoded, picture, png, png_claiming, png_of_size
from worker.app import app
from worker.decoder.parent import DecoderDied
from worker.tasks import trial as tasks
from worker.tasks.engines import engine_of
from worker.tasks.register import register

pytestmark = pytest.mark.django_db(transaction=True)
TINY = Path(__file__).parents[2] / "golden" / "joytag-tiny"
Try = Callable[[bytes], Any]


@pytest.fixture(scope="module", autouse=True)
def decoding_child_ended() -> Iterator[None]:
    yield
    tasks.decoder.close()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Future[None]]]:
    """The tasks that a worker ran; it runs trials alone."""
    ran: list[Future[None]] = []

    def run(arguments: list[Any], request: dict[str, Any]) -> None:
        try:
            tasks.trial.run(*arguments, **request)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as worker:

        def send(
            name: str, arguments: list[Any], request: dict[str, Any] | None = None, **_: Any
        ) -> None:
            if name == "worker.trial":
                ran.append(worker.submit(run, arguments, request or {}))

        monkeypatch.setattr(app, "send_task", send)
        yield ran


@pytest.fixture
def tagger(steps: list[Future[None]]) -> Tagger:
    made = tagger_register(name="tiny", origin=Origin.LOCAL, source=str(TINY))
    register.run(Job.objects.get(kind=Kind.REGISTER, subject_id=made.pk).pk)
    return Tagger.objects.select_related("backbone").get(pk=made.pk)


@pytest.fixture
def trying(tagger: Tagger, carol: User, sign_in: Callable[[User], Client], files: Path) -> Try:
    """What is answered; whatever it is, nothing is left behind."""
    client = sign_in(carol)

    def post(data: bytes) -> Any:
        response = client.post(
            f"/api/taggers/{tagger.pk}/try", data, content_type="application/octet-stream"
        )
        assert ingesting.on_disk(files, "") == []
        assert (Image.objects.count(), Embedding.objects.count()) == (0, 0)
        return response

    return post


@pytest.mark.parametrize(
    "data",
    [png(1), encoded(picture(2, (300, 90)), "JPEG"), encoded(picture(3, (40, 700)), "WEBP")],
    ids=["png", "wide jpeg", "tall webp"],
)
def test_an_image_is_tagged_as_it_would_be_in_the_library(
    data: bytes, tagger: Tagger, trying: Try, tmp_path: Path
) -> None:
    response = trying(data)
    assert response.status_code == 200, response.content
    found = response.json()
    path = tmp_path / "same"
    path.write_bytes(data)
    assert tagger.backbone is not None
    engine = engine_of(tagger.backbone)
    (embedding,) = engine.embed([path])
    assert isinstance(embedding, np.ndarray)
    weight, bias = engine.head()
    scores = dict(zip(engine.tags, 1 / (1 + np.exp(-(weight @ embedding + bias))), strict=True))
    told = {each["tag"]: each["score"] for each in found["tags"]}
    assert told.keys() == {tag for tag, score in scores.items() if score >= 0.05}
    for tag, score in told.items():
        assert score == pytest.approx(scores[tag], abs=5e-3)  # a pixel may be off by one step
    assert Runtime.objects.get().backbone == tagger.backbone  # and the registry can say how


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (HTML, "web page"),
        (png()[:-200], "damaged"),
        (png_claiming(50_000, 50_000), "megapixels"),
    ],
    ids=["empty", "web page", "cut short", "claims to be huge"],
)
def test_a_bad_image_is_refused_with_its_sentence(data: bytes, sentence: str, trying: Try) -> None:
    response = trying(data)
    assert (response.status_code, response.json()["code"]) == (422, "image_unreadable")
    assert sentence in response.json()["message"]


def test_a_bomb_of_sixty_megapixels_is_a_picture_like_others(trying: Try, tagger: Tagger) -> None:
    bomb = png_of_size(10_000, 6_000)
    assert len(bomb) < 100_000
    response = trying(bomb)
    assert response.status_code == 200, response.content
    assert (response.json()["width"], response.json()["height"]) == (10_000, 6_000)
    assert trying(png()).status_code == 200


def test_strangers_bytes_are_decoded_in_another_process(trying: Try) -> None:
    tasks.decoder.close()
    assert trying(png()).status_code == 200
    child = tasks.decoder.pid
    assert child is not None
    assert trying(png()[:-200]).status_code == 422
    assert tasks.decoder.pid == child != os.getpid()  # and it lives on


def test_a_decoder_that_dies_costs_this_image_a_sentence(
    trying: Try, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> Any:
        raise DecoderDied("The decoder stopped.")

    with monkeypatch.context() as patch:
        patch.setattr(tasks.decoder, "prepare", dies)
        response = trying(png())
    assert (response.status_code, response.json()["code"]) == (422, "image_unreadable")
    assert "The decoder stopped." in response.json()["message"]
    assert trying(png()).status_code == 200


def test_what_nobody_foresaw_is_told_to_who_waits_and_to_the_log(
    trying: Try, steps: list[Future[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Any:
        raise RuntimeError("the secret of line 7")

    monkeypatch.setattr(tasks, "engine_of", fails)
    response = trying(png())
    assert (response.status_code, response.json()["code"]) == (500, "trial_failed")
    assert "secret" not in response.json()["message"]
    assert isinstance(steps[-1].exception(), RuntimeError)  # Celery logs it


def test_bytes_that_are_gone_when_a_worker_comes_are_nobodys_trouble(
    tagger: Tagger, steps: list[Future[None]]
) -> None:
    tasks.trial.run("labelhub:reply:nobody", tagger_id=tagger.pk, key="incoming/gone")


def test_a_tagger_that_is_gone_when_a_worker_comes_is_told_to_who_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: list[Any] = []
    monkeypatch.setattr(tasks, "reply", lambda _to, what: found.append(what))
    with pytest.raises(Tagger.DoesNotExist):
        tasks.trial.run("labelhub:reply:nobody", tagger_id=999_999, key="incoming/gone")
    assert found == [{"failed": "DoesNotExist"}]
