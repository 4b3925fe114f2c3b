"""What becomes of a claimed file: an image, a duplicate, an unpacked archive, tags, or a sentence.

Every outcome is a compare-and-set on the waiting row, and everything before it may be done twice.
So a worker may be killed anywhere: whoever takes the file next comes to the same end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labelhub.images import archives, hashing, names, sidecars, storage
from labelhub.images.models import Image, SidecarUse, UploadFile
from labelhub.images.selectors import SidecarTags
from labelhub.images.services.duplicates import duplicates_lock, duplicates_record
from labelhub.images.services.receive import duplicate_message, file_add

UNPACK_SECONDS = 10.0
ORIGIN_LIMIT = 300
State = UploadFile.State


@dataclass(frozen=True, slots=True)
class Facts:
    """What decoding said about an image: see `worker.decoder.Decoded`."""

    format: str
    width: int
    height: int
    phash: str
    thumbnail: bytes
    notes: Sequence[str] = ()


def image_store(*, file: UploadFile, path: Path, facts: Facts) -> None:
    """Make a decoded file an image with its near-duplicates, or find that it is one already."""
    upload = file.upload
    image = Image(
        sha256=file.sha256,
        name=names.base_name(file.path),
        format=facts.format,
        bytes=file.bytes,
        width=facts.width,
        height=facts.height,
        phash=hashing.from_hex(facts.phash),
        phash_algorithm=hashing.ALGORITHM,
        source=upload.source,
        licence=upload.licence,
        rating=upload.rating,
        domain=file.domain or upload.domain,
        uploaded_by=upload.created_by,
        upload=upload,
    )
    storage.put_file(image.original_key, path)
    storage.put_bytes(image.thumbnail_key, facts.thumbnail)
    with transaction.atomic():
        duplicates_lock()
        present = Image.objects.filter(sha256=file.sha256).first()
        if present is None:
            image.save(force_insert=True)
            duplicates_record(image=image)
            _settle(file, state=State.STORED, image=image, message=" ".join(facts.notes))
        else:
            message = duplicate_message(present)
            _settle(file, state=State.DUPLICATE, image=present, message=message)
    storage.discard(file.key)


def archive_unpack(*, file: UploadFile, path: Path) -> bool:
    """Make the members of an archive files of their own; False when there is more to do.

    Goes on where it stopped, or was killed: members are recorded in their order.
    """
    last = UploadFile.objects.filter(parent=file).order_by("-index").first()
    start = 0 if last is None or last.index is None else last.index + 1
    enough = time.monotonic() + UNPACK_SECONDS
    try:
        _refuse_other_archives(file, path)
        with archives.Archive(path) as archive:
            for member in archive.members(start):
                _take_member(file, archive, member)
                if time.monotonic() > enough:
                    file_put_back(file=file, blameless=True)
                    return False
    except archives.ArchiveError as error:
        file_reject(file=file, message=str(error))
        return True
    count = UploadFile.objects.filter(parent=file).count()
    message = ngettext("%d file unpacked.", "%d files unpacked.", count) % count
    _settle(file, state=State.ARCHIVE, message=message)
    storage.discard(file.key)
    return True


def sidecar_read(*, file: UploadFile, path: Path) -> None:
    """Keep the tags of a sidecar; `sidecar_apply` gives them to its image."""
    try:
        with path.open("rb") as stream:
            tags = sidecars.tags_of(stream.read(sidecars.BYTES_LIMIT + 1))
    except sidecars.SidecarError as error:
        file_reject(file=file, message=str(error))
        return
    message = ngettext("%d tag.", "%d tags.", len(tags)) % len(tags)
    _settle(file, state=State.SIDECAR, tags=tags, message=message)
    storage.discard(file.key)


def sidecar_apply(*, found: SidecarTags, give: Callable[..., Iterable[str]]) -> None:
    """Give a sidecar's tags to an image, unless these bytes gave them before.

    Args:
        give: called with `image_id`, `names` and `origin`; returns sentences about refused names.
    """
    with transaction.atomic():
        _use, first = SidecarUse.objects.get_or_create(sha256=found.sha256, image_id=found.image_id)
        if not first:
            return
        origin = _("tag file %s") % found.path
        refused = give(image_id=found.image_id, names=found.tags, origin=origin[-ORIGIN_LIMIT:])
        if sentences := " ".join(refused):
            message = ngettext("%d tag.", "%d tags.", len(found.tags)) % len(found.tags)
            UploadFile.objects.filter(pk=found.sidecar_id).update(message=f"{message} {sentences}")


def file_reject(*, file: UploadFile, message: str) -> None:
    """Settle a file with the sentence that says what is wrong with it."""
    _settle(file, state=State.REJECTED, message=message)
    storage.discard(file.key)


def file_put_back(*, file: UploadFile, blameless: bool = False) -> None:
    """Let the next worker have a file; blameless: what happened was not the file's doing."""
    forgiven = {"attempts": 0} if blameless else {}
    UploadFile.objects.filter(pk=file.pk, state=State.WAITING).update(
        claimed_until=None, **forgiven
    )


def _settle(file: UploadFile, **changes: object) -> None:
    UploadFile.objects.filter(pk=file.pk, state=State.WAITING).update(
        key="", claimed_until=None, **changes
    )


def _refuse_other_archives(file: UploadFile, path: Path) -> None:
    if file.parent_id is not None:
        raise archives.ArchiveError(_("It is an archive inside an archive; upload it by itself."))
    if names.extension(file.path) in archives.OTHER_ARCHIVES:
        raise archives.ArchiveError(
            _("Only zip archives can be unpacked; make a zip, or upload the folder itself.")
        )


def _take_member(file: UploadFile, archive: archives.Archive, member: archives.Member) -> None:
    path, received, message = names.clean_path(member.name), None, member.refusal
    if not message:
        try:
            with archive.open(member) as stream:
                received = storage.receive(stream, limit=archives.MEMBER_BYTES)
        except archives.ArchiveError as error:
            message = str(error)
    file_add(
        upload=file.upload,
        path=path,
        received=received,
        message=message,
        parent=file,
        index=member.index,
    )
