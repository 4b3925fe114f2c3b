"""A zip of `.txt` files, each named like the image whose tags it lists, as kohya's trainer has
them. What else is in the zip, the images perhaps, is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from labelhub.images.archives import Archive, ArchiveError, Member
from labelhub.images.names import clean_path, extension
from labelhub.images.sidecars import BYTES_LIMIT, SidecarError, tags_of
from labelhub.labels.imports.rows import BadRow, FileRefused, Problem, Row, image_key, row_of, shown


def read(path: Path) -> Iterator[Row | Problem]:
    """
    Raises:
        FileRefused: it is no zip, or has no `.txt` file.
    """
    found = False
    try:
        with Archive(path) as archive:
            for member in archive.members():
                if extension(clean_path(member.name)) == ".txt" or member.refusal:
                    found = True
                    yield _look(archive, member)
    except ArchiveError as error:
        raise FileRefused(str(error)) from error
    if not found:
        raise FileRefused(_("There is no .txt file in the archive, so there are no tags in it."))


def _look(archive: Archive, member: Member) -> Row | Problem:
    number = member.index + 1
    try:
        if member.refusal:
            raise BadRow(member.refusal)
        with archive.open(member) as stream:
            data = stream.read(BYTES_LIMIT + 1)
        key = image_key(names=[clean_path(member.name)[: -len(".txt")]])
        return row_of(number, key, tags_of(data))
    except (ArchiveError, SidecarError, BadRow) as error:
        return Problem(number, shown(member.name), str(error))
