"""What a query says: names that hurt, every term, and errors that say where and what to write."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelhub.search import ast
from labelhub.search.ast import By, Node, Query, Range, Says, Tag
from labelhub.search.errors import BadQuery
from labelhub.search.grammar import DEEPEST, LONGEST, parse, quote
from labelhub.search.terms import SYNTAX, TERMS
from tests.labelhub.search.writing import ORDERS, SHARES, nodes, ranges, written

VOCABULARY = Path(__file__).parents[4] / "shared" / "data" / "joytag-top_tags.txt"
HARD = [
    *(
        "fate/grand_order",
        "ranma_1/2",
        "what?",
        "2010",
        "69",
        "\\m/",
        ":/",
        ";)",
        ":)",
        ":(",
        ">:)",
    ),
    *("astolfo_(fate)", "(o)_(o)", ":3", "^_^", "...", "|_|", "\\||/", "yuna_(biya_(1024))", "3:"),
    *("re:zero_kara_hajimeru", 'don\'t_say_"lazy"', "wixoss_diva(a)live", "\\(^o^)/", ">_<", "=_="),
    *(
        "order",
        "unknown",
        "notebook",
        "orange",
        "android",
        "-",
        'i"s',
        "!?",
        "jeanne_d'arc_(alter)",
    ),
]
A, B, C = Tag("a"), Tag("b"), Tag("c")


def printable(character: str) -> bool:
    return character.isprintable() and character not in " ,*" and character == character.lower()


NAMES = st.text(
    st.characters(min_codepoint=33, max_codepoint=126).filter(printable), min_size=1, max_size=20
)
HURTING = st.sampled_from(HARD) | st.lists(
    st.sampled_from([*'()"\\-:;|>a1_', "or", "not", "and", "no:", "order:", "(a)", "_"]), min_size=1
).map("".join)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9).map(
    lambda each: each.lower()
)


@pytest.mark.parametrize("name", HARD)
def test_names_that_hurt_are_written_as_they_are(name: str) -> None:
    assert quote(name) == name
    assert parse(f"({name} or b) {name}").where == ast.And((ast.Or((Tag(name), B)), Tag(name)))
    assert parse(f"unknown:{name}").where == ast.Labelled(Says.UNKNOWN, name)
    assert parse(f"-{name} a").where == ast.And((ast.Not(Tag(name)), A))


@pytest.mark.parametrize(
    "name", ["-_-", '"rouhou"_ore', "(9)", "or", "NOT", "|", "no:a", "(a", "b)", ":"]
)
def test_the_few_that_cannot_be_are_quoted(name: str) -> None:
    assert quote(name).startswith('"')
    assert parse(quote(name)) == Query(Tag(name.lower()))


@pytest.mark.skipif(not VOCABULARY.exists(), reason="the published vocabulary is not at hand")
def test_of_the_published_vocabulary_one_name_needs_quotes() -> None:
    names = VOCABULARY.read_text().splitlines()
    assert len(names) == 5813
    for name in names:
        assert parse(quote(name)) == Query(Tag(name)), name
    assert [name for name in names if quote(name) != name] == ["(9)"]


@given(NAMES | HURTING)
def test_a_quoted_name_is_the_name_in_whatever_stands_around_it(name: str) -> None:
    each = quote(name)
    assert parse(each) == Query(Tag(name))
    assert parse(f"(a {each}) or -{each}").where == ast.Or(
        (ast.And((A, Tag(name))), ast.Not(Tag(name)))
    )


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", None),
        ("   ", None),
        ("a b", ast.And((A, B))),
        ("a and b AND c", ast.And((A, B, C))),
        ("a or b c", ast.Or((A, ast.And((B, C))))),
        ("a | b OR c", ast.Or((A, B, C))),
        ("(a or b) c", ast.And((ast.Or((A, B)), C))),
        ("(a)(b)", ast.And((A, B))),
        ("-a", ast.Not(A)),
        ("not a", ast.Not(A)),
        ("not not a", ast.Not(ast.Not(A))),
        ("-(a b)", ast.Not(ast.And((A, B)))),
        ('"Long  Hair"', Tag("long_hair")),
        ("APRON", Tag("apron")),
        ("a:b", Tag("a:b")),
        ("*_dress", ast.AnyTag("*_dress")),
        ("yes:a", ast.Labelled(Says.YES, "a")),
        ("NO:A", ast.Labelled(Says.NO, "a")),
        ('unknown:"x y"', ast.Labelled(Says.UNKNOWN, "x_y")),
        ("unknown::)", ast.Labelled(Says.UNKNOWN, ":)")),
        ("(unknown:(o)_(o))", ast.Labelled(Says.UNKNOWN, "(o)_(o)")),
        ("conflict:any", ast.Labelled(Says.CONFLICT, None)),
        ('conflict:"any"', ast.Labelled(Says.CONFLICT, "any")),
        ("imported:a", ast.LabelledBy("imported", "a")),
        ("complete:no", ast.Complete(False)),
        ("answered-by:me", ast.AnsweredBy("me")),
        ("answered-by:Carol", ast.AnsweredBy("Carol")),
        ("ai:a>0.6", ast.Likely("a", Range(Decimal("0.6"), without_least=True))),
        ("ai:a<=60%", ast.Likely("a", Range(most=Decimal("0.6")))),
        ("ai:a=.4..0.6", ast.Likely("a", Range(Decimal("0.4"), Decimal("0.6")))),
        ("ai:>_<>=1", ast.Likely(">_<", Range(Decimal(1)))),
        ('ai:"=_="<1', ast.Likely("=_=", Range(most=Decimal(1), without_most=True))),
        ("width:>2000", ast.Measured("width", Range(Decimal(2000), without_least=True))),
        ("width:100..200", ast.Measured("width", Range(Decimal(100), Decimal(200)))),
        ("width:100..", ast.Measured("width", Range(Decimal(100)))),
        ("width:..5", ast.Measured("width", Range(most=Decimal(5)))),
        ("bytes:=2.5kb", ast.Measured("bytes", Range(Decimal(2560), Decimal(2560)))),
        ("ratio:>3/2", ast.Measured("ratio", Range(Decimal("1.5"), without_least=True))),
        ("upload:12", ast.Measured("upload", Range(Decimal(12), Decimal(12)))),
        ("source:none", ast.Text("source", "")),
        ('source:"A b*"', ast.Text("source", "a b*")),
        ("sha256:ABCDEF", ast.Text("sha256", "abcdef")),
        ("rating:general", ast.OneOf("rating", "g")),
        ("rating:none", ast.OneOf("rating", "")),
        ("format:jpg", ast.OneOf("format", "JPEG")),
        ("dup:none", ast.Duplicates(False)),
        ("dup:12", ast.Duplicates(12)),
    ],
)
def test_what_queries_say(text: str, where: Node | None) -> None:
    assert parse(text) == Query(where)


def day(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        ("2026-01-31", day(2026, 1, 31), day(2026, 2, 1)),
        (">2026-01-31", day(2026, 2, 1), None),
        (">=2026-01-31", day(2026, 1, 31), None),
        ("<2026-01-31", None, day(2026, 1, 31)),
        ("<=2026-01-31", None, day(2026, 2, 1)),
        ("2026", day(2026, 1, 1), day(2027, 1, 1)),
        (">2025-12", day(2026, 1, 1), None),
        ("2025-12..2026-01-02", day(2025, 12, 1), day(2026, 1, 3)),
    ],
)
def test_days_months_and_years_are_spans(
    value: str, least: datetime | None, most: datetime | None
) -> None:
    within = Range(least, most, without_most=most is not None)
    assert parse(f"date:{value}").where == ast.Came(within)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("order:new", ast.Order()),
        ("order:OLD", ast.Order(By.OLD)),
        ("order:random(7)", ast.Order(By.RANDOM, 7)),
        ("order:random", ast.Order(By.RANDOM)),
        ("order:uncertain", ast.Order(By.UNCERTAIN)),
    ],
)
def test_orders(text: str, order: ast.Order) -> None:
    assert parse(text) == Query(None, order)
    assert parse(f"a {text} b") == Query(ast.And((A, B)), order)


@pytest.mark.parametrize(
    ("text", "at", "length", "sentence"),
    [
        ("a or", 2, 2, "missing after “or”"),
        ("a or or b", 2, 2, "missing after “or”"),
        ("a (b not)", 5, 3, "missing after “not”"),
        ("or a", 0, 2, "missing before “or”"),
        ("a (b", 2, 1, "never closed"),
        ("((a) b", 0, 1, "never closed"),
        ("a b)", 3, 1, "closes nothing"),
        ("a ()", 2, 2, "nothing between"),
        ('a "b c', 2, 1, "quote is never closed"),
        ("width:wide", 6, 4, "number"),
        ("a width:>", 8, 1, "missing"),
        ("width:1.5", 6, 3, "whole number"),
        ("width:" + "9" * 16, 6, 16, "at most 15 digits"),
        ("date:2026-02-30", 5, 10, "no such day"),
        ("date:yesterday", 5, 9, "2026-01-31"),
        ("rating:x", 7, 1, "none, g, s"),
        ("ai:apron", 3, 5, "ai:apron>0.6"),
        ("ai:apron>60", 9, 2, "from 0 to 1"),
        ("unknown:*_hair", 8, 6, "one tag"),
        ("a unknown:", 2, 8, "for example “unknown:apron”"),
        ('no:""', 3, 2, "Name a tag"),
        ("dup:all", 4, 3, "“any”, “none”"),
        ("order:best", 6, 4, "new, old"),
        ("order:new(1)", 6, 6, "Only “random”"),
        ("a or order:new", 5, 9, "outside"),
        ("-order:new", 1, 9, "outside"),
        ("order:new order:old", 10, 9, "order already"),
        ("sha256:xyz", 7, 3, "hexadecimal"),
        ('source:"a"b', 7, 4, "space behind"),
    ],
)
def test_errors_say_where_and_what_to_write(text: str, at: int, length: int, sentence: str) -> None:
    with pytest.raises(BadQuery, match=sentence) as caught:
        parse(text)
    assert (caught.value.at, caught.value.length) == (at, length)
    assert caught.value.fields == {"at": str(at), "length": str(length)}


@pytest.mark.parametrize("opening", ["(", "-", "not ", "-(", "(not ", "--(", "not -(not "])
def test_what_goes_too_deep_is_refused(opening: str) -> None:
    levels = sum(map(opening.count, ("(", "-", "not")))
    most, close = DEEPEST // levels, ")" * opening.count("(")
    parse(opening * most + "a" + close * most)
    with pytest.raises(BadQuery, match="more than 32 levels"):
        parse(opening * (most + 1) + "a" + close * (most + 1))
    with pytest.raises(BadQuery, match="more than 32 levels"):
        parse(opening * (LONGEST // len(opening)))


@pytest.mark.parametrize("sign", ["-", "not "])
def test_negations_around_parentheses_add_to_those_within(sign: str) -> None:
    with pytest.raises(BadQuery, match="more than 32 levels") as caught:
        parse((sign * 8 + "(") * 32 + sign * 8 + "a" + ")" * 32)
    assert caught.value.at == 3 * len(sign * 8 + "(") + 5 * len(sign)
    parse(f"{sign * 14}(a {sign * 16}(b)) " * 9)  # what is closed again counts no more


def test_what_is_too_long_is_refused() -> None:
    assert parse("a " * (LONGEST // 2)).where == ast.And((A,) * (LONGEST // 2))
    with pytest.raises(BadQuery, match="at most 4096 characters"):
        parse("a" * (LONGEST + 1))


@given(st.text(max_size=60) | st.lists(HURTING, max_size=8).map(" ".join))
def test_whatever_is_typed_is_a_query_or_a_sentence(text: str) -> None:
    try:
        parse(text)
    except BadQuery as error:
        assert 0 <= error.at <= len(text) and error.at + error.length <= len(text)
        assert str(error).endswith((".", "?"))


NUMBERS = st.integers(0, 10**15 - 1).map(Decimal)
LIKELY = st.builds(ast.Likely, NAMES | HURTING, ranges(st.sampled_from(SHARES)))
PATTERNS = st.sampled_from(["*_dress", "a*", "*(x)*", "*"])


@given(
    st.builds(
        Query,
        st.none() | nodes(NAMES | HURTING, PATTERNS, WORDS, WORDS | st.just(""), NUMBERS, LIKELY),
        ORDERS,
    )
)
def test_a_tree_written_out_is_read_as_the_same_tree(query: Query) -> None:
    assert parse(written(query)) == query


def test_every_line_of_the_help_is_a_query() -> None:
    for line in (*SYNTAX, *TERMS):
        assert parse(line.example) != Query(None), line.example
    for term in TERMS:
        assert term.example.startswith(f"{term.key}:")
        assert not isinstance(parse(term.example).where, Tag)
