"""Names that hurt others go create → label → search → URL → export → import unchanged."""

from __future__ import annotations

import pytest

from labelhub.picturebook.tags import TAGS
from tests.bench.tags_roundtrip import roundtrip

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
