"""Uploaded pictures, a small checkpoint of JoyTag's class, real embeddings, cards."""

from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from pgvector import HalfVector
from pytest_django import Settings
from safetensors.numpy import load_file, save_file

from labelhub.images.models import Image
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.jobs.services import job_ring
from labelhub.jobs.work import Work
from labelhub.review.models import Card
from labelhub.review.selectors import pending as review_pending
from labelhub.taggers.files import tagger_home
from labelhub.taggers.models import Embedding, Origin, Tagger, TaggerState
from labelhub.taggers.selectors import (
    embeddings_by_image,
    suggestions,
    tagger_serving,
    vocabulary_of,
)
from labelhub.taggers.services.promotion import tagger_promote, tagger_stay, tagger_warmed
from labelhub.taggers.services.registration import tagger_fetch, tagger_register
from tests import factories, ingesting, pictures
from worker.joytag import hub
from worker.tasks.engines import engine_of
from worker.tasks.fetch import fetch
from worker.tasks.pretag import pretag
from worker.tasks.rank import rank
from worker.tasks.register import register

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbells")]
TINY = Path(__file__).parents[2] / "golden" / "joytag-tiny"


def registered(source: Path = TINY, origin: Origin = Origin.LOCAL) -> Tagger:
    tagger = tagger_register(name="tiny", origin=origin, source=str(source))
    job = Job.objects.get(kind=Kind.REGISTER, subject_id=tagger.pk)
    register.run(job.pk)
    return Tagger.objects.select_related("backbone").get(pk=tagger.pk)


def pretagged(tagger: Tagger) -> Job:
    job = job_ring(kind=Kind.PRETAG, subject_id=tagger.pk)
    for _step in range(10):
        pretag.run(job.pk)
    rank.run(job_ring(kind=Kind.RANK, subject_id=tagger.pk).pk)
    job.refresh_from_db()
    return job


def test_a_checkpoint_becomes_the_serving_tagger_with_its_own_copy(tmp_path: Path) -> None:
    source = Path(shutil.copytree(TINY, tmp_path / "tagger"))
    tagger = registered(source)
    assert tagger.state == TaggerState.SERVING
    names = [tag.name for tag in vocabulary_of(tagger)]
    assert names == (TINY / "top_tags.txt").read_text().split("\n")
    shutil.rmtree(source)  # nobody can change a tagger by changing where it came from
    ingesting.uploaded({"a.png": pictures.png(1)})
    assert pretagged(tagger).state == JobState.DONE


def test_uploaded_pictures_get_the_engines_embeddings_and_cards() -> None:
    tagger = registered()
    files = {f"{number}.png": pictures.png(number) for number in range(11)}
    ingesting.uploaded(files)
    assert pretagged(tagger).state == JobState.DONE
    assert tagger.backbone is not None
    engine = engine_of(tagger.backbone)
    weight, bias = engine.head()
    for image in Image.objects.all():
        (expected,) = engine.embed([Path(default_storage.path(image.original_key))])
        stored = embeddings_by_image(tagger, [image.pk])[image.pk]
        assert isinstance(expected, np.ndarray)
        np.testing.assert_allclose(stored, expected, rtol=1e-3, atol=1e-3)  # stored in fp16
        best = suggestions(tagger, [image.pk], 12)[image.pk]
        logits = weight @ stored + bias
        assert [each.tag.name for each in best] == [engine.tags[at] for at in np.argsort(-logits)]
    assert Card.objects.filter(tagger=tagger).count() == len(files)


def test_an_image_whose_file_is_gone_is_its_own_trouble() -> None:
    tagger = registered()
    ingesting.uploaded({f"{number}.png": pictures.png(number) for number in range(3)})
    lost = Image.objects.earliest("pk")
    default_storage.delete(lost.original_key)
    assert pretagged(tagger).state == JobState.DONE
    assert "missing" in Embedding.objects.get(image=lost).error
    assert Embedding.objects.exclude(vector=None).count() == 2


@pytest.mark.parametrize("broken", ["tensor", "count", "name", "file"])
def test_a_bad_checkpoint_is_refused_with_a_sentence(tmp_path: Path, broken: str) -> None:
    source = Path(shutil.copytree(TINY, tmp_path / "tagger"))
    tags = source / "top_tags.txt"
    if broken == "tensor":
        tensors = load_file(source / "model.safetensors")
        del tensors["norm.weight"]
        save_file(tensors, source / "model.safetensors")
    elif broken == "count":
        tags.write_text(tags.read_text() + "\none_too_many")
    elif broken == "name":
        tags.write_text(tags.read_text().replace("apron", "Apron With Capitals"))
    else:
        (source / "config.json").unlink()
    tagger = registered(source)
    named = {"tensor": "norm.weight", "count": "13", "name": "capitals", "file": "config.json"}
    assert tagger.state == TaggerState.REFUSED
    assert named[broken] in tagger.message.lower()
    job = Job.objects.get(kind=Kind.REGISTER)
    assert (job.state, job.error) == (JobState.FAILED, tagger.message)


def test_an_unreachable_hub_is_a_failed_job_that_can_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_args: object, **_kwargs: object) -> Path:
        raise hub.HubUnreachable("The hub is away.")

    monkeypatch.setattr(hub, "fetch", away)
    job = tagger_fetch()
    fetch.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "The hub is away.")
    monkeypatch.setattr(hub, "fetch", lambda *_args, **_kwargs: TINY)
    again = tagger_fetch()
    fetch.run(again.pk)
    register.run(Job.objects.get(kind=Kind.REGISTER).pk)
    tagger = Tagger.objects.get(origin=Origin.PUBLISHED)
    assert tagger.state == TaggerState.SERVING


