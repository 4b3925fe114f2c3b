"""What there is to learn from: what people answered about images the tagger's backbone has seen.

Imported tags are not learned from. They only ever say yes, and a head that hears nothing but yes
about a tag learns to say yes: even a fifth of all positives, added to answers as if they were some,
made a head worse than it was before any answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from django.db.models import Exists, F, OuterRef, QuerySet

from labelhub.labels.models import Label, LabelState, Source, Verdict
from labelhub.labels.selectors import answers_standing
from labelhub.scoring.head import Floats
from labelhub.scoring.teach import Ints
from labelhub.taggers.models import Embedding, Tagger, VocabularyEntry
from labelhub.taggers.selectors import embeddings_made, vocabulary_of
from labelhub.training.learning import Lesson

SAMPLE = 20_000  # embeddings enough to know the mean and covariance of 768 numbers
EITHER_WAY = (LabelState.POSITIVE, LabelState.NEGATIVE)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is to learn: pairs, their images and tags, the people who answered."""

    pairs: int
    images: int
    people: int
    tags_taught: int


def labels_to_learn(tagger: Tagger) -> QuerySet[Label]:
    """Answered pairs that are clear one way, of tags the tagger knows and images its backbone has
    seen.
    """
    assert tagger.vocabulary_id is not None
    seen = embeddings_made(tagger).filter(image_id=OuterRef("image_id"))
    known = VocabularyEntry.objects.filter(vocabulary_id=tagger.vocabulary_id).values("tag_id")
    return Label.objects.filter(
        Exists(seen), state__in=EITHER_WAY, source=Source.ANSWERED, tag_id__in=known
    )


def lesson_of(tagger: Tagger) -> Lesson:
    position = {tag.id: at for at, tag in enumerate(vocabulary_of(tagger))}
    rows = labels_to_learn(tagger).order_by("image_id", "tag_id")
    found = rows.values_list("image_id", "tag_id", "state").iterator(10_000)
    return Lesson.of(
        [(image, position[tag], state == LabelState.POSITIVE) for image, tag, state in found]
    )


def counts_of(lesson: Lesson, tagger: Tagger) -> Counts:
    here = labels_to_learn(tagger).filter(image_id=OuterRef("image_id"), tag_id=OuterRef("tag_id"))
    said = answers_standing().filter(Exists(here)).exclude(verdict=Verdict.UNSURE)
    return Counts(
        pairs=len(lesson),
        images=len(np.unique(lesson.images)),
        people=said.values("user").distinct().count(),
        tags_taught=len(np.unique(lesson.positions)),
    )


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
