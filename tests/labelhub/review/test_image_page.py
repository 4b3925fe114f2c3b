"""The page of an image tells apart where everything on it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.labels.models import How, LabelImport
from labelhub.labels.services import tags_import
from labelhub.review.services import answers_take
from labelhub.tags.models import Implication, ImportState
from labelhub.tags.services import tags_ensure, vocabulary_bump
from tests import factories
from tests.label_files import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
SignIn = Callable[[User], Client]


def test_the_page_of_an_image_tells_labels_answers_and_imports_apart(
    image: Image, bob: User, carol: User, sign_in: SignIn
) -> None:
    tags = {tag.name: tag for tag in tags_ensure(names=["boots", "shoes", "lowres"])}
    Implication.objects.create(antecedent=tags["boots"], consequent=tags["shoes"])
    vocabulary_bump()
    batch = LabelImport.objects.create(
        form="csv", absence="no", state=ImportState.RETRACTED, name="a.csv", bytes=1
    )
    recorded(batch, image, yes=["2010"], complete=True)
    tags_import(
        image_id=image.pk,
        names=["apron", "smile"],
        negative=["solo"],
        origin="a.txt",
        complete=True,
    )
    sent = factories.answer(image, "boots", how=How.ACCEPTED)
    answers_take(user=carol, answers=[replace(sent, shown={"probability": 0.7})])
    detail = sign_in(carol).get(f"/api/images/{image.pk}").json()
    assert {
        row["tag"]: (row["state"], row["source"], row["automatic"]) for row in detail["labels"]
    } == {
        "apron": ("positive", "imported", False),
        "boots": ("positive", "accepted", False),
        "lowres": ("positive", "automatic", True),
        "shoes": ("positive", "implied", False),
        "smile": ("positive", "imported", False),
        "solo": ("negative", "imported", False),
    }
    (given,) = detail["answers"]
    assert (given["how"], given["probability"], given["mine"]) == ("accepted", 0.7, True)
    assert given["category"] == "general"
    assert [
        (row["origin"], row["positive"], row["negative"], row["complete"], row["retracted"])
        for row in detail["imports"]
    ] == [
        ("a.txt", ["apron", "smile"], ["solo"], True, False),
        ("a.csv", ["2010"], [], True, True),
    ]
    assert [(row["by"], row["mine"]) for row in detail["completions"]] == [("a.txt", False)]
    assert (detail["positives"], detail["negatives"]) == (5, 1)
    of_bob = sign_in(bob).get(f"/api/images/{image.pk}").json()
    assert not of_bob["answers"][0]["mine"]
