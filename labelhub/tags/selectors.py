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


def tags_by_name(names: set[str]) -> dict[str, Tag]:
    """The tags of these exact names.

    Raises:
        TagNotFound: naming the first that is not in the vocabulary.
    """
    found = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
    for name in sorted(names - found.keys()):
        raise TagNotFound(_("There is no tag “%s”. Choose one from the list.") % name)
    return found


def tags_meant(names: Iterable[str]) -> dict[str, Tag]:
    """By name or alias: the tag that it means.

    Raises:
        TagNotFound: naming the first that is not in the vocabulary.
    """
    wanted = set(names)
    found = {row.name: row.tag for row in TagName.objects.filter(name__in=wanted)}
    for name in sorted(wanted - found.keys()):
        raise TagNotFound(_("There is no tag “%s”. Choose one from the list.") % name)
    return found
