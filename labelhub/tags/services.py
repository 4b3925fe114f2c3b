"""Writing the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Value

from labelhub.tags.models import Tag, TagName
from labelhub.tags.names import canonical


def tags_ensure(*, names: Sequence[str]) -> list[Tag]:
    """The tags of these names, in their order; new ones are made. Names are stored as
    `names.canonical` has them.

    Raises:
        BadTagName: for the first name that breaks a rule; nothing is made then.
    """
    wanted = [canonical(name) for name in names]
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(set(wanted))], ignore_conflicts=True)
    made = Tag.objects.filter(name__in=set(wanted), names=None).exclude(
        name__in=TagName.objects.filter(name__in=wanted).values("name")
    )
    TagName.objects.bulk_create(
        [TagName(name=tag.name, tag=tag, alias=False, words=Value("")) for tag in made],
        ignore_conflicts=True,
    )
    names_of = TagName.objects.filter(name__in=set(wanted)).select_related("tag")
    found = {row.name: row.tag for row in names_of}
    return [found[name] for name in wanted]
