"""`up`: from nothing to a product that answers, in steps; a step that fails says what to do."""

from __future__ import annotations

import fcntl
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from labelhub.embedded import commands, places, programs, supervisor
from labelhub.embedded.code import code_digest
from labelhub.embedded.console import say, step, wait_until
from labelhub.embedded.migrations import migrate
from labelhub.embedded.problem import Problem
from labelhub.embedded.programs import Program

_LEAST_DISK = 2 * 1024**3
_SERVER_SECONDS = 60
_APPLICATION_SECONDS = 180
_PATIENCE_WITH_DEATHS = 3
_ANY_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def up(*, folder: Path | None = None, demo: bool = False, reload: bool = False) -> None:
    """Start everything and return when it is ready; say so when it already runs."""
    began = time.monotonic()
    if folder is not None and not folder.is_dir():
        raise Problem(f"There is no folder {folder} to import: check FOLDER=path.")
    prepare_home()
    with alone():
        running = address_of_running()
        if running is not None and reload:
            raise Problem(f"labelhub is already running at {running}: “make down” first.")
        if running is not None and not _code_is_current():
            say("The code has changed since labelhub was started: starting it again.")
            running = None
        if running is None:
            running, link = origin(), _start(reload=reload)
        else:
            say(f"labelhub is already running (data in {places.home()}).")
            link = _sign_in_link(running)
    say(f"\nlabelhub is ready at {running} ({time.monotonic() - began:.1f} s)")
    try:
        if folder is not None:
            link = _sign_in_link(running, opens=_import(folder))
        if demo:
            say("Preparing the demo")
            commands.show("demo", takes_ctrl_c=True)
            link = _sign_in_link(running, opens="/review")
    finally:
        # Whatever became of that, the product runs and this is the way in.
        say(f"Sign in with this link, which works once:\n  {link}\n")
    say("“make logs” follows it, “make down” stops it.")


def _import(folder: Path) -> str:
    """Import a folder; the page that shows what it brought."""
    say(f"Importing {folder}")
    number = places.run_dir() / "imported"
    commands.show("import_images", str(folder), "--id-file", str(number), takes_ctrl_c=True)
    return f"/library?q=upload:{number.read_text()}"


def _sign_in_link(running: str, opens: str = "/library") -> str:
    return commands.ask("sign_in_link", "--origin", running, "--next", opens)


def prepare_home() -> None:
    # Root's Postgres is another account, which must get through to its own folders, to no other.
    passage = 0o711 if os.geteuid() == 0 else 0o700
    home = places.home()
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(passage)
    run = places.run_dir()
    run.mkdir(mode=0o700, exist_ok=True)
    places.run_dir().chmod(passage)  # asked again: it refuses what somebody else just put there
    for folder in (places.log_dir(), home / "files"):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
    free = shutil.disk_usage(home).free
    if free < _LEAST_DISK:
        raise Problem(
            f"Only {free / 1024**3:.1f} GB are free in {home}: free some space (2 GB at least), "
            "or set LABELHUB_HOME to a folder on a larger disk."
        )


