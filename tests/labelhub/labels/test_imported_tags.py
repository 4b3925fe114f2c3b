"""What came with an image counts as long as its import stands; so does what is called complete."""

from __future__ import annotations

import pytest

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.labels.models import Completion, ImportedTags, LabelImport, Labels
from labelhub.labels.services import (
    CompleteByImport,
    ImageNotFound,
    completion_set,
    labels_rebuild,
    tags_import,
)
from labelhub.tags.models import ImportState
from tests.label_files import recorded, truth

pytestmark = pytest.mark.django_db


def test_an_import_says_yes_and_nothing_about_what_it_does_not_list(image: Image) -> None:
    refused = tags_import(image_id=image.pk, names=["Apron", "white hat", "a,b"], origin="a.txt")
    assert truth(image) == {
        "apron": ("positive", "imported"),
        "white_hat": ("positive", "imported"),
    }
    assert len(refused) == 1 and "a,b" in refused[0]
    tags_import(image_id=image.pk, names=["apron"], origin="a.txt")
    assert ImportedTags.objects.count() == 1


def test_an_import_adds_what_its_origin_did_not_say_before(image: Image) -> None:
    tags_import(image_id=image.pk, names=["apron"], origin="a.txt")
    tags_import(image_id=image.pk, names=["apron", "smile"], origin="a.txt", negative=["solo"])
    tags_import(image_id=image.pk, names=["smile"], origin="a.txt", complete=True)
    tags_import(image_id=image.pk, names=["smile"], origin="a.txt", complete=True)
    tags_import(image_id=image.pk, names=["apron"], origin="b.txt")
    rows = ImportedTags.objects.order_by("pk")
    assert [(row.origin, len(row.positive), len(row.negative), row.complete) for row in rows] == [
        ("a.txt", 1, 0, False),
        ("a.txt", 1, 1, False),
        ("a.txt", 0, 0, True),
        ("b.txt", 1, 0, False),
    ]
    assert truth(image) == {
        "apron": ("positive", "imported"),
        "smile": ("positive", "imported"),
        "solo": ("negative", "imported"),
    }
    assert Labels.objects.get(pk=image.pk).completed_at == rows[2].created_at


def test_only_imports_that_stand_count(image: Image) -> None:
    batch = LabelImport.objects.create(
        form="csv", absence="no", state=ImportState.APPLIED, name="a.csv", bytes=1
    )
    recorded(batch, image, yes=["apron"], complete=True)
    assert truth(image) == {"apron": ("positive", "imported")}
    LabelImport.objects.update(state=ImportState.RETRACTED)
    labels_rebuild()
    assert truth(image) == {}
    assert Labels.objects.get(pk=image.pk).completed_at is None


def test_completeness_is_said_once_by_each_and_taken_back_by_each(
    image: Image, bob: User, carol: User
) -> None:
    for user in (bob, carol, carol):
        completion_set(user=user, image_id=image.pk, complete=True)
    assert Completion.objects.count() == 2
    last = Completion.objects.latest("created_at").created_at
    assert Labels.objects.get(pk=image.pk).completed_at == last
    completion_set(user=carol, image_id=image.pk, complete=False)
    assert Completion.objects.get(retracted_at=None).user == bob
    completion_set(user=carol, image_id=image.pk, complete=False, anybodys=True)
    assert Labels.objects.get(pk=image.pk).completed_at is None
    assert {each.retracted_by for each in Completion.objects.all()} == {carol}
    with pytest.raises(ImageNotFound):
        completion_set(user=carol, image_id=image.pk + 1, complete=True)


def test_what_an_import_calls_complete_is_taken_back_with_the_import(
    image: Image, bob: User
) -> None:
    batch = LabelImport.objects.create(
        form="csv", absence="no", state=ImportState.APPLIED, name="a.csv", bytes=1
    )
    ImportedTags.objects.create(image=image, batch=batch, origin="a.csv", complete=True)
    completion_set(user=bob, image_id=image.pk, complete=True)
    completion_set(user=bob, image_id=image.pk, complete=False, anybodys=True)
    assert Labels.objects.get(pk=image.pk).completed_at is not None
    with pytest.raises(CompleteByImport, match="“a.csv”"):
        completion_set(user=bob, image_id=image.pk, complete=False, anybodys=True)
    LabelImport.objects.update(state=ImportState.RETRACTED)
    completion_set(user=bob, image_id=image.pk, complete=False)
    assert Labels.objects.get(pk=image.pk).completed_at is None
