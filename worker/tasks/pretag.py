"""Pre-tagging: the one expensive pass over an image's pixels."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO, cast

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from labelhub.images.selectors import image_list
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.jobs.work import Progress
from labelhub.scoring.head import Floats
from labelhub.taggers.models import Tagger, TaggerState
from labelhub.taggers.selectors import pretag_waits
from labelhub.taggers.services import embeddings_claim, embeddings_store, pretag_progress
from worker.joytag.pixels import ImageError
from worker.tasks.engines import engine_of
from worker.tasks.step import step

if TYPE_CHECKING:
    from worker.engine import Engine

# Small enough that a chunk of the full JoyTag ends on two CPU cores long before its claim lapses.
CHUNK = {"cpu": 8, "cuda": 64}


@step(Kind.PRETAG)
def pretag(tagger_id: int) -> Progress:
    """Make the embeddings of a chunk of images."""
    tagger = Tagger.objects.select_related("backbone").get(pk=tagger_id)
    if tagger.state != TaggerState.SERVING:
        return Progress(claimed=0, done=1, total=1)  # another took over: its own job goes on
    if not pretag_waits(tagger):
        return pretag_progress(tagger=tagger, claimed=0)
    assert tagger.backbone is not None
    engine = engine_of(tagger.backbone)
    image_ids = embeddings_claim(tagger=tagger, limit=CHUNK[engine.device.type])
    if image_ids:
        made, failed = _embed(engine, image_ids)
        embeddings_store(tagger=tagger, made=made, failed=failed)
        job_ring(kind=Kind.RANK, subject_id=tagger.pk)
    return pretag_progress(tagger=tagger, claimed=len(image_ids))


def _embed(engine: Engine, image_ids: list[int]) -> tuple[dict[int, Floats], dict[int, str]]:
    """Embeddings by image id, and a sentence for each image that has none."""
    made: dict[int, Floats] = {}
    failed: dict[int, str] = {}
    files: dict[int, BinaryIO] = {}
    with ExitStack() as opened:
        for image_id, image in image_list().in_bulk(image_ids).items():
            try:
                file = opened.enter_context(default_storage.open(image.original_key))
            except FileNotFoundError:
                failed[image_id] = _(
                    "Its file is missing from the storage; restore it from a backup."
                )
            else:
                files[image_id] = cast(BinaryIO, file)
        results = engine.embed(list(files.values()))
    for image_id, result in zip(files, results, strict=True):
        if isinstance(result, ImageError):
            failed[image_id] = str(result)
        else:
            made[image_id] = result
    return made, failed
