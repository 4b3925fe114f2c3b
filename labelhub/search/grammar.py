r"""From a query's text to its tree (pure).

Names of tags are written as they are wherever that can be told from what has a meaning here: names
may have parentheses and bars in them, begin with a colon, or be a smiley. So the parser's words are
told apart by what stands around them. A parenthesis belongs to a word where it is closed within it,
as in `astolfo_(fate)`; "or", "|" and "not" are operators only by themselves; and only the keys of
`terms` make `a:b` a term. What cannot be written so can be quoted: `quote` knows.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from django.utils.translation import gettext as _
from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from labelhub.search import ast, values
from labelhub.search.ast import Node, Query
from labelhub.search.errors import BadQuery
from labelhub.search.terms import BY_KEY
from labelhub.search.values import Piece

DEEPEST, LONGEST = 32, 4096

END = r"(?=[\s()]|$)"
SMILEY = r">?[:;][()](?=[\s)]|$)"
QUOTED = r'"(?:\\.|[^"\\])*"'
CLOSED = r"\((?:[^\s()]|\([^\s()]*\))*\)"  # parentheses within a word, one pair in another at most
INNER = rf"(?:[^\s()]|{CLOSED})"
GRAMMAR = rf"""
    start: either?
    either: both (_OR both)*
    both: unary (_AND? unary)*
    ?unary: atom | (MINUS | NOT) unary -> negated
    ?atom: LPAR either RPAR -> group
         | TERM -> term
         | QUOTED -> quoted
         | WORD -> word

    TERM.6: /(?:{"|".join(BY_KEY)}):(?:{SMILEY}|(?:{QUOTED})?{INNER}*)/is
    _OR.5: /(?:or|\|){END}/i
    _AND.5: /and{END}/i
    NOT.5: /not{END}/i
    MINUS.4: /-(?=[^\s)])/
    QUOTED.3: /{QUOTED}/s
    WORD.2: /{SMILEY}|(?:{CLOSED}(?=_)|[^\s()"]){INNER}*/
    LPAR.1: "("
    RPAR.1: ")"
    %ignore /\s+/
"""


@v_args(inline=True)
class _Nodes(Transformer[Token, Any]):
    """What each rule of the grammar makes."""

    def start(self, node: Node | None = None) -> Node | None:
        return node

    def either(self, *parts: Node) -> Node:
        return parts[0] if len(parts) == 1 else _around(ast.Or, parts)

    def both(self, *parts: Node) -> Node:
        return parts[0] if len(parts) == 1 else _around(ast.And, parts)

    def negated(self, sign: Token, part: Node) -> Node:
        at = _at(sign)
        return ast.Not(part, at=at, length=part.at + part.length - at)

    def group(self, _opened: Token, inner: Node, _closed: Token) -> Node:
        return inner

    def term(self, token: Token) -> Node:
        key, _colon, value = token.partition(":")
        term = BY_KEY[key.lower()]
        if not value:
            sentence = _("Something is missing here: write for example “%s”.") % term.example
            raise BadQuery(sentence, _at(token), len(token))
        made = term.read(Piece(value, _at(token) + len(key) + 1))
        return _placed(made, token)

    def quoted(self, token: Token) -> Node:
        return _placed(ast.Tag(values.name(Piece(str(token), _at(token)))), token)

    def word(self, token: Token) -> Node:
        name = token.lower()
        if "*" in name:
            return ast.AnyTag(name, at=_at(token), length=len(token))
        return ast.Tag(name, at=_at(token), length=len(token))


def parse(text: str) -> Query:
    """What a query says.

    Raises:
        BadQuery: with the place of what cannot be understood, and what to write there.
    """
    if len(text) > LONGEST:
        raise BadQuery(
            _("A search has at most %d characters.") % LONGEST, LONGEST, len(text) - LONGEST
        )
    tokens = _tokens(text)
    _refuse_depth(tokens)
    try:
        # An embedded transformer makes the nodes, so it is no tree.
        where = cast("Node | None", _parser().parse(text))
    except UnexpectedToken as error:
        raise _explained(error.token, tokens) from error
    return _ordered(where)


def quote(name: str) -> str:
    """The name of a tag as a query has to have it: as it is, or in quotes."""
    try:
        # Before a parenthesis as well: “:” would be a smiley there.
        if parse(name) == parse(f"({name})") == Query(ast.Tag(name)):
            return name
    except BadQuery:
        pass
    return '"{}"'.format(name.replace("\\", "\\\\").replace('"', '\\"'))


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=_Nodes())


def _tokens(text: str) -> list[Token]:
    try:
        return list(_parser().lex(text))
    except UnexpectedCharacters as error:  # all others begin a word
        sentence = _('This quote is never closed: write “"” behind the name.')
        raise BadQuery(sentence, cast("int", error.pos_in_stream), 1) from error


def _ordered(where: Node | None) -> Query:
    """The order out of what is asked for, where it stands among what all images are to be like."""
    parts = where.parts if isinstance(where, ast.And) else (where,) if where else ()
    orders = [part for part in parts if isinstance(part, ast.Order)]
    others = tuple(part for part in parts if not isinstance(part, ast.Order))
    for part in others:
        _refuse_order(part)
    if len(orders) > 1:
        raise _misplaced(orders[1], _("There is an order already: remove one of the two."))
    if not others:
        return Query(None, *orders)
    left = others[0] if len(others) == 1 else _around(ast.And, others)
    return Query(left, *orders)


def _refuse_order(node: Node) -> None:
    match node:
        case ast.Order():
            sentence = _(
                "“order:” is about the whole search: write it outside parentheses and “or”."
            )
            raise _misplaced(node, sentence)
        case ast.And(parts) | ast.Or(parts):
            for part in parts:
                _refuse_order(part)
        case ast.Not(part):
            _refuse_order(part)


def _misplaced(node: Node, sentence: str) -> BadQuery:
    return BadQuery(sentence, node.at, node.length)


def _refuse_depth(tokens: list[Token]) -> None:
    """Open parentheses and the negations around them count together: they nest in each other."""
    within = [0]  # how deep it is within each open parenthesis, and outside of all
    depth = 0
    for token in tokens:
        if token.type in ("MINUS", "NOT", "LPAR"):
            depth += 1
            if token.type == "LPAR":
                within.append(depth)
        else:
            if token.type == "RPAR" and len(within) > 1:
                within.pop()
            depth = within[-1]
        if depth > DEEPEST:
            sentence = _("This goes more than %d levels deep: simplify it.") % DEEPEST
            raise BadQuery(sentence, _at(token), len(token))


def _explained(token: Token, tokens: list[Token]) -> BadQuery:
    """Why a token cannot stand where it does; the last is one for the end."""
    before = [each for each in tokens if _at(each) < _at(token)] if token.type != "$END" else tokens
    last = before[-1] if before else None
    if last is not None and last.type in ("_OR", "_AND", "NOT", "MINUS"):
        return _wrong(last, _("Something is missing after “%s”.") % last)
    if token.type in ("_OR", "_AND"):
        return _wrong(token, _("Something is missing before “%s”.") % token)
    if token.type == "RPAR":
        if last is not None and last.type == "LPAR":
            sentence = _("There is nothing between these parentheses.")
            return BadQuery(sentence, _at(last), _at(token) + 1 - _at(last))
        return _wrong(token, _("This parenthesis closes nothing: remove it, or quote the name."))
    opened: list[Token] = []
    for each in before:
        if each.type == "LPAR":
            opened.append(each)
        elif each.type == "RPAR":
            opened.pop()
    return _wrong(opened[-1], _("This parenthesis is never closed: write “)” after its last tag."))


def _wrong(token: Token, sentence: str) -> BadQuery:
    return BadQuery(sentence, _at(token), len(token))


def _around(kind: type[ast.And] | type[ast.Or], parts: tuple[Node, ...]) -> Node:
    at, last = parts[0].at, parts[-1]
    return kind(parts, at=at, length=last.at + last.length - at)


def _placed(node: Node, token: Token) -> Node:
    return replace(node, at=_at(token), length=len(token))


def _at(token: Token) -> int:
    assert token.start_pos is not None  # the lexer says of each where it was
    return token.start_pos
