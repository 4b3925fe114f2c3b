from __future__ import annotations

import os
import signal
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from labelhub.embedded import wheels
from labelhub.embedded.postgres import Postgres
from labelhub.embedded.problem import Problem

NOBODY = 65534


@pytest.fixture
def server(open_folder: Path) -> Iterator[Postgres]:
    # A killed process loses nothing that was written, synced or not: only a power cut would.
    with Postgres(open_folder / "postgres", durable=False) as postgres:
        yield postgres


def kill(server: Postgres) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)


def test_it_is_a_real_postgres_with_pgvector(server: Postgres) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE EXTENSION vector")
        found = connection.execute(
            "SELECT '[1,2]'::halfvec <-> '[1,4]', current_setting('max_connections'),"
            " current_setting('listen_addresses'), current_database()"
        ).fetchone()
    assert found == (2.0, "200", "", "labelhub")


def test_nobody_else_may_enter_its_folders(server: Postgres) -> None:
    for folder in (server.directory, server.data, server.sockets):
        assert folder.stat().st_mode & 0o077 == 0


def test_committed_rows_survive_a_kill_and_the_next_start_succeeds(server: Postgres) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE row (n int)")
        for n in range(50):
            connection.execute("INSERT INTO row VALUES (%s)", [n])
        kill(server)
    server.start()
    with psycopg.connect(server.url) as connection:
        counted = connection.execute("SELECT count(*), max(n) FROM row").fetchone()
    assert counted == (50, 49)


def test_a_connection_that_is_busy_when_postgres_is_killed_does_not_block_the_next_start(
    server: Postgres,
) -> None:
    connection = psycopg.connect(server.url, autocommit=True)
    asked = threading.Event()

    def ask() -> None:
        asked.set()
        with suppress(psycopg.OperationalError):
            connection.execute("SELECT count(*) FROM generate_series(1, 1000000000)")

    busy = threading.Thread(target=ask)
    busy.start()
    asked.wait()
    with psycopg.connect(server.url) as other:
        mine = connection.info.backend_pid
        state = "SELECT state FROM pg_stat_activity WHERE pid = %s"
        while other.execute(state, [mine]).fetchone() != ("active",):
            pass
    kill(server)
    server.start()
    busy.join(10)
    assert not busy.is_alive()
    connection.close()


def test_a_lock_file_that_names_somebody_elses_process_is_removed(server: Postgres) -> None:
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    server.start()
    assert server.is_ready()


def test_a_second_server_in_the_same_folder_is_refused_and_the_first_lives_on(
    server: Postgres, open_folder: Path
) -> None:
    second = Postgres(server.directory, sockets=open_folder / "elsewhere")
    with pytest.raises(Problem, match="already running"):
        second.start()
    assert server.is_ready()


def test_an_interrupted_first_start_is_begun_again(open_folder: Path) -> None:
    half = open_folder / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with Postgres(open_folder / "postgres", durable=False) as server:
        assert server.query("SELECT 1") == "1\n"


def test_programs_out_of_the_servers_reach_are_copied(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Postgres, "_can_run", lambda *_: False)
    server = Postgres(open_folder / "postgres", durable=False)
    if server.account is None:
        assert server.command()[0].startswith(str(wheels.postgres()))
        return
    with server:
        assert server.command()[0].startswith(str(server.directory))
        assert server.query("SELECT 1") == "1\n"


def test_a_home_that_the_server_cannot_reach_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    server = Postgres(closed / "postgres", sockets=tmp_path / "sockets", durable=False)
    if server.account is None:
        closed.chmod(0o500)
        expected: type[Exception] = PermissionError
    else:
        closed.chmod(0o700)
        expected = Problem
    with pytest.raises(expected, match=str(closed)):
        server.start()
    closed.chmod(0o700)


def test_an_ordinary_user_runs_it_as_well(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The environment may lie in root's own folder: theirs would not.
    programs = wheels.copy_postgres(open_folder / "programs")
    monkeypatch.setattr(wheels, "postgres", lambda: programs)
    folder = open_folder / "theirs"
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)

    def start_and_stop() -> None:
        server = Postgres(folder / "postgres", durable=False)
        assert server.account is None
        with server:
            assert server.query("SELECT current_user") == "labelhub\n"

    as_ordinary_user(start_and_stop)


def as_ordinary_user(body: Callable[[], None]) -> None:
    """Run it in a copy of this process that has given up being root."""
    with warnings.catch_warnings():
        # Python 3.12 warns of threads; none of ours holds a lock that the copy needs.
        warnings.simplefilter("ignore", DeprecationWarning)
        copy = os.fork()
    if copy == 0:
        code = 1
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
            body()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]) == 0
