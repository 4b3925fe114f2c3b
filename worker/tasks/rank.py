"""Ranking: which questions a tagger's scores leave open.

That of one that warms too, so that on the day it serves there is something to answer.
"""

from __future__ import annotations

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.review.services import images_rank
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import PRETAGGING
from worker.tasks.step import step


@step(Kind.RANK)
def rank(tagger_id: int) -> Progress:
    """Rank a few hundred images that have an embedding and no card yet."""
    tagger = Tagger.objects.get(pk=tagger_id)
    if tagger.state not in PRETAGGING:
        return Progress(claimed=0, done=1, total=1)
    return images_rank(tagger=tagger)
