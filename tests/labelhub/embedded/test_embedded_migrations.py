from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from labelhub.embedded import migrations, places, programs
from labelhub.embedded.problem import Problem


@pytest.fixture
def checkout(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout with one migration, which a manage.py notes in a running database."""
    (home / "logs").mkdir(parents=True)
    home.chmod(0o711)
    (home / "run").mkdir()
    (home / "run").chmod(0o711)
    (tmp_path / "labelhub").mkdir()
    (tmp_path / "labelhub" / "models.py").write_text("one")
    (tmp_path / "requirements.lock").write_text("django==1")
    (tmp_path / "manage.py").write_text("open('runs', 'a').write('.')\n")
    monkeypatch.setattr(places, "checkout", lambda: tmp_path)
    with programs.postgres() as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE django_migrations (id serial, app text, name text)")
        yield tmp_path


def runs(checkout: Path) -> int:
    return len((checkout / "runs").read_text())


def test_migrations_run_when_code_libraries_or_tables_changed_and_only_then(checkout: Path) -> None:
    migrations.migrate()
    migrations.migrate()
    assert runs(checkout) == 1
    (checkout / "labelhub" / "models.py").write_text("two")
    migrations.migrate()
    (checkout / "requirements.lock").write_text("django==2")
    migrations.migrate()
    with psycopg.connect(places.database_url()) as connection:
        connection.execute("INSERT INTO django_migrations (app, name) VALUES ('tags', '0001')")
    migrations.migrate()
    migrations.migrate()
    assert runs(checkout) == 4


def test_a_database_of_somebody_else_is_always_asked(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", places.database_url())
    migrations.migrate()
    migrations.migrate()
    assert runs(checkout) == 2


def test_a_failure_is_a_sentence_with_its_log_and_is_tried_again(checkout: Path) -> None:
    (checkout / "manage.py").write_text("raise SystemExit('no such column')")
    for _ in range(2):
        with pytest.raises(Problem, match="could not be brought up to date") as failure:
            migrations.migrate()
        assert failure.value.log is not None
        assert failure.value.log.read_text() == "no such column\n"
