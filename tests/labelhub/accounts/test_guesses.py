"""Guesses are counted once for all processes, in Postgres, so that Redis may be away."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client

from labelhub.accounts.models import CacheEntry, User
from labelhub.accounts.services import sign_in_link_make

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough phrase"


GUESS = """
import sys
from labelhub.wsgi import application
from django.test import Client
body = {"username": "carol", "password": sys.argv[1]}
client = Client(HTTP_HOST="localhost")
print(client.post("/api/session", body, content_type="application/json").content.decode())
"""


def guess(password: str) -> str:
    body = {"username": "carol", "password": password}
    client = Client(HTTP_HOST="localhost")  # guesses are counted per name of the site
    return client.post("/api/session", body, content_type="application/json").content.decode()


def guess_in_another_process(password: str) -> str:
    address = urlsplit(os.environ["DATABASE_URL"])
    tested = address._replace(path=f"/{connection.settings_dict['NAME']}")
    return subprocess.run(
        [sys.executable, "-c", GUESS, password],
        env=os.environ | {"DATABASE_URL": urlunsplit(tested), "REDIS_URL": "redis://127.0.0.1:9/0"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


@pytest.mark.django_db(transaction=True)  # another process sees only what is committed
def test_another_process_knows_of_the_guesses_and_needs_no_redis(carol: User) -> None:
    carol.set_password(PASSWORD)
    carol.save()
    assert '"username": "carol"' in guess_in_another_process(PASSWORD)
    for _try in range(5):
        assert "wrong_password" in guess("guess")
    assert "Too many" in guess_in_another_process(PASSWORD)
    CacheEntry.objects.all().delete()
    assert '"username": "carol"' in guess_in_another_process(PASSWORD)


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
