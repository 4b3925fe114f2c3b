"""From a query's tree to SQL: fixed text of ours, and all that anybody typed as parameters.

It is about rows of images (`i`), of their labels (`l`), or both; a table that nothing is asked of
is left out, and where both are there the labels' own key is walked, so that pages of images that
are chosen by their labels cost one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from labelhub.labels.models import LETTERS, Source
from labelhub.search import ast
from labelhub.search.ast import Node, Says
from labelhub.search.like import like
from labelhub.search.meaning import Meaning, nodes
from labelhub.tags.models import Tag
from labelhub.tags.names import AUTOMATIC

TRUE = "true"
ABOUT_LABELS = (ast.Tag, ast.AnyTag, ast.Labelled, ast.LabelledBy, ast.Complete)
ABOUT_IMAGES = (ast.Came, ast.Text, ast.OneOf, ast.UploadedBy)
MEASURES = {
    "width": "i.width",
    "height": "i.height",
    "bytes": "i.bytes",
    "upload": "i.upload_id",
    "tags": "cardinality(l.positive)",
    "ratio": "round(i.width::numeric / i.height, 2)",
    "mpixels": "round(i.width::numeric * i.height / 1000000, 2)",
}
ROUNDED = ("ratio", "mpixels")
HUNDREDTH = Decimal("0.01")
# How an array of tag ids has one, and how a source is read beside it.
HAS = "l.{state} @> ARRAY[%s]::int[]"
FROM = "(" + HAS + " AND substr(l.{state}_sources, array_position(l.{state}, %s), 1) = %s)"
STATES = ("positive", "negative", "conflicting")
PAIRED = "SELECT FROM images_duplicatepair WHERE image_low_id = {id} OR image_high_id = {id}"
STALE = "SELECT FROM labels_stale s WHERE s.image_id = l.image_id"
ANSWERED = """
    {id} IN (SELECT a.image_id FROM labels_answer a
              WHERE a.user_id = %s AND NOT EXISTS (
                    SELECT FROM labels_retraction r WHERE r.answer_id = a.id))
"""
LIKELY = "{id} IN (SELECT unnest(image_ids) FROM search_aiterm WHERE id = %s)"
# So many images are looked up one by one; beyond, the order is walked and each is looked for among
# them, which Postgres, who cannot see how many they are, would not choose by itself.
LIKELY_FEW = 5_000

# As an index of `Labels` has it.
SAYS_SOMETHING = (
    "l.positive <> '{}' OR l.negative <> '{}' OR l.conflicting <> '{}'"
    " OR l.completed_at IS NOT NULL"
)
# Images in an order are had in two ways: by going through all until there are enough of them, or
# by having the index find all that have a tag, and sorting those. Postgres would go through a
# million of them for what next to none is ("cat_ears -animal_ears"), because it takes the parts of
# a search to be independent of each other. So up to this many images of its rarest tag the index
# is asked: 20 ms instead of 900. A tag alone holds no surprise, and going through is the quicker
# way from fewer images on.
FEW, FEW_ALONE = 20_000, 5_000


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition, with its parameters in their order."""

    text: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The images that a query chooses.

    Attributes:
        tables: what stands behind FROM.
        id: the column that is an image's id.
        few: whether they are to be found first, and then put in order.
    """

    tables: str
    id: str
    where: Sql
    few: bool = False


def chosen(where: Node | None, meaning: Meaning, *, by_labels: bool = False) -> Chosen:
    """The images that are as `where` says.

    Args:
        by_labels: the order needs their labels.
    """
    found = list(nodes(where))
    labels = by_labels or any(
        isinstance(node, ABOUT_LABELS) or (isinstance(node, ast.Measured) and node.what == "tags")
        for node in found
    )
    images = any(
        isinstance(node, ABOUT_IMAGES)
        or (isinstance(node, ast.Measured) and node.what not in ("tags", "id"))
        for node in found
    )
    tables, key = "images_image i", "i.id"
    if labels:
        tables, key = "labels_labels l", "l.image_id"
        if images:
            tables += " JOIN images_image i ON i.id = l.image_id"
    if where is None:
        return Chosen(tables, key, Sql(TRUE))
    condition = _Compiler(meaning, key).condition(where)
    if _says_something(where, meaning):
        condition = _joined(" AND ", [Sql(SAYS_SOMETHING), condition])
    return Chosen(tables, key, condition, few=_few(where, meaning))


def _says_something(where: Node, meaning: Meaning) -> bool:
    """Whether images without labels cannot be among these."""
    match where:
        case ast.And(parts):
            return any(_says_something(part, meaning) for part in parts)
        case ast.Or(parts):
            return all(_says_something(part, meaning) for part in parts)
        case ast.Labelled(Says.NO, str(name)):
            return meaning.tags[name].name not in AUTOMATIC
        case ast.Labelled(says):
            return says != Says.UNKNOWN
        case ast.Complete(yes):
            return yes
    return isinstance(where, ast.Tag | ast.AnyTag | ast.LabelledBy)


def _few(where: Node, meaning: Meaning) -> bool:
    parts = where.parts if isinstance(where, ast.And) else (where,)
    tags = [meaning.tags[part.name].pk for part in parts if isinstance(part, ast.Tag)]
    counts = [meaning.counts[pk] for pk in tags if pk in meaning.counts]
    return min(counts, default=FEW) < (FEW_ALONE if len(parts) == 1 else FEW)


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Conditions never come out as null: each can be negated."""

    meaning: Meaning
    id: str

    def condition(self, node: Node) -> Sql:  # noqa: C901  # one line for each kind of node
        match node:
            case ast.And(parts):
                return _joined(" AND ", [self.condition(part) for part in parts])
            case ast.Or(parts):
                return _joined(" OR ", [self.condition(part) for part in parts])
            case ast.Not(part):
                inner = self.condition(part)
                return Sql(f"NOT ({inner.text})", inner.params)
            case ast.Tag(name):
                return _has("positive", self.meaning.tags[name])
            case ast.AnyTag(pattern):
                return Sql("l.positive && %s::int[]", (self.meaning.patterns[pattern],))
            case ast.Labelled(says, name):
                return _labelled(says, self.meaning.tags[name] if name else None)
            case ast.LabelledBy(source, name):
                return _labelled_by(Source(source), self.meaning.tags[name])
            case ast.Complete(yes):
                return Sql(f"l.completed_at IS {'NOT ' if yes else ''}NULL")
            case ast.Likely():
                return self._likely(node)
            case ast.AnsweredBy(who):
                return Sql(ANSWERED.format(id=self.id), (self.meaning.people[who],))
            case ast.UploadedBy(who):
                known = "i.uploaded_by_id IS NOT NULL AND i.uploaded_by_id = %s"
                return Sql(known, (self.meaning.people[who],))
            case ast.Measured(what, within):
                return _within(MEASURES.get(what, self.id), _numbers(what, within))
            case ast.Came(within):
                return _within("i.created_at", within)
            case ast.Text(what, pattern):
                return _text(what, pattern)
            case ast.OneOf(what, value):
                return Sql(f"i.{_column(what)} = %s", (value,))
            case ast.Duplicates(of):
                return self._duplicates(of)
            case _:
                raise TypeError(f"no SQL for {node}")

    def _likely(self, node: ast.Likely) -> Sql:
        found = self.meaning.likely[node]
        text = LIKELY.format(id=self.id)
        return Sql(text if found.count <= LIKELY_FEW else f"({text}) IS TRUE", (found.term_id,))

    def _duplicates(self, of: int | bool) -> Sql:
        if isinstance(of, bool):
            return Sql(f"{'' if of else 'NOT '}EXISTS ({PAIRED.format(id=self.id)})")
        return Sql(
            f"""{self.id} IN (
                SELECT image_high_id FROM images_duplicatepair WHERE image_low_id = %s
                 UNION ALL
                SELECT image_low_id FROM images_duplicatepair WHERE image_high_id = %s)""",
            (of, of),
        )


