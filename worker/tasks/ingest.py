"""Take an upload's waiting files and make images of them, for a second."""

from __future__ import annotations

import time
from pathlib import Path

import labelhub.review.services
from labelhub.images import selectors as images
from labelhub.images import services
from labelhub.images.models import UploadFile
from labelhub.images.services import Claim, Facts, NewImage
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.storage import BytesGone
from labelhub.taggers import embeddings
from worker.decoder.parent import Decoder, DecoderDied
from worker.joytag.pixels import ImageError
from worker.tasks.step import step

# Whoever else waits for this process does not wait for long.
STEP_SECONDS = 1.0
# One child for each worker process, started with its first image.
decoder = Decoder()


@step(Kind.INGEST)
def ingest(upload_id: int) -> Progress:
    """Settle files; hand on the tags of those whose image and sidecar have both come."""
    enough = time.monotonic() + STEP_SECONDS
    files: list[UploadFile] = []
    while (claimed := services.files_claim(upload_id=upload_id)).files:
        files += _work_off(claimed, enough)
        if time.monotonic() > enough:
            break
    # At the end of an upload a look at all of it finds what a killed worker left undone.
    for found in images.sidecars_ready(upload_id, files or None):
        services.sidecar_apply(found=found, give=labelhub.review.services.tags_take)
    if files:
        embeddings.images_expect(file.pk for file in files)
    return services.upload_advance(upload_id=upload_id, claimed=len(files))


def _work_off(claim: Claim, enough: float) -> list[UploadFile]:
    """Settle claimed files until it is late, and give back the rest; those that were begun."""
    begun: list[UploadFile] = []
    new: list[NewImage] = []
    for file in claim.files:
        begun.append(file)
        try:
            if image := _look(file):
                new.append(image)
        except OSError:
            # A full disk, say: no fault of the files, which wait until somebody has made room.
            # Those before are kept already.
            services.images_store(new=new)
            services.files_release(claim=claim)
            raise
        if time.monotonic() > enough:
            services.files_release(claim=claim, after=file)
            break
    services.images_store(new=new)
    return begun


def _look(file: UploadFile) -> NewImage | None:
    """Settle a file, unless it is an image: that is stored together with others."""
    try:
        with images.file_bytes(file) as path:
            kind = images.file_kind(file, path)
            if kind == "image":
                return services.image_keep(file=file, path=path, facts=_facts(file, path))
            if kind == "archive":
                services.archive_unpack(file=file, path=path)
            else:
                services.sidecar_read(file=file, path=path)
    except (ImageError, BytesGone) as error:
        services.file_reject(file=file, message=str(error))
    except DecoderDied:
        services.file_put_back(file=file)
    return None


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
