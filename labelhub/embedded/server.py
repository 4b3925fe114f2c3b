"""What the embedded servers have in common: started and stopped as children, for tests."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

from labelhub.embedded.problem import Problem
from labelhub.embedded.processes import Account

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


class Server(ABC):
    """A program that serves one folder through one unix socket."""

    name: str
    log: Path  # of start(); a supervisor keeps its own
    account: Account | None = None

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def prepare(self) -> None:
        """Everything that must be there before the server starts; quick when it is there."""

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def is_ready(self) -> bool: ...

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self, seconds: float = 30.0) -> None:
        """Start it as a child of this process and return when it can be used.

        The child ends with the thread that started it, so that a killed test run leaves nothing.
        """
        self.prepare()
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            if self._process is None or self._process.poll() is not None:
                self._process = self._spawn()
            if time.monotonic() > deadline:
                self.stop()
                raise Problem(f"{self.name} did not start within {seconds:.0f} s.", self.log)
            time.sleep(0.05)

    def stop(self, seconds: float = 20.0) -> None:
        """End it in good order: connections are closed, what was written is kept."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
                process_group=0,  # Ctrl-C is for the test run, which then stops its servers
                preexec_fn=_end_with_parent,
            )


def _end_with_parent() -> None:
    if sys.platform == "linux":
        parent = os.getppid()
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
