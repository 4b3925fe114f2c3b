"""`manage.py demo`: labelhub at work. `make demo` runs it after everything is started."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labelhub.errors import LabelhubError
from labelhub.management.commands.import_images import patiently
from labelhub.picturebook.book import LIBRARY_PAGES
from labelhub.progress import demo
from labelhub.training.models import Run

POLL_SECONDS = 0.5
SAY_SECONDS = 10.0
SILENCE_SECONDS = 120.0


class Command(BaseCommand):
    help = (
        "Fill an empty library with the demo: the picture book, past answers of three simulated "
        "people, and a first training. Run again, it goes on where it stopped and adds nothing "
        "twice; a library with images or answers of its own is left alone. Needs running workers "
        "(“make up”)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pages", type=int, default=LIBRARY_PAGES, help="of the picture book")
        parser.add_argument("--answers", type=int, default=demo.ANSWERS, help="in all")

    def handle(self, *_args: object, pages: int, answers: int, **_options: object) -> None:
        try:
            self._show(pages, answers)
        except LabelhubError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                _("Stopped. Nothing is lost: run the same command again and it goes on."),
                returncode=130,
            ) from None

    def _show(self, pages: int, answers: int) -> None:
        upload = patiently(lambda: demo.demo_begin(pages=pages))
        self._wait(lambda: demo.demo_waiting(upload))
        recorded = patiently(lambda: demo.demo_answer(upload=upload, answers=answers))
        if recorded:
            text = ngettext("%d simulated answer", "%d simulated answers", recorded) % recorded
            self.stdout.write(f"  {text}")
        run = patiently(demo.demo_teach)
        self._wait(lambda: demo.demo_learning(run))
        self._tell(run)

    def _wait(self, look: Callable[[], demo.Waiting | None]) -> None:
        """Until there is nothing to wait for any more, saying now and then how far it is."""
        moved, said, last, told = time.monotonic(), 0.0, None, False
        while (waiting := patiently(look)) is not None:
            now = time.monotonic()
            if waiting != last:
                moved, last = now, waiting
            if now - said > SAY_SECONDS:
                said = now
                self.stdout.write(
                    _("  %(what)s: %(done)d of %(total)d")
                    % {"what": waiting.what, "done": waiting.done, "total": waiting.total}
                )
            if now - moved > SILENCE_SECONDS and not told:
                told = True
                self.stderr.write(
                    _("Nothing has moved for a while. Are the workers running? Start: make up.")
                )
            time.sleep(POLL_SECONDS)

    def _tell(self, run: Run) -> None:
        if run.candidate is None:
            self.stdout.write(_("The training made no tagger: %s") % run.message)
            return
        self.stdout.write(
            _("%(tagger)s was taught by %(pairs)d answers about %(images)d images.")
            % {"tagger": run.candidate.name, "pairs": run.pairs, "images": run.images}
        )
        for group in run.scenes:
            if group["group"] == "all":
                self.stdout.write(
                    _("On %(images)d scenes it never saw: macro-F1 %(before).3f → %(after).3f.")
                    % group
                )