@contextmanager
def alone() -> Iterator[None]:
    """One `up` or `down` of a home at a time; the second one waits and finds it done."""
    with (places.run_dir() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command is starting or stopping labelhub: waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def origin() -> str:
    host = _ANY_HOST.get(places.host(), places.host())
    return f"http://{f'[{host}]' if ':' in host else host}:{places.port()}"


def address_of_running() -> str | None:
    """Where it answers now; None when any part of it does not run."""
    states = supervisor.states()
    try:
        address = _address_file().read_text()
    except FileNotFoundError:
        return None
    if not states or any(state.is_down for state in states.values()):
        return None
    return address if _answers(address) else None


def stop_everything() -> bool:
    """Applications first, together and politely, then the servers; True when anything ran."""
    supervisor.stop_applications()
    ran = supervisor.end()
    _address_file().unlink(missing_ok=True)
    return ran


def _start(*, reload: bool) -> str:
    """Everything in order; returns the way in."""
    if stop_everything():
        say("Stopped what was left of an earlier start.")
    _check_port()
    say(f"Starting labelhub (data in {places.home()})")
    try:
        _start_servers(reload=reload)
        with step("Tables up to date"):
            migrate()
        link = _start_applications(reload=reload)
    except BaseException:
        # Nothing stays behind half started, not even after Ctrl-C.
        stop_everything()
        raise
    _address_file().write_text(origin())
    _code_file().write_text(code_digest())
    return link


def _check_port() -> None:
    host, port = places.host(), places.port()
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
    except socket.gaierror:
        raise Problem(f"LABELHUB_HOST is “{host}”, which is no address of a machine.") from None
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise Problem(
                f"This account may not use port {port}: choose one above 1023, for example "
                "“LABELHUB_PORT=8000 make up”."
            ) from None
        except OSError:
            raise Problem(
                f"Port {port} of {host} is in use by another program: stop that, or choose "
                f"another port, for example “LABELHUB_PORT={port % 65535 + 1} make up”."
            ) from None


def _start_servers(*, reload: bool) -> None:
    servers = [(each.server, each.log) for each in programs.servers() if each.server]
    # Prepared here once, where what is wrong can be said; every later start does it again.
    for server, _ in servers:
        server.prepare()
    with step("Supervisor ready"):
        supervisor.start(programs.every(reload=reload))
    for server, log in servers:
        with step(f"{server.name} ready"):
            wait_until(server.is_ready, what=server.name, seconds=_SERVER_SECONDS, log=log)
    if not os.environ.get("DATABASE_URL"):
        programs.postgres().create_database()
    if os.environ.get("REDIS_URL"):
        _check_queue()


def _check_queue() -> None:
    """A Redis that is not ours: asked by its own library, in a process that may import it."""
    url = places.redis_url()
    if not url.startswith(("redis://", "rediss://", "unix://")):
        return  # one of the kinds that only Celery knows
    ask = "import os, redis; redis.Redis.from_url(os.environ['REDIS_URL'], socket_timeout=5).ping()"
    done = subprocess.run(
        [sys.executable, "-c", ask], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        reason = commands.last_reason(done.stderr)
        raise Problem(f"The Redis of REDIS_URL cannot be used: {reason} Start it, or correct that.")


def _start_applications(*, reload: bool) -> str:
    applications = {each.name: each for each in programs.applications(reload=reload)}
    for program in applications.values():
        program.ready_file.unlink(missing_ok=True)
    began = time.monotonic()
    supervisor.start_programs(applications)
    # Meanwhile: it may have to wait for the network, and they for their libraries.
    commands.show("setup_tagger")
    watch = _Deaths(applications).check
    with ThreadPoolExecutor(max_workers=1) as aside:
        link = aside.submit(_sign_in_link, origin())
        with step("Web server ready", since=began):
            wait_until(
                lambda: _answers(origin()),
                what="the web server",
                seconds=_APPLICATION_SECONDS,
                watch=watch,
                log=applications["web"].log,
            )
        with step("Workers ready", since=began):
            for program in programs.workers():
                wait_until(
                    program.ready_file.exists,
                    what=program.name,
                    seconds=_APPLICATION_SECONDS,
                    watch=watch,
                    log=program.log,
                )
        return link.result()


class _Deaths:
    """Notices a program that is started again and again, long before patience runs out."""

    def __init__(self, watched: dict[str, Program]) -> None:
        self._watched = watched
        self._pids: dict[str, set[int]] = {name: set() for name in watched}

    def check(self) -> None:
        states = supervisor.states()
        if states is None:
            raise Problem("The process supervisor ended.", supervisor.program().log)
        for name, pids in self._pids.items():
            if states[name].pid:
                pids.add(states[name].pid)
            if states[name].is_down or len(pids) > _PATIENCE_WITH_DEATHS:
                raise Problem(f"“{name}” does not stay up.", self._watched[name].log)


def _answers(address: str) -> bool:
    line = http.client.HTTPConnection(address.removeprefix("http://"), timeout=5)
    try:
        line.request("GET", "/api/health", headers={"Host": "localhost"})
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _address_file() -> Path:
    return places.run_dir() / "address"


def _code_file() -> Path:
    """Which code runs: what `code_digest` said when it was started."""
    return places.run_dir() / "code"


def _code_is_current() -> bool:
    try:
        return _code_file().read_text() == code_digest()
    except FileNotFoundError:
        return False
