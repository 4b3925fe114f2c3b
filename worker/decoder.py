"""Decode strangers' image files in a child process, so that a bad file costs one sentence.

A file that somebody sent may crash a decoder, make it loop or fill the memory. So nobody decodes
such files in their own process: `Decoder` keeps a child (`python -m worker.decoder`) that sets
limits on itself and speaks one JSON object a line, and kills it when a file takes too long. The
child is started again for the next file.

The child reads the pixels once and answers everything that an upload needs to know: format, size,
thumbnail, perceptual hash. Or it prepares them for a tagger. Imports neither Django nor torch.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TextIO

from PIL import Image

from worker.joytag.miniature import load_miniature, phash_hex, thumbnail
from worker.joytag.pixels import MAX_PIXELS, ImageError, load_image

SECONDS = 40.0
MEMORY = 3 << 30
START_SECONDS = 120.0
CHECKOUT = Path(__file__).resolve().parent.parent
EXTENSIONS = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png", ".apng"),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "BMP": (".bmp", ".dib"),
    "TIFF": (".tif", ".tiff"),
    "AVIF": (".avif",),
}


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


def describe(path: Path, name: str) -> dict[str, Any]:
    """What `Decoded` holds, ready for JSON. Runs in the child.

    Raises:
        ImageError: whatever the bytes are.
    """
    found = load_miniature(path)
    width, height = found.size
    return {
        "format": found.format,
        "width": width,
        "height": height,
        "phash": phash_hex(found.image),
        "thumbnail": base64.b64encode(thumbnail(found.image)).decode(),
        "mode": found.mode,
        "has_transparency": found.has_transparency,
        "orientation": found.orientation,
        "notes": _notes(name, found.format),
    }


def prepare(path: Path, size: int) -> dict[str, Any]:
    """What `Prepared` holds, ready for JSON. Runs in the child.

    Pillow's own resizing, which is what taggers were trained on: see `joytag.preprocess`, which
    does the same faster.

    Raises:
        ImageError: whatever the bytes are.
    """
    image = load_image(path)
    width, height = image.size
    if max(width, height) ** 2 > MAX_PIXELS:
        image.thumbnail((size, size), Image.Resampling.BICUBIC, reducing_gap=None)
    side = max(image.size)
    square = Image.new("RGB", (side, side), "white")
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    pixels = square.resize((size, size), Image.Resampling.BICUBIC).tobytes()
    return {"width": width, "height": height, "pixels": base64.b64encode(pixels).decode()}


def _notes(name: str, found: str) -> list[str]:
    suffix = PurePosixPath(name).suffix.lower()
    if not suffix or suffix in EXTENSIONS[found]:
        return []
    return [f"The file is a {found} image although its name ends in {suffix}."]


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it has nothing to write but its answers


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        if "size" in request:
            return prepare(Path(request["path"]), request["size"])
        return describe(Path(request["path"]), request["name"])
    except ImageError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "The image needs too much memory to decode; save it at a smaller size."}


def _serve(requests: TextIO, answers: TextIO) -> None:
    for line in requests:
        request = json.loads(line)
        # Should our parent die while we hang, nobody would end us: the kernel does.
        signal.alarm(int(request["seconds"]) + 10)
        answer = _answer(request)
        signal.alarm(0)
        _send(answers, answer)


def _send(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def main() -> None:
    # What a library prints goes to the log, not between our answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # The first hash loads scipy, which must not count against the first file.
    phash_hex(Image.new("RGB", (8, 8)))
    _limit(int(sys.argv[1]))
    _send(answers, {})  # ready
    _serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
