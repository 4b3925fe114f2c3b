"""How long Postgres may take over a search."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from labelhub.search.errors import SearchTooSlow

SECONDS = 10


@contextmanager
def bounded() -> Iterator[None]:
    """Each statement within it may take `SECONDS`.

    Raises:
        SearchTooSlow: and one took longer.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Until the transaction ends. Compiling a plan takes longer than any page.
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true), set_config('jit', 'off', true)",
                [f"{SECONDS * 1000}"],
            )
            yield
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        raise SearchTooSlow(
            _(
                "This search took longer than %d seconds and was stopped. Narrow it: add a tag, or "
                "a date."
            )
            % SECONDS
        ) from error
