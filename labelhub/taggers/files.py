"""Where a tagger's files lie, and what identifies it (stdlib and numpy only)."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from labelhub.embedded import places
from labelhub.scoring.head import Head

CHECKPOINT_FILES = ("config.json", "model.safetensors", "top_tags.txt")


def checkpoint_home(name: str) -> Path:
    """Where a checkpoint is brought to before it is loaded, by `name` (`joytag`)."""
    return places.home() / "checkpoints" / name


def tagger_home(sha256: str) -> Path:
    """Where a tagger's own files lie: the checkpoint's, of a loaded one, and `head.safetensors`."""
    return places.home() / "taggers" / sha256


def checkpoint_sha256(directory: Path) -> str:
    """What identifies a checkpoint: a hash over the three published files.

    Raises:
        FileNotFoundError: one of them is missing.
    """
    whole = hashlib.sha256()
    for name in CHECKPOINT_FILES:
        with (directory / name).open("rb") as file:
            whole.update(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {name}\n".encode())
    return whole.hexdigest()


@lru_cache(maxsize=2)
def head_of(sha256: str) -> Head:
    """The head of a loaded tagger; kept, since a tagger never changes."""
    return Head.load(tagger_home(sha256) / "head.safetensors")
