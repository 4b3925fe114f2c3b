"""What there is to learn from: what people answered about images the tagger's backbone has seen.

Imported tags are not learned from. They only ever say yes, and a head that hears nothing but yes
about a tag learns to say yes: even a fifth of all positives, added to answers as if they were some,
made a head worse than it was before any answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Exists, F, OuterRef, QuerySet

from labelhub.labels.models import HUMAN, LETTERS, Answer, Labels, Verdict
from labelhub.labels.selectors import answers_standing
from labelhub.scoring.head import Floats
from labelhub.scoring.teach import Ints
from labelhub.taggers.models import Embedding, Tagger
from labelhub.taggers.selectors import embeddings_made, position_of
from labelhub.tags.graph import graph
from labelhub.training.learning import Lesson

SAMPLE = 20_000  # embeddings enough to know the mean and covariance of 768 numbers
OWN = {LETTERS[source] for source in HUMAN}


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is to learn: pairs, their images and tags, the people who answered."""

    pairs: int
    images: int
    people: int
    tags_taught: int


def lesson_of(tagger: Tagger) -> Lesson:
    """What people answered clearly one way, of tags the tagger knows and images its backbone has
    seen.
    """
    seen = embeddings_made(tagger).filter(image_id=OuterRef("pk"))
    asked = Answer.objects.filter(image_id=OuterRef("pk"))
    rows = Labels.objects.filter(Exists(asked), Exists(seen)).order_by("pk")
    columns = ("pk", "positive", "positive_sources", "negative", "negative_sources")
    position = position_of(tagger)
    found: list[tuple[int, int, bool]] = []
    for image, yes, yes_sources, no, no_sources in rows.values_list(*columns).iterator(10_000):
        said = dict.fromkeys(_said(yes, yes_sources), True)
        said |= dict.fromkeys(_said(no, no_sources), False)
        found += [(image, position[tag], said[tag]) for tag in sorted(said) if tag in position]
    return Lesson.of(found)


def counts_of(lesson: Lesson, tagger: Tagger) -> Counts:
    pairs = set(zip(lesson.images.tolist(), lesson.positions.tolist(), strict=True))
    position, meant = position_of(tagger), graph().canonical
    said = answers_standing().exclude(verdict=Verdict.UNSURE)
    said = said.filter(image_id__in=np.unique(lesson.images).tolist())
    return Counts(
        pairs=len(lesson),
        images=len(np.unique(lesson.images)),
        people=len(
            {
                user
                for user, image, tag in said.values_list("user_id", "image_id", "tag_id")
                if (image, position.get(meant.get(tag, tag))) in pairs
            }
        ),
        tags_taught=len(np.unique(lesson.positions)),
    )


def _said(tags: Sequence[int], sources: str) -> Iterator[int]:
    """Of labels those that are people's own."""
    return (tag for tag, source in zip(tags, sources, strict=True) if source in OWN)


def embeddings_for(tagger: Tagger, lessons: Iterable[Lesson]) -> tuple[Ints, Floats]:
    """The images that lessons speak of: ids (m,) in rising order, embeddings (m, d)."""
    images = np.unique(np.concatenate([lesson.images for lesson in lessons]))
    rows = embeddings_made(tagger).filter(image_id__in=images.tolist()).order_by("image_id")
    found = np.array(rows.values_list("image_id", flat=True), dtype=np.int64)
    return found, _matrix(rows, tagger)


def embeddings_sample(tagger: Tagger) -> Floats:
    """(m, d): the library as the backbone sees it, or every so-many-th image of a large one."""
    made = embeddings_made(tagger)
    every = -(-made.count() // SAMPLE)
    if every > 1:
        made = made.alias(left=F("image_id") % every).filter(left=0)
    return _matrix(made.order_by("image_id"), tagger)


def _matrix(rows: QuerySet[Embedding], tagger: Tagger) -> Floats:
    assert tagger.backbone is not None
    vectors = rows.values_list("vector", flat=True).iterator(2_000)
    found = [np.asarray(vector, dtype=np.float32) for vector in vectors]
    return np.array(found, dtype=np.float32).reshape(-1, tagger.backbone.width)
