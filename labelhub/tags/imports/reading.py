"""Reading a file line by line: whatever a line holds, the next one can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from labelhub.tags.imports.plan import Problems

LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a file that hold something, numbered from 1; what is no text is a problem."""

    file: IO[bytes]
    problems: Problems

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for number, text in self.with_empty():
            if text:
                yield number, text

    def with_empty(self) -> Iterator[tuple[int, str]]:
        number = 0
        while raw := self.file.readline(LONGEST_LINE + 1):
            number += 1
            if len(raw) > LONGEST_LINE:
                self._skip(raw)
                self.problems.add(
                    number, raw[:200].decode(errors="replace"), _("This line is longer than 1 MB.")
                )
                continue
            try:
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                self.problems.add(
                    number,
                    raw.decode(errors="replace"),
                    _("This line is not UTF-8 text; save the file as UTF-8."),
                )
                continue
            yield number, text.strip("\r\n\t ")

    def _skip(self, raw: bytes) -> None:
        while raw and not raw.endswith(b"\n"):
            raw = self.file.readline(LONGEST_LINE)


def json_lines(lines: Lines) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The objects of a file with one a line."""
    for number, text in lines:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            yield number, text, found
        else:
            lines.problems.add(number, text, _("This line is not a JSON object."))


def is_text(value: object) -> bool:
    """Whether it is a string that Postgres can hold."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return True
