"""How we talk to the supervisor, a well-kept library's daemon that restarts whatever dies."""

from __future__ import annotations

import http.client
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labelhub.embedded import places
from labelhub.embedded.problem import Problem
from labelhub.embedded.processes import Record, end_group
from labelhub.embedded.programs import RECORD_SUFFIX, SERVER_SIGNALS, Program

_DOWN = frozenset({"STOPPED", "EXITED", "FATAL"})
_ANSWER_SECONDS = 10.0
_START_SECONDS = 20.0
_STOP_SECONDS = 120.0
_LEFTOVER_SECONDS = 30.0


@dataclass(frozen=True)
class State:
    """What the supervisor says of one program."""

    name: str
    word: str  # RUNNING, STARTING, BACKOFF, STOPPING, STOPPED, EXITED, FATAL
    pid: int
    seconds: int

    @property
    def is_down(self) -> bool:
        return self.word in _DOWN


def program() -> Program:
    """The supervisor itself."""
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(config_file())]
    return Program("supervisord", command, patience=int(_STOP_SECONDS))


def config_file() -> Path:
    return places.run_dir() / "supervisord.conf"


def socket_file() -> Path:
    return places.run_dir() / "supervisor.sock"


def config(programs: Sequence[Program]) -> str:
    """The configuration. Paths come in through the environment: they may hold any character."""
    # Root is said to be meant: otherwise the log begins with a warning about it.
    head = _HEAD.replace("{user}", "user=root" if os.geteuid() == 0 else "")
    return head + "".join(
        _PROGRAM.format(
            name=each.name,
            autostart="true" if each.server else "false",
            signal=each.stop_signal.name.removeprefix("SIG"),
            patience=each.patience,
        )
        for each in programs
    )


_HEAD = """\
[supervisord]
nodaemon=true
silent=true
umask=077
minfds=256
minprocs=50
logfile=%(ENV_LABELHUB_LOGS)s/supervisord.log
logfile_maxbytes=10MB
logfile_backups=3
pidfile=%(ENV_LABELHUB_RUN)s/supervisord.pid
childlogdir=%(ENV_LABELHUB_LOGS)s
{user}

[unix_http_server]
file=%(ENV_LABELHUB_RUN)s/supervisor.sock
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""

_PROGRAM = """
[program:{name}]
command=%(ENV_LABELHUB_LAUNCH)s {name}
directory=%(ENV_LABELHUB_CHECKOUT)s
autostart={autostart}
autorestart=true
startsecs=1
startretries=1000
stopsignal={signal}
stopwaitsecs={patience}
killasgroup=true
redirect_stderr=true
stdout_logfile=%(ENV_LABELHUB_PROGRAM_LOGS)s/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""


def _environment() -> dict[str, str]:
    return os.environ | {
        "LABELHUB_HOME": str(places.home()),
        "LABELHUB_LOGS": str(places.log_dir()),
        # This one is expanded twice.
        "LABELHUB_PROGRAM_LOGS": str(places.log_dir()).replace("%", "%%"),
        "LABELHUB_RUN": str(places.run_dir()),
        "LABELHUB_CHECKOUT": str(places.checkout()),
        "LABELHUB_LAUNCH": shlex.join([sys.executable, "-m", "labelhub.embedded.launch"]),
        "PYTHONUNBUFFERED": "1",
    }


def start(programs: Sequence[Program]) -> None:
    """Start the supervisor and with it the servers; return when it answers."""
    me = program()
    config_file().write_text(config(programs))
    socket_file().unlink(missing_ok=True)
    with me.log.open("ab") as log:
        done = subprocess.run(
            [sys.executable, "-m", "labelhub.embedded.launch", me.name],
            cwd=places.checkout(),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            umask=0o077,
        )
    deadline = time.monotonic() + _START_SECONDS
    while done.returncode == 0 and states() is None:
        record = Record.read(me.record)
        if (record and not record.is_alive()) or time.monotonic() > deadline:
            raise Problem("The process supervisor did not start.", me.log)
        time.sleep(0.05)
    if done.returncode != 0:
        raise Problem("The process supervisor did not start.", me.log)


def states() -> dict[str, State] | None:
    """What each program is doing; None when no supervisor answers."""
    try:
        with _remote() as remote:
            rows = remote.getAllProcessInfo()
    except (OSError, http.client.HTTPException, xmlrpc.client.Error):
        return None
    return {
        row["name"]: State(
            row["name"], row["statename"], row["pid"], max(0, row["now"] - row["start"])
        )
        for row in rows
    }


def start_programs(names: Iterable[str]) -> None:
    with _remote() as remote:
        for name in names:
            remote.startProcess(name, False)


def stop_applications() -> None:
    """All but the servers, all at once; each has its own patience before it is killed."""
    deadline = time.monotonic() + _STOP_SECONDS
    for name in _busy():
        with suppress(xmlrpc.client.Fault), _remote() as remote:  # it may just have ended
            remote.stopProcess(name, False)
    # Beyond the deadline, the end of the supervisor is the end of them.
    while _busy() and time.monotonic() < deadline:
        time.sleep(0.05)


def _busy() -> list[str]:
    found = (states() or {}).values()
    return [each.name for each in found if not each.is_down and each.name not in SERVER_SIGNALS]


def end() -> bool:
    """Stop the supervisor and everything it started, answering or not; True when anything ran."""
    me = Record.read(program().record)
    ran = False
    if me is not None:
        if states() is not None:
            with _remote() as remote:
                remote.shutdown()
            ran = me.wait(_STOP_SECONDS)
        ran |= end_group(me)
        program().record.unlink()
    # What is left has no supervisor any more: it was killed, or did not answer.
    for path in records():
        record = Record.read(path)
        if record is not None:
            polite = SERVER_SIGNALS.get(path.stem, signal.SIGTERM)
            ran |= end_group(record, polite=polite, patience=_LEFTOVER_SECONDS)
        path.unlink()
    return ran


def records() -> list[Path]:
    """What was started and not stopped since, the servers last."""
    found = places.run_dir().glob(f"*{RECORD_SUFFIX}")
    return sorted(found, key=lambda path: path.stem in SERVER_SIGNALS)


class _Line(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(_ANSWER_SECONDS)
        self.sock.connect(str(socket_file()))


class _Transport(xmlrpc.client.Transport):
    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        line = _Line("localhost")
        self._connection = host, line  # what close() closes
        return line


@contextmanager
def _remote() -> Iterator[Any]:
    with xmlrpc.client.ServerProxy("http://localhost", transport=_Transport()) as proxy:
        yield proxy.supervisor
