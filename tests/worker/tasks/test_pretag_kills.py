"""However a worker ends while it pre-tags, no image is lost, looked at twice or blamed wrongly."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from labelhub.images.models import Image
from labelhub.jobs.models import ACTIVE, Job, JobState, Kind
from labelhub.jobs.services import CHAINS, FAILURES_ALLOWED, job_ring
from labelhub.jobs.work import Work
from labelhub.taggers.embeddings import embeddings_store
from labelhub.taggers.models import Backbone, Embedding, Origin, Tagger, TaggerState
from labelhub.taggers.selectors import embeddings_made, pending, tagger_serving
from labelhub.taggers.services.registration import tagger_register
from tests import factories, ingesting, pictures
from worker.engine import Engine, Reader
from worker.joytag.preprocess import Pixels
from worker.tasks import prepared
from worker.tasks import pretag as task
from worker.tasks.engines import engine_of
from worker.tasks.register import register

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbells")]
TINY = Path(__file__).parents[2] / "golden" / "joytag-tiny"
IMAGES = 24


@pytest.fixture
def tagger() -> Tagger:
    made = tagger_register(name="tiny", origin=Origin.LOCAL, source=str(TINY))
    register.run(Job.objects.get(kind=Kind.REGISTER).pk)
    return Tagger.objects.select_related("backbone").get(pk=made.pk)


@pytest.fixture
def engine(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Its engine, in chunks of four."""
    assert tagger.backbone is not None
    found = engine_of(tagger.backbone)
    monkeypatch.setattr(found, "batch_size", 4)
    return found


def upload(count: int = IMAGES) -> list[int]:
    """An upload of so many images that wait now; their ids."""
    first = Image.objects.count()
    numbers = range(first, first + count)
    ingesting.uploaded({f"{number}.png": pictures.png(number) for number in numbers})
    return list(Image.objects.order_by("pk").values_list("pk", flat=True)[first:])


def step(tagger: Tagger) -> Job:
    job = job_ring(kind=Kind.PRETAG, subject_id=tagger.pk)
    task.pretag.run(job.pk)
    job.refresh_from_db()
    return job


def work_off(tagger: Tagger) -> Job:
    job = step(tagger)
    for _step in range(100):
        if job.state not in ACTIVE:
            break
        job = step(tagger)
    return job


def lapse() -> None:
    Embedding.objects.filter(claimed_until__isnull=False).update(
        claimed_until=timezone.now() - timedelta(hours=1)
    )


def made() -> list[int]:
    rows = Embedding.objects.exclude(vector=None).order_by("image")
    return list(rows.values_list("image_id", flat=True))


def reading(monkeypatch: pytest.MonkeyPatch, before: Callable[[Image], None]) -> None:
    """Have something happen whenever a picture is about to be read."""
    reader_of = prepared.reader

    def watched(image: Image) -> Reader:
        reader = reader_of(image)

        def read(size: int) -> Pixels:
            before(image)
            return reader(size)

        return read

    monkeypatch.setattr(task, "reader", watched)


WORKER = """
import sys, time, django
from django.conf import settings
database, files, job = sys.argv[1:]
settings.DATABASES["default"]["NAME"] = database
settings.STORAGES["default"]["OPTIONS"]["location"] = files
django.setup()
from labelhub.taggers.embeddings import embeddings_store
from labelhub.taggers.models import Backbone
from worker.tasks import prepared
from worker.tasks import pretag as task
task.engine_of(Backbone.objects.get()).batch_size = 4
store = task.embeddings_store
def slow(**arguments):
    store(**arguments)
    print("a chunk is stored", flush=True)
    time.sleep(0.2)
task.embeddings_store = slow
task.STEP_SECONDS = 600
task.pretag.run(int(job))
"""


@pytest.mark.usefixtures("engine")
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    tagger: Tagger, files: Path
) -> None:
    images = upload()
    job = job_ring(kind=Kind.PRETAG, subject_id=tagger.pk)
    for chunks in (1, 2):
        command = [sys.executable, "-c", WORKER]
        database = str(connection.settings_dict["NAME"])
        before = len(made())
        with subprocess.Popen(
            [*command, database, str(files), str(job.pk)], stdout=subprocess.PIPE, text=True
        ) as worker:
            assert worker.stdout is not None
            for _chunk in range(chunks):
                assert worker.stdout.readline() == "a chunk is stored\n"
            worker.kill()
        held = Embedding.objects.filter(vector=None, attempts__gt=0)
        assert before < len(made()) < len(images)
        assert held.exists()
        lapse()
        assert list(pending()) == [Work(Kind.PRETAG, tagger.pk)]
    kept = dict(Embedding.objects.exclude(vector=None).values_list("image_id", "attempts"))

    assert work_off(tagger).state == JobState.DONE

    assert made() == images
    assert Embedding.objects.count() == len(images)
    now = dict(Embedding.objects.filter(image_id__in=kept).values_list("image_id", "attempts"))
    assert now == kept  # nobody looked at them again


