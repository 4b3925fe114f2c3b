"""Reading the values of terms: tags, numbers, days, choices (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from labelhub.search.ast import Range
from labelhub.search.errors import BadQuery

T = TypeVar("T")
DIGITS = 15  # of a number; what Postgres counts in holds more
NUMBER = re.compile(rf"\d{{1,{DIGITS}}}(?:\.\d{{1,6}})?", re.ASCII)
BYTES = {"": 1, "b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}
DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)
COMPARISON = re.compile(r">=|<=|>|<|=")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the query's text: of a term, what stands behind its colon."""

    text: str
    at: int

    def error(self, sentence: str) -> BadQuery:
        return BadQuery(sentence, self.at, len(self.text))

    def rest(self, start: int) -> Piece:
        return Piece(self.text[start:], self.at + start)


def unquoted(piece: Piece) -> str:
    r"""What a value says, without the quotes about it, in which `\"` is a quote.

    Raises:
        BadQuery: the quote is never closed, or more stands behind it.
    """
    text = piece.text
    if not text.startswith('"'):
        return text
    if not re.fullmatch(r'"(?:\\.|[^"\\])*"', text, re.DOTALL):
        raise piece.error(_('Close the quote with another “"”, and write a space behind it.'))
    return re.sub(r'\\(["\\])', r"\1", text[1:-1])


def name(piece: Piece) -> str:
    """A tag's name, as names are stored."""
    made = "_".join(unquoted(piece).lower().split())
    if not made:
        raise piece.error(_("Name a tag here."))
    if "*" in made and not piece.text.startswith('"'):
        raise piece.error(_("Name one tag here: “*” stands for many."))
    return made


def number(piece: Piece) -> Decimal:
    if not NUMBER.fullmatch(piece.text):
        raise piece.error(_("Write a number here, with at most %d digits.") % DIGITS)
    return Decimal(piece.text)


def whole(piece: Piece) -> Decimal:
    found = number(piece)
    if found != int(found):
        raise piece.error(_("Write a whole number here."))
    return found


def size(piece: Piece) -> Decimal:
    """Bytes, or kilobytes and so on: "300kb", "2.5mb"."""
    unit = piece.text.lstrip("0123456789.").lower()
    if unit not in BYTES:
        raise piece.error(_("Write a size like 300kb or 2mb here."))
    return number(Piece(piece.text[: len(piece.text) - len(unit)], piece.at)) * BYTES[unit]


def share(piece: Piece) -> Decimal:
    """A probability."""
    text = piece.text.removesuffix("%")
    found = number(Piece("0" + text if text.startswith(".") else text, piece.at))
    found = found / 100 if piece.text.endswith("%") else found
    if found > 1:
        raise piece.error(_("Write a probability from 0 to 1 here, for example 0.6."))
    return found


def proportion(piece: Piece) -> Decimal:
    """Width by height: "1.5", "16:9" or "4/3"."""
    parts = re.split("[:/]", piece.text)
    if len(parts) > 2:
        raise piece.error(_("Write a ratio like 1.5 or 16:9 here."))
    across = number(Piece(parts[0], piece.at))
    down = number(piece.rest(len(parts[0]) + 1)) if len(parts) == 2 else Decimal(1)
    if not down:
        raise piece.error(_("Write a ratio like 1.5 or 16:9 here."))
    return across / down


def within(piece: Piece, read: Callable[[Piece], T]) -> Range[T]:
    """`5`, `=5`, `>5`, `>=5`, `<5`, `<=5`, `2..5`, `2..` or `..5`."""
    compared = COMPARISON.match(piece.text)
    sign = compared[0] if compared else "="
    value = piece.rest(len(compared[0])) if compared else piece
    if not value.text:
        raise piece.error(_("Something to compare with is missing here, for example “>5”."))
    first, dots, last = value.text.partition("..")
    if dots and sign == "=" and (first or last):
        least = read(Piece(first, value.at)) if first else None
        most = read(value.rest(len(first) + 2)) if last else None
        return Range(least, most)
    found = read(value)
    return {
        "=": Range(found, found),
        ">": Range(found, without_least=True),
        ">=": Range(found),
        "<": Range(most=found, without_most=True),
        "<=": Range(most=found),
    }[sign]


def time(piece: Piece) -> Range[datetime]:
    """Days, months and years (in UTC), compared as whole spans: a span is from its first moment on
    and ends before its last, and later than a day is from the next one on.
    """
    spans = within(piece, _span)
    least = spans.least and spans.least[1 if spans.without_least else 0]
    most = spans.most and spans.most[0 if spans.without_most else 1]
    return Range(least, most, without_most=most is not None)


def _span(piece: Piece) -> tuple[datetime, datetime]:
    matched = DAY.fullmatch(piece.text)
    if matched is None:
        raise piece.error(_("Write a day like 2026-01-31, a month like 2026-01 or a year here."))
    year, month, day = matched.groups()
    try:
        first = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
        if day:
            return first, first + timedelta(days=1)
        if month:
            return first, (first + timedelta(days=31)).replace(day=1)
        return first, first.replace(year=first.year + 1)
    except (ValueError, OverflowError) as error:
        raise piece.error(_("There is no such day in the calendar.")) from error


def choice(piece: Piece, choices: Collection[str]) -> str:
    found = unquoted(piece).lower()
    if found not in choices:
        raise piece.error(_("Write one of these here: %s.") % ", ".join(choices))
    return found


def text(piece: Piece) -> str:
    """What a text begins with, in small letters; empty for "none"."""
    found = unquoted(piece).lower()
    if not found:
        raise piece.error(_("Something to look for is missing here; “none” finds what is empty."))
    return "" if piece.text.lower() == "none" else found
