from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from labelhub.embedded import commands, places
from labelhub.embedded.problem import Problem

TRACEBACK = """Traceback (most recent call last):
  File "manage.py", line 1, in <module>
django.db.utils.OperationalError: connection failed: Connection refused
\tIs the server running on that host?
"""


@pytest.fixture
def checkout(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (home / "logs").mkdir(parents=True)
    monkeypatch.setattr(places, "checkout", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (TRACEBACK, "connection failed: Connection refused Is the server running on that host?"),
        ("ValueError: no\n", "no"),
        ("working\nCommandError: There is nothing.", "There is nothing."),
        ("one line\nlast line\n", "last line"),
        ("", "it said nothing."),
    ],
)
def test_the_reason_is_told_without_the_traceback(text: str, reason: str) -> None:
    assert commands.last_reason(text) == reason


def test_what_a_command_prints_is_the_answer_and_its_messages_go_to_the_log(checkout: Path) -> None:
    (checkout / "manage.py").write_text(
        "import sys; print(sys.argv[1:]); print('noise', file=sys.stderr)"
    )
    assert commands.ask("sign_in_link", "a b") == "['sign_in_link', 'a b']"
    assert (places.log_dir() / "manage.log").read_text() == "noise\n"


def test_a_command_that_fails_is_a_sentence(checkout: Path) -> None:
    (checkout / "manage.py").write_text("raise ValueError('no such user')")
    with pytest.raises(Problem, match=r"no such user \(“manage.py sign_in_link”") as failure:
        commands.ask("sign_in_link")
    assert "Traceback" not in failure.value.sentence
    with pytest.raises(Problem, match="“manage.py setup_tagger” did not succeed"):
        commands.show("setup_tagger")


def test_an_interrupted_command_is_ended(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / "manage.py").write_text("import time; time.sleep(60)")
    started: list[subprocess.Popen[bytes]] = []
    wait = subprocess.Popen.wait

    def interrupted(self: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        if self not in started:
            started.append(self)
            raise KeyboardInterrupt
        return wait(self, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        commands.show("setup_tagger")
    assert started[0].poll() is not None
