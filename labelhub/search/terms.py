"""All that a query may be made of, in one table: the grammar reads terms by it, and the help on
searching is made from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from labelhub.images.models import Domain, Format, Rating
from labelhub.labels.models import Source
from labelhub.search import ast, values
from labelhub.search.ast import By, Node, Says
from labelhub.search.values import Piece

HASH_LEAST = 6


@dataclass(frozen=True, slots=True)
class Help:
    """A line of the help: how it is written, for example, and what it finds."""

    form: str
    example: str
    meaning: str | Promise


@dataclass(frozen=True, slots=True)
class Term(Help):
    """A term that begins with a key and a colon; `read` makes a node of what follows."""

    read: Callable[[Piece], Node]

    @property
    def key(self) -> str:
        return self.form.partition(":")[0]


def _labelled(says: Says, piece: Piece) -> Node:
    return ast.Labelled(says, values.name(piece))


def _conflict(piece: Piece) -> Node:
    if piece.text.lower() == "any":
        return ast.Labelled(Says.CONFLICT, None)
    return _labelled(Says.CONFLICT, piece)


def _labelled_by(source: Source, piece: Piece) -> Node:
    return ast.LabelledBy(source.value, values.name(piece))


def _complete(piece: Piece) -> Node:
    return ast.Complete(values.choice(piece, ("yes", "no")) == "yes")


def _likely(piece: Piece) -> Node:
    # A name may have such signs too: the last ones count.
    found = re.search(r"(?:>=|<=|>|<|=)[^<>=]*$", piece.text)
    if found is None or not found.start():
        raise piece.error(
            _("Say how likely the tag is to be: for example “ai:apron>0.6” or “ai:apron=0.4..0.6”.")
        )
    named = Piece(piece.text[: found.start()], piece.at)
    within = values.within(piece.rest(found.start()), values.share)
    return ast.Likely(values.name(named), within)


def _who(piece: Piece) -> str:
    who = values.unquoted(piece)
    if not who:
        raise piece.error(_("Name a person here, or write “me”."))
    return who


def _measured(what: str, read: Callable[[Piece], Decimal], piece: Piece) -> Node:
    return ast.Measured(what, values.within(piece, read))


def _one_of(what: str, choices: dict[str, str], piece: Piece) -> Node:
    return ast.OneOf(what, choices[values.choice(piece, choices)])


def _hash(piece: Piece) -> Node:
    found = values.unquoted(piece).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{HASH_LEAST},64}}", found):
        raise piece.error(_("Write at least %d hexadecimal digits here.") % HASH_LEAST)
    return ast.Text("sha256", found)


def _duplicates(piece: Piece) -> Node:
    if piece.text.lower() in ("any", "none"):
        return ast.Duplicates(piece.text.lower() == "any")
    if not piece.text.isascii() or not piece.text.isdecimal():
        raise piece.error(_("Write “any”, “none” or the number of an image here."))
    return ast.Duplicates(int(values.whole(piece)))


def _order(piece: Piece) -> Node:
    by, opened, seed = piece.text.lower().partition("(")
    order = values.choice(Piece(by, piece.at), [each.value for each in By])
    if not opened:
        return ast.Order(By(order))
    if order != By.RANDOM or not re.fullmatch(r"\d{1,9}\)", seed, re.ASCII):
        raise piece.error(_("Only “random” takes a number: for example “order:random(7)”."))
    return ast.Order(By.RANDOM, int(seed[:-1]))


RATINGS = {"none": "", **{value: value for value in Rating.values}}
RATINGS |= {each.name.lower(): each.value for each in Rating}
DOMAINS = {"none": "", **{value: value for value in Domain.values}}
FORMATS = {value.lower(): value for value in Format.values} | {"jpg": "JPEG", "tif": "TIFF"}

SYNTAX = (
    Help("TAG", "apron", __("has the tag, or what the tag is another name of")),
    Help("TAG TAG", "apron smile", __("has both")),
    Help(
        "TAG or TAG", "apron or dress", __("has either; binds less than a space; “|” is the same")
    ),
    Help("-TAG", "-watermark", __("has it not, as far as is known; “not watermark” is the same")),
    Help("( )", "(apron or dress) smile", __("what belongs together")),
    Help("A*B", "*_dress", __("has any of the tags with such a name, at most 200 of them")),
    Help(
        '"TAG"',
        '"-_-"',
        __("a name with spaces in it, or one that would mean something else without the quotes"),
    ),
)
TERMS = (
    Term("yes:TAG", "yes:apron", __("has the tag"), partial(_labelled, Says.YES)),
    Term(
        "no:TAG",
        "no:apron",
        __(
            "is known not to have the tag: somebody said so, the image is complete without it, "
            "or its size says so"
        ),
        partial(_labelled, Says.NO),
    ),
    Term(
        "unknown:TAG",
        "unknown:apron",
        __("nobody said yet whether it has the tag"),
        partial(_labelled, Says.UNKNOWN),
    ),
    Term(
        "conflict:TAG",
        "conflict:any",
        __("people, or imports, contradict each other about the tag; “any” for some tag"),
        _conflict,
    ),
    Term(
        "answered:TAG",
        "answered:apron",
        __("its label of the tag was answered or typed by people"),
        partial(_labelled_by, Source.ANSWERED),
    ),
    Term(
        "accepted:TAG",
        "accepted:apron",
        __("its label of the tag is a suggestion that people accepted"),
        partial(_labelled_by, Source.ACCEPTED),
    ),
    Term(
        "imported:TAG",
        "imported:apron",
        __("its label of the tag came with an import"),
        partial(_labelled_by, Source.IMPORTED),
    ),
    Term(
        "implied:TAG",
        "implied:apron",
        __("its label of the tag follows from another tag's"),
        partial(_labelled_by, Source.IMPLIED),
    ),
    Term("complete:yes", "complete:no", __("is called complete, or is not"), _complete),
    Term(
        "ai:TAG>P",
        "ai:apron>0.6",
        __("the serving tagger thinks the tag so likely: >, >=, <, <=, or =0.4..0.6"),
        _likely,
    ),
    Term(
        "answered-by:NAME",
        "answered-by:me",
        __("somebody answered questions about it, and did not take that back"),
        lambda piece: ast.AnsweredBy(_who(piece)),
    ),
    Term(
        "uploaded-by:NAME",
        "uploaded-by:me",
        __("somebody brought it here"),
        lambda piece: ast.UploadedBy(_who(piece)),
    ),
    Term(
        "upload:ID",
        "upload:12",
        __("came with an upload"),
        partial(_measured, "upload", values.whole),
    ),
    Term(
        "date:DAY",
        "date:>2026-01-31",
        __("came on a day (UTC), in a month or a year: also >, >=, <, <= and 2026-01..2026-03"),
        lambda piece: ast.Came(values.time(piece)),
    ),
    Term(
        "width:N",
        "width:>=2000",
        __("so many pixels wide: also >, >=, <, <= and 100..200, as all numbers"),
        partial(_measured, "width", values.whole),
    ),
    Term(
        "height:N",
        "height:<400",
        __("so many pixels high"),
        partial(_measured, "height", values.whole),
    ),
    Term(
        "bytes:N",
        "bytes:>2mb",
        __("so large a file: bytes, kb, mb or gb"),
        partial(_measured, "bytes", values.size),
    ),
    Term(
        "ratio:N",
        "ratio:16:9",
        __("width by height, rounded to two decimals"),
        partial(_measured, "ratio", values.proportion),
    ),
    Term(
        "mpixels:N",
        "mpixels:>=1.5",
        __("so many million pixels, rounded to two decimals"),
        partial(_measured, "mpixels", values.number),
    ),
    Term(
        "tags:N",
        "tags:<5",
        __("has so many tags"),
        partial(_measured, "tags", values.whole),
    ),
    Term(
        "source:TEXT",
        "source:*museum*",
        __("its source begins so; “*” stands for anything, “none” for no source"),
        lambda piece: ast.Text("source", values.text(piece)),
    ),
    Term(
        "licence:TEXT",
        "licence:cc",
        __("its licence begins so, in the same way"),
        lambda piece: ast.Text("licence", values.text(piece)),
    ),
    Term(
        "name:TEXT",
        "name:*.png",
        __("its file was called so, in the same way"),
        lambda piece: ast.Text("name", values.text(piece)),
    ),
    Term(
        "rating:R",
        "rating:g",
        __("g (general), s (sensitive), q (questionable), e (explicit) or none"),
        partial(_one_of, "rating", RATINGS),
    ),
    Term(
        "domain:D",
        "domain:photo",
        __("photo, drawn, other or none"),
        partial(_one_of, "domain", DOMAINS),
    ),
    Term("format:F", "format:png", __("the file's format"), partial(_one_of, "format", FORMATS)),
    Term("sha256:HASH", "sha256:5f70bf18", __("the SHA-256 of its bytes begins so"), _hash),
    Term("id:N", "id:1000..1999", __("an image's number"), partial(_measured, "id", values.whole)),
    Term(
        "dup:any",
        "dup:12",
        __("looks like any other image, like none, or like the image of this number"),
        _duplicates,
    ),
    Term(
        "order:ORDER",
        "order:random(7)",
        __("new first (as without it), old, uncertain (to the tagger), random, most tags first"),
        _order,
    ),
)
BY_KEY = {term.key: term for term in TERMS}
