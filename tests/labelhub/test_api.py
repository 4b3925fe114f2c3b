"""Promises every endpoint keeps: a declared permission, one form of error, paging, and no torch in
the web process.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from ninja.operation import Operation

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Allow, Public
from labelhub.api import api

PUBLIC = {
    "GET /api/health",
    "GET /api/session",
    "POST /api/session",
    "POST /api/session/link",
    "DELETE /api/session",
}


def operations() -> Iterator[tuple[str, Operation]]:
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    whole = "/".join(
                        part.strip("/") for part in ("/api", prefix, path) if part.strip("/")
                    )
                    yield f"{method} /{whole}", operation


OPERATIONS = dict(operations())


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_endpoint_declares_who_may_use_it(name: str) -> None:
    callbacks = OPERATIONS[name].auth_callbacks
    assert callbacks, f"{name} declares no permission"
    assert all(isinstance(each, Allow | Public) for each in callbacks)


def test_only_these_endpoints_are_public() -> None:
    public = {
        name
        for name, operation in OPERATIONS.items()
        if any(isinstance(each, Public) for each in operation.auth_callbacks)
    }
    assert public == PUBLIC


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - PUBLIC))
@pytest.mark.django_db
def test_whoever_is_not_signed_in_gets_a_401_in_the_one_form(name: str) -> None:
    method, path = name.split(" ", 1)
    path = re.sub(r"\{(?:int:)?(answer_id)\}", "00000000-0000-0000-0000-000000000000", path)
    path = re.sub(r"\{[^}]+\}", "1", path)
    response = Client().generic(method, path)
    assert response.status_code == 401, response.content
    assert response.json() == {"code": "not_signed_in", "message": "Sign in to go on."}


# The few that are nearest to something, and what is few by itself: there is no next page of those.
FEW = {
    "/api/images/{image_id}/similar",
    "/api/search/saved",
    "/api/search/terms",
    "/api/tags/complete",
    "/api/tags/{tag_id}/guidelines",
}


def test_every_list_is_paged_by_a_cursor() -> None:
    schema = api.get_openapi_schema()
    for path, methods in schema["paths"].items():
        answer = methods.get("get", {}).get("responses", {}).get(200, {})
        content = answer.get("content", {}).get("application/json", {}).get("schema", {})
        bare = content.get("type") == "array" and path not in FEW
        assert not bare, f"{path} answers with a bare list"
        if "Page_" in content.get("$ref", ""):
            names = {parameter["name"] for parameter in methods["get"]["parameters"]}
            assert {"cursor", "limit"} <= names, path


@pytest.mark.django_db
def test_a_post_without_its_csrf_token_is_refused(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post("/api/review/cards", {"count": 1}, content_type="application/json")
    assert response.status_code == 403
    assert response.json()["code"] == "csrf_failed"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/taggers/fetch", None),
        ("/api/datasets", {"name": "x"}),
        ("/api/uploads", {"expected": 1}),
    ],
)
def test_a_role_that_may_not_gets_a_403(
    carol: User, sign_in: Callable[[User], Client], path: str, body: dict[str, object] | None
) -> None:
    response = sign_in(carol).post(path, body, content_type="application/json")
    assert response.status_code == 403
    assert response.json()["code"] == "forbidden"


def test_bad_input_names_the_field(alice: User, sign_in: Callable[[User], Client]) -> None:
    body = {"name": "", "validation_percent": 90}
    response = sign_in(alice).post("/api/datasets", body, content_type="application/json")
    assert response.status_code == 422
    assert response.json()["fields"].keys() == {"name", "validation_percent"}


def test_a_missing_thing_is_a_404_in_the_one_form(
    alice: User, sign_in: Callable[[User], Client]
) -> None:
    for path in ("/api/images/999999", "/api/datasets/999999", "/api/uploads/999999"):
        response = sign_in(alice).get(path)
        assert response.status_code == 404, path
        assert set(response.json()) == {"code", "message"}


def test_the_web_process_has_not_imported_torch() -> None:
    # In a process of its own: this one runs the worker's tests too.
    script = """
import sys
from labelhub.wsgi import application
from django.test import Client
assert Client(HTTP_HOST="localhost").get("/api/health").status_code == 200
import labelhub.urls
heavy = {"torch", "torchvision", "worker.tasks", "worker.engine"} & set(sys.modules)
assert not heavy, heavy
print("clean")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout == "clean\n", done.stderr
