"""What a process makes of the vocabulary and keeps in memory, for as long as it is good."""

from __future__ import annotations

import threading
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
    """Something made from the vocabulary, made again when the vocabulary has changed."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._kept: tuple[Version, T] | None = None

    def get(self) -> T:
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
            return made
