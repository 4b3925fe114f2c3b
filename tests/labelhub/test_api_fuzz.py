"""Whatever is sent to whichever endpoint, the answer is one of ours: never a crash."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelhub.accounts.models import User
from labelhub.api import api
from labelhub.taggers import trials
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]

SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))
# Signing out would end the session that the other requests need.
OPERATIONS = [
    (path, method)
    for path, methods in SCHEMA.raw_schema["paths"].items()
    for method in methods
    if (path, method) != ("/api/session", "delete")
]


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that can read no image, so that nobody waits for it."""
    monkeypatch.setattr(trials, "ask", lambda *_, **__: {"unreadable": "It is torn."})


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_crashes_the_server(
    path: str, method: str, alice: User, sign_in: Callable[[User], Client]
) -> None:
    tagger = factories.tagger()
    image = factories.image()
    factories.embedding(image, tagger, [0, 0, 0, 0])
    client = sign_in(alice)
    client.raise_request_exception = False

    @given(data=st.data())
    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def requests(data: st.DataObject) -> None:
        case: Any = data.draw(SCHEMA[path][method].as_strategy())
        address = case.formatted_path
        body = case.body
        raw = body if isinstance(body, bytes) else b""
        if isinstance(body, dict | list | str | int | float | bool):
            raw = json.dumps(body).encode()
        response = client.generic(
            method.upper(),
            address,
            raw,
            content_type=case.media_type or "application/json",
            query_params={name: str(value) for name, value in (case.query or {}).items()},
        )
        assert response.status_code < 500, (address, case.query, body, response.content[:300])
        if response.status_code >= 400:
            assert {"code", "message"} <= set(response.json()), response.content

    requests()
