"""`python -m tests [lint]`: every check in order, to the end, with the time of each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
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


def checks() -> list[Check]:
    """In order of speed; the first ones need no server."""
    python = (sys.executable, "-W", "ignore::RuntimeWarning")
    npm = (str(wheels.node()), str(wheels.npm()), "--loglevel=error", "run")
    lint_imports = str(Path(sys.executable).with_name("lint-imports"))
    return [
        Check("ruff", (*python, "-m", "ruff", "check")),
        Check("ruff format", (*python, "-m", "ruff", "format", "--check")),
        Check("mypy", (*python, "-m", "mypy")),
        Check("import-linter", (lint_imports,)),
        Check("migrations", (*python, "manage.py", "makemigrations", "--check", "--dry-run")),
        Check("frontend types and style", (*npm, "check"), "frontend"),
    ]


def tests() -> list[Check]:
    npm = (str(wheels.node()), str(wheels.npm()), "--loglevel=error", "run")
    return [
        Check("frontend tests", (*npm, "test"), "frontend"),
        Check("tests", (sys.executable, "-m", "pytest", "-n", "2")),
    ]


def main(arguments: list[str]) -> int:
    chosen = checks() if arguments == ["lint"] else [*checks(), *tests()]
    try:
        if arguments != ["lint"]:
            _ensure_browser()
        with _environment() as environment:
            return _run(chosen, environment)
    except (Problem, OSError) as error:
        explain(error)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(chosen: list[Check], environment: dict[str, str]) -> int:
    lines, failed = [], []
    for check in chosen:
        say(f"── {check.name}")
        began = time.monotonic()
        done = subprocess.run(
            check.command,
            cwd=checkout() / check.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            failed.append(check.name)
        word = "ok" if done.returncode == 0 else "FAILED"
        lines.append(f"  {check.name:26} {word:7} {time.monotonic() - began:6.1f} s")
    say("\n".join(["──", *lines]))
    say(f"Failed: {', '.join(failed)}." if failed else "Everything passed.")
    return 1 if failed else 0


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
