"""The engine is there before the first image: loaded when its worker starts or it is registered."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from labelhub.jobs.models import Job, Kind
from labelhub.taggers.models import Origin, Runtime, Tagger
from labelhub.taggers.services.registration import tagger_register
from worker.app import app, warm_up
from worker.tasks import engines
from worker.tasks.engines import engine_of
from worker.tasks.register import register
from worker.tasks.warm import warm

TINY = Path(__file__).parents[2] / "golden" / "joytag-tiny"


@pytest.mark.django_db
def test_without_a_tagger_there_is_nothing_to_warm() -> None:
    warm()
    assert not Runtime.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("doorbells")
def test_a_tagger_that_serves_is_loaded_and_noted_as_soon_as_it_is_registered() -> None:
    tagger = tagger_register(name="tiny", origin=Origin.LOCAL, source=str(TINY))
    engines._engine.cache_clear()
    register.run(Job.objects.get(kind=Kind.REGISTER).pk)
    assert engines._engine.cache_info().currsize == 1
    backbone = Tagger.objects.get(pk=tagger.pk).backbone
    assert backbone is not None
    facts = engine_of(backbone).facts
    noted = Runtime.objects.get(backbone=backbone)
    assert (noted.name, noted.device) == (facts.name, facts.device)
    warm()
    assert Runtime.objects.count() == 1


@pytest.mark.parametrize(("queues", "warmed"), [(["gpu"], ["worker.warm"]), (["cpu", "sweep"], [])])
def test_only_a_worker_that_looks_at_pixels_warms_up(
    monkeypatch: pytest.MonkeyPatch, queues: list[str], warmed: list[str]
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(app, "send_task", lambda name, **_how: sent.append(name))
    amqp = SimpleNamespace(queues=SimpleNamespace(consume_from=dict.fromkeys(queues)))
    warm_up(sender=SimpleNamespace(app=SimpleNamespace(amqp=amqp)))
    assert sent == warmed
