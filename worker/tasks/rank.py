"""Ranking: which questions the serving tagger's scores leave open."""

from __future__ import annotations

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.review.services import images_rank
from labelhub.taggers.models import Tagger
from worker.tasks.step import step


@step(Kind.RANK)
def rank(tagger_id: int) -> Progress:
    """Rank a few hundred images that have an embedding and no card yet."""
    return images_rank(tagger=Tagger.objects.get(pk=tagger_id))