def _has(state: str, tag: Tag) -> Sql:
    return Sql(HAS.format(state=state), (tag.pk,))


def _labelled(says: Says, tag: Tag | None) -> Sql:
    if tag is None:
        return Sql("l.conflicting <> '{}'")
    if says == Says.YES:
        return _has("positive", tag)
    if says == Says.CONFLICT:
        return _in_conflict(tag)
    if tag.name in AUTOMATIC:
        # The size of an image says all about it: a yes is stored, anything else is a no, once its
        # labels have been derived.
        waiting = Sql(f"{'NOT ' if says == Says.NO else ''}EXISTS ({STALE})")
        return _joined(" AND ", [_not(_has("positive", tag)), waiting])
    silent = _joined(" AND ", [_not(_has(state, tag)) for state in ("positive", "conflicting")])
    no = _has("negative", tag)
    if not (tag.hidden or tag.deprecated):
        # Whoever called an image complete meant the tags that were there by then.
        completed = Sql("l.completed_at IS NOT NULL AND l.completed_at >= %s", (tag.created_at,))
        no = _joined(" OR ", [no, _joined(" AND ", [completed, silent])])
    return no if says == Says.NO else _joined(" AND ", [silent, _not(no)])


def _in_conflict(tag: Tag) -> Sql:
    # The first is what their index is by.
    return _joined(" AND ", [Sql("l.conflicting <> '{}'"), _has("conflicting", tag)])


def _labelled_by(source: Source, tag: Tag) -> Sql:
    letter = LETTERS[source]
    return _joined(
        " OR ",
        [Sql(FROM.format(state=state), (tag.pk, tag.pk, letter)) for state in STATES],
    )


def _numbers(what: str, within: ast.Range[Decimal]) -> ast.Range[object]:
    def made(value: Decimal | None) -> Decimal | int | None:
        if value is None:
            return None
        if what in ROUNDED:
            return value.quantize(HUNDREDTH, ROUND_HALF_UP)
        return int(value) if value == int(value) else value

    return ast.Range(
        made(within.least), made(within.most), within.without_least, within.without_most
    )


def _within(column: str, within: ast.Range[object]) -> Sql:
    if within.least is not None and within.least == within.most:
        return Sql(f"{column} = %s", (within.least,))
    ends = [
        (">" if within.without_least else ">=", within.least),
        ("<" if within.without_most else "<=", within.most),
    ]
    given = [(sign, end) for sign, end in ends if end is not None]
    return _joined(" AND ", [Sql(f"{column} {sign} %s", (end,)) for sign, end in given])


def _text(what: str, pattern: str) -> Sql:
    if not pattern:
        return Sql(f"i.{_column(what)} = ''")
    matching = like(pattern) if "*" in pattern else like(pattern) + "%"
    if what == "sha256":
        return Sql("i.sha256 LIKE %s", (matching,))
    return Sql(f"lower(i.{_column(what)}) LIKE lower(%s)", (matching,))


def _column(what: str) -> str:
    assert what in ("source", "licence", "name", "rating", "domain", "format")
    return what


def _not(condition: Sql) -> Sql:
    return Sql(f"NOT ({condition.text})", condition.params)


def _joined(by: str, conditions: list[Sql]) -> Sql:
    text = by.join(f"({each.text})" for each in conditions)
    return Sql(text, tuple(param for each in conditions for param in each.params))
