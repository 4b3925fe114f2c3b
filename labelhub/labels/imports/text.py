"""Lines of a text file from a stranger, in bounded memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from django.utils.translation import gettext as _

from labelhub.labels.imports.rows import FileRefused, Problem, shown

LINE_BYTES = 1 << 20


def lines(path: Path) -> Iterator[tuple[int, str] | Problem]:
    """The lines with their numbers, from 1, without those that are empty.

    Raises:
        FileRefused: it is no UTF-8 text at all.
    """
    with path.open("rb") as file:
        for number in count(1):
            data = file.readline(LINE_BYTES)
            if not data:
                return
            if number == 1:
                data = _begun(data)
            if len(data) >= LINE_BYTES and not data.endswith(b"\n"):
                while (rest := file.readline(LINE_BYTES)) and not rest.endswith(b"\n"):
                    pass
                why = _("The line is longer than 1 MB; that is not a list of tags.")
                yield Problem(number, shown(data[:400].decode(errors="replace")), why)
                continue
            try:
                line = data.decode().strip("\r\n")
            except UnicodeDecodeError:
                text = shown(data.decode(errors="replace"))
                yield Problem(
                    number, text, _("The line is not UTF-8 text; save the file as UTF-8.")
                )
                continue
            if line.strip():
                yield number, line


def _begun(data: bytes) -> bytes:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:1000]:
        raise FileRefused(_("The file is not UTF-8 text; save it as UTF-8 and send it again."))
    return data.removeprefix(codecs.BOM_UTF8)
