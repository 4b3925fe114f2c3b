"""Names that hurt others go create → label → search → URL → export → import unchanged."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.labels.models import LabelForm
from labelhub.picturebook.tags import TAGS
from labelhub.search.grammar import quote
from labelhub.tags.names import AUTOMATIC
from tests import factories
from tests.bench.tags_roundtrip import roundtrip, taken_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbells")]
HOSTILE = [
    "fate/grand_order",
    "ranma_1/2",
    "what?",
    "2010",
    "69",
    "\\m/",
    ":/",
    ";)",
    ":)",
    ">:(",
    "=_=",
    "(9)",
    "'''",
    'don\'t_say_"lazy"',
    "<|>_<|>",
    "^^^",
    "&",
    "#compass",
    "50%_off",
    "c++",
    "null",
    "re:zero_kara_hajimeru_isekai_seikatsu",
    "a;b",
    "tall_image",
    "wide_image",
]


def test_names_come_through_unchanged() -> None:
    assert roundtrip([*HOSTILE, *sorted(TAGS)[:40]]) == []


def test_a_name_that_does_not_is_named() -> None:
    # As a search takes it, this is a question about an image's number.
    assert roundtrip(["id:5", "solo"]) == ["id:5"]


def test_names_come_through_the_addresses_of_the_api(
    bob: User, sign_in: Callable[[User], Client]
) -> None:
    client, image = sign_in(bob), factories.image()
    factories.image()
    names = [name for name in HOSTILE if name not in AUTOMATIC]
    for name in names:
        made = client.post("/api/tags", {"name": name}, content_type="application/json")
        assert (made.status_code, made.json()["name"]) == (200, name), made.content
    taken_in(bob, LabelForm.JSONL, json.dumps({"sha256": image.sha256, "tags": names}).encode())
    for name in names:
        page = client.get("/api/tag", {"name": name}).json()
        assert (page["name"], page["counts"]["positive"]) == (name, 1)
        found = client.get("/api/images", {"q": quote(name)}).json()
        assert [each["id"] for each in found["items"]] == [image.pk], name
    shown = client.get(f"/api/images/{image.pk}").json()
    assert {each["tag"] for each in shown["labels"]} >= set(names)
