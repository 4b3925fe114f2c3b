"""Pages follow one another without a gap or a repeat, whatever arrives meanwhile."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labelhub.paging import BadCursor, page_of
from labelhub.tags.models import Tag
from labelhub.tags.services import tags_ensure

pytestmark = pytest.mark.django_db


def every_page(key: str | tuple[str, ...], limit: int) -> list[str]:
    names, cursor = [], None
    while True:
        rows, cursor = page_of(Tag.objects.all(), cursor=cursor, limit=limit, key=key)
        names += [row.name for row in rows]
        if cursor is None:
            return names


@pytest.mark.parametrize("key", ["-pk", "pk", "name", "-name", "category", "-category"])
@pytest.mark.parametrize("limit", [1, 3, 7, 50])
def test_every_row_is_shown_once(key: str, limit: int) -> None:
    names = [f"tag_{number}" for number in range(7)]
    tags_ensure(names=names)
    Tag.objects.filter(name__in=names[:3]).update(category=4)
    assert sorted(every_page(key, limit)) == names


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_keys_may_go_in_different_directions(limit: int) -> None:
    tags_ensure(names=["d", "b", "a", "c"])
    Tag.objects.filter(name__in=["b", "c"]).update(posts=7)
    assert every_page(("-posts", "name"), limit) == ["b", "c", "a", "d"]


@pytest.mark.parametrize(
    ("key", "entered"),
    [(("-posts", "name"), "(posts <= 6)"), (("posts", "-name"), "(posts >= 3)")],
)
def test_a_page_enters_the_index_where_it_begins(key: tuple[str, ...], entered: str) -> None:
    for posts, tag in enumerate(tags_ensure(names=[f"tag_{number}" for number in range(10)])):
        Tag.objects.filter(pk=tag.pk).update(posts=posts)
    _first, cursor = page_of(Tag.objects.all(), cursor=None, limit=4, key=key)
    with CaptureQueriesContext(connection) as queries:
        page_of(Tag.objects.all(), cursor=cursor, limit=4, key=key)
    with connection.cursor() as plans:
        # Of ten rows Postgres would read all.
        plans.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        plans.execute(f"EXPLAIN {queries[0]['sql']}")
        plan = [line.strip() for (line,) in plans.fetchall()]
    assert any(line.startswith("Index Cond: ") and entered in line for line in plan), plan


def test_a_row_that_arrives_meanwhile_repeats_nothing() -> None:
    tags_ensure(names=["a", "b", "c"])
    first, cursor = page_of(Tag.objects.all(), cursor=None, limit=2)
    tags_ensure(names=["d"])
    second, _end = page_of(Tag.objects.all(), cursor=cursor, limit=2)
    assert [tag.name for tag in first + second] == ["c", "b", "a"]


@pytest.mark.parametrize("cursor", ["", "x", "!!!", "W10", "eyJhIjoxfQ", "W1tdXQ"])
def test_a_broken_cursor_is_a_sentence(cursor: str) -> None:
    with pytest.raises(BadCursor, match="first page"):
        page_of(Tag.objects.all(), cursor=cursor, limit=2)
