"""Finding what is near the line, for every tag at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelhub.embedded import places
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.scoring.calibration import logit
from labelhub.scoring.head import scores_of
from labelhub.taggers.alone import alone
from labelhub.taggers.blocks import embedded_ids, embedding_blocks
from labelhub.taggers.borderline import NEAREST, borderline_due, borderline_store
from labelhub.taggers.files import head_of
from labelhub.taggers.models import Backbone, Tagger, TaggerState
from worker.tasks.step import step

if TYPE_CHECKING:
    from worker.cache import Cache

HOUR = 3600


@step(Kind.BORDERLINE)
def borderline(tagger_id: int) -> Progress:
    """Bring the cache of embeddings up to date, and write down what is nearest to each line."""
    tagger = Tagger.objects.select_related("backbone").get(pk=tagger_id)
    if tagger.state != TaggerState.SERVING or not borderline_due(tagger):
        return Progress(claimed=0, done=1, total=1)
    with alone(f"borderline {tagger.pk}") as yes:
        if yes:
            _find(tagger)
    return Progress(claimed=int(yes), done=int(yes), total=1)


def _find(tagger: Tagger) -> None:
    assert tagger.backbone is not None
    head = head_of(tagger.sha256)
    cache = cache_of(tagger.backbone)
    lines = logit(head.line_scores().astype(np.float64)).astype(np.float32)
    found = cache.nearest_of_all(head.weight, head.bias, lines, NEAREST)
    among = int(np.count_nonzero(cache.ids >= 0))
    borderline_store(
        tagger=tagger, image_ids=found.ids, scores=scores_of(found.logits), among=among
    )


def cache_of(backbone: Backbone) -> Cache:
    """The cache of a backbone's embeddings, brought up to date."""
    from worker.cache import Cache, writing  # torch

    folder = places.home() / "cache" / backbone.sha256
    with writing(folder, backbone.width) as writer:
        # Asked only now: what another process has just written is not taken for gone.
        missing = writer.missing(embedded_ids(backbone))
        if len(missing):
            everything = len(writer) == 0
            writer.extend(embedding_blocks(backbone, None if everything else missing.tolist()))
        return Cache(folder, backbone.width)


# Minutes for a million images.
borderline.soft_time_limit, borderline.time_limit = HOUR, HOUR + 60
