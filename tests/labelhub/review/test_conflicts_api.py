"""Conflicts over HTTP: who, or what, is on which side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.labels.models import Verdict
from labelhub.labels.services import tags_import
from labelhub.tags.models import Implication
from labelhub.tags.services import tags_ensure, vocabulary_bump
from tests import factories
from tests.labelhub.review.changing import say

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
SignIn = Callable[[User], Client]


def test_disputes_say_who_is_on_which_side(
    image: Image, bob: User, carol: User, sign_in: SignIn
) -> None:
    tags = {tag.name: tag for tag in tags_ensure(names=["boots", "shoes"])}
    Implication.objects.create(antecedent=tags["boots"], consequent=tags["shoes"])
    vocabulary_bump()
    other, peaceful = factories.image(), factories.image()
    say(bob, peaceful, "apron")
    say(bob, image, "apron")
    say(carol, image, "apron", Verdict.NO)
    say(carol, image, "smile")
    say(bob, other, "boots")
    say(carol, other, "shoes", Verdict.NO)
    tags_import(image_id=other.pk, names=["solo"], negative=["solo"], origin="a.csv")
    client = sign_in(carol)

    page = client.get("/api/history/conflicts").json()

    assert [card["image"]["id"] for card in page["items"]] == [other.pk, image.pk]
    of_tags, of_people = (card["conflicts"] for card in page["items"])

    def sides(row: dict[str, Any]) -> list[tuple[str, str, str, str]]:
        return [(s["tag"], s["verdict"], s["by"], s["source"]) for s in row["sides"]]

    (apron,) = of_people
    assert (apron["tag"], apron["between"]) == ("apron", "people")
    assert sides(apron) == [
        ("apron", "yes", "bob", "answered"),
        ("apron", "no", "carol", "answered"),
    ]
    boots, shoes, solo = of_tags
    assert [(row["tag"], row["between"]) for row in of_tags] == [
        ("boots", "tags"),
        ("shoes", "tags"),
        ("solo", "imports"),
    ]
    assert sides(boots) == [
        ("boots", "yes", "bob", "answered"),
        ("shoes", "no", "carol", "answered"),
    ]
    assert sides(shoes) == [
        ("shoes", "no", "carol", "answered"),
        ("boots", "yes", "bob", "answered"),
    ]
    assert sides(solo) == [
        ("solo", "yes", "a.csv", "imported"),
        ("solo", "no", "a.csv", "imported"),
    ]
    assert solo["sides"][0]["answer_id"] is None
    narrowed = client.get("/api/history/conflicts", {"tag": "apron"}).json()["items"]
    assert [card["image"]["id"] for card in narrowed] == [image.pk]
    first = client.get("/api/history/conflicts", {"limit": 1}).json()
    rest = client.get("/api/history/conflicts", {"cursor": first["next"]}).json()
    assert [card["image"]["id"] for card in rest["items"]] == [image.pk]
