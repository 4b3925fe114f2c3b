"""`ai:` terms from the endpoint through a worker's task and its cache of embeddings and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.scoring.calibration import log_odds, sigmoid
from labelhub.search.models import AiTerm
from labelhub.taggers.models import Tagger
from tests import factories
from worker.app import app
from worker.tasks import search as tasks

pytestmark = pytest.mark.django_db(transaction=True)
LOGITS = np.linspace(-2, 2, 21)
Search = Callable[..., Any]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What a worker was asked; it answers searches alone."""
    asked: list[dict[str, Any]] = []

    def run(arguments: list[Any], request: dict[str, Any]) -> None:
        try:
            tasks.search.run(*arguments, **request)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as worker:

        def send(
            name: str, arguments: list[Any], request: dict[str, Any] | None = None, **_: Any
        ) -> None:
            if name == "worker.search":
                asked.append(request or {})
                worker.submit(run, arguments, request or {})

        monkeypatch.setattr(app, "send_task", send)
        yield asked


@pytest.fixture
def library(steps: list[dict[str, Any]]) -> tuple[Tagger, list[Image]]:
    """A tagger to which every image is a little likelier than the one before."""
    tagger, images = factories.tagger(), factories.images(len(LOGITS))
    for image, logit in zip(images, LOGITS, strict=True):
        factories.embedding(image, tagger, [logit] * 4)
    return tagger, images


@pytest.fixture
def searching(carol: User, sign_in: Callable[[User], Client]) -> Search:
    client = sign_in(carol)

    def search(q: str, **more: str | int) -> Any:
        response = client.get("/api/images", {"q": q, **more})
        assert response.status_code == 200, response.content
        return response.json()

    return search


def ids(found: Any) -> list[int]:
    return [card["id"] for card in found["items"]]


@pytest.mark.parametrize(
    ("term", "chosen"),
    [
        (">0.6", lambda p: p > 0.6),
        (">=0.6", lambda p: p >= 0.6),
        ("<0.6", lambda p: p < 0.6),
        ("<=0.05", lambda p: p <= 0.05),
        ("=0.2..0.8", lambda p: (p >= 0.2) & (p <= 0.8)),
        (">=0", lambda p: p >= 0),
        (">1", lambda p: p > 1),
    ],
)
def test_images_are_chosen_by_calibrated_probability(
    term: str, chosen: Any, library: tuple[Tagger, list[Image]], searching: Search
) -> None:
    tagger, images = library
    found = searching(f"ai:apron{term} order:old")
    logits = np.array(LOGITS, dtype=np.float16).astype(np.float64)
    probable = chosen(sigmoid(log_odds(logits)))
    assert ids(found) == [image.pk for image, yes in zip(images, probable, strict=True) if yes]
    assert found["tagger"] == tagger.name


def test_what_was_found_is_used_again_until_there_are_other_embeddings(
    library: tuple[Tagger, list[Image]], steps: list[dict[str, Any]], searching: Search
) -> None:
    tagger, _images = library
    first = searching("ai:apron>0.6", limit=2)
    assert len(steps) == 1
    assert searching("ai:apron>0.6", limit=2) == first
    assert len(steps) == 1
    late = factories.image()
    factories.embedding(late, tagger, [1.5] * 4)
    rest = searching("ai:apron>0.6", cursor=first["next"])
    assert late.pk not in ids(rest)
    assert len(steps) == 1
    assert ids(searching("ai:apron>0.6"))[0] == late.pk
    assert len(steps) == 2


def test_what_is_old_is_found_anew_and_what_nobody_asks_for_goes(
    library: tuple[Tagger, list[Image]], steps: list[dict[str, Any]], searching: Search
) -> None:
    first = searching("ai:apron>0.6 -ai:smile>0.9", limit=2)
    assert AiTerm.objects.count() == len(steps) == 2
    AiTerm.objects.update(made_at=timezone.now() - timedelta(minutes=11))
    rest = searching("ai:apron>0.6", cursor=first["next"])
    assert len(steps) == 3 and ids(rest)
    # The other is old, too, but a search may have chosen it a moment before it was.
    assert AiTerm.objects.count() == 2
    AiTerm.objects.filter(least__gt=0.8).update(made_at=timezone.now() - timedelta(minutes=21))
    AiTerm.objects.filter(least__lt=0.8).update(made_at=timezone.now() - timedelta(minutes=11))
    searching("ai:apron>0.6")
    assert len(steps) == 4
    assert AiTerm.objects.get().least < 0.8


def test_what_nobody_foresaw_is_told_to_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(tasks, "reply", lambda _to, what: told.append(what))
    with pytest.raises(Tagger.DoesNotExist):
        tasks.search.run("nobody", tagger_id=999_999, tag_id=1, least=0.0, most=1.0)
    assert told == [{"failed": "DoesNotExist"}]
