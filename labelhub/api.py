"""The one API object: mounts each app's router, and turns every error into the same JSON.

    {
        "code": "snake_case",
        "message": "A sentence that says what to do.",
        "fields": {"name": "What is wrong with this one."}
    }

`fields` is there where something in the request is not right, one entry per thing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.types import DictStrAny

import labelhub.accounts.api
import labelhub.datasets.api
import labelhub.images.api
import labelhub.jobs.api
import labelhub.labels.api
import labelhub.progress.api
import labelhub.review.api
import labelhub.review.changes_api
import labelhub.review.conflicts_api
import labelhub.review.guidelines_api
import labelhub.review.history_api
import labelhub.review.library_api
import labelhub.review.tag_page
import labelhub.search.api
import labelhub.taggers.api
import labelhub.tags.api
import labelhub.training.api
from labelhub.accounts.permissions import PUBLIC
from labelhub.errors import LabelhubError

log = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]


class StorableText(Parser):
    """No NUL, the one character Postgres cannot store: refused in JSON, dropped from queries."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        body = super().parse_body(request)
        _refuse_nul(body)
        return body

    def parse_querydict(
        self, data: MultiValueDict[str, str], list_fields: list[str], request: HttpRequest
    ) -> DictStrAny:
        clean = MultiValueDict(
            {name: [each.replace("\0", "") for each in values] for name, values in data.lists()}
        )
        return super().parse_querydict(clean, list_fields, request)


def _refuse_nul(value: object) -> None:
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for each in value:
            _refuse_nul(each)
    elif isinstance(value, str) and "\0" in value:
        raise ValueError("a NUL character")  # ninja makes it a 400, as of anything it cannot read


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        # What the generated client calls the function; endpoint names are unique across the apps.
        return operation.view_func.__name__

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        # ninja refuses a method before any operation, and so any handler of errors, is asked.
        patterns, application, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _refusing_methods(pattern.callback)
        return patterns, application, namespace


def _refusing_methods(view: View) -> View:
    @wraps(view)
    def refusing(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
        response = view(request, *args, **values)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        return on_method_not_allowed(request, allowed=response["Allow"])

    return refusing


api = Api(
    title="labelhub", version="0.1.0", urls_namespace="api", docs_url=None, parser=StorableText()
)
api.add_router("/session", labelhub.accounts.api.router)
api.add_router("/images", labelhub.images.api.router)
api.add_router("/uploads", labelhub.images.api.uploads_router)
api.add_router("/tags", labelhub.tags.api.router)
api.add_router("/tags", labelhub.review.guidelines_api.router)
api.add_router("/tags/changes", labelhub.review.changes_api.router)
api.add_router("/tag", labelhub.review.tag_page.router)
api.add_router("/labels/imports", labelhub.labels.api.router)
api.add_router("/history", labelhub.review.history_api.router)
api.add_router("/history", labelhub.review.conflicts_api.router)
api.add_router("", labelhub.search.api.router)
api.add_router("/taggers", labelhub.taggers.api.router)
api.add_router("/review", labelhub.review.api.router)
api.add_router("/datasets", labelhub.datasets.api.router)
api.add_router("/training", labelhub.training.api.router)
api.add_router("/jobs", labelhub.jobs.api.router)
api.add_router("/progress", labelhub.progress.api.router)
api.add_router("", labelhub.review.library_api.router)


class Health(Schema):
    ok: bool


@api.get("/health", auth=PUBLIC, response=Health, tags=["health"])
def health(request: HttpRequest) -> Health:
    return Health(ok=True)


def _render(
    request: HttpRequest, status: int, code: str, message: str, fields: dict[str, str] | None = None
) -> HttpResponse:
    body: dict[str, Any] = {"code": code, "message": message}
    if fields:
        body["fields"] = fields
    return api.create_response(request, body, status=status)


@api.exception_handler(LabelhubError)
def on_labelhub_error(request: HttpRequest, error: LabelhubError) -> HttpResponse:
    return _render(request, error.http_status, error.code, str(error), error.fields)


@api.exception_handler(AuthenticationError)
def on_not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _render(request, 401, "not_signed_in", _("Sign in to go on."))


@api.exception_handler(Http404)
def on_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return _render(request, 404, "not_found", _("There is nothing at this address."))


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == HTTPStatus.FORBIDDEN:
        message = _("This page is out of date. Reload it and try again.")
        return _render(request, 403, "csrf_failed", message)
    message = _("The request could not be read: send JSON, in UTF-8, without NUL characters.")
    return _render(request, error.status_code, "bad_request", message)


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, str] = {}
    for each in error.errors:
        name, sentence = _field_name(each["loc"]), str(each["msg"])
        # A value that may be one of several kinds is told what each of them would have wanted.
        fields[name] = f"{fields[name]}; {sentence}" if name in fields else sentence
    named = "; ".join(
        f"{name}: {sentence}" if name else sentence for name, sentence in fields.items()
    )
    return _render(
        request, 422, "invalid", _("Something in the request is not right: %s.") % named, fields
    )


def _field_name(location: tuple[int | str, ...]) -> str:
    """What an error is about: a parameter's own name, or the path of a value within the body."""
    within = location[1:2] if location[0] in ("query", "path") else location[2:]
    return ".".join(str(part) for part in within)


@api.exception_handler(SuspiciousOperation)
def on_suspicious(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    log.warning("refused %s %s: %s", request.method, request.path, error)
    message = _("The request was refused: it is too large, or names something it may not.")
    return _render(request, 400, "bad_request", message)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def on_database_away(
    request: HttpRequest, error: OperationalError | InterfaceError
) -> HttpResponse:
    log.error("no database for %s %s: %s", request.method, request.path, error)
    message = _(
        "The database does not answer. Try again in a moment; if that does not help, ask whoever "
        "runs this labelhub to start it (“make up”)."
    )
    return _render(request, 503, "database_away", message)


@api.exception_handler(Exception)
def on_unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("%s %s failed", request.method, request.path, exc_info=error)
    message = _(
        "Something unexpected happened. Try again; if it happens again, tell whoever runs this "
        "labelhub: the log says what it was."
    )
    return _render(request, 500, "internal", message)


def on_method_not_allowed(request: HttpRequest, *, allowed: str) -> HttpResponse:
    message = _("This address takes only %s. Reload the page and try again.") % allowed
    response = _render(request, 405, "method_not_allowed", message)
    response["Allow"] = allowed
    return response


def no_such_address(request: HttpRequest, rest: str) -> HttpResponse:
    return on_not_found(request, Http404())
