"""What lies on this machine under a path that somebody wants imported."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Found:
    """A file to import; `problem` is empty, or the sentence that says why it cannot be."""

    path: Path
    name: str
    problem: str = ""


def files_under(root: Path) -> Iterator[Found]:
    """The file itself, or the files of a folder and its folders, in the order of their names.

    Hidden files are passed over. Links are followed to files inside the folder, never out of it.
    """
    if not root.is_dir():
        yield Found(root, root.name)
        return
    unreadable: list[OSError] = []
    inside = root.resolve()
    for place, folders, files in os.walk(root, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        folder = Path(place)
        for name in sorted(files + [each for each in folders if (folder / each).is_symlink()]):
            if not name.startswith("."):
                path = folder / name
                yield Found(path, _name(root, path), _problem(path, inside))
    for error in unreadable:
        path = Path(error.filename)
        why = _("This folder cannot be read (%s).") % error.strerror
        yield Found(path, _name(root, path), why)


def _name(root: Path, path: Path) -> str:
    # The folder's own name says what the files are; where it lies is nobody's business.
    return str(Path(root.resolve().name) / path.relative_to(root))


def _problem(path: Path, inside: Path) -> str:
    if path.is_symlink():
        if not path.resolve().is_relative_to(inside):
            return _("It is a link that leads out of the folder; import what it points to.")
        if path.is_dir():
            return _("It is a link to a folder; its files are imported where they lie.")
    if not path.exists():
        return _("It is not there any more, or is a link to nothing.")
    if not path.is_file():
        return _("It is not a regular file.")
    return ""
