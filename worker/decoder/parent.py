"""Our side of the decoder: keeps the child, asks it, and ends it when a file takes too long."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.joytag.pixels import ImageError

SECONDS = 40.0
MEMORY = 3 << 30
START_SECONDS = 120.0
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one image file holds.

    Attributes:
        width, height: of the upright image.
        phash: imagehash's pHash, 16 hexadecimal digits.
        thumbnail: a WebP, its longest side at most 512 pixels.
        mode, has_transparency, orientation: of the file as it lies there (orientation 1: upright).
        notes: sentences about what is odd but accepted.
    """

    format: str
    width: int
    height: int
    phash: str
    thumbnail: bytes
    mode: str
    has_transparency: bool
    orientation: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An image file's picture as a tagger takes it.

    Attributes:
        width, height: of the upright image.
        pixels: RGB bytes, row by row, of the white square with the picture in its middle.
    """

    width: int
    height: int
    pixels: bytes


class DecoderDied(Exception):
    """The child stopped while it read a file; whether the file is to blame is not known."""


class Decoder:
    """A decoding child process, started when it is first needed."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._child: subprocess.Popen[bytes] | None = None
        self._unread = b""

    def __enter__(self) -> Decoder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def decode(self, path: Path, name: str) -> Decoded:
        """Decode the file at `path`, which its sender called `name`.

        Raises:
            ImageError: the file is not an acceptable image; a sentence for its sender.
            DecoderDied: the child was killed from outside or crashed.
        """
        answer = self._answer({"path": str(path), "name": name})
        answer["thumbnail"] = base64.b64decode(answer["thumbnail"])
        answer["notes"] = tuple(answer["notes"])
        return Decoded(**answer)

    def prepare(self, path: Path, size: int) -> Prepared:
        """The picture in the file at `path`, for a tagger that takes `size` pixels a side.

        Raises:
            ImageError, DecoderDied: as `decode` does.
        """
        answer = self._answer({"path": str(path), "size": size})
        return Prepared(**answer | {"pixels": base64.b64decode(answer["pixels"])})

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._ask(request | {"seconds": self._seconds})
        except BaseException:
            # Interrupted or late: what the child says next is not about the next file.
            self.close()
            raise
        if "error" in answer:
            raise ImageError(answer["error"])
        return answer

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        child = self._started()
        assert child.stdin is not None
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
        except BrokenPipeError as error:
            raise self._died() from error
        line = self._line(self._seconds)
        if line is None:
            raise ImageError(
                f"Decoding took longer than {self._seconds:g} seconds and was stopped; "
                "save the image again in a simpler form."
            )
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the child, whatever it is doing."""
        child, self._child, self._unread = self._child, None, b""
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        # Of our environment it gets what a Python needs: nothing in there could tell a secret.
        environment = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "worker.decoder", str(self._memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CHECKOUT,
            env=environment | {"OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C in a terminal is for us, not for it
        )
        if self._line(START_SECONDS) is None:
            self.close()
            raise DecoderDied("The decoder did not start.")
        return self._child

    def _line(self, seconds: float) -> bytes | None:
        """The child's next line; None when it takes longer than this."""
        child = self._child
        assert child is not None and child.stdout is not None
        deadline = time.monotonic() + seconds
        poll = select.poll()
        poll.register(child.stdout, select.POLLIN | select.POLLHUP)
        while b"\n" not in self._unread:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                return None
            data = os.read(child.stdout.fileno(), 1 << 16)
            if not data:
                raise self._died()
            self._unread += data
        line, _newline, self._unread = self._unread.partition(b"\n")
        return line

    def _died(self) -> DecoderDied:
        code = self._child.wait() if self._child else None
        self.close()
        return DecoderDied(f"The decoder stopped while it read this file (exit status {code}).")
