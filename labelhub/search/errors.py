"""Why a search cannot be answered."""

from __future__ import annotations

from labelhub.errors import LabelhubError, NotFound


class BadQuery(LabelhubError):
    """A query that means nothing; `at` and `length` say which part of it, in characters from 0."""

    code = "bad_query"
    http_status = 422

    def __init__(self, sentence: str, at: int, length: int) -> None:
        super().__init__(sentence)
        self.at, self.length = at, length

    @property
    def fields(self) -> dict[str, str]:
        return {"at": str(self.at), "length": str(self.length)}


class SearchTooSlow(LabelhubError):
    code = "search_too_slow"
    http_status = 503


class SearchNotFound(NotFound):
    code = "search_not_found"
