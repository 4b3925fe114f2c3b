"""Danbooru's posts as its API and its dumps have them: a JSON array, or an object a line.

Tags are in `tag_string` (or in those of the categories), or in `tags` as names or objects. Their
images here are called by the post's number, by its MD5 or like the file at Danbooru; our hash is
another one, so only a `sha256` that somebody added is exact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from labelhub.images.names import base_name
from labelhub.labels.imports.jsonl import parse, word
from labelhub.labels.imports.rows import BadRow, FileRefused, Problem, Row, image_key, row_of, shown
from labelhub.labels.imports.text import lines

CHUNK = 1 << 18
_BETWEEN = re.compile(r"[\s,]*")
ENTRY = 1 << 20
STRINGS = (
    "tag_string",
    "tag_string_general",
    "tag_string_artist",
    "tag_string_copyright",
    "tag_string_character",
    "tag_string_meta",
)


def read(path: Path) -> Iterator[Row | Problem]:
    """
    Raises:
        FileRefused: it is no JSON.
    """
    yield from (_array(path) if _is_array(path) else _lines(path))


def _lines(path: Path) -> Iterator[Row | Problem]:
    for line in lines(path):
        if isinstance(line, Problem):
            yield line
            continue
        number, text = line
        try:
            yield _row(number, parse(text))
        except BadRow as error:
            yield Problem(number, shown(text), str(error))


def _array(path: Path) -> Iterator[Row | Problem]:
    for number, entry in enumerate(_entries(path), 1):
        if isinstance(entry, Problem):
            yield Problem(number, entry.text, entry.message)
            continue
        try:
            if not isinstance(entry, dict):
                raise BadRow(_("This entry of the list is no post."))
            yield _row(number, entry)
        except BadRow as error:
            yield Problem(number, shown(json.dumps(entry)), str(error))


def _row(number: int, post: dict[str, Any]) -> Row:
    file = word(post, ("file_url", "large_file_url", "file_name"))
    names = (word(post, ("id",)), word(post, ("md5",)), base_name(file.split("?")[0]))
    return row_of(number, image_key(sha256=word(post, ("sha256",)), names=names), _tags(post))


def _tags(post: dict[str, Any]) -> list[str]:
    found: list[str] = []
    said = False
    for key in STRINGS:
        text = post.get(key)
        if isinstance(text, str):
            found += text.split()
            said = True
    tags = post.get("tags")
    if isinstance(tags, str):
        tags = tags.split()
    if isinstance(tags, list):
        said = True
        for tag in tags:
            name = tag.get("name") if isinstance(tag, dict) else tag
            if not isinstance(name, str):
                raise BadRow(_("“tags” must be a list of tag names."))
            found.append(name)
    if not said:
        raise BadRow(_("It has neither “tag_string” nor “tags”."))
    return found


def _is_array(path: Path) -> bool:
    first = next(lines(path), None)
    if first is None:
        raise FileRefused(_("The file is empty."))
    if isinstance(first, Problem):  # an array may well be one long line
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return file.read(CHUNK).lstrip().startswith("[")
    if not first[1].lstrip().startswith(("[", "{")):
        raise FileRefused(_("The file is not JSON: it must begin with “[” or “{”."))
    return first[1].lstrip().startswith("[")


def _entries(path: Path) -> Iterator[object]:
    """The entries of an array, read piece by piece; from a broken one on nothing can be read."""
    decoder = json.JSONDecoder()
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        text = file.read(CHUNK)
        at, ended = text.index("[") + 1, False
        while True:
            at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
            if text.startswith("]", at):
                return
            try:
                entry, end = decoder.raw_decode(text, at)
                # A number at the very end of what was read may go on in the next piece.
                if end == len(text) and not ended:
                    raise ValueError
            except (ValueError, RecursionError):
                more = "" if len(text) - at > ENTRY else file.read(CHUNK)
                if not more and (ended or len(text) - at > ENTRY):
                    why = _("From here on the file is not JSON, or cut short.")
                    yield Problem(0, shown(text[at : at + 400]), why)
                    return
                ended = not more
                text, at = text[at:] + more, 0
                continue
            yield entry
            at = end
