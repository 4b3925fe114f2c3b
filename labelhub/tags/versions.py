"""What a process makes of the vocabulary and keeps in memory, for as long as it is good."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connection

T = TypeVar("T")
Version = tuple[int, str]


def version_read() -> Version | None:
    """Which vocabulary this is, as far as this transaction sees; None where nothing counts it.

    The number alone will not do: one that a transaction rolled back had taken is given out again.
    The transaction that wrote it is another one then.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, xmin::text FROM tags_vocabularyversion")
        row: Version | None = cursor.fetchone()
        return row


class Kept(Generic[T]):
    """Something made from the vocabulary, made again when the vocabulary has changed.

    Args:
        good_for: seconds for which it will do in any case.
    """

    def __init__(self, make: Callable[[], T], *, good_for: float = 0.0) -> None:
        self._make = make
        self._good_for = good_for
        self._made_at = 0.0
        self._lock = threading.Lock()
        self._kept: tuple[Version, T] | None = None

    def forget(self) -> None:
        self._kept = None

    def get(self) -> T:
        kept = self._kept
        if kept is not None and time.monotonic() < self._made_at + self._good_for:
            return kept[1]
        version, kept = version_read(), self._kept
        if kept is not None and kept[0] == version:
            return kept[1]
        with self._lock:
            kept = self._kept
            if kept is not None and kept[0] == version:
                return kept[1]  # another thread made it meanwhile
            made = self._make()
            # Had it changed while we read, what we have is of both; the next reader makes it anew.
            if version is not None and version == version_read():
                self._kept = version, made
                self._made_at = time.monotonic()
            return made
