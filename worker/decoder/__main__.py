"""The child, `python -m worker.decoder BYTES`: limits itself, then answers one request a line.

It reads the pixels once and answers everything that an upload needs to know: format, size,
thumbnail, perceptual hash. Or it prepares them for a tagger.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import signal
import sys
from pathlib import Path, PurePosixPath
from typing import Any, TextIO

from PIL import Image

from worker.joytag.miniature import load_miniature, phash_hex, thumbnail
from worker.joytag.pixels import MAX_PIXELS, ImageError, load_image

EXTENSIONS = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png", ".apng"),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "BMP": (".bmp", ".dib"),
    "TIFF": (".tif", ".tiff"),
    "AVIF": (".avif",),
}


def describe(path: Path, name: str) -> dict[str, Any]:
    """What `parent.Decoded` holds, ready for JSON.

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
    """What `parent.Prepared` holds, ready for JSON.

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
