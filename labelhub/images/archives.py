"""Zip files from strangers, member by member, in bounded memory.

What is refused is refused alone: a member that would leave its folder, a link, an encrypted or
nested one, a bomb each become a sentence, and the rest goes on. Names are looked at only to show
them; nothing is ever written under a name from an archive.
"""

from __future__ import annotations

import contextlib
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, BinaryIO

from django.utils.translation import gettext as _

MEMBERS_LIMIT = 100_000
MEMBER_BYTES = 200 << 20
TOTAL_BYTES = 4 << 30
DIRECTORY_BYTES = 64 << 20
RATIO_LIMIT = 200
RATIO_FROM = 10 << 20
OTHER_ARCHIVES = (".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz", ".zst")
ARCHIVES = (".zip", ".cbz", *OTHER_ARCHIVES)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_JUNK = {"thumbs.db", "desktop.ini", "__macosx"}
_DRIVE = re.compile(r"^[A-Za-z]:")
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s24x3H12x")


class ArchiveError(Exception):
    """Why an archive, or one member of it, cannot be unpacked: a sentence for its sender."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive; `refusal` is empty, or the sentence that says why it is left out."""

    index: int
    name: str
    bytes: int
    refusal: str


def is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


class Archive:
    """An opened zip.

    Raises:
        ArchiveError: it cannot be read at all, or holds too many members.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            _refuse_crowd(file)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise ArchiveError(_damaged()) from error
        self._infos = self._zip.infolist()

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def members(self, start: int = 0) -> Iterator[Member]:
        """The files from place `start` on, without folders and what systems leave behind."""
        total = 0
        for index, info in enumerate(self._infos):
            total += info.file_size
            if index < start or info.is_dir():
                continue
            refusal = _refusal(info) or _size_refusal(info, total)
            if refusal or not _is_junk(info.filename):
                yield Member(index, info.orig_filename, info.file_size, refusal)

    @contextlib.contextmanager
    def open(self, member: Member) -> Iterator[IO[bytes]]:
        """The bytes of a member.

        Raises:
            ArchiveError: they are damaged; this may show only while they are read.
        """
        try:
            stream = self._zip.open(self._infos[member.index])
        except (zipfile.BadZipFile, RuntimeError, ValueError, OSError) as error:
            raise ArchiveError(_("This file is damaged inside the archive.")) from error
        try:
            with stream:
                yield stream
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise ArchiveError(_("This file is damaged inside the archive.")) from error


def _damaged() -> str:
    return _("The archive is damaged or cut short; make it again, or upload the folder itself.")


def _refusal(info: zipfile.ZipInfo) -> str:
    name, mode = info.orig_filename, info.external_attr >> 16
    if "\0" in name or "\\" in name:
        return _("Its name in the archive has characters that a path may not have.")
    if name.startswith("/") or _DRIVE.match(name):
        return _("Its name in the archive is an absolute path.")
    if ".." in name.split("/"):
        return _("Its name in the archive leads outside of the archive.")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return _("It is a link or a device, not a file.")
    if info.flag_bits & 0x2041:  # encrypted in one of three ways
        return _("It is encrypted; make an archive without a password.")
    if name.lower().endswith(ARCHIVES):
        return _("It is an archive inside an archive; upload it by itself.")
    if info.compress_type not in _METHODS:
        return _("This file is packed in a way that cannot be read here; make a plain zip.")
    return ""


def _size_refusal(info: zipfile.ZipInfo, total: int) -> str:
    if info.file_size > MEMBER_BYTES:
        return _("It is larger than %d MB.") % (MEMBER_BYTES >> 20)
    if info.file_size > RATIO_FROM and info.file_size > RATIO_LIMIT * info.compress_size:
        return _("It unpacks to more than %d times its size, as no picture does.") % RATIO_LIMIT
    if total > TOTAL_BYTES:
        return _("The archive unpacks to more than %d GB; send the rest in another one.") % (
            TOTAL_BYTES >> 30
        )
    return ""


def _is_junk(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") or part.lower() in _JUNK for part in parts)


def _refuse_crowd(file: BinaryIO) -> None:
    """Count the members without keeping them: `zipfile` would hold every one in memory first."""
    try:
        start, end = _directory(file)
    except (struct.error, OSError, ValueError) as error:
        raise ArchiveError(_damaged()) from error
    too_many = _("The archive holds more than %d files; split it.") % MEMBERS_LIMIT
    if end - start > DIRECTORY_BYTES:
        raise ArchiveError(too_many)
    file.seek(start)
    directory, place, count = file.read(end - start), 0, 0
    while place + _ENTRY.size <= len(directory):
        signature, name, extra, comment = _ENTRY.unpack_from(directory, place)
        if signature != b"PK\x01\x02":
            raise ArchiveError(_damaged())
        place += _ENTRY.size + name + extra + comment
        count += 1
        if count > MEMBERS_LIMIT:
            raise ArchiveError(too_many)


def _directory(file: BinaryIO) -> tuple[int, int]:
    """Where the list of members begins and ends (it ends where its end record begins)."""
    size = file.seek(0, 2)
    tail_at = max(size - (1 << 16) - _END.size, 0)
    file.seek(tail_at)
    tail = file.read()
    found = tail.rfind(b"PK\x05\x06")
    if found < 0:
        raise ValueError("no end record")
    end, length = tail_at + found, _END.unpack_from(tail, found)[5]
    if end >= _LOCATOR_64.size + _END_64.size:
        file.seek(end - _LOCATOR_64.size - _END_64.size)
        record = file.read(_END_64.size)
        if file.read(4) == b"PK\x06\x07" and record.startswith(b"PK\x06\x06"):
            end, length = end - _LOCATOR_64.size - _END_64.size, _END_64.unpack(record)[8]
    if length > end:
        raise ValueError("the list is longer than the file")
    return end - length, end
