"""Bringing the tables up to date, and knowing when they are without asking Django."""

from __future__ import annotations

import hashlib
import os

from labelhub.embedded import places, programs
from labelhub.embedded.commands import run_logged

_APPLIED = "SELECT app, name FROM django_migrations ORDER BY id"


def migrate() -> None:
    """Run Django's migrations, unless code and tables are those of the last time."""
    stamp = places.home() / "migrated"
    before = _signature()
    if before is not None and stamp.is_file() and stamp.read_text() == before:
        return
    failure = "The tables could not be brought up to date"
    if os.environ.get("DATABASE_URL"):
        failure = "The database of DATABASE_URL could not be set up"
    log = places.log_dir() / "migrate.log"
    run_logged(["migrate", "--no-input", "--verbosity", "0"], log=log, failure=failure)
    after = _signature()
    if after is not None:
        stamp.write_text(after)


def _signature() -> str | None:
    """Our code, the libraries' versions and what the database says was done to it.

    None: nobody knows, as with a database that is not ours to ask.
    """
    applied = None if os.environ.get("DATABASE_URL") else programs.postgres().query(_APPLIED)
    if applied is None:
        return None
    digest = hashlib.sha256(applied.encode())
    root = places.checkout()
    for file in sorted([root / "requirements.lock", *(root / "labelhub").rglob("*.py")]):
        digest.update(os.fsencode(file.relative_to(root)) + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
