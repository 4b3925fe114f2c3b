"""Pre-tagging: the one expensive pass over an image's pixels."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from celery.exceptions import SoftTimeLimitExceeded

from labelhub.images.models import Image
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.jobs.work import Progress
from labelhub.taggers.embeddings import (
    embeddings_claim,
    embeddings_reclaim,
    embeddings_release,
    embeddings_store,
    pretag_progress,
)
from labelhub.taggers.models import Tagger, TaggerState
from labelhub.taggers.selectors import PRETAGGING, pretag_turn, pretag_waits, urgent_waits
from labelhub.taggers.services.promotion import tagger_warmed
from worker.joytag.pixels import ImageError
from worker.tasks.engines import engine_of, runtime_of
from worker.tasks.prepared import reader
from worker.tasks.step import step

if TYPE_CHECKING:
    from worker.engine import Engine, Reader

# Other work on this process never waits much longer; urgent images are taken at every chunk.
STEP_SECONDS = 2.0


@step(Kind.PRETAG)
def pretag(tagger_id: int) -> Progress:
    """Make the embeddings of images for a few seconds."""
    tagger = Tagger.objects.select_related("backbone").get(pk=tagger_id)
    if tagger.state not in PRETAGGING:
        return Progress(claimed=0, done=1, total=1)  # another took over: its own job goes on
    turn = pretag_turn(tagger)
    claimed = _look(turn) if pretag_waits(turn) else 0
    if tagger.state == TaggerState.WARMING:
        tagger_warmed(tagger=tagger)
    return pretag_progress(tagger=tagger, claimed=claimed)


def _look(tagger: Tagger) -> int:
    """Claim images, look at them, store what came of each chunk; how many."""
    assert tagger.backbone is not None
    engine, runtime = engine_of(tagger.backbone), runtime_of(tagger.backbone)
    claims = _Claims(tagger, engine)
    done = 0
    try:
        with closing(engine.stream(claims.chunks())) as chunks:
            for results in chunks:
                failed = {pk: str(it) for pk, it in results.items() if isinstance(it, ImageError)}
                made = {pk: it for pk, it in results.items() if not isinstance(it, ImageError)}
                embeddings_store(tagger=tagger, made=made, failed=failed, runtime=runtime)
                claims.held -= results.keys()
                if not done:
                    _rank_ring(tagger)  # among the first are those that somebody waits for
                done += len(results)
    except (OSError, SoftTimeLimitExceeded):
        embeddings_release(tagger=tagger, image_ids=claims.held, blameless=True)
        raise
    except Exception:
        embeddings_release(tagger=tagger, image_ids=claims.held)
        raise
    if done:
        _rank_ring(tagger)
    return done


class _Claims:
    """What one step claims, a chunk at a time and only when the engine has room for it.

    Attributes:
        held: images that are claimed and of which nothing is stored yet.
    """

    def __init__(self, tagger: Tagger, engine: Engine) -> None:
        self.held: set[int] = set()
        self._tagger = tagger
        self._size = engine.batch_size

    def chunks(self) -> Iterator[list[tuple[int, Reader]]]:
        enough = time.monotonic() + STEP_SECONDS
        # What may have killed a worker is looked at alone; one that somebody waits for, at once.
        if alone := embeddings_reclaim(tagger=self._tagger, urgent=True):
            yield self._chunk(alone)
            return
        image_ids = embeddings_claim(tagger=self._tagger, limit=self._size)
        if not image_ids and (alone := embeddings_reclaim(tagger=self._tagger)):
            yield self._chunk(alone)
        while image_ids:
            yield self._chunk(image_ids)
            if time.monotonic() > enough or self._others_first():
                return
            image_ids = embeddings_claim(tagger=self._tagger, limit=self._size)

    def _chunk(self, image_ids: Sequence[int]) -> list[tuple[int, Reader]]:
        self.held.update(image_ids)
        images = Image.objects.in_bulk(image_ids)
        return [(pk, reader(images[pk])) for pk in image_ids if pk in images]

    def _others_first(self) -> bool:
        """Nobody waits for a tagger that warms."""
        return self._tagger.state == TaggerState.WARMING and urgent_waits()


def _rank_ring(tagger: Tagger) -> None:
    job_ring(kind=Kind.RANK, subject_id=tagger.pk)
