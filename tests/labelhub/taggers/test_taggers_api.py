"""What the registry shows of its taggers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.taggers.models import Backbone, Origin, Runtime, Tagger
from labelhub.taggers.selectors import run_of, tagger_list
from labelhub.taggers.services.registration import tagger_register
from labelhub.training.models import Run
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


def measured(backbone: Backbone | None, name: str, *, hours_ago: int) -> None:
    assert backbone is not None
    made = Runtime.objects.create(
        backbone=backbone, name=name, device="a CPU", images_per_second=7.5, agreement=0.004
    )
    when = timezone.now() - timedelta(hours=hours_ago)
    Runtime.objects.filter(pk=made.pk).update(measured_at=when)


@pytest.fixture
def rows(carol: User, sign_in: Callable[[User], Client]) -> Callable[[], dict[int, dict[str, Any]]]:
    client = sign_in(carol)
    return lambda: {row["id"]: row for row in client.get("/api/taggers").json()["items"]}


def test_a_tagger_shows_how_it_was_computed_where_that_was_measured_last(
    rows: Callable[[], dict[int, dict[str, Any]]],
) -> None:
    tagger, other = factories.tagger(), factories.tagger(serving=False)
    loading = tagger_register(name="x", origin=Origin.LOCAL, source="/nowhere")
    measured(tagger.backbone, "bf16", hours_ago=1)
    measured(tagger.backbone, "8-bit weights", hours_ago=2)
    shown = rows()
    assert shown[tagger.pk]["runtime"] == {
        "name": "bf16",
        "device": "a CPU",
        "images_per_second": 7.5,
        "agreement": 0.004,
    }
    assert shown[other.pk]["runtime"] is None
    assert shown[loading.pk]["runtime"] is None


def test_a_tagger_shows_how_far_its_backbone_is(
    rows: Callable[[], dict[int, dict[str, Any]]],
) -> None:
    tagger, other = factories.tagger(), factories.tagger(serving=False)
    first, second, _third = factories.images(3)
    for image, by in ((first, tagger), (second, tagger), (first, other)):
        factories.embedding(image, by, [0, 0, 0, 0])
    shown = rows()
    assert [shown[each.pk]["images_pretagged"] for each in (tagger, other)] == [2, 1]
    assert {row["images_total"] for row in shown.values()} == {3}
    taught = factories.taught(tagger)
    assert rows()[taught.pk]["images_pretagged"] == 2  # they share the backbone


def test_who_serves_comes_with_the_id_of_its_run_and_without_its_figures() -> None:
    tagger = factories.tagger()
    taught = factories.taught(tagger)
    for each, run_id in ((tagger, None), (taught, Run.objects.get().pk)):
        alone = Tagger.objects.get(pk=each.pk)
        with CaptureQueriesContext(connection) as asked:
            assert run_of(alone) == run_id
        assert len(asked) == 1 and "unseen" not in asked[0]["sql"]
        listed = tagger_list().get(pk=each.pk)
        with CaptureQueriesContext(connection) as asked:
            assert run_of(listed) == run_id
        assert len(asked) == 0


def test_a_long_registry_costs_no_more_counting(
    rows: Callable[[], dict[int, dict[str, Any]]],
) -> None:
    tagger = factories.tagger()
    rows()
    with CaptureQueriesContext(connection) as few:
        rows()
    for shift in range(4):
        factories.taught(tagger, shift=1.0 + shift)
    with CaptureQueriesContext(connection) as many:
        assert len(rows()) == 5
    assert len(many) == len(few)
