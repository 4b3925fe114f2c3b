"""A cursor is text from outside: whatever stands in it, the answer is a sentence."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.paging import BadCursor, page_of
from labelhub.tags.models import Tag, TagName
from labelhub.tags.services import tags_ensure

pytestmark = pytest.mark.django_db

NUMBERS = [
    '["x"]',
    "[NaN]",
    "[Infinity]",
    "[1e400]",
    "[true]",
    "[null]",
    "[[1]]",
    f"[{2**63}]",
    f"[{-(2**63) - 1}]",
    '["99999999999999999999"]',
    '["1\\u0000"]',
    "[1, 2]",
    '{"0": 1}',
]
NAMES = ['["\\u0000", 1]', '["a", "b"]', '["\\ud800", 1]', "[true, 1]", f'["a", {2**63}]']
NAMES += ['["' + "a" * 171 + '", 1]']


def cursor(raw: str) -> str:
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


@pytest.mark.parametrize("path", ["/api/jobs", "/api/images", "/api/uploads", "/api/datasets"])
@pytest.mark.parametrize("raw", NUMBERS)
def test_a_crafted_number_is_refused(
    path: str, raw: str, alice: User, sign_in: Callable[[User], Client]
) -> None:
    response = sign_in(alice).get(path, {"cursor": cursor(raw)})
    assert (response.status_code, response.json()["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize("raw", NAMES)
def test_a_crafted_name_is_refused(
    raw: str, alice: User, sign_in: Callable[[User], Client]
) -> None:
    response = sign_in(alice).get("/api/tags", {"order": "name", "cursor": cursor(raw)})
    assert (response.status_code, response.json()["code"]) == (400, "bad_cursor")


def test_a_key_that_is_no_longer_there_still_leads_on() -> None:
    tags_ensure(names=["a", "b", "c"])
    _first, after = page_of(Tag.objects.all(), cursor=None, limit=2, key="name")
    TagName.objects.filter(name="b").delete()
    Tag.objects.filter(name="b").delete()
    rest, _end = page_of(Tag.objects.all(), cursor=after, limit=2, key="name")
    assert [tag.name for tag in rest] == ["c"]


def test_a_cursor_of_another_list_is_refused() -> None:
    tags_ensure(names=["a", "b", "c"])
    _first, by_name = page_of(Tag.objects.all(), cursor=None, limit=1, key="name")
    for key in ("pk", "category"):
        with pytest.raises(BadCursor, match="first page"):
            page_of(Tag.objects.all(), cursor=by_name, limit=1, key=key)
