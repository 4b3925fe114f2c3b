"""/api is the product's only interface; every other address is the browser application."""

from __future__ import annotations

from django.urls import path, re_path

from labelhub.api import api, no_such_address
from labelhub.views import application

urlpatterns = [
    path("api/", api.urls),
    path("api/<path:rest>", no_such_address),
    re_path(r"^(?!api/|assets/).*$", application),
]
