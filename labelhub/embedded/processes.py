"""What the operating system is asked about processes: whose they are, which ones are left over.

Every supervised program leads a process group of its own and writes a record of itself before it
becomes the real thing. After a kill -9 the record finds what it left behind (the web server's
workers still holding the port, a pool's children), so that the next start has a clean slate.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from labelhub.embedded.problem import Problem

_PROC = Path("/proc")
_NOBODY = 65534
_DEAD = frozenset("ZX")


@dataclass(frozen=True)
class Account:
    """Who a program runs as when it may not run as root."""

    uid: int
    gid: int

    def assume(self) -> None:
        """Turn this process into that account; there is no way back."""
        os.setgroups([])
        os.setresgid(self.gid, self.gid, self.gid)
        os.setresuid(self.uid, self.uid, self.uid)


def database_account() -> Account | None:
    """Postgres refuses to run as root: then it runs as `nobody`. None: as whoever we are."""
    if os.geteuid() != 0:
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:
            raise Problem(
                f"Postgres needs an account with a name and this one is just {os.geteuid()}: add "
                "it to /etc/passwd, or set DATABASE_URL to a Postgres server with pgvector."
            ) from None
        return None
    try:
        entry = pwd.getpwuid(_NOBODY)
    except KeyError:
        raise Problem(
            f"Postgres does not run as root and no account has the number {_NOBODY} (nobody): "
            "run as an ordinary user, or set DATABASE_URL."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True)
class Record:
    """One process, told apart from any later one that gets the same number."""

    boot: str
    pid: int
    started: int  # in clock ticks since boot
    session: int

    @classmethod
    def of_this_process(cls) -> Record:
        seen = _look(os.getpid())
        started = seen.started if seen else 0
        return cls(boot=_boot(), pid=os.getpid(), started=started, session=os.getsid(0))

    @classmethod
    def read(cls, path: Path) -> Record | None:
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, path: Path) -> None:
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        beside.write_text(json.dumps(asdict(self)))
        beside.replace(path)

    def is_alive(self) -> bool:
        seen = _look(self.pid)
        return seen is not None and self.boot == _boot() and seen.started == self.started

    def wait(self, seconds: float) -> bool:
        """Whether it ended within that time."""
        deadline = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def group(self) -> list[int]:
        """The living members of its process group, even when the process itself is dead."""
        if self.boot != _boot():
            return []
        members = {
            pid: seen
            for pid in _pids()
            if (seen := _look(pid)) and seen.group == self.pid and seen.session == self.session
        }
        leader = members.get(self.pid)
        if leader is not None and leader.started != self.started:
            return []  # the number was given to somebody else
        return [pid for pid, seen in members.items() if seen.started >= self.started]


def end_group(record: Record, *, polite: int | None = None, patience: float = 0.0) -> bool:
    """End a process and everything in its group; True when there was something to end.

    With `polite`, the process itself gets that signal first and `patience` seconds to follow it.
    """
    if not record.group():
        return False
    if polite is not None and record.is_alive():
        _signal(record.pid, polite)
        record.wait(patience)
    _kill_all(record.group)
    return True


def end_all_in(folder: Path) -> None:
    """End the processes at home in a folder: Postgres' own leave its group."""
    _kill_all(lambda: [pid for pid in _pids() if is_at_home(pid, folder)])


def is_at_home(pid: int, folder: Path) -> bool:
    return _cwd(pid) == folder.resolve() and _look(pid) is not None


def _kill_all(find: Callable[[], list[int]]) -> None:
    deadline = time.monotonic() + 10
    while found := find():
        for pid in found:
            _signal(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            raise Problem(f"Process {found[0]} does not end: end it by hand, then try again.")
        time.sleep(0.02)


def may_enter(folder: Path, account: Account) -> bool:
    """Whether that account can write in the folder, asked of the system itself."""
    try:
        answer = subprocess.run(
            ["/bin/sh", "-c", 'cd "$0" && test -w .', str(folder)],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EINVAL):
            raise Problem(
                "Postgres does not run as root and this machine does not let root become another "
                "user: run as an ordinary user, or set DATABASE_URL."
            ) from None
        raise
    return answer.returncode == 0


@dataclass(frozen=True)
class _Seen:
    group: int
    session: int
    started: int


def _look(pid: int) -> _Seen | None:
    """What /proc says of a living process; the dead that nobody has buried yet do not count."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    # The name is in brackets and may hold brackets itself: the fields start after the last one.
    fields = text.rpartition(")")[2].split()
    if fields[0] in _DEAD:
        return None
    return _Seen(group=int(fields[2]), session=int(fields[3]), started=int(fields[19]))


def _cwd(pid: int) -> Path | None:
    try:
        return (_PROC / str(pid) / "cwd").readlink()
    except OSError:
        return None


def _pids() -> list[int]:
    try:
        return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    except OSError:
        return []


def _boot() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
