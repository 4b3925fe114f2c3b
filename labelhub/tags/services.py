"""Writing the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

from labelhub.tags.models import Tag
from labelhub.tags.names import canonical


def tags_ensure(*, names: Sequence[str]) -> list[Tag]:
    """The tags of these names, in their order; new ones are made. Names are stored as
    `names.canonical` has them.

    Raises:
        BadTagName: for the first name that breaks a rule; nothing is made then.
    """
    wanted = [canonical(name) for name in names]
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(set(wanted))], ignore_conflicts=True)
    found = {tag.name: tag for tag in Tag.objects.filter(name__in=set(wanted))}
    return [found[name] for name in wanted]
