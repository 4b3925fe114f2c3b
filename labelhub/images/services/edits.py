"""Changing what is said about an image."""

from __future__ import annotations

from django.utils.translation import gettext as _

from labelhub.images.errors import ImageNotFound
from labelhub.images.models import Image


def image_edit(
    *,
    image_id: int,
    rating: str | None = None,
    domain: str | None = None,
    source: str | None = None,
    licence: str | None = None,
) -> None:
    """Change what is given; None leaves a field as it is, so two editors of one image lose nothing.

    Raises:
        ImageNotFound: there is no such image.
    """
    given = {"rating": rating, "domain": domain, "source": source, "licence": licence}
    changes = {name: value for name, value in given.items() if value is not None}
    found = Image.objects.filter(pk=image_id)
    if not (found.update(**changes) if changes else found.exists()):
        raise ImageNotFound(_("There is no such image in the library."))
