"""Ways in: a password, or a link that works once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from labelhub.accounts.models import Role, SignInLink, User
from labelhub.accounts.permissions import Action
from labelhub.accounts.services import sign_in_link_make

pytestmark = pytest.mark.django_db


def link(client: Client, token: str) -> tuple[int, dict[str, object]]:
    response = client.post("/api/session/link", {"token": token}, content_type="application/json")
    return response.status_code, response.json()


def test_the_command_prints_a_link_that_makes_an_administrator() -> None:
    printed = StringIO()
    call_command("sign_in_link", stdout=printed, next="/library")
    address = urlsplit(printed.getvalue().strip())
    assert (address.path, address.query) == ("/sign-in", "next=/library")
    client = Client()
    status, _session = link(client, address.fragment)
    assert status == 200
    user = client.get("/api/session").json()["user"]
    assert (user["username"], user["role"], user["has_password"]) == ("admin", "admin", False)
    assert set(user["actions"]) == set(Action)


def test_a_link_works_once() -> None:
    token = sign_in_link_make(username="dora", role=Role.CURATOR)
    assert link(Client(), token)[0] == 200
    status, error = link(Client(), token)
    assert (status, error["code"]) == (400, "link_spent")


def test_a_newer_link_ends_the_older_and_a_day_ends_any() -> None:
    older = sign_in_link_make(username="dora")
    newer = sign_in_link_make(username="dora")
    assert link(Client(), older)[0] == 400
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert link(Client(), newer)[0] == 400


def test_the_token_itself_is_not_stored() -> None:
    token = sign_in_link_make(username="dora")
    assert token not in str(SignInLink.objects.values())


def test_nobody_has_a_password_until_they_set_one() -> None:
    sign_in_link_make(username="dora")
    assert not User.objects.get(username="dora").has_usable_password()


def test_a_password_signs_in_and_the_session_that_set_it_stays(
    carol: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(carol)
    weak = client.post(
        "/api/session/password", {"password": "123"}, content_type="application/json"
    )
    assert weak.json()["code"] == "weak_password"
    body = {"password": "a long enough phrase"}
    assert (
        client.post("/api/session/password", body, content_type="application/json").status_code
        == 200
    )
    assert client.get("/api/session").json()["user"]["has_password"]
    other = Client()
    wrong = {"username": "carol", "password": "not it"}
    right = {"username": "carol", "password": "a long enough phrase"}
    refused = other.post("/api/session", wrong, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (400, "wrong_password")
    assert other.post("/api/session", right, content_type="application/json").status_code == 200
    assert other.delete("/api/session").status_code == 204
    assert other.get("/api/session").json() == {"user": None}


def test_guessing_a_password_is_slowed_down(carol: User) -> None:
    carol.set_password("a long enough phrase")
    carol.save()
    client = Client()
    messages = set()
    for _try in range(15):
        body = {"username": "carol", "password": "guess"}
        answer = client.post("/api/session", body, content_type="application/json").json()
        messages.add(answer["message"])
    assert any("Too many" in message for message in messages), messages
