"""`manage.py setup_tagger`: see to it that a tagger serves. `make up` runs it each time.

First choice is the directory of LABELHUB_TAGGER, then the published checkpoint (fetched if need
be), then an untrained small tagger that is plainly named as such.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from labelhub.taggers.files import checkpoint_home, checkpoint_sha256
from labelhub.taggers.models import Origin, Tagger, TaggerState
from labelhub.taggers.selectors import tagger_serving
from labelhub.taggers.services import tagger_promote, tagger_register
from labelhub.taggers.setup import published_arrived, published_missing


class Command(BaseCommand):
    help = "Register the tagger of LABELHUB_TAGGER, or the published one, or an untrained one."

    def handle(self, *args: object, **options: object) -> None:
        if settings.LABELHUB_TAGGER:
            self._local(Path(settings.LABELHUB_TAGGER).resolve())
            return
        serving = tagger_serving()
        absent = [TaggerState.FETCHING, TaggerState.REFUSED]
        published = Tagger.objects.filter(origin=Origin.PUBLISHED)
        if published.exclude(state__in=absent).exists():
            self._say(serving)
            return
        if self._fetch():
            published_arrived(source=str(checkpoint_home("joytag")))
            self.stdout.write(_("JoyTag is here and is being loaded."))
            return
        if serving is None and not Tagger.objects.filter(origin=Origin.UNTRAINED).exists():
            tagger_register(
                name=_("Untrained small tagger"),
                origin=Origin.UNTRAINED,
                source=str(checkpoint_home("untrained")),
            )
        if serving is None or serving.origin == Origin.UNTRAINED:
            self.stdout.write(
                _(
                    "Until then an untrained small tagger works in its place: its suggestions "
                    "mean nothing."
                )
            )

    def _fetch(self) -> bool:
        # Another process, so that this one needs none of the worker's libraries.
        target = checkpoint_home("joytag")
        done = subprocess.run(
            [sys.executable, "-m", "worker.fetch", str(target)],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        sentence = done.stdout.strip()
        if done.returncode == 0:
            return True
        published_missing(message=sentence or _("The published tagger could not be fetched."))
        self.stdout.write(sentence)
        return False

    def _local(self, directory: Path) -> None:
        try:
            sha256 = checkpoint_sha256(directory)
        except OSError as error:
            raise CommandError(
                _(
                    "LABELHUB_TAGGER: %s cannot be read. It must name a folder with config.json, "
                    "model.safetensors and top_tags.txt."
                )
                % error.filename
            ) from error
        known = Tagger.objects.filter(sha256=sha256).first()
        if known is None:
            tagger_register(
                name=directory.name, origin=Origin.LOCAL, source=str(directory), sha256=sha256
            )
            self.stdout.write(_("The tagger of %s is being loaded.") % directory)
            return
        if known.state in (TaggerState.CANDIDATE, TaggerState.RETIRED):
            tagger_promote(tagger=known)
        self._say(known)

    def _say(self, tagger: Tagger | None) -> None:
        if tagger is None:
            return
        if tagger.state == TaggerState.REFUSED:
            self.stdout.write(_("The tagger %s was refused: ") % tagger.name + tagger.message)
            return
        self.stdout.write(f"{_('Tagger')}: {tagger.name} ({tagger.get_origin_display()}).")