def test_without_a_hub_the_starter_serves_and_is_named_as_such() -> None:
    printed = StringIO()
    call_command("setup_tagger", stdout=printed)
    assert "the starter works in its place" in printed.getvalue()
    (job,) = Job.objects.filter(kind=Kind.REGISTER)
    register.run(job.pk)
    tagger = Tagger.objects.get(state=TaggerState.SERVING)
    assert (tagger.name, tagger.origin) == ("Starter", Origin.STARTER)
    call_command("setup_tagger", stdout=StringIO())
    assert Tagger.objects.filter(origin=Origin.STARTER).count() == 1


def test_a_newer_starter_takes_the_place_of_the_one_before() -> None:
    before = registered(TINY, Origin.STARTER)
    call_command("setup_tagger", stdout=StringIO())
    for job in Job.objects.filter(kind=Kind.REGISTER, state=JobState.QUEUED):
        register.run(job.pk)
    after = Tagger.objects.get(state=TaggerState.SERVING)
    assert after.origin == Origin.STARTER
    assert after != before


def test_setting_up_again_puts_nothing_aside_that_people_taught(settings: Settings) -> None:
    settings.LABELHUB_TAGGER = str(TINY)
    taught = tagger_promote(tagger=factories.taught(registered()))
    for chosen in (str(TINY), ""):
        settings.LABELHUB_TAGGER = chosen
        printed = StringIO()
        call_command("setup_tagger", stdout=printed)
        assert taught.name in printed.getvalue()
        assert tagger_serving() == taught
    assert not Job.objects.filter(kind=Kind.REGISTER, state=JobState.QUEUED).exists()


def test_a_taught_tagger_pretags_with_the_weights_of_the_one_it_comes_from() -> None:
    base = registered()
    taught = tagger_promote(tagger=factories.taught(base))
    assert not (tagger_home(taught.sha256) / "model.safetensors").exists()
    ingesting.uploaded({"a.png": pictures.png(1)})
    assert pretagged(taught).state == JobState.DONE
    assert Embedding.objects.get().backbone == base.backbone
    assert Card.objects.filter(tagger=taught).count() == 1


def test_the_named_checkpoint_is_registered_once(settings: Settings) -> None:
    settings.LABELHUB_TAGGER = str(TINY)
    for _twice in range(2):
        call_command("setup_tagger", stdout=StringIO())
        for job in Job.objects.filter(kind=Kind.REGISTER, state=JobState.QUEUED):
            register.run(job.pk)
    assert Tagger.objects.filter(origin=Origin.LOCAL, state=TaggerState.SERVING).count() == 1


def another_backbone(folder: Path) -> Path:
    """The small checkpoint with slightly other weights."""
    made = Path(shutil.copytree(TINY, folder))
    tensors = load_file(made / "model.safetensors")
    tensors["norm.weight"] = tensors["norm.weight"] * np.float32(1.25)
    save_file(tensors, made / "model.safetensors")
    return made


def test_another_backbone_looks_at_the_library_while_the_old_one_serves(tmp_path: Path) -> None:
    old = registered(TINY, Origin.STARTER)
    ingesting.uploaded({f"{number}.png": pictures.png(number) for number in range(11)})
    pretagged(old)
    new = registered(another_backbone(tmp_path / "other"))
    assert new.state == TaggerState.WARMING
    ingesting.uploaded({"fresh.png": pictures.png(100)})
    fresh = Image.objects.latest("pk")
    job = job_ring(kind=Kind.PRETAG, subject_id=new.pk)
    pretag.run(job.pk)
    assert embeddings_by_image(old, [fresh.pk])  # for the one that serves first
    for _step in range(10):
        serving = tagger_serving()
        assert serving is not None
        assert len(suggestions(serving, [image.pk for image in Image.objects.all()], 1)) == 12
        pretag.run(job.pk)
    assert tagger_serving() == new
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 12, 12)
    rank.run(Job.objects.get(kind=Kind.RANK, subject_id=new.pk).pk)
    assert Card.objects.filter(tagger=new).count() == 12


def test_a_stopped_taggers_last_step_changes_nothing(tmp_path: Path) -> None:
    old = registered(TINY, Origin.STARTER)
    ingesting.uploaded({"a.png": pictures.png(1)})
    pretagged(old)
    new = registered(another_backbone(tmp_path / "other"))
    job = Job.objects.get(kind=Kind.PRETAG, subject_id=new.pk)
    tagger_stay(tagger=new)
    pretag.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert tagger_serving() == old
    assert Embedding.objects.filter(backbone=new.backbone, vector__isnull=False).count() == 0


def test_there_is_something_to_answer_from_the_moment_a_warmed_tagger_serves(
    tmp_path: Path,
) -> None:
    old = registered(TINY, Origin.STARTER)
    ingesting.uploaded({f"{number}.png": pictures.png(number) for number in range(3)})
    pretagged(old)
    new = registered(another_backbone(tmp_path / "other"))
    assert new.backbone is not None
    for image in Image.objects.all():
        assert tagger_serving() == old
        Embedding.objects.update_or_create(
            image=image,
            backbone=new.backbone,
            defaults={"vector": HalfVector([0.0] * new.backbone.width)},
        )
        assert Work(Kind.RANK, new.pk) in set(review_pending())
        rank.run(job_ring(kind=Kind.RANK, subject_id=new.pk).pk)
    assert tagger_warmed(tagger=new)
    assert Card.objects.filter(tagger=new, open=True).count() == 3
    assert set(review_pending()) == set()
