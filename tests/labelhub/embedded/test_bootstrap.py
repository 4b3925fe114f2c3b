from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from labelhub.embedded import bootstrap
from labelhub.embedded.places import checkout
from labelhub.embedded.problem import Problem


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in which nothing was installed yet."""
    for name in ("requirements.lock", "requirements-uv.lock"):
        shutil.copy(checkout() / name, tmp_path)
    environment = tmp_path / ".venv"
    for name, value in (
        ("_ROOT", tmp_path),
        ("_ENVIRONMENT", environment),
        ("_PYTHON", environment / "bin" / "python"),
        ("_UV", environment / "uv"),
        ("_STAMPS", environment / "stamps"),
        ("_FRONTEND", tmp_path / "frontend"),
    ):
        monkeypatch.setattr(bootstrap, name, value)
    return tmp_path


def test_an_environment_is_made_once_and_again_when_the_checkout_moves(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap._environment()
    assert "Virtual environment made" in capsys.readouterr().out
    bootstrap._environment()
    assert capsys.readouterr().out == ""
    moved = bare / "moved"
    (bare / ".venv").rename(moved)
    monkeypatch.setattr(bootstrap, "_ENVIRONMENT", moved)
    monkeypatch.setattr(bootstrap, "_PYTHON", moved / "bin" / "python")
    bootstrap._environment()
    assert "Virtual environment made" in capsys.readouterr().out


def test_an_environment_whose_python_is_gone_is_made_again(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap._environment()
    python = bare / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(bare / "gone")
    bootstrap._environment()
    assert python.exists()


def test_a_python_without_pip_is_told_what_to_install(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "find_spec", lambda _: None)
    with pytest.raises(Problem, match="apt-get install python3-venv"):
        bootstrap._uv()


def test_a_disk_too_small_for_the_packages_is_named_before_they_are_fetched(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_ROOM_FOR_PACKAGES", 2**62)
    with pytest.raises(Problem, match=f"GB are free in {bare}"):
        bootstrap._packages()


def test_a_failed_installation_is_a_sentence_and_is_tried_again(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv = bare / ".venv" / "uv" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text("#!/bin/sh\nexit 1\n")
    uv.chmod(0o700)
    for _ in range(2):
        with pytest.raises(Problem, match="check the network"):
            bootstrap._packages()
    uv.write_text("#!/bin/sh\nexit 0\n")
    bootstrap._packages()
    uv.write_text("#!/bin/sh\nexit 1\n")
    bootstrap._packages()  # nothing changed: nothing is run


def test_the_frontend_is_built_again_only_when_its_sources_changed(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frontend = bare / "frontend"
    for folder in ("src", "dist", "node_modules"):
        (frontend / folder).mkdir(parents=True)
    (frontend / "src" / "main.tsx").write_text("one")
    built: list[tuple[str, ...]] = []

    def npm(*arguments: str, sentence: str) -> None:
        built.append(arguments)
        (frontend / "dist" / "index.html").write_text("built")

    monkeypatch.setattr(bootstrap, "_npm", npm)
    bootstrap._frontend_build()
    (frontend / "node_modules" / "noise").write_text("x")
    bootstrap._frontend_build()
    assert built == [("run", "build")]
    (frontend / "src" / "main.tsx").write_text("two")
    bootstrap._frontend_build()
    (frontend / "dist" / "index.html").unlink()
    bootstrap._frontend_build()
    assert len(built) == 3


def test_a_machine_without_a_new_enough_python_is_told_so(tmp_path: Path) -> None:
    """With an old python3 first on the path and no other."""
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o700)
    make = shutil.which("make")
    assert make is not None
    done = subprocess.run(
        [make, "--no-print-directory", "bootstrap"],
        cwd=checkout(),
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "labelhub needs Python 3.11 or newer: install it" in done.stderr
