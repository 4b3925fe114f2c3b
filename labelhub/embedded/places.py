"""Where labelhub keeps its data and how its parts find each other. It writes nothing."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from urllib.parse import quote

from labelhub.embedded.problem import Problem

# A unix socket's path holds at most 107 bytes; the longest name below a run folder is
# "supervisor.sock.4194304" (its temporary name while it is made).
_SOCKET_PATH_BYTES = 107
_LONGEST_SOCKET_NAME = 24


def checkout() -> Path:
    """The folder that holds manage.py, labelhub/, worker/ and frontend/."""
    return Path(__file__).resolve().parents[2]


def home() -> Path:
    """The folder of all that one installation stores; outside the checkout unless asked for."""
    chosen = os.environ.get("LABELHUB_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/labelhub")
    data = os.environ.get("XDG_DATA_HOME", "")
    if Path(data).is_absolute():
        return Path(data) / "labelhub"
    try:
        return Path.home() / ".local" / "share" / "labelhub"
    except RuntimeError:
        raise Problem(
            "This account has no home folder: set LABELHUB_HOME to a folder for the data."
        ) from None


def log_dir() -> Path:
    return home() / "logs"


def run_dir() -> Path:
    """Sockets, process records and the supervisor's configuration; nothing that must survive."""
    return short_enough(home() / "run")


def short_enough(folder: Path) -> Path:
    """The folder itself, or a private stand-in when sockets cannot have its path."""
    fits = len(os.fsencode(folder)) + 1 + _LONGEST_SOCKET_NAME <= _SOCKET_PATH_BYTES
    # Postgres' clients read a comma as the end of one server's name and the start of another's.
    if fits and "," not in str(folder):
        return folder
    uid = os.geteuid()
    name = hashlib.sha256(f"{uid}:{folder}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    # Not $TMPDIR: it may be long itself, and two commands must find the same folder.
    stand_in = Path("/tmp") / f"labelhub-{uid}-{name}"
    _refuse_foreign(stand_in, uid)
    return stand_in


def _refuse_foreign(folder: Path, uid: int) -> None:
    """Anybody may write to /tmp: what lies there under our name is used only when it is ours."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    writable_by_others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or writable_by_others:
        raise Problem(
            f"{folder} is not a private folder of this account: remove it, "
            "or set LABELHUB_HOME to a folder with a shorter path."
        )


def postgres_sockets() -> Path:
    """A folder of its own: as root, Postgres runs as another user and owns only this one."""
    return run_dir() / "pg"


def redis_socket() -> Path:
    return run_dir() / "redis.sock"


def database_url() -> str:
    return os.environ.get("DATABASE_URL") or socket_database_url(postgres_sockets())


def socket_database_url(sockets: Path, name: str = "labelhub") -> str:
    """The form with the folder as the host: libpq and dj-database-url both read it."""
    return f"postgresql://labelhub@{quote(str(sockets), safe='')}/{name}"


def redis_url() -> str:
    """For redis-py and Django's cache; Celery wants broker_url()."""
    return os.environ.get("REDIS_URL") or socket_redis_url(redis_socket())


def socket_redis_url(path: Path) -> str:
    return f"unix://{quote(str(path))}"


def broker_url() -> str:
    """The same server as Celery spells it."""
    url = redis_url()
    return "redis+socket://" + url.removeprefix("unix://") if url.startswith("unix://") else url


def host() -> str:
    return os.environ.get("LABELHUB_HOST") or "127.0.0.1"


def port() -> int:
    text = os.environ.get("LABELHUB_PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Problem(f"LABELHUB_PORT is “{text}”: set it to a number from 1 to 65535.")
    return int(text)
