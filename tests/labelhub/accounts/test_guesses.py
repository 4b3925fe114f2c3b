"""Guesses are counted once for all processes, in Postgres, so that Redis may be away."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client

from labelhub.accounts.models import CacheEntry, User
from labelhub.accounts.services import sign_in_link_make

pytestmark = pytest.mark.django_db


def guess(password: str = "guess") -> dict[str, object]:
    body = {"username": "carol", "password": password}
    answer: dict[str, object] = (
        Client().post("/api/session", body, content_type="application/json").json()
    )
    return answer


def test_another_process_knows_of_the_guesses(carol: User) -> None:
    carol.set_password("a long enough phrase")
    carol.save()
    for _try in range(5):
        assert "wrong" in str(guess()["message"]) or "not correct" in str(guess()["message"])
    caches._connections = type(caches._connections)()  # type: ignore[attr-defined]  # all forgotten
    assert "Too many" in str(guess("a long enough phrase")["message"])
    assert CacheEntry.objects.filter(cache_key__contains="login_failed").exists()
    CacheEntry.objects.all().delete()
    assert guess("a long enough phrase")["user"]


def test_the_table_is_the_one_django_expects(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("createcachetable", verbosity=1)
    assert "already exists" in capsys.readouterr().out
    cache = caches["default"]
    cache.set("x", {"a": 1}, 60)
    assert cache.get("x") == {"a": 1}
    assert cache.add("x", 2) is False
    cache.delete("x")
    assert cache.get("x") is None


def test_a_spent_link_says_whom_to_ask(carol: User) -> None:
    token = sign_in_link_make(username=carol.username)
    messages = []
    for _time in range(2):
        response = Client().post(
            "/api/session/link", {"token": token}, content_type="application/json"
        )
        messages.append(response.json().get("message"))
    assert messages == [
        None,
        "This sign-in link has been used or is too old. Ask your administrator for a new link; on "
        "the machine itself “make up” prints one.",
    ]
