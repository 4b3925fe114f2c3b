"""The orders that images can be had in, each with a key to page by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from labelhub.search import ast
from labelhub.search.ast import By
from labelhub.search.compile import Chosen, Sql
from labelhub.taggers.models import Tagger


@dataclass(frozen=True, slots=True)
class Run:
    """Images in one order; an order is one run, or several that follow one another.

    Attributes:
        tables: what is joined to the images chosen.
        where: which of them these are.
        keys: what they are ordered by, all in the same direction; together unique.
        kinds: the keys' types.
        params: of the keys.
    """

    tables: str
    where: Sql
    keys: tuple[str, ...]
    kinds: tuple[type, ...]
    descending: bool
    params: tuple[Any, ...] = ()

    def page(self, chosen: Chosen, after: Sequence[Any] | None, limit: int) -> Sql:
        """Rows (id, *keys) of a page; `after` are the keys of the last row before it."""
        key, sign, way = ", ".join(self.keys), *(("<", "DESC") if self.descending else (">", "ASC"))
        conditions = [chosen.where, self.where]
        if after is not None:
            marks = ", ".join(["%s"] * len(after))
            conditions.append(Sql(f"({key}) {sign} ({marks})", (*self.params, *after)))
        where = " AND ".join(f"({each.text})" for each in conditions)
        ordered = ", ".join(f"{each} {way}" for each in self.keys)
        return Sql(
            f"SELECT {chosen.id}, {key} FROM {chosen.tables}{self.tables}"
            f" WHERE {where} ORDER BY {ordered} LIMIT %s",
            (
                *self.params,
                *(param for each in conditions for param in each.params),
                *self.params,
                limit,
            ),
        )


ALL = Sql("true")


def runs_of(order: ast.Order, chosen: Chosen, tagger: Tagger | None) -> tuple[Run, ...]:
    """The runs of an order.

    Args:
        tagger: the serving one; of `order:uncertain` those images come first of which it has open
            questions, then all others, newest first.
    """
    # No index has the sum: what is few is found before it is sorted.
    by_id = f"{chosen.id} + 0" if chosen.few else chosen.id
    newest = Run("", ALL, (by_id,), (int,), descending=True)
    match order.by:
        case By.NEW:
            return (newest,)
        case By.OLD:
            return (Run("", ALL, (by_id,), (int,), descending=False),)
        case By.TAGS:
            keys = ("cardinality(l.positive)", chosen.id)
            return (Run("", ALL, keys, (int, int), descending=True),)
        case By.RANDOM:
            shuffled = f"hashint8extended({chosen.id}, %s::bigint)"
            keys = (shuffled, chosen.id)
            return (Run("", ALL, keys, (int, int), descending=False, params=(order.seed,)),)
    if tagger is None:
        return (newest,)
    joined = f" JOIN review_card c ON c.image_id = {chosen.id}"
    opened = Sql("c.tagger_id = %s AND c.open", (tagger.pk,))
    doubtful = Run(joined, opened, ("c.doubt", "c.id"), (float, int), descending=False)
    none = f"SELECT FROM review_card c WHERE c.image_id = {chosen.id} AND {opened.text}"
    others = Sql(f"NOT EXISTS ({none})", opened.params)
    return doubtful, Run("", others, (chosen.id,), (int,), descending=True)
