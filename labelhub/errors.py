"""The one tree of errors that a person may be told about.

A subclass stands next to the service that raises it and carries a stable `code`, an HTTP status and
a sentence that says what is wrong and what to do. `labelhub.api` renders the tree as JSON, in one
place.
"""

from __future__ import annotations


class LabelhubError(Exception):
    """Something a person did, or asked for, that cannot be done; `str(error)` is the sentence
    shown.
    """

    code = "error"
    http_status = 400

    @property
    def fields(self) -> dict[str, str]:
        """What is wrong with which part of what was sent; empty where it is about no part."""
        return {}


class NotFound(LabelhubError):
    code = "not_found"
    http_status = 404


class Forbidden(LabelhubError):
    code = "forbidden"
    http_status = 403


class Conflict(LabelhubError):
    """The thing changed under the caller, or its state does not allow what was asked."""

    code = "conflict"
    http_status = 409
