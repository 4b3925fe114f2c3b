"""CSV: a header line, then an image a line. A cell does not go over the end of its line, so that a
quotation mark that somebody forgot costs one row and not all that follow.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from labelhub.labels.imports.rows import (
    BadRow,
    FileRefused,
    Problem,
    Row,
    image_key,
    row_of,
    shown,
    split_tags,
)
from labelhub.labels.imports.text import lines

HASHES = ("sha256", "hash")
NAMES = ("file", "file_name", "filename", "name", "path")
IDS = ("id", "post_id")
TAGS = ("tags", "tag_string")
NEGATIVES = ("not",)
# More than the longest line has, so that lines alone decide what is too long.
csv.field_size_limit(1 << 21)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where in a row each thing stands, -1 for what the file does not have."""

    count: int
    delimiter: str
    sha256: int
    name: int
    id: int
    tags: int
    negative: int


def read(path: Path) -> Iterator[Row | Problem]:
    """
    Raises:
        FileRefused: the header does not say where images and tags are.
    """
    columns, commas = _columns(path), _has_commas(path)
    rows = lines(path)
    next(rows)
    for line in rows:
        if isinstance(line, Problem):
            yield line
            continue
        number, text = line
        try:
            yield _row(number, _cells(text, columns.delimiter), columns, commas=commas)
        except BadRow as error:
            yield Problem(number, shown(text), str(error))


def _row(number: int, cells: list[str], columns: _Columns, *, commas: bool) -> Row:
    if len(cells) > columns.count:
        raise BadRow(
            _("It has %(cells)d cells and the header %(columns)d; put the tags in quotation marks.")
            % {"cells": len(cells), "columns": columns.count}
        )
    if len(cells) <= columns.tags:
        raise BadRow(_("It ends before the column of the tags."))

    def cell(at: int) -> str:
        return cells[at] if 0 <= at < len(cells) else ""

    key = image_key(sha256=cell(columns.sha256), names=(cell(columns.name), cell(columns.id)))
    yes = split_tags(cell(columns.tags), commas=commas)
    no = split_tags(cell(columns.negative), commas=commas)
    return row_of(number, key, yes, no)


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise BadRow(
            _("Its quotation marks do not pair up; inside a quoted cell they are written twice.")
        ) from error


def _columns(path: Path) -> _Columns:
    first = next(lines(path), None)
    if first is None:
        raise FileRefused(_("The file is empty."))
    header = first.text if isinstance(first, Problem) else first[1]
    for delimiter in (",", ";", "\t"):
        try:
            names = [name.strip().lower() for name in _cells(header, delimiter)]
        except BadRow:
            continue

        def place(wanted: tuple[str, ...], names: list[str] = names) -> int:
            return next((names.index(name) for name in wanted if name in names), -1)

        sha256, name, number, tags = map(place, (HASHES, NAMES, IDS, TAGS))
        if tags >= 0 and max(sha256, name, number) >= 0:
            return _Columns(len(names), delimiter, sha256, name, number, tags, place(NEGATIVES))
    raise FileRefused(
        _(
            "The first line must name the columns: “tags”, and one of “sha256”, “hash”, “file”, "
            "“name”, “path” and “id”. It is “%s”."
        )
        % shown(header)
    )


def _has_commas(path: Path) -> bool:
    """Whether the tags of this file are joined by commas: no name has one, so one is enough.

    Asked of the whole file, for a cell alone does not say it: “long hair” is one name in a file
    of lists with commas and two in any other.
    """
    columns = _columns(path)
    rows = lines(path)
    next(rows)
    for line in rows:
        if isinstance(line, Problem) or "," not in line[1]:
            continue
        try:
            cells = _cells(line[1], columns.delimiter)
        except BadRow:
            continue
        if len(cells) <= columns.count and any(
            "," in cells[at] for at in (columns.tags, columns.negative) if 0 <= at < len(cells)
        ):
            return True
    return False
