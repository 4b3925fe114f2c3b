"""Import images from this machine: files, folders, zip archives, and the tag files beside them."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from labelhub.images import services
from labelhub.images.folders import Found, files_under
from labelhub.images.models import Domain, Rating, Upload, UploadFile
from labelhub.images.selectors import upload_counts, upload_get, upload_lookalikes
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.posted import FileTooLarge

POLL_SECONDS = 0.5
PATIENCE_SECONDS = 120.0
SILENCE_SECONDS = 30.0
SHOWN = 200
T = TypeVar("T")


class Unreadable(Exception):
    """Reading the file itself failed, as opposed to storing it."""


class Source:
    """A file to be imported; its read errors are told apart from those of the storage."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise Unreadable(error.strerror) from error

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def read(self, size: int, /) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            raise Unreadable(error.strerror) from error


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--source", default="", help="where the images are from")
        parser.add_argument("--licence", default="", help="under which terms they may be used")
        parser.add_argument("--rating", default="", choices=Rating.values)
        parser.add_argument("--domain", default="", choices=Domain.values)
        parser.add_argument(
            "--wait",
            action=argparse.BooleanOptionalAction,
            default=True,
            help="wait until the workers have checked every file, and say what became of it",
        )

        parser.add_argument(
            "--id-file", type=Path, help="write the id of the upload this makes into that file"
        )

    def handle(
        self, *_args: object, paths: list[Path], wait: bool, id_file: Path | None, **about: Any
    ) -> None:
        said = {name: about[name] for name in ("source", "licence", "rating", "domain")}
        for path in paths:
            if not path.exists():
                raise CommandError(_("There is nothing at %s.") % path)
        count = sum(1 for _found in self._found(paths))
        if not count:
            raise CommandError(_("There are no files to import there."))
        upload = patiently(lambda: services.upload_open(expected=count, **said))
        if id_file is not None:
            id_file.write_text(str(upload.pk))
        try:
            self._send_all(upload, paths, count)
            if wait:
                self._wait(upload)
        except KeyboardInterrupt:
            patiently(lambda: services.upload_close(upload_id=upload.pk))
            raise CommandError(
                _(
                    "Stopped. What was taken in is being checked; run the same command again for "
                    "the rest: nothing is added twice."
                ),
                returncode=130,
            ) from None
        if wait:
            self._tell(upload)

    def _found(self, paths: list[Path]) -> Iterator[Found]:
        for path in paths:
            yield from files_under(path)

    def _send_all(self, upload: Upload, paths: list[Path], count: int) -> None:
        with tqdm(total=count, desc=_("Reading"), unit="", disable=None) as bar:
            for found in self._found(paths):
                try:
                    patiently(lambda found=found: send(upload, found))  # type: ignore[misc]
                except OSError as error:
                    raise CommandError(
                        _("Storing %(name)s failed (%(why)s). Put that right and run this again.")
                        % {"name": found.name, "why": error.strerror}
                    ) from error
                bar.update()
        patiently(lambda: services.upload_close(upload_id=upload.pk))

    def _wait(self, upload: Upload) -> None:
        moved, told = time.monotonic(), False
        with tqdm(desc=_("Checking"), unit="", disable=None) as bar:
            while not patiently(lambda: upload_get(upload.pk)).finished_at:
                counts = patiently(lambda: upload_counts([upload])[upload.pk])
                bar.total, done = counts["received"], counts["received"] - counts["waiting"]
                if done != bar.n:
                    moved = time.monotonic()
                bar.update(done - bar.n)
                patiently(lambda: stop_if_failed(upload))
                if time.monotonic() - moved > SILENCE_SECONDS and not told:
                    told = True
                    self.stderr.write(
                        _("Nothing has moved for a while. Are the workers running? Start: make up.")
                    )
                time.sleep(POLL_SECONDS)

    def _tell(self, upload: Upload) -> None:
        counts = upload_counts([upload])[upload.pk]
        lines = [
            ngettext("%d new image", "%d new images", counts["stored"]) % counts["stored"],
            _("%d in the library already") % counts["duplicate"],
            _("%d of the new ones look like others") % upload_lookalikes(upload.pk),
            ngettext("%d tag file", "%d tag files", counts["sidecar"]) % counts["sidecar"],
            _("%d rejected") % counts["rejected"],
        ]
        self.stdout.write(_("Imported: %s.") % ", ".join(lines))
        rejected = UploadFile.objects.filter(upload=upload, state=UploadFile.State.REJECTED)
        for file in rejected.order_by("path", "pk")[:SHOWN]:
            self.stdout.write(f"  {file.path}: {file.message}")
        if counts["rejected"] > SHOWN:
            self.stdout.write(_("  and %d more") % (counts["rejected"] - SHOWN))


def stop_if_failed(upload: Upload) -> None:
    """End the command when the workers have given up on the upload: a person must act first.

    Raises:
        CommandError: with what the job says went wrong.
    """
    job = Job.objects.filter(kind=Kind.INGEST, subject_id=upload.pk).order_by("-pk").first()
    if job is not None and job.state == JobState.FAILED:
        raise CommandError(
            _(
                "Checking the files stopped: %s Put that right, then retry the job on the page "
                "Jobs; the files are here and need not be sent again."
            )
            % job.error
        )


def send(upload: Upload, found: Found) -> None:
    """Take one file in, or note why that cannot be."""
    problem = found.problem
    if not problem:
        try:
            with Source(found.path) as source:
                services.file_receive(upload_id=upload.pk, path=found.name, source=source)
        except FileTooLarge as error:
            problem = str(error)
        except Unreadable as error:
            problem = _("The file cannot be read (%s).") % error
    if problem:
        services.file_refuse(upload_id=upload.pk, path=found.name, message=problem)


def patiently(call: Callable[[], T]) -> T:
    """Call, and again while Postgres is being restarted."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return call()
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > until:
                raise CommandError(
                    _("Postgres does not answer. Start it (make up) and run this again.")
                ) from error
            close_old_connections()
            time.sleep(1)
