"""Indexing a backbone's embeddings, for "more like this"."""

from __future__ import annotations

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.taggers.models import Tagger, TaggerState
from labelhub.taggers.neighbours import index_due, index_make
from worker.tasks.step import step

HOURS = 3600


@step(Kind.INDEX)
def index(tagger_id: int) -> Progress:
    """Make the index of the serving tagger's backbone, where it is due."""
    tagger = Tagger.objects.select_related("backbone").get(pk=tagger_id)
    if tagger.state != TaggerState.SERVING or not index_due(tagger):
        return Progress(claimed=0, done=1, total=1)
    assert tagger.backbone is not None
    made = index_make(tagger.backbone)
    return Progress(claimed=0, done=int(made), total=1)


# Postgres builds it in one go, for as long as a large library takes.
index.soft_time_limit, index.time_limit = 12 * HOURS, 13 * HOURS
