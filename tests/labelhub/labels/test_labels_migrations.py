"""What the rows of an older labelhub become."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import IntegrityError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from pytest_django.plugin import DjangoDbBlocker

OLD = ("labels", "0003_past_answers")
NAME = "labelhub_old"


@pytest.fixture
def old(
    django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BaseDatabaseWrapper]:
    """A database of its own, empty."""
    # Browser tests, where they ran before in this process, leave Playwright's loop running.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with (
        django_db_blocker.unblock(),
        psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server,
    ):
        server.execute(f"CREATE DATABASE {NAME}")
        settings: dict[str, Any] = connections.databases["default"] | {"NAME": NAME}
        connections.databases[NAME] = settings
        yield connections[NAME]
        connections[NAME].close()
        del connections[NAME], connections.databases[NAME]
        server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def migrate(*to: str) -> None:
    """As whoever updates labelhub does: migrations of data ask the one database there is."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = parts._replace(path=f"/{NAME}").geturl()
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0", *to],
        env=os.environ | {"DATABASE_URL": url},
        check=True,
    )


def ask(database: BaseDatabaseWrapper, sql: str) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def test_events_of_old_are_kept_and_every_image_is_to_be_derived(old: BaseDatabaseWrapper) -> None:
    migrate(*OLD)
    apps = MigrationExecutor(old).loader.project_state([OLD]).apps

    def make(model: str, **fields: object) -> Any:
        return apps.get_model(model)._base_manager.using(NAME).create(**fields)

    user = make("accounts.User", username="carol")
    upload = make("images.Upload", expected=2)
    seen, empty = (
        make(
            "images.Image",
            sha256=f"{number:064x}",
            name="a.png",
            format="PNG",
            bytes=1,
            width=1,
            height=1,
            phash=0,
            phash_algorithm="x",
            upload=upload,
        )
        for number in (1, 2)
    )
    apron, hair = make("tags.Tag", name="apron"), make("tags.Tag", name="long_hair_(2)")

    def answer(view: str, shown: dict[str, object]) -> Any:
        return make(
            "labels.Answer",
            user=user,
            image=seen,
            tag=apron,
            verdict="no",
            seconds=1,
            view=view,
            shown=shown,
            guideline_version=0,
        )

    asked = answer("card", {"score": 0.5})
    accepted = answer("image", {"score": 0.5})
    typed = answer("image", {"score": None})
    make("labels.Retraction", answer=typed, user=user)
    for tag, origin in ((hair, "a.txt"), (apron, "a.txt"), (apron, "b.txt")):
        make("labels.ImportedTag", image=seen, tag=tag, origin=origin)
    make("labels.Label", image=seen, tag=apron, state="negative", source="answered")

    migrate()

    assert dict(ask(old, "SELECT id, how FROM labels_answer")) == {
        asked.pk: "asked",
        accepted.pk: "accepted",
        typed.pk: "typed",
    }
    assert ask(
        old,
        "SELECT r.answer_id, u.answer_ids, u.user_id"
        "  FROM labels_retraction r JOIN labels_undo u ON u.id = r.undo_id",
    ) == [(typed.pk, [typed.pk], user.pk)]
    assert ask(
        old, "SELECT image_id, origin, positive FROM labels_importedtags ORDER BY origin"
    ) == [(seen.pk, "a.txt", [apron.pk, hair.pk]), (seen.pk, "b.txt", [apron.pk])]
    every = [(seen.pk,), (empty.pk,)]
    assert ask(old, "SELECT image_id FROM labels_stale ORDER BY 1") == every
    assert ask(old, "SELECT image_id FROM labels_labels ORDER BY 1") == every
    assert ask(old, "SELECT name, tag_id, alias, words::text, initials FROM tags_tagname") == [
        ("apron", apron.pk, False, "'apron'", "a"),
        ("long_hair_(2)", hair.pk, False, "'2' 'hair' 'long'", "lh2"),
    ]
    with pytest.raises(IntegrityError, match="append-only"):
        ask(old, "DELETE FROM labels_undo")
