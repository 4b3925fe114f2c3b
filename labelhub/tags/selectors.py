"""Reading the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from labelhub.errors import NotFound
from labelhub.tags.models import Tag, TagName


class TagNotFound(NotFound):
    code = "tag_not_found"


def tags_starting_with(prefix: str) -> QuerySet[Tag]:
    return Tag.objects.filter(name__startswith="_".join(prefix.lower().split())).order_by("name")


def tags_meant(names: Iterable[str]) -> dict[str, Tag]:
    """The tags that these names, their own or other ones, mean.

    Raises:
        TagNotFound: naming the first that is not in the vocabulary.
    """
    wanted = set(names)
    rows = TagName.objects.filter(name__in=wanted).select_related("tag")
    found = {row.name: row.tag for row in rows}
    for name in sorted(wanted - found.keys()):
        raise TagNotFound(_("There is no tag “%s”. Choose one from the list.") % name)
    return found
