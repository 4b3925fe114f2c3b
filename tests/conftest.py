"""The tests' servers and cast: a real Postgres and a real Redis, thrown away afterwards; three
people and an image.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest

from labelhub.embedded.postgres import Postgres
from labelhub.embedded.redis import Redis
from labelhub.embedded.server import Server

if TYPE_CHECKING:
    from django.test import Client

    from labelhub.accounts.models import User
    from labelhub.images.models import Image

SERVERS = pytest.StashKey[tuple[Path, list[Server]]]()


def pytest_configure(config: pytest.Config) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "labelhub.settings"
    if not hasattr(config, "workerinput"):  # xdist: the process that started us started them
        _servers_start(config)
    # The settings read the environment, so only now.
    django.setup()


def _servers_start(config: pytest.Config) -> None:
    # Not below pytest's own folder: under root it is closed to the account Postgres runs as.
    home = Path(tempfile.mkdtemp(prefix="labelhub-tests-"))
    home.chmod(0o711)
    postgres = Postgres(home / "postgres", durable=False)
    redis = Redis(home / "redis")
    config.stash[SERVERS] = (home, [postgres, redis])
    for server in (postgres, redis):
        server.start()
    os.environ |= {
        "LABELHUB_HOME": str(home),
        "DATABASE_URL": postgres.url,
        "REDIS_URL": redis.url,
        "HF_ENDPOINT": "http://127.0.0.1:9",  # nobody there: tests never fetch the real checkpoint
    }


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVERS in config.stash:
        home, servers = config.stash[SERVERS]
        for server in servers:
            server.stop()
        shutil.rmtree(home)


@pytest.fixture(autouse=True)
def files(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A storage of its own for every test; its folder."""
    from django.test import override_settings

    folder = tmp_path / "files"
    storages = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=storages):
        yield folder


@pytest.fixture
def doorbells(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was rung, instead of ringing: (task, job id)."""
    from worker.app import app

    rung: list[tuple[str, int]] = []
    monkeypatch.setattr(
        app, "send_task", lambda name, args, **_kwargs: rung.append((name, args[0]))
    )
    return rung


@pytest.fixture
def alice(db: None) -> User:
    """Alice administrates."""
    from labelhub.accounts.models import Role, User

    return User.objects.create_user("alice", role=Role.ADMIN)


@pytest.fixture
def bob(db: None) -> User:
    """Bob curates."""
    from labelhub.accounts.models import Role, User

    return User.objects.create_user("bob", role=Role.CURATOR)


@pytest.fixture
def carol(db: None) -> User:
    """Carol annotates."""
    from labelhub.accounts.models import Role, User

    return User.objects.create_user("carol", role=Role.ANNOTATOR)


@pytest.fixture
def image(db: None) -> Image:
    """An image, and the tags of `factories.TAGS` to say of it."""
    from labelhub.tags.services import tags_ensure
    from tests import factories

    tags_ensure(names=factories.TAGS)
    return factories.image()


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser's session of a person, as the API sees it."""
    from django.test import Client

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
