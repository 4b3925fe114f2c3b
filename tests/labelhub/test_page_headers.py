"""The browser application as it goes out: its page never cached nor framed, its files for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from labelhub.views import CONTENT_SECURITY_POLICY

PAGE = b"<!doctype html><title>labelhub</title>"


@pytest.fixture
def client(tmp_path: Path, settings: Settings) -> Client:
    """A browser before an application of one page and two files."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_bytes(PAGE)
    (dist / "favicon.svg").write_bytes(b"<svg/>")
    (dist / "assets" / "index-BDcrQQoo.js").write_bytes(b"1")
    settings.FRONTEND = settings.WHITENOISE_ROOT = dist
    return Client()


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("path", ["/", "/library", "/index.html", "/images/7"])
def test_the_page_is_never_cached_and_never_framed(
    path: str, debug: bool, client: Client, settings: Settings
) -> None:
    settings.DEBUG = debug
    response = client.get(path)
    assert (response.status_code, response.content) == (200, PAGE)
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert response["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in response


def test_a_hashed_file_is_kept_for_ever(client: Client) -> None:
    response = client.get("/assets/index-BDcrQQoo.js")
    assert b"".join(response) == b"1"
    assert response["Cache-Control"] == "max-age=315360000, public, immutable"
    assert response["Content-Type"].startswith("text/javascript")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_file_without_a_hash_is_not(client: Client) -> None:
    response = client.get("/favicon.svg")
    assert b"".join(response) == b"<svg/>"
    assert response["Cache-Control"] == "max-age=60, public"


def test_a_file_that_is_gone_is_not_the_page(client: Client) -> None:
    assert client.get("/assets/index-older.js").status_code == 404
