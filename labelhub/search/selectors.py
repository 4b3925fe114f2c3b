"""Searching: a query's images, page by page, and how many they are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from labelhub.accounts.models import User
from labelhub.paging import BadCursor, cursor_of, cursor_values
from labelhub.search.ast import By
from labelhub.search.bound import bounded
from labelhub.search.compile import Sql, chosen
from labelhub.search.grammar import parse
from labelhub.search.meaning import meaning
from labelhub.search.models import SavedSearch
from labelhub.search.orders import runs_of

COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """A page of image ids, the cursor of the next, and the tagger that `ai:` terms are about."""

    image_ids: list[int]
    next: str | None
    tagger: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many images; "at least" so many, where it is not exact."""

    count: int
    exact: bool


def search_images(text: str, *, user: User, cursor: str | None, limit: int) -> Page:
    """A page of the images that a query finds, in its order.

    Raises:
        BadQuery: the query cannot be understood.
        BadCursor: the cursor is not of this query's order.
        SearchTooSlow: Postgres took too long.
        NobodyAnswers, SearchFailed: no worker finds what an `ai:` term chooses.
    """
    query = parse(text)
    meant = meaning(query, user=user, further=cursor is not None)
    images = chosen(query.where, meant, by_labels=query.order.by == By.TAGS)
    runs = runs_of(query.order, images, meant.tagger)
    at, after = _place(cursor, [run.kinds for run in runs])
    rows: list[tuple[int, tuple[object, ...]]] = []  # with the number of its run, each
    with bounded():
        for number in range(at, len(runs)):
            page = runs[number].page(images, after, limit + 1 - len(rows))
            rows += [(number, row) for row in _rows(page)]
            after = None
            if len(rows) > limit:
                break
    following = None
    if len(rows) > limit:
        number, last = rows[limit - 1]
        following = cursor_of([number, *last[1:]])
    found = [int(str(row[0])) for _number, row in rows[:limit]]
    tagger = meant.tagger.name if meant.tagger and meant.likely else None
    return Page(found, following, tagger)


def search_count(text: str, *, user: User) -> Count:
    """How many images a query finds, counted up to `COUNTED`.

    Raises:
        BadQuery, SearchTooSlow, NobodyAnswers, SearchFailed: as of `search_images`.
    """
    query = parse(text)
    images = chosen(query.where, meaning(query, user=user, further=True))
    where = images.where
    with bounded():
        ((count,),) = _rows(
            Sql(
                f"SELECT count(*) FROM (SELECT FROM {images.tables} WHERE {where.text} LIMIT %s) f",
                (*where.params, COUNTED + 1),
            )
        )
    assert isinstance(count, int)
    return Count(min(count, COUNTED), exact=count <= COUNTED)


def saved_searches(user: User) -> QuerySet[SavedSearch]:
    """One's own searches and those that others share, by name."""
    searches = SavedSearch.objects.filter(Q(user=user) | Q(shared=True))
    return searches.select_related("user").order_by("name", "pk")


def _place(
    cursor: str | None, kinds: list[tuple[type, ...]]
) -> tuple[int, tuple[object, ...] | None]:
    """The run in which a page begins, and the keys behind which."""
    if cursor is None:
        return 0, None
    number, *after = cursor_values(cursor)
    if not isinstance(number, int) or not 0 <= number < len(kinds):
        raise BadCursor
    if [type(value) for value in after] != list(kinds[number]):
        raise BadCursor
    return number, tuple(after)


def _rows(sql: Sql) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        rows: list[tuple[object, ...]] = cursor.fetchall()
        return rows
