"""What is near each line is found for all tags, shown, and found anew when that is worth it."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import numpy as np
import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.embedded import places
from labelhub.images import services
from labelhub.images.models import Image
from labelhub.images.services import upload_open
from labelhub.jobs.models import Job, Kind
from labelhub.jobs.services import job_ring
from labelhub.jobs.work import Work
from labelhub.scoring.head import scores_of
from labelhub.taggers.blocks import Halves, embedded_ids, embedding_blocks
from labelhub.taggers.borderline import borderline_due, borderline_of, pending
from labelhub.taggers.models import Borderline, Tagger, TaggerState
from labelhub.tags.models import Tag
from tests import factories
from tests.ingesting import receive
from tests.pictures import png
from worker.tasks.borderline import borderline

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbells")]
LINE = float(np.log(0.4 / 0.6))


def library(count: int = 12) -> tuple[Tagger, list[Image]]:
    """Of every tag, the further an image is up the list the nearer it is to the line."""
    tagger, images = factories.tagger(), factories.images(count)
    for at, image in enumerate(images):
        factories.embedding(image, tagger, [LINE + (-1) ** at * (count - at) / 8] * 4)
    return tagger, images


def found(tagger: Tagger) -> Job:
    job = job_ring(kind=Kind.BORDERLINE, subject_id=tagger.pk)
    borderline.run(job.pk)
    job.refresh_from_db()
    return job


def test_every_tag_has_its_nearest_images_with_their_raw_scores() -> None:
    tagger, images = library()
    assert found(tagger).state == "done"
    assert Borderline.objects.filter(tagger=tagger).count() == len(factories.TAGS)
    row = borderline_of(tagger, Tag.objects.get(name="apron").pk)
    assert row is not None
    assert row.image_ids == [image.pk for image in reversed(images)]
    expected = scores_of(np.array([LINE - 1 / 8, LINE + 2 / 8], dtype=np.float32))
    np.testing.assert_allclose(row.scores[:2], expected, atol=1e-3)
    assert row.among == len(images)


def test_they_are_found_anew_when_the_library_has_grown_or_shrunk_and_nothing_waits() -> None:
    tagger, images = library()
    assert list(pending()) == [Work(Kind.BORDERLINE, tagger.pk)]
    found(tagger)
    assert list(pending()) == []
    late = factories.image()
    assert list(pending()) == []
    factories.embedding(late, tagger, [LINE] * 4)
    assert list(pending()) == [Work(Kind.BORDERLINE, tagger.pk)]
    images[-1].delete()
    images[-2].delete()
    assert borderline_due(tagger)
    found(tagger)
    row = Borderline.objects.filter(tagger=tagger)[0]
    assert row.image_ids == [late.pk, *(image.pk for image in reversed(images[:-2]))]
    assert Borderline.objects.count() == len(factories.TAGS)


def test_they_are_not_looked_for_while_files_are_read_even_if_the_tagger_keeps_up() -> None:
    tagger, _images = library()
    upload = upload_open(expected=1)
    file = receive(upload, "a.png", png())
    assert list(pending()) == []
    services.file_reject(file=file, message="not now")
    assert list(pending()) == [Work(Kind.BORDERLINE, tagger.pk)]


def test_those_of_a_tagger_that_served_before_go() -> None:
    old, images = library()
    found(old)
    new = factories.tagger(["apron", "bow"])
    for image in images:
        factories.embedding(image, new, [LINE] * 4)
    found(new)
    assert set(Borderline.objects.values_list("tagger", flat=True)) == {new.pk}


def test_a_lost_cache_is_only_made_again() -> None:
    tagger, images = library()
    found(tagger)
    assert tagger.backbone is not None
    before = list(Borderline.objects.order_by("tag").values_list("image_ids", flat=True))
    shutil.rmtree(places.home() / "cache" / tagger.backbone.sha256)
    Borderline.objects.all().delete()
    found(tagger)
    after = list(Borderline.objects.order_by("tag").values_list("image_ids", flat=True))
    assert after == before


def test_a_tagger_that_does_not_serve_has_nothing_found() -> None:
    tagger, _images = library()
    Tagger.objects.filter(pk=tagger.pk).update(state=TaggerState.RETIRED)
    assert list(pending()) == []
    assert found(tagger).state == "done"
    assert not Borderline.objects.exists()


def test_the_api_shows_them_with_line_and_probability(
    carol: User, sign_in: Callable[[User], Client]
) -> None:
    tagger, images = library()
    client = sign_in(carol)
    empty = client.get("/api/borderline?tag=apron").json()
    assert (empty["made_at"], empty["images"]) == (None, [])
    found(tagger)
    shown = client.get("/api/borderline?tag=apron").json()
    assert shown["tagger"] == {"id": tagger.pk, "name": tagger.name}
    assert (shown["tag"], shown["threshold"]) == ("apron", 0.4)
    assert shown["line"] == pytest.approx(0.253, abs=1e-3)
    assert [row["image"]["id"] for row in shown["images"]] == [
        image.pk for image in reversed(images)
    ]
    first = shown["images"][0]
    assert first["score"] < 0.4
    assert first["probability"] < shown["line"] < shown["images"][1]["probability"]
    factories.tagger(["new"])
    assert client.get("/api/borderline?tag=apron").status_code == 404
    assert client.get("/api/borderline?tag=nobody_knows").status_code == 404
    assert client.get("/api/borderline").status_code == 422
    Tagger.objects.update(state=TaggerState.RETIRED)
    assert client.get("/api/borderline?tag=new").status_code == 404


def test_embeddings_come_out_of_postgres_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelhub.taggers.blocks.ROWS", 3)
    tagger = factories.tagger(width=5)
    random = np.random.default_rng(3)
    stored: dict[int, Halves] = {}
    for image in factories.images(10):
        vector = random.normal(size=5)
        factories.embedding(image, tagger, vector.tolist())
        stored[image.pk] = vector.astype(np.float16)
    factories.embedding(factories.image(), factories.tagger(width=5), [1.0] * 5)
    assert tagger.backbone is not None
    assert embedded_ids(tagger.backbone).tolist() == sorted(stored)
    for only in (None, list(stored)[2:9]):
        read: dict[int, Halves] = {}
        for ids, vectors in embedding_blocks(tagger.backbone, only):
            assert vectors.dtype == np.float16
            read |= dict(zip(ids.tolist(), vectors, strict=True))
        assert sorted(read) == sorted(only or stored)
        for pk, found_there in read.items():
            np.testing.assert_array_equal(found_there, stored[pk])
    assert list(embedding_blocks(tagger.backbone, [])) == []