def test_workers_side_by_side_look_at_every_image_once(
    tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = upload()
    seen: Counter[int] = Counter()
    reading(monkeypatch, lambda image: seen.update([image.pk]))
    engines, own = [Engine.load(TINY) for _worker in range(3)], threading.local()
    for engine in engines:
        engine.batch_size = 4
    monkeypatch.setattr(task, "engine_of", lambda _backbone: own.engine)
    together = threading.Barrier(3)

    def work() -> None:
        own.engine = engines.pop()
        together.wait()
        try:
            task._look(tagger)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _each in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert made() == images
    assert seen == Counter(images)


@pytest.mark.usefixtures("engine")
def test_an_image_that_breaks_its_step_is_given_up_and_takes_no_other_with_it(
    tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = upload()
    poison = images[5]

    def break_down(image: Image) -> None:
        if image.pk == poison:
            raise RuntimeError("a bug in a decoder")

    reading(monkeypatch, break_down)
    failures = 0
    for _step in range(60):
        try:
            if step(tagger).state == JobState.DONE:
                break
        except RuntimeError:
            failures += 1
    assert made() == [pk for pk in images if pk != poison]
    assert "three times" in Embedding.objects.get(image=poison).error
    assert failures == 3


@pytest.mark.usefixtures("engine")
def test_a_storage_that_fails_is_not_blamed_on_the_images(
    tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = upload()

    def away(_image: Image) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as failing:
        reading(failing, away)
        for _time in range(4):
            with pytest.raises(OSError, match="Input/output"):
                step(tagger)
    assert not Embedding.objects.filter(attempts__gt=1).exists()
    assert "Input/output" in Job.objects.get(kind=Kind.PRETAG).error
    assert work_off(tagger).state == JobState.DONE
    assert made() == images


def test_one_file_that_cannot_be_opened_keeps_nobody_from_the_others(
    tagger: Tagger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = upload()
    locked = images[2]

    def refuse(image: Image) -> None:
        if image.pk == locked:
            raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as failing:
        reading(failing, refuse)
        job = None
        for _step in range(60):
            with suppress(PermissionError):
                job = step(tagger)
            if not Embedding.objects.filter(vector=None).exclude(image=locked).exists():
                break
        assert made() == [pk for pk in images if pk != locked]
        assert job is not None and Job.objects.get(pk=job.pk).state != JobState.FAILED
        for _step in range(FAILURES_ALLOWED * CHAINS[Kind.PRETAG]):
            with pytest.raises(PermissionError):
                step(tagger)
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED  # somebody has to look
    assert not Embedding.objects.exclude(error="").exists()
    assert work_off(tagger).state == JobState.DONE
    assert made() == images


def test_an_image_that_somebody_waits_for_goes_ahead_within_a_step(
    tagger: Tagger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(IMAGES)  # more than a small upload
    order: list[set[int]] = []
    store = embeddings_store
    urgent: list[int] = []

    def watched(**arguments: object) -> None:
        made = arguments["made"]
        assert isinstance(made, dict)
        order.append(set(made))
        if not urgent:
            urgent.extend(upload(2))
        store(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(task, "embeddings_store", watched)
    monkeypatch.setattr(task, "STEP_SECONDS", 600)
    step(tagger)
    at = [number for number, chunk in enumerate(order) if chunk & set(urgent)]
    assert at == [3]  # behind the one that was stored and the two that were under way
    assert len(order) == 7


@pytest.mark.usefixtures("engine")
def test_a_step_ends_soon_and_leaves_the_rest_to_the_next(
    tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload()
    monkeypatch.setattr(task, "STEP_SECONDS", 0)
    job = step(tagger)
    assert (job.state, job.done, job.total) == (JobState.RUNNING, 4, IMAGES)
    assert not Embedding.objects.filter(vector=None, attempts__gt=0).exists()


def test_a_tagger_that_warms_stops_for_what_is_urgent_for_the_one_that_serves(
    tagger: Tagger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = upload(IMAGES)
    Tagger.objects.filter(pk=tagger.pk).update(state=TaggerState.RETIRED)
    serving = factories.tagger()

    def seen(image_ids: list[int]) -> None:
        for image in Image.objects.filter(pk__in=image_ids):
            factories.embedding(image, serving, [0, 0, 0, 0])

    seen(images)
    Tagger.objects.filter(pk=tagger.pk).update(state=TaggerState.WARMING)
    monkeypatch.setattr(task, "STEP_SECONDS", 600)
    store: Callable[..., None] = embeddings_store
    urgent: list[int] = []

    def stored(**arguments: Any) -> None:
        store(**arguments)
        if not urgent:
            urgent.extend(upload(2))

    monkeypatch.setattr(task, "embeddings_store", stored)
    job = step(tagger)
    assert Embedding.objects.filter(backbone=serving.backbone, urgent=True).count() == 2
    assert job.state == JobState.RUNNING
    assert 0 < len(mine(tagger)) < IMAGES
    seen(urgent)
    assert step(tagger).state == JobState.DONE
    assert mine(tagger) == images + urgent
    assert tagger_serving() == tagger
    assert Job.objects.filter(kind=Kind.RANK, subject_id=tagger.pk).exists()


def mine(tagger: Tagger) -> list[int]:
    rows = embeddings_made(tagger).order_by("image")
    return list(rows.values_list("image_id", flat=True))


def test_what_computed_an_embedding_is_kept_with_it(tagger: Tagger, engine: Engine) -> None:
    upload(1)
    assert step(tagger).state == JobState.DONE
    runtime = Embedding.objects.get().runtime
    assert runtime is not None
    assert (runtime.name, runtime.device) == (engine.facts.name, engine.facts.device)
    assert runtime.agreement == engine.facts.agreement
    assert runtime.backbone == Backbone.objects.get()
