"""Sidecar files: a `.txt` beside an image that lists its tags, comma-separated or one a line."""

from __future__ import annotations

import codecs
import re

from django.utils.translation import gettext as _

BYTES_LIMIT = 256 * 1024
TAGS_LIMIT = 2_000
_SEPARATOR = re.compile(r"[,\r\n]+")
_SPACES = re.compile(r"\s+")


class SidecarError(Exception):
    """A sidecar that cannot be read; its text is the sentence for the person who sent it."""


def tags_of(data: bytes) -> list[str]:
    """The tag names in a sidecar, in order, each once; spaces inside a name become underscores."""
    if len(data) > BYTES_LIMIT:
        raise SidecarError(_("The tag file is larger than 256 kB; that is not a list of tags."))
    names: dict[str, None] = {}
    for piece in _SEPARATOR.split(_text(data)):
        # Caption tools escape parentheses for their own prompt syntax; no tag name has `\(`.
        name = _SPACES.sub("_", piece.strip().replace(r"\(", "(").replace(r"\)", ")"))
        if name:
            names[name] = None
    if len(names) > TAGS_LIMIT:
        raise SidecarError(_("The tag file lists more than 2,000 tags for one image."))
    return list(names)


def _text(data: bytes) -> str:
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SidecarError(_("The tag file is not UTF-8 text; save it as UTF-8.")) from error
    if "\0" in text:
        raise SidecarError(_("The tag file contains binary data; it must be plain text."))
    return text
