"""Finding the images that the serving tagger thinks have a tag, for somebody who searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelhub.jobs.asking import Reply, reply
from labelhub.search.ai import logits_between, term_store
from labelhub.taggers.blocks import embedded_state
from labelhub.taggers.files import head_of
from labelhub.taggers.models import Backbone, Tagger
from labelhub.taggers.selectors import position_of
from worker.app import app
from worker.tasks.borderline import cache_of

if TYPE_CHECKING:
    from worker.cache import Cache

# What was open last, and what Postgres had then: to compare all ids would take most of the time.
_opened: dict[int, tuple[tuple[int, int], Cache]] = {}


@app.task(name="worker.search")
def search(reply_to: str, tagger_id: int, tag_id: int, least: float, most: float) -> None:
    """Reply with the row of the images whose probability of a tag is from `least` to `most`."""
    try:
        found = _find(
            Tagger.objects.select_related("backbone").get(pk=tagger_id), tag_id, least, most
        )
    except Exception as error:
        reply(reply_to, {"failed": type(error).__name__})
        raise
    reply(reply_to, found)


def _find(tagger: Tagger, tag_id: int, least: float, most: float) -> Reply:
    assert tagger.backbone is not None  # only loaded ones are asked about
    head, at = head_of(tagger.sha256), position_of(tagger)[tag_id]
    cache = _cache(tagger.backbone)
    low, high = logits_between(head.calibration, least, most)
    image_ids = cache.between(head.weight[at], float(head.bias[at]), low, high)
    term = term_store(
        tagger=tagger,
        tag_id=tag_id,
        least=least,
        most=most,
        image_ids=image_ids,
        among=int(np.count_nonzero(cache.ids >= 0)),
    )
    return {"term": term, "count": len(image_ids)}


def _cache(backbone: Backbone) -> Cache:
    state = embedded_state(backbone)
    before, cache = _opened.get(backbone.pk, (None, None))
    if cache is None or before != state:
        cache = cache_of(backbone)
        _opened.clear()
        _opened[backbone.pk] = (state, cache)
    return cache
