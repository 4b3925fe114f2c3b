"""`manage.py setup_tagger`: see to it that a tagger serves. `make up` runs it each time.

First choice is the directory of LABELHUB_TAGGER, then the published checkpoint (fetched if need
be), then the starter of this checkout, which is small and plainly named as such. What people have
taught is never put aside here: an administrator decides.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils.translation import gettext as _

from labelhub.taggers.files import checkpoint_home, checkpoint_sha256
from labelhub.taggers.models import Origin, Tagger, TaggerState
from labelhub.taggers.selectors import tagger_serving, taggers_pretagging
from labelhub.taggers.services.promotion import tagger_promote
from labelhub.taggers.services.registration import tagger_register
from labelhub.taggers.setup import published_arrived, published_missing

STARTER = settings.BASE_DIR / "worker" / "starter"


class Command(BaseCommand):
    help = "Register the tagger of LABELHUB_TAGGER, or the published one, or the starter."

    def handle(self, *args: object, **options: object) -> None:
        if settings.LABELHUB_TAGGER:
            self._local(Path(settings.LABELHUB_TAGGER).resolve())
            return
        serving = tagger_serving()
        published = Tagger.objects.filter(origin=Origin.PUBLISHED)
        loading = Q(state=TaggerState.REGISTERING)
        if published.filter(loading | Q(backbone__isnull=False)).exists():
            self._say(serving)
            return
        if self._fetch():
            published_arrived(source=str(checkpoint_home("joytag")))
            self.stdout.write(_("JoyTag is here and is being loaded."))
            return
        self._starter(serving)

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

    def _starter(self, serving: Tagger | None) -> None:
        """The starter works where no other tagger does; one of a newer labelhub replaces it."""
        if serving is not None and serving.origin != Origin.STARTER:
            self._say(serving)
            return
        sha256 = checkpoint_sha256(STARTER)
        known = Tagger.objects.filter(sha256=sha256).first()
        if known is None:
            tagger_register(
                name=_("Starter"), origin=Origin.STARTER, source=str(STARTER), sha256=sha256
            )
        elif known.state == TaggerState.REFUSED:
            self._say(known)
            return
        self.stdout.write(
            _(
                "Until then the starter works in its place: small, and trained on scenes that "
                "labelhub draws itself."
            )
        )

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
        for current in taggers_pretagging():
            if current.origin == Origin.TAUGHT:
                self._say(current)
                return
        if known.state in (TaggerState.CANDIDATE, TaggerState.RETIRED):
            known = tagger_promote(tagger=known)
        self._say(known)

    def _say(self, tagger: Tagger | None) -> None:
        if tagger is None:
            return
        if tagger.state == TaggerState.REFUSED:
            self.stdout.write(_("The tagger %s was refused: ") % tagger.name + tagger.message)
            return
        self.stdout.write(f"{_('Tagger')}: {tagger.name} ({tagger.get_origin_display()}).")
        if tagger.state == TaggerState.WARMING:
            self.stdout.write(
                _("It looks at the library first; until it is through, the one before it serves.")
            )
