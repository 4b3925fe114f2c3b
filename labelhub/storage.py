"""Bytes in Django's default storage: what has arrived, originals, thumbnails, prepared copies.

    incoming/<random>                    arrived and not settled yet
    vocabulary/<random>                  a file about the vocabulary
    label-imports/<random>               a file of labels
    originals/ab/cd/<sha256>             the bytes as they came
    thumbnails/ab/cd/<sha256>.webp
    prepared/ab/cd/<sha256>-448.png      the original as backbones of 448 pixels see it

A key under originals/, thumbnails/ or prepared/ is either absent or complete, also when a process
is killed while it writes, and what it holds never changes. Prepared copies can be made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Protocol, TypeVar, cast

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

INCOMING = "incoming"
CHUNK = 1 << 20
FORGOTTEN = timedelta(days=1)
T = TypeVar("T")


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class TooLong(Exception):
    """A stream went on beyond what was allowed for it."""


class BytesGone(Exception):
    """What was received is not there any more; a sentence for their sender."""


@dataclass(frozen=True, slots=True)
class Received:
    key: str
    sha256: str
    bytes: int


class _Hashing:
    """Passes a stream on, counting and hashing it, up to a limit."""

    def __init__(self, source: Readable, limit: int) -> None:
        self._source = source
        self._limit = limit
        self.digest = hashlib.sha256()
        self.count = 0

    def read(self, size: int = CHUNK) -> bytes:
        data = self._source.read(size)
        self.digest.update(data)
        self.count += len(data)
        if self.count > self._limit:
            raise TooLong
        return data

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0) -> int:
        # Storages rewind what they are given; nothing has been read yet then.
        if offset == whence == self.count == 0:
            return 0
        raise io.UnsupportedOperation("This stream can only be read once.")


class _Stream(File):  # type: ignore[type-arg]
    DEFAULT_CHUNK_SIZE = CHUNK

    def __init__(self, source: Readable, name: str) -> None:
        super().__init__(cast(IO[bytes], source), name=name)


def receive(source: Readable, *, limit: int, folder: str = INCOMING) -> Received:
    """Stream bytes to a new key in a folder; whatever goes wrong, nothing is left there.

    Raises:
        TooLong: there are more than `limit` bytes.
    """
    key = f"{folder}/{uuid.uuid4().hex}"
    stream = _Hashing(source, limit)
    try:
        if _on_disk():
            _write(_place(key), iter(lambda: stream.read(CHUNK), b""))
        else:
            key = default_storage.save(key, _Stream(stream, key))
    except BaseException:
        default_storage.delete(key)
        raise
    return Received(key=key, sha256=stream.digest.hexdigest(), bytes=stream.count)


@contextlib.contextmanager
def local_file(key: str) -> Iterator[Path]:
    """What was received as a file on this machine, for as long as the context lasts.

    Raises:
        BytesGone: nothing is stored there.
    """
    if not key or not default_storage.exists(key):
        raise BytesGone(_("The bytes of this file are gone from the storage; send it again."))
    if _on_disk():
        yield Path(default_storage.path(key))
        return
    with tempfile.NamedTemporaryFile() as copy:
        with default_storage.open(key) as stored:
            shutil.copyfileobj(stored, copy, CHUNK)
        copy.flush()
        yield Path(copy.name)


def put_file(key: str, path: Path) -> None:
    """Store a local file under its content's key, unless it is there."""
    if not _on_disk():
        if not default_storage.exists(key):
            with path.open("rb") as file:
                _keep_first(key, default_storage.save(key, _Stream(file, key)))
        return
    place = _place(key)
    if not place.exists():
        try:
            _with_folder(place, lambda: os.link(path, place))
            _permit(place)
        except FileExistsError:
            return  # somebody stored the same content a moment ago
        except OSError:  # another disk, or one without links
            with path.open("rb") as file:
                _write_beside(place, iter(lambda: file.read(CHUNK), b""))


def put_bytes(key: str, data: bytes) -> None:
    """Store bytes under their key, unless it is there."""
    if not _on_disk():
        if not default_storage.exists(key):
            _keep_first(key, default_storage.save(key, ContentFile(data)))
        return
    place = _place(key)
    if not place.exists():
        _write_beside(place, [data])


def prepared_read(key: str) -> bytes | None:
    """A prepared copy, None where there is none that can be read."""
    try:
        with default_storage.open(key, "rb") as file:
            data: bytes = file.read()
            return data
    except OSError:
        return None


def prepared_write(key: str, data: bytes) -> None:
    """Store a prepared copy, also in place of one that turned out to be damaged."""
    if _on_disk():
        _write_beside(_place(key), [data])
        return
    default_storage.delete(key)
    _keep_first(key, default_storage.save(key, ContentFile(data)))


def open_stored(key: str) -> File[bytes]:
    """Raises FileNotFoundError where nothing is stored."""
    return default_storage.open(key, "rb")


def has_originals() -> bool:
    """Whether there is any place for them: a folder that is not mounted looks empty, not broken."""
    return not _on_disk() or _place("originals").is_dir()


def discard(key: str) -> None:
    """Delete what was received; without harm where they are gone."""
    if key:
        default_storage.delete(key)


def forgotten(folder: str = INCOMING) -> list[str]:
    """Keys of what was received into a folder more than a day ago and still lies there."""
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return []
    before = timezone.now() - FORGOTTEN
    old = []
    for name in names:
        with contextlib.suppress(FileNotFoundError):  # settled while we looked
            if default_storage.get_modified_time(f"{folder}/{name}") < before:
                old.append(f"{folder}/{name}")
    return old


def _on_disk() -> bool:
    return isinstance(default_storage, FileSystemStorage)


def _place(key: str) -> Path:
    return Path(default_storage.path(key))


def _with_folder(place: Path, write: Callable[[], T]) -> T:
    """Write to a place, in a folder that most often is there."""
    try:
        return write()
    except FileNotFoundError:
        place.parent.mkdir(parents=True, exist_ok=True)
        return write()


def _write(place: Path, parts: Iterable[bytes]) -> None:
    with _with_folder(place, lambda: place.open("xb")) as file:
        for part in parts:
            file.write(part)
    _permit(place)


def _permit(place: Path) -> None:
    if settings.FILE_UPLOAD_PERMISSIONS is not None:
        place.chmod(settings.FILE_UPLOAD_PERMISSIONS)


def _write_beside(place: Path, parts: Iterable[bytes]) -> None:
    """Write to a file of our own first: a name is given to what is complete."""
    beside = _place(f"{INCOMING}/{uuid.uuid4().hex}.part")
    try:
        _write(beside, parts)
        _with_folder(place, lambda: beside.replace(place))
    finally:
        beside.unlink(missing_ok=True)


def _keep_first(key: str, stored_as: str) -> None:
    # Somebody stored the same content a moment ago: theirs is as good as ours.
    if stored_as != key:
        default_storage.delete(stored_as)
