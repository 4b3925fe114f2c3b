"""The library as the pages show it: images with their labels, suggestions and answers.

Images know nothing of tags or taggers; this is the lowest place that may put them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from datetime import datetime
from uuid import UUID

from ninja import Schema

from labelhub.images.models import Image
from labelhub.images.schemas import ImageFacts, image_facts
from labelhub.images.selectors import image_duplicates, image_list
from labelhub.labels.models import Label, LabelState, Source, Verdict
from labelhub.labels.selectors import image_answers, image_labels
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import images_pretagged, suggestions, tagger_serving

SUGGESTIONS = 50
ANSWERS = 50


class ImageCard(ImageFacts):
    pretagged: bool
    positives: int
    negatives: int


class LabelRow(Schema):
    tag: str
    state: LabelState
    source: Source


class SuggestionRow(Schema):
    """A tag the tagger suggests, its raw score, and the label it has already, if any."""

    tag: str
    category: str
    score: float
    state: LabelState | None


class DuplicateRow(Schema):
    image: ImageCard
    distance: int


class AnswerRow(Schema):
    id: UUID
    tag: str
    verdict: Verdict
    by: str
    at: datetime
    retracted: bool


class ImageDetail(ImageCard):
    sha256: str
    phash: str
    phash_algorithm: str
    format: str
    bytes: int
    source: str
    licence: str
    labels: list[LabelRow]
    suggestions: list[SuggestionRow]
    duplicates: list[DuplicateRow]
    answers: list[AnswerRow]


def image_cards(image_ids: Sequence[int]) -> list[ImageCard]:
    """The cards of these images, in the order of the ids."""
    images = {image.pk: image for image in image_list().filter(pk__in=image_ids)}
    return cards_of([images[pk] for pk in image_ids if pk in images])


def cards_of(images: Sequence[Image]) -> list[ImageCard]:
    """The cards of rows that `image_list` gave."""
    ids = [image.pk for image in images]
    pretagged = images_pretagged(tagger_serving(), ids)
    counted = Counter(Label.objects.filter(image_id__in=ids).values_list("image_id", "state"))
    return [
        ImageCard(
            **image_facts(image).model_dump(),
            pretagged=image.pk in pretagged,
            positives=counted[image.pk, LabelState.POSITIVE.value],
            negatives=counted[image.pk, LabelState.NEGATIVE.value],
        )
        for image in images
    ]


def suggestion_rows(
    tagger: Tagger, image_id: int, *, limit: int, without: Set[int] = frozenset()
) -> list[SuggestionRow]:
    """The best-scoring tags of an image that are not in `without` (tag ids)."""
    states = dict(image_labels(image_id).values_list("tag_id", "state"))
    found = suggestions(tagger, image_id, limit + len(without))
    return [
        SuggestionRow(
            tag=each.tag.name,
            category=each.tag.category,
            score=each.score,
            state=LabelState(states[each.tag.id]) if each.tag.id in states else None,
        )
        for each in found
        if each.tag.id not in without
    ][:limit]


def image_detail(image: Image) -> ImageDetail:
    """Everything the page of one image shows; `image` comes from `image_list`."""
    tagger = tagger_serving()
    near = image_duplicates(image)
    cards = {card.id: card for card in image_cards([other.pk for other, _distance in near])}
    return ImageDetail(
        **cards_of([image])[0].model_dump(),
        sha256=image.sha256,
        phash=image.phash_hex,
        phash_algorithm=image.phash_algorithm,
        format=image.format,
        bytes=image.bytes,
        source=image.source,
        licence=image.licence,
        labels=[
            LabelRow(tag=each.tag.name, state=LabelState(each.state), source=Source(each.source))
            for each in image_labels(image.pk)
        ],
        suggestions=suggestion_rows(tagger, image.pk, limit=SUGGESTIONS) if tagger else [],
        duplicates=[
            DuplicateRow(image=cards[other.pk], distance=distance) for other, distance in near
        ],
        answers=[
            AnswerRow(
                id=each.pk,
                tag=each.tag.name,
                verdict=Verdict(each.verdict),
                by=each.user.username,
                at=each.created_at,
                retracted=hasattr(each, "retraction"),
            )
            for each in image_answers(image.pk)[:ANSWERS]
        ],
    )
