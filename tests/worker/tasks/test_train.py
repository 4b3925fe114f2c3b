"""A run as the worker does it: real scenes, a small checkpoint of JoyTag's class, a candidate."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.images.models import Image, Upload
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.jobs.services import job_ring
from labelhub.labels.models import Verdict
from labelhub.picturebook.book import held_out
from labelhub.review.services import answers_take
from labelhub.taggers.models import Embedding, Origin, Tagger, TaggerState
from labelhub.taggers.services.promotion import tagger_promote
from labelhub.taggers.services.registration import tagger_register
from labelhub.training import heldout
from labelhub.training.models import Run, RunState
from labelhub.training.services import run_start
from tests import factories, ingesting, pictures, scenes
from tests.ingesting import Killed, kill
from worker.tasks import engines
from worker.tasks.pretag import pretag
from worker.tasks.rank import rank
from worker.tasks.register import register
from worker.tasks.train import train

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbells")]
TINY = Path(__file__).parents[2] / "golden" / "joytag-tiny"


@pytest.fixture
def run(bob: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Six pre-tagged pictures, half of them answered, in a library that holds the book."""
    scenes.few(monkeypatch, tmp_path / "heldout")
    tagger = tagger_register(name="tiny", origin=Origin.LOCAL, source=str(TINY))
    register.run(Job.objects.get(kind=Kind.REGISTER).pk)
    ingesting.uploaded({f"{number}.png": pictures.png(number) for number in range(6)})
    Upload.objects.update(book_seed=1)
    pretag.run(job_ring(kind=Kind.PRETAG, subject_id=tagger.pk).pk)
    images = list(Image.objects.order_by("pk")[:3])
    verdicts = (Verdict.YES, Verdict.YES, Verdict.NO)
    answers = [
        factories.answer(image, "smile", verdict)
        for image, verdict in zip(images, verdicts, strict=True)
    ]
    answers_take(user=bob, answers=answers)
    return run_start(by=bob)


def job() -> Job:
    return Job.objects.filter(kind=Kind.TRAIN).latest("pk")


def steps(count: int) -> list[tuple[int, int]]:
    """How far the job is after each of so many steps."""
    found = []
    for _step in range(count):
        train.run(job().pk)
        found.append((job().done, job().total))
    return found


def lapse() -> None:
    Run.objects.update(claimed_until=timezone.now() - timedelta(hours=1))


def test_a_run_looks_at_the_scenes_in_chunks_and_then_learns(run: Run) -> None:
    assert steps(4) == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert job().state == JobState.DONE
    run.refresh_from_db()
    assert (run.state, run.pairs, run.scenes[0]["images"]) == (RunState.DONE, 3, 12)
    assert run.base.backbone is not None
    found = heldout.load(run.base.backbone.sha256)
    assert found is not None
    page = held_out(drawn=scenes.DRAWN, photo=scenes.PHOTOS)[9]
    file = Path(heldout._folder("here")).with_suffix(".jpg")
    file.write_bytes(page.file())
    (expected,) = engines.engine_of(run.base.backbone).embed([file])  # by the same runtime
    assert isinstance(expected, np.ndarray)
    np.testing.assert_allclose(found.embeddings[9], expected, rtol=1e-4, atol=1e-5)


def test_the_next_run_finds_the_scenes_looked_at(run: Run, bob: User) -> None:
    steps(4)
    second = run_start(by=bob)
    assert steps(1) == [(4, 4)]
    second.refresh_from_db()
    assert second.state == RunState.DONE


def test_killed_at_any_step_it_goes_on_and_makes_one_candidate(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run.base.backbone is not None
    for name in ("store", "load", "load"):
        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(heldout, name, kill)
            steps(5)
        assert steps(1) == [(3, 4) if name == "load" else (0, 4)]  # claimed: nothing happens
        assert Run.objects.get().state == RunState.RUNNING
        lapse()
    steps(5)
    assert Run.objects.get().state == RunState.DONE
    assert Tagger.objects.filter(origin=Origin.TAUGHT).count() == 1


def test_a_taught_tagger_serves_without_a_second_look_at_any_pixel(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps(4)
    taught = Tagger.objects.get(origin=Origin.TAUGHT)
    before = list(Embedding.objects.order_by("pk").values())
    monkeypatch.setattr(engines, "_engine", kill)
    tagger_promote(tagger=taught)
    pretag.run(job_ring(kind=Kind.PRETAG, subject_id=taught.pk).pk)
    ranked = job_ring(kind=Kind.RANK, subject_id=taught.pk)
    rank.run(ranked.pk)
    ranked.refresh_from_db()
    assert (ranked.state, ranked.done) == (JobState.DONE, 6)
    assert list(Embedding.objects.order_by("pk").values()) == before


def test_a_run_that_breaks_says_so_and_leaves_room_for_the_next(
    run: Run, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("no such thing")

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(heldout, "store", broken)
        steps(1)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "RuntimeError" in run.message
    steps(1)
    assert (job().state, job().error) == (JobState.FAILED, run.message)
    next_run = run_start(by=bob)
    steps(4)
    next_run.refresh_from_db()
    assert next_run.state == RunState.DONE
    assert Tagger.objects.get(origin=Origin.TAUGHT).state == TaggerState.CANDIDATE
