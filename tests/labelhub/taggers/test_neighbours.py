"""More like this: exact below a size, by an index of the backbone's own above it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from django.db import connection
from django.test import Client

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.jobs.work import Work
from labelhub.taggers import neighbours
from labelhub.taggers.models import Embedding, Tagger
from labelhub.taggers.neighbours import (
    index_due,
    index_is_valid,
    index_make,
    index_name,
    pending,
    similar_images,
    similar_sql,
)
from tests import factories
from worker.tasks.index import index

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbells")]


def library(count: int = 40, width: int = 4) -> tuple[Tagger, list[Image]]:
    tagger, images = factories.tagger(width=width), factories.images(count)
    random = np.random.default_rng(5)
    for image in images:
        factories.embedding(image, tagger, random.normal(size=width).tolist())
    return tagger, images


def by_hand(tagger: Tagger, image: Image) -> list[tuple[int, float]]:
    rows = Embedding.objects.filter(backbone=tagger.backbone).values_list("image_id", "vector")
    vectors = {pk: np.asarray(vector, dtype=np.float64) for pk, vector in rows}
    mine = vectors.pop(image.pk)

    def cosine(other: np.ndarray) -> float:
        return float(mine @ other / np.linalg.norm(mine) / np.linalg.norm(other))

    found = [(pk, cosine(vector)) for pk, vector in vectors.items()]
    return sorted(found, key=lambda each: -each[1])


def plan(tagger: Tagger, image: Image) -> str:
    with connection.cursor() as cursor:
        # A few dozen rows are read faster than any index; what the planner may not do here is what
        # it would not do for a library.
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("SET enable_sort = off")
        cursor.execute(f"EXPLAIN {similar_sql(tagger)}", {"image": image.pk, "limit": 5})
        lines = [line for (line,) in cursor.fetchall()]
        cursor.execute("RESET enable_seqscan")
        cursor.execute("RESET enable_sort")
    return "\n".join(lines)


def test_the_most_alike_come_first_and_not_the_image_itself() -> None:
    tagger, images = library()
    found = similar_images(tagger, images[3].pk, 7)
    expected = by_hand(tagger, images[3])[:7]
    assert [pk for pk, _similarity in found] == [pk for pk, _similarity in expected]
    np.testing.assert_allclose(
        [each for _pk, each in found], [each for _pk, each in expected], atol=1e-3
    )


def test_another_backbones_embeddings_are_no_neighbours_whatever_their_width() -> None:
    tagger, images = library(10)
    other = factories.tagger(width=6, serving=False)
    for image in images:
        factories.embedding(image, other, [1.0] * 6)
    assert len(similar_images(tagger, images[0].pk, 50)) == 9
    assert len(similar_images(other, images[0].pk, 50)) == 9


def test_an_image_without_an_embedding_has_no_neighbours() -> None:
    tagger, _images = library(5)
    assert similar_images(tagger, factories.image().pk, 5) == []


def test_with_its_index_the_query_uses_it_and_finds_the_same() -> None:
    tagger, images = library(200)
    assert tagger.backbone is not None
    exact = similar_images(tagger, images[0].pk, 5)
    assert index_name(tagger.backbone) not in plan(tagger, images[0])
    assert index_make(tagger.backbone)
    assert f"Index Scan using {index_name(tagger.backbone)}" in plan(tagger, images[0])
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("SET enable_sort = off")
        found = similar_images(tagger, images[0].pk, 5)
        cursor.execute("RESET enable_seqscan")
        cursor.execute("RESET enable_sort")
    assert [pk for pk, _similarity in found] == [pk for pk, _similarity in exact]


def test_an_index_is_due_from_a_size_on_and_once_nothing_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tagger, images = library(12)
    assert not index_due(tagger)
    monkeypatch.setattr(neighbours, "ENOUGH", 12)
    assert list(pending()) == [Work(Kind.INDEX, tagger.pk)]
    late = factories.image()  # waits for the backbone
    assert list(pending()) == []
    factories.embedding(late, tagger, [1.0] * 4)
    job = job_ring(kind=Kind.INDEX, subject_id=tagger.pk)
    index.run(job.pk)
    job.refresh_from_db()
    assert (job.state, list(pending())) == ("done", [])
    assert tagger.backbone is not None
    assert index_is_valid(tagger.backbone)
    assert len(similar_images(tagger, images[0].pk, 50)) == 12


def test_what_an_interrupted_worker_left_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tagger, images = library(20)
    assert tagger.backbone is not None
    assert index_is_valid(tagger.backbone) is None
    index_make(tagger.backbone)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(%s)",
            [index_name(tagger.backbone)],
        )
    monkeypatch.setattr(neighbours, "ENOUGH", 20)
    assert index_is_valid(tagger.backbone) is False
    assert index_due(tagger)
    assert index_make(tagger.backbone)
    assert index_is_valid(tagger.backbone)
    assert index_name(tagger.backbone) in plan(tagger, images[0])


def test_the_api_shows_what_is_alike(carol: User, sign_in: Callable[[User], Client]) -> None:
    tagger, images = library(10)
    client = sign_in(carol)
    rows = client.get(f"/api/images/{images[0].pk}/similar?limit=3").json()
    expected = similar_images(tagger, images[0].pk, 3)
    assert [(row["image"]["id"], row["similarity"]) for row in rows] == expected
    assert client.get("/api/images/999999999/similar").status_code == 404
    assert client.get(f"/api/images/{images[0].pk}/similar?limit=0").status_code == 422
    Tagger.objects.update(state="retired")
    assert client.get(f"/api/images/{images[0].pk}/similar").json() == []
