"""Images as lists of them show them: what they are, and how much is known of their tags.

Images know nothing of tags or taggers; this is the lowest place that may put them together.
"""

from __future__ import annotations

from collections.abc import Sequence

from labelhub.images.models import Image
from labelhub.images.schemas import ImageFacts, image_facts
from labelhub.images.selectors import image_list
from labelhub.labels.models import Labels
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import images_pretagged, tagger_serving


class ImageCard(ImageFacts):
    pretagged: bool
    positives: int
    negatives: int


def image_cards(image_ids: Sequence[int]) -> list[ImageCard]:
    """The cards of these images, in the order of the ids."""
    images = {image.pk: image for image in image_list().filter(pk__in=image_ids)}
    return cards_of([images[pk] for pk in image_ids if pk in images])


def cards_of(images: Sequence[Image]) -> list[ImageCard]:
    """The cards of rows that `image_list` gave."""
    return cards_by(images, tagger_serving())


def cards_by(images: Sequence[Image], tagger: Tagger | None) -> list[ImageCard]:
    """The same, where the tagger that serves is known already."""
    if not images:
        return []
    ids = [image.pk for image in images]
    pretagged = images_pretagged(tagger, ids)
    rows = Labels.objects.filter(pk__in=ids)
    counted = {
        pk: (yes, no) for pk, yes, no in rows.values_list("pk", "positive__len", "negative__len")
    }
    return [
        ImageCard(
            **image_facts(image).model_dump(),
            pretagged=image.pk in pretagged,
            positives=counted[image.pk][0],
            negatives=counted[image.pk][1],
        )
        for image in images
    ]
