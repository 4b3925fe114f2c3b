from __future__ import annotations

import configparser
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from labelhub.embedded import places, programs, supervisor, wheels
from labelhub.embedded.processes import Record
from labelhub.embedded.up import prepare_home


def until(is_true: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def running(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The servers under the supervisor, in a home whose name is as awkward as may be."""
    monkeypatch.setenv("LABELHUB_HOME", str(open_folder / "a b;%(x)s #'\"é,"))
    prepare_home()
    supervisor.start(programs.servers())
    postgres = programs.postgres()
    until(lambda: postgres.is_ready() and programs.redis().is_ready())
    postgres.create_database()
    yield
    supervisor.end()
    shutil.rmtree(places.run_dir())  # elsewhere: no socket may lie below a comma


def record(name: str) -> Record:
    found = Record.read(places.run_dir() / f"{name}{programs.RECORD_SUFFIX}")
    assert found is not None
    return found


def kill(name: str) -> Record:
    before = record(name)
    os.kill(before.pid, signal.SIGKILL)
    return before


def database_state() -> str:
    """“shut down” is the word for a clean end, after which nothing needs to be recovered."""
    program = wheels.postgres() / "bin" / "pg_controldata"
    told = subprocess.check_output([program, programs.postgres().data], text=True)
    line = next(line for line in told.splitlines() if line.startswith("Database cluster state"))
    return line.partition(":")[2].strip()


@pytest.mark.usefixtures("running")
def test_killed_servers_come_back_with_what_they_held() -> None:
    with psycopg.connect(places.database_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE row AS SELECT 1 AS n")
    for name in ("postgres", "redis"):
        before = kill(name)
        until(lambda name=name, before=before: record(name).pid != before.pid)  # type: ignore[misc]
    until(lambda: programs.postgres().is_ready() and programs.redis().is_ready())
    with psycopg.connect(places.database_url()) as connection:
        assert connection.execute("SELECT n FROM row").fetchone() == (1,)
    assert redis.Redis.from_url(places.redis_url()).ping()
    states = supervisor.states()
    assert states is not None
    assert {name: state.pid for name, state in states.items()} == {
        "postgres": record("postgres").pid,
        "redis": record("redis").pid,
    }


@pytest.mark.usefixtures("running")
def test_only_its_owner_may_command_it_and_it_ends_everything_in_good_order() -> None:
    assert supervisor.socket_file().stat().st_mode & 0o077 == 0
    started = [record(name) for name in ("supervisord", "postgres", "redis")]
    assert supervisor.end()
    assert not any(each.group() for each in started)
    assert database_state() == "shut down"
    assert supervisor.records() == []
    assert not supervisor.end()


@pytest.mark.usefixtures("running")
def test_what_a_killed_supervisor_leaves_behind_is_ended_too() -> None:
    started = [record(name) for name in ("postgres", "redis")]
    kill("supervisord")
    until(lambda: supervisor.states() is None)
    assert all(each.is_alive() for each in started)
    assert supervisor.end()
    assert not any(each.group() for each in started)
    assert database_state() == "shut down"


@pytest.mark.usefixtures("home")
def test_what_is_started_when_depends_on_what_it_needs() -> None:
    config = configparser.RawConfigParser()
    config.read_string(supervisor.config(programs.every()))
    autostart = {
        name.removeprefix("program:"): config.getboolean(name, "autostart")
        for name in config.sections()
        if name.startswith("program:")
    }
    assert autostart == {
        "postgres": True,
        "redis": True,
        "web": False,
        "worker-cpu": False,
        "worker-gpu": False,
        "worker-sweep": False,
        "beat": False,
    }


@pytest.mark.usefixtures("home")
def test_servers_that_are_elsewhere_are_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/one")
    assert [each.name for each in programs.servers()] == ["redis"]
    monkeypatch.setenv("REDIS_URL", "redis://queue.example")
    assert programs.servers() == []


@pytest.mark.usefixtures("home")
def test_a_supervisor_that_is_not_there_has_nothing_to_say() -> None:
    assert supervisor.states() is None
