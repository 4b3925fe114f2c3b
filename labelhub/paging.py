"""Keyset paging: the only way a list leaves the API.

A page ends with the key of its last row; the next page starts after it. Unlike an offset, a key
leads to its place in an index: the ten-thousandth page costs what the first one does, except that
rows which share the first field of the key are gone through. Rows that arrive meanwhile are neither
skipped nor shown twice.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field as ModelField
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from labelhub.errors import LabelhubError

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")

Cursor = Annotated[str | None, Query(None, max_length=500, description="`next` of the page before")]
Limit = Annotated[int, Query(50, ge=1, le=200)]


class Page(Schema, Generic[Item]):
    """One page of a list; `next` is the cursor of the following page, or null on the last."""

    items: list[Item]
    next: str | None = Field(None)


class BadCursor(LabelhubError):
    code = "bad_cursor"

    def __init__(self) -> None:
        super().__init__(_("This page address is broken: start again from the first page."))


def page_of(
    rows: QuerySet[Row], *, cursor: str | None, limit: int, key: str | Sequence[str] = "-pk"
) -> tuple[list[Row], str | None]:
    """One page of `rows` and the cursor of the next.

    Args:
        rows: any queryset; its own ordering is replaced.
        cursor: what the page before gave, or None for the first page.
        limit: the most rows in a page.
        key: a field to order by, "-" first for descending. Where it is not unique the primary key,
            in the same direction, breaks the tie. Of several the last is unique.

    Raises:
        BadCursor: the cursor was not made by this function.
    """
    if isinstance(key, str):
        tie = "-pk" if key.startswith("-") else "pk"
        key = [key] if key == tie else [key, tie]
    fields = [each.removeprefix("-") for each in key]
    if cursor is not None:
        rows = rows.filter(_after(key, _decode(cursor, rows, fields)))
    ordered = rows.order_by(*key)
    found = list(ordered[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], cursor_of([getattr(last, name) for name in fields])


def page_schema(
    rows: QuerySet[Row],
    *,
    cursor: str | None,
    limit: int,
    show: Callable[[Row], Item],
    key: str = "-pk",
) -> Page[Item]:
    """`page_of`, each row turned into what the API shows."""
    found, following = page_of(rows, cursor=cursor, limit=limit, key=key)
    return Page(items=[show(row) for row in found], next=following)


def _after(key: Sequence[str], values: list[Any]) -> Q:
    fields = [each.removeprefix("-") for each in key]
    condition = Q()
    for depth, field in enumerate(fields):
        beyond = "lt" if key[depth].startswith("-") else "gt"
        equal = dict(zip(fields[:depth], values[:depth], strict=True))
        condition |= Q(**equal, **{f"{field}__{beyond}": values[depth]})
    if len(fields) > 1:
        # An "or" is a filter to Postgres. What follows from it is a range of the index, which is
        # then read from here on, not from its top.
        within = "lte" if key[0].startswith("-") else "gte"
        condition &= Q(**{f"{fields[0]}__{within}": values[0]})
    return condition


def cursor_of(values: Iterable[Any]) -> str:
    """The cursor behind a row with these keys."""
    raw = json.dumps([value if isinstance(value, int | float) else str(value) for value in values])
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def cursor_values(cursor: str) -> list[int | float | str]:
    """The keys that a cursor stands for, at least one; whoever sends it may have written anything
    into it, but nothing that Postgres could not compare with a column of that kind.

    Raises:
        BadCursor: it was not made by `cursor_of`.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or not values:
            raise BadCursor
        return [_plain(value) for value in values]
    except ValueError as error:
        raise BadCursor from error


def _decode(cursor: str, rows: QuerySet[Any], fields: list[str]) -> list[Any]:
    """The key that a cursor stands for, as the fields hold it."""
    values = cursor_values(cursor)
    if len(values) != len(fields):
        raise BadCursor
    try:
        return [_key(rows, *pair) for pair in zip(fields, values, strict=True)]
    except (ValueError, ValidationError) as error:
        raise BadCursor from error


def _plain(value: object) -> int | float | str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadCursor
    if isinstance(value, float) and not math.isfinite(value):
        raise BadCursor
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise BadCursor
    if isinstance(value, str):
        value.encode()  # half a surrogate pair: a UnicodeEncodeError, which is a ValueError
        if "\0" in value:
            raise BadCursor
    return value


def _key(rows: QuerySet[Any], name: str, value: object) -> Any:
    """The value as the field holds it.

    Raises:
        BadCursor, ValueError, ValidationError: the field cannot hold it.
    """
    meta = rows.model._meta
    field = meta.pk if name == "pk" else meta.get_field(name)
    assert isinstance(field, ModelField)
    held = field.to_python(value)
    field.run_validators(held)  # among them the range of the column's integers
    return held
