"""What is said of a tagger by where it comes from: what it was trained on, what it is good for."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def about_published() -> str:
    return _(
        "Trained on Danbooru: millions of drawings with the tags their uploaders gave them. "
        "Photographs, and tags that people use loosely, are where it is weak."
    )


def about_starter() -> str:
    return _(
        "Trained from scratch on scenes that labelhub draws itself (worker/starter/README.md). "
        "Good enough to learn the ropes with; not made for real pictures."
    )


def about_local(source: str) -> str:
    return _("Read from %s. Whoever trained it knows on what.") % source


def about_taught(*, root: str, pairs: int, images: int, people: int) -> str:
    return _("%(root)s, its head taught by %(people)s: %(answers)s on %(images)s.") % {
        "root": root,
        "people": ngettext("%d person", "%d people", people) % people,
        "answers": answers_counted(pairs),
        "images": ngettext("%d image", "%d images", images) % images,
    }


def answers_counted(answers: int) -> str:
    return ngettext("%d answer", "%d answers", answers) % answers
