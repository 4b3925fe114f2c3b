"""What a backbone makes of the picture book's held-out scenes: a cache of files, no truth of its
own, which any worker can make again (no database).

    HOME/heldout/<backbone>/<book>/<chunk>.npz   embeddings (k, d), truth (k, tags), photo (k,)

`<book>` names the code that draws the book, so a book that has changed is looked at anew.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import PIL

import labelhub.picturebook
from labelhub.embedded import places
from labelhub.picturebook.book import Domain, Page, held_out
from labelhub.picturebook.tags import TAGS
from labelhub.scoring.head import Floats
from labelhub.scoring.teach import Bools

SCENES = 1_000
CHUNK = 25  # the full JoyTag ends such a chunk on two CPU cores long before a claim lapses
CHUNKS = SCENES // CHUNK


@dataclass(frozen=True, slots=True, eq=False)
class Scenes:
    """Held-out scenes as a backbone sees them.

    Attributes:
        embeddings: (m, d)
        truth: (m, len(tags)), whether the tag is there.
        photo: (m,), whether the scene is a photograph.
        tags: the book's.
    """

    embeddings: Floats
    truth: Bools
    photo: Bools
    tags: tuple[str, ...]


@lru_cache(maxsize=1)
def book_sha256() -> str:
    """What the scenes depend on: the code that draws them, and the library it draws with."""
    whole = hashlib.sha256(f"Pillow {PIL.__version__}".encode())
    for path in sorted(Path(labelhub.picturebook.__path__[0]).glob("*.py")):
        whole.update(f"{path.name}\n".encode() + path.read_bytes())
    return whole.hexdigest()


def missing(backbone: str) -> list[int]:
    """The chunks that are still to be made for a backbone, by its SHA-256."""
    folder = _folder(backbone)
    return [number for number in range(CHUNKS) if not _chunk(folder, number).is_file()]


def pages_of(number: int) -> list[Page]:
    """The scenes of a chunk, not yet drawn."""
    return _pages()[number * CHUNK : (number + 1) * CHUNK]


def store(backbone: str, number: int, embeddings: Floats) -> None:
    """Keep what a backbone made of a chunk's scenes: (k, d), in their order. All or nothing."""
    pages = pages_of(number)
    if embeddings.shape[0] != len(pages):
        raise ValueError(f"{len(pages)} scenes, but {embeddings.shape[0]} embeddings")
    folder = _folder(backbone)
    folder.mkdir(parents=True, exist_ok=True)
    truth = np.array([[tag in page.truth for tag in TAGS] for page in pages], dtype=bool)
    photo = np.array([page.domain == Domain.PHOTO for page in pages], dtype=bool)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, embeddings=embeddings.astype(np.float32), truth=truth, photo=photo)
        Path(name).replace(_chunk(folder, number))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(backbone: str) -> Scenes | None:
    """All scenes; None where a chunk is missing or damaged, which is then to be made again."""
    parts: dict[str, list[np.ndarray]] = {"embeddings": [], "truth": [], "photo": []}
    for number in range(CHUNKS):
        path = _chunk(_folder(backbone), number)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                for name, found in parts.items():
                    found.append(saved[name])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            path.unlink(missing_ok=True)
            return None
    return Scenes(**{name: np.concatenate(found) for name, found in parts.items()}, tags=TAGS)


@lru_cache(maxsize=1)
def _pages() -> list[Page]:
    pages = held_out()
    assert len(pages) == SCENES
    return pages


def _folder(backbone: str) -> Path:
    return places.home() / "heldout" / backbone / book_sha256()


def _chunk(folder: Path, number: int) -> Path:
    return folder / f"{number:03}.npz"
