"""JSON lines: an object a line, {"sha256" | "hash" | "file" | "id": …, "tags": […], "not": […]}.

`"complete": true` says of one image that its positives are all there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from labelhub.labels.imports.csv_form import HASHES, IDS, NAMES, NEGATIVES, TAGS
from labelhub.labels.imports.rows import (
    BadRow,
    Problem,
    Row,
    image_key,
    row_of,
    shown,
    split_tags,
)
from labelhub.labels.imports.text import lines


def read(path: Path) -> Iterator[Row | Problem]:
    for line in lines(path):
        if isinstance(line, Problem):
            yield line
            continue
        number, text = line
        try:
            yield _row(number, parse(text))
        except BadRow as error:
            yield Problem(number, shown(text), str(error))


def parse(text: str) -> dict[str, Any]:
    """
    Raises:
        BadRow: it is no JSON object.
    """
    try:
        made = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRow(_("The line is not JSON.")) from error
    if not isinstance(made, dict):
        raise BadRow(_('The line is not a JSON object: {"sha256": …, "tags": […]}.'))
    return made


def word(entry: dict[str, Any], keys: tuple[str, ...]) -> str:
    """The first of these that an entry has, a number as its digits.

    Raises:
        BadRow: it is neither text nor a number.
    """
    for key in keys:
        value = entry.get(key)
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise BadRow(_("“%s” must be text or a number.") % key)
        try:
            return str(value)
        except ValueError as error:  # of thousands of digits
            raise BadRow(_("“%s” must be text or a number.") % key) from error
    return ""


def _row(number: int, entry: dict[str, Any]) -> Row:
    key = image_key(sha256=word(entry, HASHES), names=(word(entry, NAMES), word(entry, IDS)))
    if all(entry.get(name) is None for name in (*TAGS, *NEGATIVES)):
        raise BadRow(_("It has neither “tags” nor “not”."))
    complete = entry.get("complete", False)
    if not isinstance(complete, bool):
        raise BadRow(_("“complete” must be true or false."))
    return row_of(number, key, _names(entry, TAGS), _names(entry, NEGATIVES), complete=complete)


def _names(entry: dict[str, Any], keys: tuple[str, ...]) -> list[str]:
    for key in keys:
        value = entry.get(key)
        if value is None:
            continue
        if isinstance(value, str):
            return split_tags(value, commas="," in value)
        if isinstance(value, list) and all(isinstance(name, str) for name in value):
            return value
        raise BadRow(_("“%s” must be a list of tag names.") % key)
    return []
