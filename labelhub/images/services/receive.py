"""Taking bytes in: streamed to storage, hashed on the way, never decoded here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub import posted, storage
from labelhub.images import names
from labelhub.images.errors import BookDrawnHere, UploadNotFound
from labelhub.images.models import Image, Upload, UploadFile
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring

IMAGE_BYTES = 200 << 20
ARCHIVE_BYTES = 512 << 20
State = UploadFile.State


def file_receive(
    *, upload_id: int, path: str, source: storage.Readable, length: int | None = None
) -> UploadFile:
    """Take one file into an upload. The same bytes under the same path again are the same file.

    Args:
        path: what the sender calls it, folders included.
        length: how many bytes the sender announced, if it did.

    Raises:
        UploadNotFound, BookDrawnHere, FileTooLarge, FileCutShort: nothing of the file is kept then.
    """
    path = names.clean_path(path)
    upload = _upload(upload_id)
    if names.extension(path) in (".zip", ".cbz"):
        received = posted.file_receive(
            source,
            length,
            limit=ARCHIVE_BYTES,
            too_large=_("The archive is larger than %d MB; split it, or upload the folder itself."),
        )
    else:
        received = image_receive(source=source, length=length)
    return file_add(upload=upload, path=path, received=received)


def image_receive(*, source: storage.Readable, length: int | None = None) -> storage.Received:
    """Take in the bytes of what should be an image; whoever calls discards them in the end.

    Raises:
        FileTooLarge, FileCutShort: nothing is kept then.
    """
    return posted.file_receive(
        source,
        length,
        limit=IMAGE_BYTES,
        too_large=_("The file is larger than %d MB; save the image at a smaller size."),
    )


def file_refuse(*, upload_id: int, path: str, message: str) -> UploadFile:
    """Note a file that could not be taken in, with the sentence that says why."""
    return file_add(upload=_upload(upload_id), path=names.clean_path(path), message=message)


def file_add(
    *,
    upload: Upload,
    path: str,
    received: storage.Received | None = None,
    message: str = "",
    domain: str = "",
) -> UploadFile:
    """Record a file whose bytes have been received, or refused with a message.

    Should the database be lost meanwhile, the bytes stay: the row may have been committed. The
    sweep of forgotten bytes takes them if not.
    """
    sha256 = received.sha256 if received else ""
    with transaction.atomic():
        outcome = _outcome(received, message, _present([received]))
        file, made = UploadFile.objects.get_or_create(
            upload=upload,
            path=path,
            sha256=sha256,
            parent=None,
            defaults={
                "stem": names.stem(path),
                "domain": domain,
                "bytes": received.bytes if received else 0,
                **outcome,
            },
        )
        Upload.objects.filter(pk=upload.pk).update(
            heard_at=timezone.now(), closed_at=None, finished_at=None
        )
        job_ring(kind=Kind.INGEST, subject_id=upload.pk, by=upload.created_by)
    if received and not (made and file.key):
        storage.discard(received.key)
    return file


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A member of an archive: its bytes, or the message that says why there are none."""

    index: int
    path: str
    received: storage.Received | None = None
    message: str = ""


def members_add(*, archive: UploadFile, members: Sequence[Unpacked]) -> None:
    """Record members of an archive, in their order; one that was recorded before stays as it is."""
    keys = {each.received.key for each in members if each.received}
    with transaction.atomic():
        present = _present(each.received for each in members)
        UploadFile.objects.bulk_create(
            [
                UploadFile(
                    upload=archive.upload,
                    parent=archive,
                    index=each.index,
                    path=each.path,
                    stem=names.stem(each.path),
                    sha256=each.received.sha256 if each.received else "",
                    bytes=each.received.bytes if each.received else 0,
                    **_outcome(each.received, each.message, present),
                )
                for each in members
            ],
            ignore_conflicts=True,
        )
        recorded = UploadFile.objects.filter(parent=archive, key__in=keys)
        kept = set(recorded.values_list("key", flat=True))
    for key in keys - kept:
        storage.discard(key)


def duplicate_message(image: Image) -> str:
    """What is said about a file whose bytes are an image's."""
    return _("The library has this picture already, as “%(name)s” (image %(id)d).") % {
        "name": image.name,
        "id": image.pk,
    }


def _upload(upload_id: int) -> Upload:
    upload = Upload.objects.filter(pk=upload_id).select_related("created_by").first()
    if upload is None:
        raise UploadNotFound(_("There is no such upload; start a new one."))
    if upload.book_seed is not None:
        raise BookDrawnHere(
            _("The picture book's pages are drawn by labelhub itself; start an upload of your own.")
        )
    return upload


def _present(received: Iterable[storage.Received | None]) -> dict[str, Image]:
    """The images, by their bytes' hash, that the library has of what was received."""
    hashes = {each.sha256 for each in received if each}
    return {image.sha256: image for image in Image.objects.filter(sha256__in=hashes)}


def _outcome(
    received: storage.Received | None, message: str, present: dict[str, Image]
) -> dict[str, Any]:
    if received is None:
        return {"state": State.REJECTED, "message": message}
    if received.bytes == 0:
        return {"state": State.REJECTED, "message": _("The file is empty; send the original.")}
    image = present.get(received.sha256)
    if image is not None:
        return {"state": State.DUPLICATE, "image": image, "message": duplicate_message(image)}
    return {"state": State.WAITING, "key": received.key}
