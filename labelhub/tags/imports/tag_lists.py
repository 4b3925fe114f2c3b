"""Tags with categories, post counts and aliases: `name,category,count,"alias,alias"`, no header."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from labelhub.tags.imports.aliases import alias_add
from labelhub.tags.imports.plan import NewTag, Plan
from labelhub.tags.imports.present import Present
from labelhub.tags.imports.reading import Lines
from labelhub.tags.models import Category
from labelhub.tags.names import BadTagName, alias_form, canonical

HEADER = ("name", "category")
CATEGORIES = {str(each) for each in Category.values}


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    name: str
    category: int
    posts: int
    aliases: list[str]


class BadRow(Exception):
    """A sentence about a line."""


def plan(lines: Lines) -> Plan:
    made = Plan(problems=lines.problems)
    rows = {row.name: row for row in _rows(lines)}
    made.rows = len(rows)
    present = Present.of(_names(rows.values()))
    for row in [row for row in rows.values() if _plan_tag(made, row, present)]:
        for alias in row.aliases:
            message = alias_add(made, alias, row.name, present, is_tag=alias in rows)
            if message:
                made.problems.add(row.line, alias, message)
    return made


def _names(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield row.name
        yield from row.aliases


def _rows(lines: Lines) -> Iterator[Row]:
    seen: set[str] = set()
    for number, text in lines:
        try:
            row = _row(number, text, lines)
            if row is not None and row.name in seen:
                raise BadRow(_("“%s” stands in the file twice; the first line counts.") % row.name)
        except (BadRow, BadTagName) as error:
            lines.problems.add(number, text, str(error))
            continue
        if row is not None:
            seen.add(row.name)
            yield row


def _row(number: int, text: str, lines: Lines) -> Row | None:
    """None of a header. Raises BadRow, BadTagName."""
    try:
        cells = next(csv.reader([text], strict=True))
    except (csv.Error, StopIteration) as error:
        raise BadRow(_("This line is not CSV: a quotation mark is missing, perhaps.")) from error
    if number == 1 and tuple(cells[:2]) == HEADER:
        return None
    if not 3 <= len(cells) <= 4:
        raise BadRow(_("A line has a name, a category, a count and perhaps aliases in quotes."))
    if cells[1] not in CATEGORIES:
        raise BadRow(
            _("The category is “%s”; known are 0 (general), 1 (artist), 3 (copyright), "
              "4 (character) and 5 (meta).") % cells[1][:20]
        )  # fmt: skip
    if not (cells[2].isascii() and cells[2].isdecimal() and len(cells[2]) <= 12):
        raise BadRow(_("The count is “%s”, which is no whole number.") % cells[2][:20])
    name = canonical(cells[0])
    return Row(
        line=number,
        name=name,
        category=int(cells[1]),
        posts=int(cells[2]),
        aliases=list(_aliases(number, name, cells[3] if len(cells) == 4 else "", lines)),
    )


def _aliases(number: int, name: str, cell: str, lines: Lines) -> Iterator[str]:
    for text in cell.split(","):
        if not text.strip():
            continue
        try:
            alias = alias_form(text)
        except BadTagName as error:
            lines.problems.add(number, text, str(error))
        else:
            if alias != name:
                yield alias


def _plan_tag(made: Plan, row: Row, present: Present) -> bool:
    """Whether there will be a tag of this name."""
    known = present.own.get(row.name)
    if known is None:
        other = present.aliases.get(row.name)
        if other is not None:
            made.problems.add(
                row.line,
                row.name,
                _("“%(name)s” is another name of “%(tag)s” here, and stays that.")
                % {"name": row.name, "tag": other.name},
            )
            return False
        made.created[row.name] = NewTag(category=row.category, posts=row.posts)
        return True
    if known.category != row.category:
        made.categories[row.name] = known.category, row.category
    if known.posts != row.posts:
        made.counts[row.name] = known.posts, row.posts
    return True
