"""The one page: every address that is not the API shows the built browser application; and the
files it loads.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class BuiltFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """The build's files, all but index.html: that page goes out with `application`'s headers."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/index.html":
            page: HttpResponseBase = self.get_response(request)
            return page
        file: HttpResponseBase = super().__call__(request)
        return file


@require_safe
def application(request: HttpRequest) -> HttpResponse:
    """index.html, never cached, so that a new build is seen at once."""
    index = Path(settings.FRONTEND) / "index.html"
    try:
        page = index.read_bytes()
    except FileNotFoundError:
        sentence = _(
            "The browser application is not built yet: run “make up” and reload this page."
        )
        return HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response
