"""What is near the line: of every tag the serving tagger knows, the images it is least sure about.

A worker finds them (`worker.tasks.borderline`), the web process only reads the rows. They follow
from the embeddings and the head, so they are found anew when the library has grown by enough, and
never in the middle of an import.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.scoring.calibration import Scores
from labelhub.taggers.blocks import Ints
from labelhub.taggers.models import Borderline, Tagger
from labelhub.taggers.selectors import (
    import_under_way,
    position_of,
    pretagged_count,
    tagger_serving,
    vocabulary_of,
)

NEAREST = 200
GROWTH = 0.01  # of the library, since they were found last
ROWS = 500
GONE = -1  # in place of an image, where there are no more


def pending() -> Iterator[Work]:
    """The serving tagger, while what is near its lines is to be found."""
    serving = tagger_serving()
    if serving is not None and borderline_due(serving):
        yield Work(Kind.BORDERLINE, serving.pk)


def borderline_due(tagger: Tagger) -> bool:
    if import_under_way(tagger):
        return False
    last = Borderline.objects.filter(tagger=tagger).values_list("among", flat=True).first()
    now = pretagged_count(tagger)
    return now > 0 if last is None else abs(now - last) > GROWTH * last


def borderline_of(tagger: Tagger, tag_id: int) -> Borderline | None:
    """None before a worker has found them."""
    return Borderline.objects.filter(tagger=tagger, tag_id=tag_id).first()


@transaction.atomic
def borderline_store(*, tagger: Tagger, image_ids: Ints, scores: Scores, among: int) -> None:
    """Put down what is near each line, in place of what was there: of other taggers as well, since
    only the serving one's is ever read and each is as many rows as there are tags.

    Args:
        image_ids, scores: (tags, k), nearest first, in the order of the vocabulary; of two outputs
            that mean one tag, what is near the one that stands for it is kept.
        among: how many images were looked at.
    """
    Borderline.objects.exclude(tagger=tagger).delete()
    here, stands = image_ids != GONE, position_of(tagger)
    Borderline.objects.bulk_create(
        [
            Borderline(
                tagger=tagger,
                tag_id=tag.id,
                image_ids=image_ids[at][here[at]].tolist(),
                scores=scores[at][here[at]].tolist(),
                among=among,
            )
            for at, tag in enumerate(vocabulary_of(tagger))
            if stands[tag.id] == at
        ],
        batch_size=ROWS,
        update_conflicts=True,
        unique_fields=["tagger", "tag"],
        update_fields=["image_ids", "scores", "among", "made_at"],
    )
