"""Our own `manage.py` commands, run as other processes: this package imports no Django."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from labelhub.embedded import places
from labelhub.embedded.problem import Problem

_GOOD_END_SECONDS = 20.0
_EXCEPTION = re.compile(r"^(?:[\w.]+\.)?\w*(?:Error|Exception|Warning|Exit|Configured): ?(.*)")


def show(*arguments: str, takes_ctrl_c: bool = False) -> None:
    """Run one that prints its own lines; `takes_ctrl_c` says that it ends itself in good order."""
    process = subprocess.Popen(
        _command(arguments),
        cwd=places.checkout(),
        stdin=subprocess.DEVNULL,
        process_group=None if takes_ctrl_c else 0,  # of its own: the terminal's Ctrl-C passes it by
    )
    try:
        code = process.wait()
    except KeyboardInterrupt:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GOOD_END_SECONDS if takes_ctrl_c else 0)
        if process.poll() is None:
            process.kill()
            process.wait()
        raise
    if code != 0:
        raise Problem(f"“manage.py {arguments[0]}” did not succeed: see its message above.")


def ask(*arguments: str) -> str:
    """Run one for what it prints."""
    log = places.log_dir() / "manage.log"
    return run_logged(arguments, log=log, failure="A command failed").strip()


def run_logged(arguments: Sequence[str], *, log: Path, failure: str) -> str:
    """Run one quietly; what it says besides its output goes to the log, and why it failed too."""
    with log.open("w") as messages:
        done = subprocess.run(
            _command(arguments),
            cwd=places.checkout(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=messages,
            text=True,
        )
    if done.returncode != 0:
        reason = last_reason(log.read_text(errors="replace"))
        raise Problem(f"{failure}: {reason} (“manage.py {arguments[0]}”; all of it is in {log})")
    return done.stdout


def last_reason(text: str) -> str:
    """What went wrong, out of a traceback or a plain message: on one line."""
    lines = text.strip().splitlines()
    for number, line in reversed(list(enumerate(lines))):
        if found := _EXCEPTION.match(line):
            return " ".join([found[1], *map(str.strip, lines[number + 1 :])]).strip()
    return lines[-1].strip() if lines else "it said nothing."


def _command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "manage.py", *arguments]
