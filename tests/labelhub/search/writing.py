"""Queries written out again, and random ones: for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from labelhub.labels.models import Source
from labelhub.search import ast
from labelhub.search.ast import By, Node, Query, Range, Says
from labelhub.search.grammar import quote

SHARES = [Decimal(each) for each in ("0", "0.25", "0.6", "0.999999", "1")]
WHOLE = ("width", "height", "bytes", "upload", "tags", "id")


def written(query: Query) -> str:
    order = query.order.by.value if query.order != ast.Order() else ""
    if query.order.by == By.RANDOM:
        order += f"({query.order.seed})"
    parts = [_part(query.where)] if query.where else []
    if isinstance(query.where, ast.And):
        parts = [_part(part) for part in query.where.parts]
    return " ".join([*parts, *([f"order:{order}"] if order else [])])


def _part(node: Node) -> str:
    match node:
        case ast.And(parts):
            return "({})".format(" ".join(_part(part) for part in parts))
        case ast.Or(parts):
            return "({})".format(" or ".join(_part(part) for part in parts))
        case ast.Not(part):
            return f"-{_part(part)}"
        case ast.Tag(name):
            return quote(name)
        case ast.AnyTag(pattern):
            return pattern
        case _:
            return _term(node)


def _term(node: Node) -> str:  # noqa: C901  # one line for each kind of node
    match node:
        case ast.Labelled(says, name):
            return f"{says}:{_quoted(name) if name else 'any'}"
        case ast.LabelledBy(source, name):
            return f"{source}:{_quoted(name)}"
        case ast.Complete(yes):
            return f"complete:{'yes' if yes else 'no'}"
        case ast.Likely(name, within):
            return f"ai:{_quoted(name)}{_range(within)}"
        case ast.AnsweredBy(who):
            return f"answered-by:{_quoted(who)}"
        case ast.UploadedBy(who):
            return f"uploaded-by:{_quoted(who)}"
        case ast.Measured(what, within):
            return f"{what}:{_range(within)}"
        case ast.Came(within):
            most = within.most and within.most - timedelta(days=1)
            return f"date:={_day(within.least)}..{_day(most)}"
        case ast.Text(what, pattern):
            return f"{what}:{_quoted(pattern) if pattern else 'none'}"
        case ast.OneOf(what, value):
            return f"{what}:{value or 'none'}"
        case ast.Duplicates(of):
            return f"dup:{of if not isinstance(of, bool) else 'any' if of else 'none'}"
        case _:
            raise TypeError(node)


def _quoted(text: str) -> str:
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def _day(time: datetime | None) -> str:
    return time.strftime("%Y-%m-%d") if time else ""


def _range(within: Range[Decimal]) -> str:
    if within.without_least:
        return f">{within.least}"
    if within.without_most:
        return f"<{within.most}"
    if within.least == within.most:
        return f"={within.least}"
    return f"={'' if within.least is None else within.least}..{within.most or ''}"


def ranges(values: st.SearchStrategy[Decimal]) -> st.SearchStrategy[Range[Decimal]]:
    return st.one_of(
        st.builds(Range, values, values),
        st.builds(Range, values),
        st.builds(lambda most: Range(None, most), values.filter(bool)),
        st.builds(lambda least: Range(least, without_least=True), values),
        st.builds(lambda most: Range(None, most, without_most=True), values),
    ).filter(lambda each: each.most is None or bool(each.most) or each.most == each.least)


@st.composite
def days(draw: st.DrawFn) -> Node:
    first = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 400)))
    last = first + timedelta(days=draw(st.integers(1, 100)))
    least, most = draw(st.sampled_from([(first, last), (first, None), (None, last)]))
    return ast.Came(Range(least, most, without_most=most is not None))


def nodes(
    names: st.SearchStrategy[str],
    patterns: st.SearchStrategy[str],
    people: st.SearchStrategy[str],
    texts: st.SearchStrategy[str],
    numbers: st.SearchStrategy[Decimal],
    likely: st.SearchStrategy[Node],
) -> st.SearchStrategy[Node]:
    sources = st.sampled_from(
        [each.value for each in Source if each not in (Source.COMPLETED, Source.AUTOMATIC)]
    )
    leaves: st.SearchStrategy[Node] = st.one_of(
        st.builds(ast.Tag, names),
        st.builds(ast.AnyTag, patterns),
        st.builds(ast.Labelled, st.sampled_from(Says), names),
        st.just(ast.Labelled(Says.CONFLICT, None)),
        st.builds(ast.LabelledBy, sources, names),
        st.builds(ast.Complete, st.booleans()),
        likely,
        st.builds(ast.AnsweredBy, people),
        st.builds(ast.UploadedBy, people),
        st.builds(ast.Measured, st.sampled_from(WHOLE), ranges(numbers)),
        days(),
        st.builds(ast.Text, st.sampled_from(["source", "licence", "name"]), texts),
        st.builds(ast.OneOf, st.just("rating"), st.sampled_from(["", "g", "e"])),
        st.builds(ast.OneOf, st.just("domain"), st.sampled_from(["", "photo"])),
        st.builds(ast.OneOf, st.just("format"), st.sampled_from(["PNG", "JPEG"])),
        st.builds(ast.Duplicates, st.booleans() | st.integers(2, 9)),
    )

    def around(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(
            st.builds(ast.And, several), st.builds(ast.Or, several), st.builds(ast.Not, inner)
        )

    return st.recursive(leaves, around, max_leaves=6)


ORDERS: st.SearchStrategy[ast.Order] = st.one_of(
    st.builds(ast.Order, st.sampled_from([By.NEW, By.OLD, By.UNCERTAIN, By.TAGS])),
    st.builds(ast.Order, st.just(By.RANDOM), st.integers(0, 999)),
)
