"""Ranking: which questions the serving tagger's scores leave open."""

from __future__ import annotations

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.review.services import images_rank
from labelhub.taggers.models import Tagger, TaggerState
from worker.tasks.step import step


@step(Kind.RANK)
def rank(tagger_id: int) -> Progress:
    """Rank a few hundred images that have an embedding and no card yet."""
    tagger = Tagger.objects.get(pk=tagger_id)
    if tagger.state != TaggerState.SERVING:
        return Progress(claimed=0, done=1, total=1)
    return images_rank(tagger=tagger)
