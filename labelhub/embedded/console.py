"""What a person sees in the terminal: steps with their seconds, and a failure as one sentence."""

from __future__ import annotations

import errno
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from labelhub.embedded.problem import Problem

_TAIL_LINES = 15
_POLL_SECONDS = 0.1
_WATCH_SECONDS = 0.5
_REMIND_SECONDS = 5.0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def step(done: str, *, since: float | None = None) -> Iterator[None]:
    """Print what is done, with the seconds it took, when it is."""
    began = time.monotonic() if since is None else since
    yield
    say(f"  {done} ({time.monotonic() - began:.1f} s)")


def wait_until(
    is_true: Callable[[], bool],
    *,
    what: str,
    seconds: float,
    watch: Callable[[], None] = lambda: None,
    log: Path | None = None,
) -> None:
    """Poll, remind the person now and then, and give up with a sentence. `watch` may raise one."""
    began = reminded = watched = time.monotonic()
    while not is_true():
        now = time.monotonic()
        if now - watched > _WATCH_SECONDS:
            watched = now
            watch()
        if now - began > seconds:
            raise Problem(f"Gave up waiting for {what} after {seconds:.0f} s.", log)
        if now - reminded > _REMIND_SECONDS:
            reminded = now
            say(f"  waiting for {what} ({now - began:.0f} s)")
        time.sleep(_POLL_SECONDS)


def explain(error: Problem | OSError) -> None:
    """The sentence, below the end of the log that it is about."""
    problem = error if isinstance(error, Problem) else _of_the_system(error)
    if problem.log is not None:
        lines = last_lines(problem.log)
        if lines:
            sys.stderr.write(f"The last lines of {problem.log}:\n")
            sys.stderr.writelines(f"    {line}\n" for line in lines)
    sys.stderr.write(f"{problem.sentence}\n")


def last_lines(path: Path, count: int = _TAIL_LINES) -> list[str]:
    try:
        with path.open(errors="replace") as file:
            return [line.rstrip() for line in deque(file, count)]
    except OSError:
        return []


def _of_the_system(error: OSError) -> Problem:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem("The disk is full: free some space, or move LABELHUB_HOME to a larger disk.")
    if isinstance(error, PermissionError) and error.filename:
        return Problem(
            f"This account may not use {error.filename}: change its owner, run as the account it "
            "belongs to, or set LABELHUB_HOME to another folder."
        )
    return Problem(f"The system refused: {error}.")
