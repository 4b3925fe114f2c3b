"""Images near another one, and images near a tag's line, by the serving tagger."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from django.utils.translation import gettext as _
from ninja import Schema

from labelhub.errors import NotFound
from labelhub.images.models import Image
from labelhub.review.image_cards import ImageCard, image_cards
from labelhub.scoring.calibration import Scores
from labelhub.taggers.api import TrialTagger
from labelhub.taggers.borderline import borderline_of
from labelhub.taggers.files import head_of
from labelhub.taggers.neighbours import similar_images
from labelhub.taggers.selectors import position_of, tagger_serving
from labelhub.tags.selectors import tags_meant


class SimilarRow(Schema):
    """An image and the cosine between its embedding and that of the one asked about."""

    image: ImageCard
    similarity: float


class BorderlineImage(Schema):
    """An image near a line: its raw score, and how likely the tag is there."""

    image: ImageCard
    score: float
    probability: float


class BorderlineRow(Schema):
    """What is near one tag's line: `line` is a probability, `threshold` the raw score at which
    decisions are made.
    """

    tagger: TrialTagger
    tag: str
    line: float
    threshold: float
    made_at: datetime | None
    images: list[BorderlineImage]


def similar_rows(image: Image, limit: int) -> list[SimilarRow]:
    """The images most like this one to the serving tagger, most alike first."""
    tagger = tagger_serving()
    found = dict(similar_images(tagger, image.pk, limit)) if tagger else {}
    return [SimilarRow(image=card, similarity=found[card.id]) for card in image_cards(list(found))]


def borderline_row(name: str) -> BorderlineRow:
    """What is near a tag's line by the serving tagger.

    Raises:
        NotFound: no tagger serves, or it does not know the tag.
    """
    tagger = tagger_serving()
    if tagger is None:
        raise NotFound(_("No tagger serves yet, so nothing is near its lines."))
    tag = tags_meant({name})[name]
    at = position_of(tagger).get(tag.pk)
    if at is None:
        raise NotFound(_("The serving tagger does not know the tag “%s”.") % name)
    head, found = head_of(tagger.sha256), borderline_of(tagger, tag.pk)
    cards = {card.id: card for card in image_cards(found.image_ids)} if found else {}
    scores = np.array(found.scores if found else [], dtype=np.float32)
    rows = zip(
        found.image_ids if found else [], scores, head.probabilities(Scores(scores)), strict=True
    )
    return BorderlineRow(
        tagger=TrialTagger(id=tagger.pk, name=tagger.name),
        tag=tag.name,
        line=float(head.lines[at]),
        threshold=tagger.threshold,
        made_at=found.made_at if found else None,
        images=[
            BorderlineImage(image=cards[pk], score=float(score), probability=float(probability))
            for pk, score, probability in rows
            if pk in cards
        ],
    )
