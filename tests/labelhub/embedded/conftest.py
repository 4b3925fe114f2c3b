"""Homes and folders as a machine has them, not as the test run's own environment has them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "LABELHUB_HOST", "LABELHUB_PORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder with a short path that every account may pass through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="labelhub-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABELHUB_HOME", str(open_folder / "home"))
    return open_folder / "home"
