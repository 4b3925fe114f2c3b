"""`manage.py rebuild_labels`: derive every label again from the events alone.

Labels follow by themselves from whatever people do. This is for when somebody doubts it: after a
backup was brought back, or a row was changed by hand. People may go on working meanwhile.
"""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labelhub.review.services import labels_rebuild


class Command(BaseCommand):
    help = "Derive the labels of every image again from answers, undos and imports."

    def handle(self, *args: object, **options: object) -> None:
        changed = labels_rebuild()
        self.stdout.write(
            ngettext(
                "The labels of %d image were not as its events have them, and are now.",
                "The labels of %d images were not as their events have them, and are now.",
                changed,
            )
            % changed
            if changed
            else _("All labels were as the events have them.")
        )
