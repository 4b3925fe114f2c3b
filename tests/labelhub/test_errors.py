"""Every answer that is not a success has the one form, also those nobody foresaw."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.test import Client
from pytest_django import Settings

import labelhub.jobs.api
from labelhub.accounts.models import User
from tests.labelhub.test_api import OPERATIONS

pytestmark = pytest.mark.django_db


@pytest.fixture
def failing(
    alice: User, sign_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Exception], tuple[int, dict[str, str]]]:
    """What a person sees when an endpoint raises."""

    def seen(error: Exception) -> tuple[int, dict[str, str]]:
        def fail() -> None:
            raise error

        monkeypatch.setattr(labelhub.jobs.api, "job_list", fail)
        response = sign_in(alice).get("/api/jobs")
        return response.status_code, response.json()

    return seen


@pytest.mark.parametrize("debug", [False, True])
def test_what_nobody_foresaw_is_logged_and_told_without_its_traceback(
    debug: bool,
    failing: Callable[[Exception], tuple[int, dict[str, str]]],
    caplog: pytest.LogCaptureFixture,
    settings: Settings,
) -> None:
    settings.DEBUG = debug
    status, body = failing(RuntimeError("the secret of line 7"))
    assert (status, body["code"], set(body)) == (500, "internal", {"code", "message"})
    assert "Try again" in body["message"]
    assert "secret" not in str(body)
    [record] = [each for each in caplog.records if each.name == "labelhub.api"]
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert "GET /api/jobs" in record.getMessage()


@pytest.mark.parametrize("error", [OperationalError("no server"), InterfaceError("closed")])
def test_a_database_that_is_away_is_told(
    error: Exception, failing: Callable[[Exception], tuple[int, dict[str, str]]]
) -> None:
    status, body = failing(error)
    assert (status, body["code"], set(body)) == (503, "database_away", {"code", "message"})
    assert "no server" not in body["message"]


def test_a_database_that_is_away_at_sign_in_is_told(
    alice: User, sign_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(alice)

    def fail(_request: object) -> None:
        raise OperationalError("no server")

    monkeypatch.setattr("django.contrib.auth.middleware.get_user", fail)
    response = client.get("/api/jobs")
    assert (response.status_code, response.json()["code"]) == (503, "database_away")


def test_what_django_refuses_is_the_senders_fault(
    failing: Callable[[Exception], tuple[int, dict[str, str]]],
) -> None:
    status, body = failing(SuspiciousOperation("../../etc"))
    assert (status, body["code"]) == (400, "bad_request")
    assert "etc" not in body["message"]


@pytest.mark.parametrize("path", sorted({name.split(" ", 1)[1] for name in OPERATIONS}))
def test_a_method_an_address_does_not_take_is_refused_in_the_one_form(path: str) -> None:
    number = path.replace("{answer_id}", "00000000-0000-0000-0000-000000000000")
    number = re.sub(r"\{(int:)?[a-z]+_id\}", "1", number)
    response = Client().put(number)
    assert response.status_code == 405, number
    allowed = {name.split(" ")[0] for name in OPERATIONS if name.split(" ", 1)[1] == path}
    assert set(response["Allow"].split(", ")) == allowed
    body = response.json()
    assert (body["code"], body.keys()) == ("method_not_allowed", {"code", "message"})
    assert all(method in body["message"] for method in allowed)


def test_csrf_is_still_checked_where_methods_are_refused(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.put("/api/jobs").json()["code"] == "method_not_allowed"
    assert client.post("/api/taggers/fetch").json()["code"] == "csrf_failed"


def test_every_wrong_parameter_is_named(alice: User, sign_in: Callable[[User], Client]) -> None:
    client = sign_in(alice)
    response = client.get("/api/images", {"limit": "many", "q": "x" * 4001, "cursor": "a" * 501})
    body = response.json()
    assert (response.status_code, body["code"]) == (422, "invalid")
    assert body["fields"].keys() == {"limit", "q", "cursor"}
    assert all(f"{name}: " in body["message"] for name in body["fields"])


def test_a_wrong_part_of_the_path_is_named(alice: User, sign_in: Callable[[User], Client]) -> None:
    response = sign_in(alice).post("/api/jobs/x/retry")
    assert (response.status_code, response.json()["fields"].keys()) == (422, {"job_id"})


def test_two_complaints_about_one_thing_are_both_told(
    alice: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(alice)
    upload = client.post("/api/uploads", {"expected": 1}, content_type="application/json").json()
    response = client.get(f"/api/uploads/{upload['id']}/files", {"state": "lost"})
    fields = response.json()["fields"]
    assert fields.keys() == {"state"}
    assert "; " in fields["state"]


def test_a_value_deep_in_the_body_is_named_by_its_path(
    alice: User, sign_in: Callable[[User], Client]
) -> None:
    body = {"answers": [{"id": "x", "seconds": -1}]}
    response = sign_in(alice).post("/api/review/answers", body, content_type="application/json")
    assert {"answers.0.id", "answers.0.seconds"} <= response.json()["fields"].keys()
