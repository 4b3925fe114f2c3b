from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from labelhub.embedded.processes import Record, end_all_in, end_group

# A leader that writes its own record, with one child, as the web server and the pools have.
LEADER = """
import subprocess, sys, time
from pathlib import Path
from labelhub.embedded.processes import Record
subprocess.Popen([sys.executable, "-c", "import time; print('child', flush=True); time.sleep(60)"])
Record.of_this_process().write(Path(sys.argv[1]))
print("leader", flush=True)
time.sleep(60)
"""


@pytest.fixture
def leader(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", LEADER, str(tmp_path / "record")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0) as process:
        assert process.stdout is not None
        assert {process.stdout.readline(), process.stdout.readline()} == {"leader\n", "child\n"}
        yield process
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def recorded(tmp_path: Path) -> Record:
    record = Record.read(tmp_path / "record")
    assert record is not None
    return record


def test_children_of_a_killed_process_are_found_and_ended(
    leader: subprocess.Popen[str], tmp_path: Path
) -> None:
    record = recorded(tmp_path)
    assert record.is_alive()
    leader.kill()
    leader.wait()
    assert not record.is_alive()
    assert len(record.group()) == 1
    assert end_group(record)
    assert record.group() == []
    assert not end_group(record)


def test_a_dead_process_that_nobody_waited_for_counts_as_dead(
    leader: subprocess.Popen[str], tmp_path: Path
) -> None:
    record = recorded(tmp_path)
    os.kill(record.pid, signal.SIGKILL)
    assert record.wait(5)
    assert record.pid not in record.group()


def test_a_polite_signal_comes_first(leader: subprocess.Popen[str], tmp_path: Path) -> None:
    assert end_group(recorded(tmp_path), polite=signal.SIGTERM, patience=5)
    assert leader.wait() == -signal.SIGTERM


@pytest.mark.parametrize("later", [{"started": 1}, {"boot": "another"}])
def test_a_process_that_was_given_the_same_number_is_left_alone(
    later: dict[str, int | str], leader: subprocess.Popen[str], tmp_path: Path
) -> None:
    other = dataclasses.replace(recorded(tmp_path), **later)  # type: ignore[arg-type]
    assert not other.is_alive()
    assert not end_group(other)
    assert leader.poll() is None


def test_a_broken_record_is_no_record(tmp_path: Path) -> None:
    for text in ("", "[]", '{"pid": 1}', "{"):
        (tmp_path / "record").write_text(text)
        assert Record.read(tmp_path / "record") is None
    assert Record.read(tmp_path / "missing") is None


def test_processes_are_found_by_the_folder_they_live_in(tmp_path: Path) -> None:
    inside = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], cwd=tmp_path)
    outside = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], cwd="/")
    try:
        time.sleep(0.05)
        end_all_in(tmp_path)
        assert inside.wait(5) == -signal.SIGKILL
        assert outside.poll() is None
    finally:
        outside.kill()
        outside.wait()
