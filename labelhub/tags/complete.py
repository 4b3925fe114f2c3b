"""Autocomplete: the tags that somebody may mean who has typed this much.

A ladder, as on Danbooru: names by "/abbreviation", names with something else at a star, names with
words that begin so, in any order; where nothing is found, the same with words that are spelled
alike (`spelling`). Names found are shown as the tags they mean, an alias with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from labelhub.tags import spelling
from labelhub.tags.names import words

SHORT = 2  # so few letters begin too many words: only names that begin with them are looked at
ABBREVIATED = "/"
STAR = "*"
NAMES_A_TAG = 5  # so many names of one tag may be found before another is missed


@dataclass(frozen=True, slots=True)
class Completed:
    """
    Attributes:
        alias: the name it was found by, where that is not its own.
    """

    name: str
    alias: str
    category: int
    posts: int
    deprecated: bool


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    rank: int
    tag: str
    category: int
    posts: int
    deprecated: bool


def complete(typed: str, limit: int = 20) -> list[Completed]:
    """The tags that are meant perhaps, best first: exactly this name, then names that have it as it
    stands, each by use; deprecated ones last, hidden ones not at all.
    """
    form = "_".join(unicodedata.normalize("NFC", typed.lower()).split())
    if not form or not form.isprintable():
        return []
    if form.startswith(ABBREVIATED):
        found = _abbreviated(form, limit)
    elif STAR in form:
        found = _with_star(form, limit)
    else:
        found = _named(form, limit)
    return _tags(found, limit)


def _named(form: str, limit: int) -> list[_Found]:
    parts = words(form)
    if not form.isascii() or not any(len(part) > SHORT for part in parts):
        return _search("named.name ^@ %s", [form], form, limit)
    found = _with_words([[part] for part in parts], form, limit)
    if not found:
        alike = [spelling.alike(part) for part in parts]
        if any(len(each) > 1 for each in alike):
            found = _with_words(alike, form, limit)
            found.sort(key=lambda each: (spelling.distance(parts, words(each.name)), -each.rank))
    return found


def _with_words(alternatives: Sequence[Sequence[str]], form: str, limit: int) -> list[_Found]:
    """Names that have a word beginning with one of each of these.

    Short words are compared with what the long ones have found: so many names have them that
    looking them up in the index takes longer.
    """
    long = [each for each in alternatives if len(each[0]) > SHORT]
    short = [each for each in alternatives if len(each[0]) <= SHORT]
    condition, values = "named.words @@ %s::tsquery", [_query(long)]
    if short:
        condition += " AND strip(named.words) @@ %s::tsquery"
        values.append(_query(short))
    return _search(condition, values, form, limit, contains=len(alternatives) > 1)


def _query(alternatives: Sequence[Sequence[str]]) -> str:
    return " & ".join("(" + " | ".join(f"{each}:*" for each in group) + ")"
                      for group in alternatives)  # fmt: skip


def _abbreviated(form: str, limit: int) -> list[_Found]:
    """Names that are abbreviations themselves, then those with these initials."""
    found = _search("named.name ^@ %s", [form], form, limit)
    letters = form.removeprefix(ABBREVIATED)
    if len(letters) > 1:
        found += _search("named.initials = %s", [letters], form, limit)
    if len(letters) > SHORT:
        found += _search("named.initials ^@ %s", [letters], form, limit)
    return found


def _with_star(form: str, limit: int) -> list[_Found]:
    pattern = "%".join(
        part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        for part in form.split(STAR)
    )
    if len(words(form)) == 0 or max(map(len, words(form))) <= SHORT:
        return []
    return _search("named.name LIKE %s", [pattern + "%"], form, limit)


def _search(
    condition: str, values: Sequence[Any], form: str, limit: int, *, contains: bool = False
) -> list[_Found]:
    """The name itself, if it is of this condition, and those that are used most.

    Args:
        contains: whether names that have the form as it stands go ahead of others.
    """
    order = "named.name = %s DESC, "
    if contains:
        order += "strpos(named.name, %s) > 0 DESC, "
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT found.name, found.rank, tag.name, tag.category, tag.posts, tag.deprecated
              FROM (SELECT name, rank, tag_id FROM tags_tagname named WHERE {condition}
                     ORDER BY {order} named.rank DESC LIMIT %s) AS found
              JOIN tags_tag tag ON tag.id = found.tag_id
             WHERE NOT tag.hidden
            """,
            [*values, form, *([form] if contains else []), NAMES_A_TAG * limit],
        )
        found = [_Found(*row) for row in cursor.fetchall()]
    found.sort(
        key=lambda each: (
            each.name != form, contains and form not in each.name, -each.rank, each.name != each.tag
        )
    )  # fmt: skip
    return found


def _tags(found: Sequence[_Found], limit: int) -> list[Completed]:
    """Each tag once, by the best of its names."""
    best: dict[str, _Found] = {}
    for each in found:
        best.setdefault(each.tag, each)
    chosen = sorted(best.values(), key=lambda each: each.deprecated)[:limit]
    return [
        Completed(
            name=each.tag,
            alias=each.name if each.name != each.tag else "",
            category=each.category,
            posts=each.posts,
            deprecated=each.deprecated,
        )
        for each in chosen
    ]
