"""What becomes of a claimed file: an image, a duplicate, an unpacked archive, tags, or a sentence.

Every outcome is a compare-and-set on the waiting row, and everything before it may be done twice.
So a worker may be killed anywhere: whoever takes the file next comes to the same end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labelhub import storage
from labelhub.images import archives, hashing, names, sidecars
from labelhub.images.models import Image, SidecarUse, UploadFile
from labelhub.images.selectors import SidecarTags
from labelhub.images.services.duplicates import duplicates_lock, duplicates_record
from labelhub.images.services.receive import Unpacked, duplicate_message, members_add

# Reading the list of a large archive costs half a second each time.
UNPACK_SECONDS = 4.0
MEMBERS_TOGETHER = 128
ORIGIN_LIMIT = 300
State = UploadFile.State


@dataclass(frozen=True, slots=True)
class Facts:
    """What decoding said about an image: see `worker.decoder.parent.Decoded`."""

    format: str
    width: int
    height: int
    phash: str
    thumbnail: bytes
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NewImage:
    """What a decoded file would be, unless the library has it already."""

    file: UploadFile
    image: Image
    notes: str


def image_keep(*, file: UploadFile, path: Path, facts: Facts) -> NewImage:
    """Keep the bytes of a decoded file and its thumbnail; `images_store` makes it an image."""
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
    return NewImage(file=file, image=image, notes=" ".join(facts.notes))


def images_store(*, new: Sequence[NewImage]) -> None:
    """Make decoded files images with their near-duplicates, or find that they are images already.

    All of them or, should the worker be killed, none.
    """
    if not new:
        return
    with transaction.atomic():
        duplicates_lock()
        hashes = [each.image.sha256 for each in new]
        present = {image.sha256: image for image in Image.objects.filter(sha256__in=hashes)}
        first: dict[str, NewImage] = {}
        for each in new:
            if each.image.sha256 not in present:
                first.setdefault(each.image.sha256, each)
        images = Image.objects.bulk_create(each.image for each in first.values())
        duplicates_record(images=images)
        present |= {image.sha256: image for image in images}
        _settle_images(new, present, first)
    for each in new:
        storage.discard(each.file.key)


def _settle_images(
    new: Sequence[NewImage], present: dict[str, Image], first: dict[str, NewImage]
) -> None:
    states, messages = [], []
    for each in new:
        stored = first.get(each.image.sha256) is each
        states.append(State.STORED if stored else State.DUPLICATE)
        messages.append(each.notes if stored else duplicate_message(present[each.image.sha256]))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE images_uploadfile AS file
               SET key = '', claimed_until = NULL, state = settled.state,
                   image_id = settled.image_id, message = settled.message
              FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[])
                   AS settled (id, state, image_id, message)
             WHERE file.id = settled.id AND file.state = 'waiting'
            """,
            [
                [each.file.pk for each in new],
                [state.value for state in states],
                [present[each.image.sha256].pk for each in new],
                messages,
            ],
        )


def archive_unpack(*, file: UploadFile, path: Path) -> bool:
    """Make the members of an archive files of their own; False when there is more to do.

    Goes on where it stopped, or was killed: members are recorded in their order.
    """
    last = UploadFile.objects.filter(parent=file).order_by("-index").first()
    start = 0 if last is None or last.index is None else last.index + 1
    enough = time.monotonic() + UNPACK_SECONDS
    unpacked: list[Unpacked] = []
    try:
        _refuse_other_archives(file, path)
        with archives.Archive(path) as archive:
            for member in archive.members(start):
                try:
                    unpacked.append(_unpacked(archive, member))
                except BaseException:
                    # A full disk, say, which the bytes of members that no row knows would keep so.
                    _forget(unpacked)
                    raise
                late = time.monotonic() > enough
                if late or len(unpacked) == MEMBERS_TOGETHER:
                    members_add(archive=file, members=unpacked)
                    unpacked.clear()
                if late:
                    file_put_back(file=file, blameless=True)
                    return False
    except archives.ArchiveError as error:
        file_reject(file=file, message=str(error))
        return True
    members_add(archive=file, members=unpacked)
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


def _forget(unpacked: Sequence[Unpacked]) -> None:
    for each in unpacked:
        if each.received:
            storage.discard(each.received.key)


def _unpacked(archive: archives.Archive, member: archives.Member) -> Unpacked:
    path, received, message = names.clean_path(member.name), None, member.refusal
    if not message:
        try:
            with archive.open(member) as stream:
                received = storage.receive(stream, limit=archives.MEMBER_BYTES)
        except archives.ArchiveError as error:
            message = str(error)
    return Unpacked(index=member.index, path=path, received=received, message=message)
