"""The processes of one installation: what each one runs and how it is asked to stop."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from labelhub.embedded import places, wheels
from labelhub.embedded.postgres import Postgres
from labelhub.embedded.redis import Redis
from labelhub.embedded.server import Server

RECORD_SUFFIX = ".process"
# How Postgres and Redis are told to end in good order, now.
SERVER_SIGNALS = {"postgres": signal.SIGINT, "redis": signal.SIGTERM}
_CELERY = [sys.executable, "-m", "celery", "-A", "worker.app"]
_LEAST_WORKERS, _MOST_WORKERS = 2, 8
_LARGE = 450_000  # KiB; one that has not loaded torch has half as much
_WEB_SECONDS = 20  # a request may take this long to finish when the web server stops
_VITE_PORT = 5173


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str] = field(default_factory=list)
    server: Server | None = None  # of the embedded ones: it knows its own command
    stop_signal: signal.Signals = signal.SIGTERM
    patience: int = 30  # seconds between the polite signal and the last one
    directory: Path = field(default_factory=places.checkout)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def record(self) -> Path:
        return places.run_dir() / f"{self.name}{RECORD_SUFFIX}"

    @property
    def log(self) -> Path:
        return places.log_dir() / f"{self.name}.log"

    @property
    def ready_file(self) -> Path:
        """Made by a worker when it takes work."""
        return places.run_dir() / f"{self.name}.ready"


def postgres() -> Postgres:
    return Postgres(places.home() / "postgres", sockets=places.postgres_sockets())


def redis() -> Redis:
    return Redis(places.home() / "redis", socket=places.redis_socket())


def servers() -> list[Program]:
    """Postgres and Redis, except the one that the environment says is elsewhere."""
    found = []
    if not os.environ.get("DATABASE_URL"):
        signal_of = SERVER_SIGNALS["postgres"]
        found.append(Program("postgres", server=postgres(), stop_signal=signal_of, patience=60))
    if not os.environ.get("REDIS_URL"):
        found.append(Program("redis", server=redis()))
    return found


def workers(*, reload: bool = False) -> list[Program]:
    cores = len(os.sched_getaffinity(0))
    # One more than cores: a download waits for the network, not for a core.
    size = str(max(_LEAST_WORKERS, min(_MOST_WORKERS, cores)) + 1)
    # In processes of their own, whose time limits hold; the solo pool has none.
    pool = ("--pool", "prefork", "-c")
    return [
        # A process that a bulk product made large makes room for a new one.
        _worker("cpu", *pool, size, "--max-memory-per-child", str(_LARGE), reload=reload),
        _worker("gpu", *pool, "1", reload=reload),
        # By itself: it must not wait behind the work it looks after.
        _worker("sweep", "--pool", "solo", reload=reload),
    ]


def applications(*, reload: bool = False) -> list[Program]:
    """Everything of ours, which needs the servers."""
    # The scheduler that keeps no file: what is due is in our settings, not in its memory.
    beat = [*_CELERY, "beat", "-l", "INFO", "--pidfile=", "-S", "celery.beat.Scheduler"]
    found = [
        Program("web", _web(reload=reload), patience=_WEB_SECONDS + 5),
        *workers(reload=reload),
        Program("beat", _restarted_on_change(beat) if reload else beat),
    ]
    if reload:
        found.append(_frontend())
    return found


def frontend_origin() -> str:
    return f"http://127.0.0.1:{_VITE_PORT}"


def every(*, reload: bool = False) -> list[Program]:
    return [*servers(), *applications(reload=reload)]


def _web(*, reload: bool) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", places.host(), "--port", str(places.port())),
        *("--workers", "1" if reload else "2", "--blocking-threads", "8"),
        *("--workers-kill-timeout", str(_WEB_SECONDS)),
        *("--respawn-failed-workers", "--respawn-interval", "1"),
        *(("--reload", "--reload-paths", "labelhub") if reload else ()),
        "labelhub.wsgi:application",
    ]


def _worker(queue: str, *pool: str, reload: bool) -> Program:
    name = f"worker-{queue}"
    node = [*_CELERY, "worker", "-Q", queue, "-n", f"{queue}@%h", "-l", "INFO"]
    # No talk with other workers: it costs a second at each start and nobody asks for it.
    command = [*node, "--without-gossip", "--without-mingle", *pool]
    return Program(
        name,
        _restarted_on_change(command) if reload else command,
        environment={"LABELHUB_READY_FILE": str(places.run_dir() / f"{name}.ready")},
    )


def _restarted_on_change(command: list[str]) -> list[str]:
    watch = [sys.executable, "-m", "watchfiles", "--filter", "python"]
    return [*watch, "--target-type", "command", shlex.join(command), "labelhub", "worker"]


def _frontend() -> Program:
    vite = places.checkout() / "frontend" / "node_modules" / "vite" / "bin" / "vite.js"
    return Program(
        "frontend",
        [str(wheels.node()), str(vite), "--host", "127.0.0.1", "--port", str(_VITE_PORT)],
        directory=places.checkout() / "frontend",
        environment={"LABELHUB_SERVER": f"http://127.0.0.1:{places.port()}"},
    )
