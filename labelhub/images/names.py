"""Names that come from outside: file paths of uploads and archives, and tag names of sidecar files.

Nothing here is ever used as a path on disk: files are stored under their hash. Names are cleaned so
that they can be shown, stored and matched, and so that an export can use them later.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

PATH_LIMIT = 400
_UNSAFE = {"Cc", "Cs"}
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DRIVE = re.compile(r"^[A-Za-z]:$")


def clean_path(raw: str) -> str:
    """A relative path with forward slashes, at most 400 characters, none of them invisible."""
    text = "".join(
        character
        for character in unicodedata.normalize("NFC", raw.replace("\\", "/"))
        if unicodedata.category(character) not in _UNSAFE and character not in _BIDI
    )
    parts = [part.strip() for part in text.split("/")]
    kept = [part for part in parts if part not in {"", ".", ".."} and not _DRIVE.match(part)]
    path = "/".join(kept) or "unnamed"
    if len(path) <= PATH_LIMIT:
        return path
    # The end of a path says most: keep it, and with it the extension.
    return "…" + path[1 - PATH_LIMIT :].lstrip("/")


def base_name(path: str) -> str:
    return PurePosixPath(path).name


def stem(path: str) -> str:
    """The path without its last extension: what an image and its sidecar have in common."""
    pure = PurePosixPath(path)
    return str(pure.with_suffix("")) if pure.suffix else path


def extension(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def ascii_name(path: str, fallback: str) -> str:
    """A file's name without its extension, safe inside a response header."""
    name = unicodedata.normalize("NFKD", PurePosixPath(path).stem).encode("ascii", "ignore")
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name.decode()).strip("._")[-100:] or fallback
