"""`python -m tests [lint]`: every check, to the end, with the time of each.

Two lanes run beside each other, for two cores: most checks keep one busy, and the browser tests
hardly that.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labelhub.embedded import wheels
from labelhub.embedded.console import explain, say
from labelhub.embedded.places import checkout
from labelhub.embedded.problem import Problem

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PRODUCT_VARIABLES = ("LABELHUB_", "DATABASE_URL", "REDIS_URL")


@dataclass(frozen=True)
class Check:
    name: str
    command: tuple[str, ...]
    folder: str = "."


@dataclass(frozen=True)
class Outcome:
    name: str
    passed: bool
    seconds: float


def checks() -> list[list[Check]]:
    """The lanes of those that need no server."""
    python = (sys.executable, "-W", "ignore::RuntimeWarning")
    lint_imports = str(Path(sys.executable).with_name("lint-imports"))
    return [
        [
            Check("ruff", (*python, "-m", "ruff", "check")),
            Check("ruff format", (*python, "-m", "ruff", "format", "--check")),
            Check("import-linter", (lint_imports,)),
            Check("migrations", (*python, "manage.py", "makemigrations", "--check", "--dry-run")),
            Check("frontend types and style", _npm("check"), "frontend"),
        ],
        [Check("mypy", (*python, "-m", "mypy"))],
    ]


def tests() -> list[list[Check]]:
    """The lanes of the tests, about equally long after those of `checks`."""
    pytest = (sys.executable, "-m", "pytest")
    return [
        [
            Check("browser tests", (*pytest, "tests/browser")),
            Check("worker tests", (*pytest, "tests/worker")),
        ],
        [
            Check("frontend tests", _npm("test"), "frontend"),
            Check(
                "web tests", (*pytest, "--ignore=tests/browser", "--ignore=tests/worker", "tests")
            ),
        ],
    ]


def main(arguments: list[str]) -> int:
    lanes = checks()
    try:
        if arguments != ["lint"]:
            _ensure_browser()
            lanes = [first + second for first, second in zip(lanes, tests(), strict=True)]
        with _environment() as environment:
            return _run(lanes, environment)
    except (Problem, OSError) as error:
        explain(error)
        return 1
    except KeyboardInterrupt:
        return 130


def _npm(script: str) -> tuple[str, ...]:
    return (str(wheels.node()), str(wheels.npm()), "--loglevel=error", "run", script)


def _run(lanes: list[list[Check]], environment: dict[str, str]) -> int:
    stopped = threading.Event()

    def outcomes_of(lane: list[Check]) -> list[Outcome]:
        return [_outcome(check, environment) for check in lane if not stopped.is_set()]

    with ThreadPoolExecutor(len(lanes)) as pool:
        try:
            outcomes = [outcome for lane in pool.map(outcomes_of, lanes) for outcome in lane]
        except KeyboardInterrupt:
            stopped.set()
            raise
    say("──")
    for each in outcomes:
        say(f"  {each.name:26} {'ok' if each.passed else 'FAILED':7} {each.seconds:6.1f} s")
    failed = [each.name for each in outcomes if not each.passed]
    say(f"Failed: {', '.join(failed)}." if failed else "Everything passed.")
    return 1 if failed else 0


def _outcome(check: Check, environment: dict[str, str]) -> Outcome:
    """Run a check; what it printed is shown at its end, in one piece."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            check.command,
            cwd=checkout() / check.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        passed, printed = done.returncode == 0, done.stdout
        if done.returncode < 0:
            printed += f"\nIt was ended by a signal: {signal.strsignal(-done.returncode)}."
    except OSError as error:  # its program is not there: the others are run all the same
        passed, printed = False, str(error)
    say(f"── {check.name}\n{printed}".rstrip())
    return Outcome(check.name, passed, time.monotonic() - began)


@contextmanager
def _environment() -> Iterator[dict[str, str]]:
    """Ours without what points at a real library, and with a home that is thrown away."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(_PRODUCT_VARIABLES)
    }
    path = f"{wheels.node().parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    with tempfile.TemporaryDirectory(prefix="labelhub-checks-") as home:
        yield kept | {"LABELHUB_HOME": home, "PATH": path}


def _ensure_browser() -> None:
    if any(shutil.which(name) for name in _BROWSERS):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Problem(
            "The browser tests need Chromium: install it (on Debian “apt-get install chromium”, "
            "as root), then run this again."
        )
    say("Installing Chromium for the browser tests")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
        done = subprocess.run(["apt-get", *command], env=quiet, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise Problem("Chromium could not be installed: check the network, then try again.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
