"""What the names that a file speaks of mean here already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from django.db import connection

AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Known:
    id: int
    name: str
    category: int
    posts: int
    deprecated: bool
    hidden: bool


@dataclass(slots=True)
class Present:
    """
    Attributes:
        own: tags by their own names.
        aliases: what other names mean.
        merged: those of the aliases that were tags once.
    """

    own: dict[str, Known] = field(default_factory=dict)
    aliases: dict[str, Known] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, names: Iterable[str]) -> Present:
        found = cls()
        left = iter(set(names))
        with connection.cursor() as cursor:
            while some := list(islice(left, AT_ONCE)):
                cursor.execute(
                    """
                    SELECT named.name, named.alias,
                           named.alias AND named.name IN (SELECT name FROM tags_tag),
                           tag.id, tag.name, tag.category, tag.posts, tag.deprecated, tag.hidden
                      FROM tags_tagname named JOIN tags_tag tag ON tag.id = named.tag_id
                     WHERE named.name = ANY(%s)
                    """,
                    [some],
                )
                for name, alias, once, *tag in cursor.fetchall():
                    (found.aliases if alias else found.own)[name] = Known(*tag)
                    if alias and once:
                        found.merged.add(name)
        return found

    def meant(self, name: str) -> Known | None:
        return self.own.get(name) or self.aliases.get(name)
