"""Take one chunk of an upload's waiting files and make images of them."""

from __future__ import annotations

import time
from pathlib import Path

import labelhub.review.services
from labelhub.images import selectors as images
from labelhub.images import services
from labelhub.images.models import UploadFile
from labelhub.images.services import Facts
from labelhub.images.storage import BytesGone
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.taggers import embeddings
from worker.decoder import Decoder, DecoderDied
from worker.joytag.pixels import ImageError
from worker.tasks.step import step

CHUNK_SECONDS = 1.0  # others wait no longer for this process
# One child for each worker process, started with its first image.
decoder = Decoder()


@step(Kind.INGEST)
def ingest(upload_id: int) -> Progress:
    """Settle a chunk of files; hand on the tags of those whose image and sidecar have both come."""
    claim = services.files_claim(upload_id=upload_id)
    enough = time.monotonic() + CHUNK_SECONDS
    for file in claim.files:
        if services.file_begin(claim=claim, file=file):
            _settle(file)
        if time.monotonic() > enough:
            services.files_release(claim=claim, after=file)
            break
    # At the end of an upload a look at all of it finds what a killed worker left undone.
    for found in images.sidecars_ready(upload_id, claim.files or None):
        services.sidecar_apply(found=found, give=labelhub.review.services.tags_take)
    if claim.files:
        embeddings.images_expect(file.pk for file in claim.files)
    return services.upload_advance(upload_id=upload_id, claimed=len(claim.files))


def _settle(file: UploadFile) -> None:
    try:
        with images.file_bytes(file) as path:
            kind = images.file_kind(file, path)
            if kind == "archive":
                services.archive_unpack(file=file, path=path)
            elif kind == "sidecar":
                services.sidecar_read(file=file, path=path)
            else:
                services.image_store(file=file, path=path, facts=_facts(file, path))
    except (ImageError, BytesGone) as error:
        services.file_reject(file=file, message=str(error))
    except DecoderDied:
        services.file_put_back(file=file)
    except OSError:
        # A full disk, say: no fault of the file, which waits until somebody has made room.
        services.file_put_back(file=file, blameless=True)
        raise


def _facts(file: UploadFile, path: Path) -> Facts:
    found = decoder.decode(path, file.path)
    return Facts(
        format=found.format,
        width=found.width,
        height=found.height,
        phash=found.phash,
        thumbnail=found.thumbnail,
        notes=found.notes,
    )
