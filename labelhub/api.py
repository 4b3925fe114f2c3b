"""The one API object: mounts each app's router, and turns every error into the same JSON.

{"code": "snake_case", "message": "A sentence that says what to do.", "fields": {"name":
"sentence"}}
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
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
import labelhub.review.api
import labelhub.review.library_api
import labelhub.taggers.api
import labelhub.tags.api
from labelhub.accounts.permissions import PUBLIC
from labelhub.errors import LabelhubError


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


api = Api(
    title="labelhub", version="0.1.0", urls_namespace="api", docs_url=None, parser=StorableText()
)
api.add_router("/session", labelhub.accounts.api.router)
api.add_router("/images", labelhub.images.api.router)
api.add_router("/uploads", labelhub.images.api.uploads_router)
api.add_router("/tags", labelhub.tags.api.router)
api.add_router("/taggers", labelhub.taggers.api.router)
api.add_router("/review", labelhub.review.api.router)
api.add_router("/datasets", labelhub.datasets.api.router)
api.add_router("/jobs", labelhub.jobs.api.router)
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
    return _render(request, error.http_status, error.code, str(error))


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
    fields = {
        ".".join(str(part) for part in each["loc"][2:]): str(each["msg"]) for each in error.errors
    }
    named = "; ".join(
        f"{name}: {sentence}" if name else sentence for name, sentence in fields.items()
    )
    return _render(
        request, 422, "invalid", _("Something in the request is not right: %s.") % named, fields
    )


def no_such_address(request: HttpRequest, rest: str) -> HttpResponse:
    return on_not_found(request, Http404())
