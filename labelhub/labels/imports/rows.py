"""What a reader makes of a file, one thing after another: rows, and what is wrong with others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from labelhub.errors import LabelhubError
from labelhub.images.names import base_name, clean_path

TAGS_LIMIT = 2_000
SHOWN = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SPACES = re.compile(r"\s+")


class FileRefused(LabelhubError):
    """Nothing of a file can be used."""

    code = "label_file_refused"


class BadRow(Exception):
    """A row that cannot be used; its text is the sentence for the person who sent it."""


@dataclass(frozen=True, slots=True)
class ImageKey:
    """How a file calls an image: by its hash, or by file names that are tried in their order."""

    sha256: str = ""
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sha256 or self.names[0]


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says of an image; tag names are as they stand in the file.

    Attributes:
        number: of the line, or of the entry where the file has no lines.
        complete: all its positives are there, whatever the file as a whole says of absence.
    """

    number: int
    key: ImageKey
    positive: list[str]
    negative: list[str]
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A row, or a part of one, that cannot be taken in."""

    row: int
    text: str
    message: str


def image_key(*, sha256: str = "", names: Iterable[str] = ()) -> ImageKey:
    """Where there is a hash it alone counts: a file of that name may be another picture.

    Raises:
        BadRow: the hash is none, or there is neither hash nor name.
    """
    sha256 = sha256.strip().lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        raise BadRow(_("“%s” is not a SHA-256, which has 64 hexadecimal digits.") % shown(sha256))
    wanted = [base_name(clean_path(name)) for name in names if name.strip()]
    if not sha256 and not wanted:
        raise BadRow(_("It does not say which image it is about: give a file name or a SHA-256."))
    return ImageKey(sha256, () if sha256 else tuple(dict.fromkeys(wanted)))


def row_of(
    number: int,
    key: ImageKey,
    positive: Iterable[str],
    negative: Iterable[str] = (),
    *,
    complete: bool = False,
) -> Row:
    """
    Raises:
        BadRow: there are too many tags for one image.
    """
    yes, no = _each_once(positive), _each_once(negative)
    if len(yes) + len(no) > TAGS_LIMIT:
        raise BadRow(_("It lists more than %d tags for one image.") % TAGS_LIMIT)
    return Row(number, key, yes, no, complete)


def split_tags(text: str, *, commas: bool) -> list[str]:
    """The names in a list joined by commas (spaces inside a name become underscores) or spaces."""
    pieces = text.replace("\n", ",").split(",") if commas else text.split()
    return [name for piece in pieces if (name := _SPACES.sub("_", piece.strip()))]


def shown(text: object, *, longest: int = SHOWN) -> str:
    """Text of a file as it may be stored and shown: short, and without what breaks either."""
    line = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in str(text)[: longest + 1].strip()
    )
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _each_once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
