from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from labelhub.embedded import migrations, places, programs
from labelhub.embedded.postgres import Postgres
from labelhub.embedded.problem import Problem
from labelhub.embedded.up import prepare_home


@pytest.fixture
def checkout(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose manage.py notes each time that it ran."""
    prepare_home()
    (tmp_path / "labelhub").mkdir()
    (tmp_path / "labelhub" / "models.py").write_text("one")
    (tmp_path / "requirements.lock").write_text("django==1")
    (tmp_path / "manage.py").write_text("open('runs', 'a').write('.')\n")
    monkeypatch.setattr(places, "checkout", lambda: tmp_path)
    return tmp_path


def runs(checkout: Path) -> int:
    return len((checkout / "runs").read_text())


def test_migrations_run_when_code_libraries_or_tables_changed_and_only_then(checkout: Path) -> None:
    with programs.postgres() as server, psycopg.connect(server.url, autocommit=True) as tables:
        tables.execute("CREATE TABLE django_migrations (id serial, app text, name text)")
        migrations.migrate()
        migrations.migrate()
        assert runs(checkout) == 1
        (checkout / "labelhub" / "models.py").write_text("two")
        migrations.migrate()
        (checkout / "requirements.lock").write_text("django==2")
        migrations.migrate()
        tables.execute("INSERT INTO django_migrations (app, name) VALUES ('tags', '0001')")
        migrations.migrate()
        migrations.migrate()
        assert runs(checkout) == 4


def test_a_database_that_cannot_be_asked_is_always_migrated(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/one")
    migrations.migrate()
    migrations.migrate()
    assert runs(checkout) == 2


def test_a_failure_is_a_sentence_and_is_tried_again(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Postgres, "query", lambda *_: "tags|0001")
    (checkout / "manage.py").write_text("raise ValueError('no such column')")
    said = "The tables could not be brought up to date: no such column"
    for _ in range(2):
        with pytest.raises(Problem, match=said) as failure:
            migrations.migrate()
        assert "Traceback" not in failure.value.sentence
        assert "Traceback" in (places.log_dir() / "migrate.log").read_text()
