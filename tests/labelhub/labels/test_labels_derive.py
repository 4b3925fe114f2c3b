"""Events stay as they are; labels follow from them alone, many at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.labels.models import Labels
from labelhub.labels.services import answers_record, labels_derive, labels_lock, tags_import
from labelhub.tags.graph import graph
from labelhub.tags.services import tags_ensure
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE labels_answer SET verdict = 'no'",
        "DELETE FROM labels_answer",
        "UPDATE labels_importedtags SET origin = 'x'",
        "DELETE FROM labels_importedtags",
    ],
)
def test_events_cannot_be_changed_or_deleted(image: Image, carol: User, statement: str) -> None:
    answers_record(user=carol, answers=[factories.answer(image, "apron")])
    tags_import(image_id=image.pk, names=["apron"], origin="a.txt")
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_only_labels_that_change_are_written(image: Image, carol: User) -> None:
    answers_record(user=carol, answers=[factories.answer(image, "apron")])
    with transaction.atomic():
        labels_lock(image_ids=[image.pk])
        assert labels_derive(image_ids=[image.pk]) == 0
        Labels.objects.filter(pk=image.pk).update(positive=[], positive_sources="")
        assert labels_derive(image_ids=[image.pk, image.pk]) == 1


def test_hundreds_of_images_are_derived_by_as_many_queries_as_one(
    carol: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    tags_ensure(names=["lowres"])
    images = factories.images(60)
    graph()
    with transaction.atomic(), django_assert_max_num_queries(9):
        ids = [image.pk for image in images]
        labels_lock(image_ids=ids)
        assert labels_derive(image_ids=ids) == 60
