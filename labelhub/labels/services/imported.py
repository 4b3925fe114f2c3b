"""Recording tags that came with images."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from labelhub.labels.models import ImportedTags
from labelhub.labels.services.derive import labels_derive, labels_lock
from labelhub.tags.names import BadTagName, canonical
from labelhub.tags.services import tags_ensure


@transaction.atomic
def tags_import(
    *,
    image_id: int,
    names: Iterable[str],
    origin: str,
    negative: Iterable[str] = (),
    complete: bool = False,
) -> list[str]:
    """Record that tags came with an image; what the same origin said before is not recorded
    again.

    Args:
        negative: tags it is said not to have.
        complete: whether it is said to have no others.

    Returns:
        A sentence for each name that breaks the rules of tag names; the others are recorded.
    """
    refused: list[str] = []
    yes, no = _ids(names, refused), _ids(negative, refused)
    labels_lock(image_ids=[image_id])
    said = list(ImportedTags.objects.filter(image_id=image_id, batch=None, origin=origin))
    yes -= {tag for row in said for tag in row.positive}
    no -= {tag for row in said for tag in row.negative}
    complete = complete and not any(row.complete for row in said)
    if yes or no or complete:
        ImportedTags.objects.create(
            image_id=image_id,
            origin=origin,
            positive=sorted(yes),
            negative=sorted(no),
            complete=complete,
        )
        labels_derive(image_ids=[image_id])
    return refused


def _ids(names: Iterable[str], refused: list[str]) -> set[int]:
    good: set[str] = set()
    for name in names:
        try:
            good.add(canonical(name))
        except BadTagName as error:
            refused.append(str(error))
    return {tag.pk for tag in tags_ensure(names=sorted(good))} if good else set()
