"""Reading images, uploads and what of them is still to be done."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from django.db import connection
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub import storage
from labelhub.images import archives, names
from labelhub.images.errors import ImageNotFound, UploadNotFound
from labelhub.images.models import DuplicatePair, Image, Upload, UploadFile
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress, Work
from labelhub.picturebook.book import page_index, page_name

# An upload that nobody closed is over when nothing has come for this long.
IDLE = timedelta(minutes=10)
# Counted no further: near-duplicates of a blank picture may be as many as there are images.
MANY = 100
State = UploadFile.State


def near_duplicates(column: Literal["images_image.id", "images_uploadfile.image_id"]) -> RawSQL:
    """How many images look like the one a column names, counted up to `MANY`."""
    return RawSQL(
        f"""
        (SELECT count(*) FROM (
            SELECT 1 FROM images_duplicatepair WHERE image_low_id = {column}
            UNION ALL SELECT 1 FROM images_duplicatepair WHERE image_high_id = {column}
            LIMIT {MANY}) AS pairs)
        """,
        (),
        output_field=IntegerField(),
    )


def image_list() -> QuerySet[Image]:
    """All images, each with `near_duplicates`."""
    return Image.objects.annotate(  # type: ignore[no-redef]  # the model declares its type
        near_duplicates=near_duplicates("images_image.id")
    )


def image_get(image_id: int) -> Image:
    """One image as `image_list` has it.

    Raises:
        ImageNotFound: there is no such image.
    """
    image = image_list().filter(pk=image_id).first()
    if image is None:
        raise ImageNotFound(_("There is no such image in the library."))
    return image


def image_duplicates(image: Image) -> list[tuple[Image, int]]:
    """The images that look like this one and how many bits they differ in, nearest first."""
    pairs = (
        DuplicatePair.objects.filter(Q(image_low=image) | Q(image_high=image))
        .order_by("distance", "pk")
        .values_list("image_low", "image_high", "distance")[:MANY]
    )
    distances = {low if high == image.pk else high: far for low, high, far in pairs}
    images = image_list().in_bulk(distances)
    return [(images[pk], far) for pk, far in distances.items()]


def upload_list() -> QuerySet[Upload]:
    return Upload.objects.all()


def upload_get(upload_id: int) -> Upload:
    """Raises UploadNotFound."""
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None:
        raise UploadNotFound(_("There is no such upload; start a new one."))
    return upload


def upload_counts(uploads: Iterable[Upload]) -> dict[int, dict[str, int]]:
    """How many files of each upload are in which state; "received" is all of them."""
    counts: dict[int, dict[str, int]] = {
        upload.pk: {"received": 0, **dict.fromkeys(State.values, 0)} for upload in uploads
    }
    rows = (
        UploadFile.objects.filter(upload__in=counts)
        .values_list("upload", "state")
        .annotate(count=Count("pk"))
    )
    for upload_id, state, count in rows:
        counts[upload_id][state] += count
        counts[upload_id]["received"] += count
    return counts


def book_get(seed: int) -> Upload | None:
    """The upload that holds the picture book of this seed, drawn or still being drawn."""
    return Upload.objects.filter(book_seed=seed).first()


def book_missing(upload: Upload) -> list[int]:
    """The indices of a picture book's pages that have not come yet."""
    come = set(UploadFile.objects.filter(upload=upload).values_list("path", flat=True))
    return [index for index in range(upload.expected) if page_name(index) not in come]


def book_progress(upload: Upload, *, claimed: int) -> Progress:
    come = UploadFile.objects.filter(upload=upload).count()
    return Progress(claimed=claimed, done=come, total=upload.expected)


def book_images(upload: Upload) -> dict[int, int]:
    """By image id: the index of the page it shows, of a picture book's pages taken in so far."""
    files = UploadFile.objects.filter(upload=upload, image__isnull=False).order_by("-pk")
    found = ((pk, page_index(path)) for pk, path in files.values_list("image_id", "path"))
    return {pk: index for pk, index in found if index is not None}


def upload_lookalikes(upload_id: int) -> int:
    """How many images that an upload brought look like others."""
    pairs = DuplicatePair.objects.filter(Q(image_low=OuterRef("pk")) | Q(image_high=OuterRef("pk")))
    return Image.objects.filter(Exists(pairs), upload=upload_id).count()


def upload_progress(upload_id: int, *, claimed: int) -> Progress:
    """How far an upload is: until it is closed, what is expected counts as not done."""
    upload = upload_get(upload_id)
    # Read off an index alone: this is asked at every step, of tens of thousands of files.
    counts = upload_counts([upload])[upload_id]
    total = counts["received"]
    if upload.closed_at is None:
        members = UploadFile.objects.filter(upload=upload, parent__isnull=False).count()
        total = max(total, upload.expected + members)
    return Progress(claimed=claimed, done=counts["received"] - counts[State.WAITING], total=total)


def file_list(upload: Upload, state: str = "") -> QuerySet[UploadFile]:
    """The files of an upload, each with `near_duplicates` of its image."""
    files = UploadFile.objects.filter(upload=upload)
    if state:
        files = files.filter(state=state)
    return files.annotate(  # type: ignore[no-redef]  # the model declares its type
        near_duplicates=near_duplicates("images_uploadfile.image_id")
    )


def pending() -> Iterator[Work]:
    """Uploads with files nobody works on, those to be closed or finished, and books to draw."""
    now = timezone.now()
    waiting = UploadFile.objects.filter(upload=OuterRef("pk"), state=State.WAITING)
    free = waiting.filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
    to_close = Q(closed_at=None, heard_at__lt=now - IDLE, book_seed=None)
    to_finish = Q(closed_at__isnull=False) & ~Exists(waiting)
    unfinished = Upload.objects.filter(finished_at=None).order_by("pk")
    for pk in unfinished.filter(Exists(free) | to_close | to_finish).values_list("pk", flat=True):
        yield Work(kind=Kind.INGEST, subject_id=pk)
    books = Upload.objects.filter(book_seed__isnull=False, closed_at=None).order_by("pk")
    for pk in books.values_list("pk", flat=True):
        yield Work(kind=Kind.BOOK, subject_id=pk)


def files_wait() -> bool:
    """Whether files of any upload are still to become images."""
    waiting = UploadFile.objects.filter(upload=OuterRef("pk"), state=State.WAITING)
    return Upload.objects.filter(Exists(waiting), finished_at=None).exists()


@contextlib.contextmanager
def file_bytes(file: UploadFile) -> Iterator[Path]:
    """The bytes of a waiting file.

    Raises:
        storage.BytesGone: they are not there any more.
    """
    with storage.local_file(file.key) as path:
        yield path


def file_kind(file: UploadFile, path: Path) -> Literal["archive", "sidecar", "image"]:
    """A tag file by its name, an archive by its first bytes or its name, an image otherwise."""
    if names.extension(file.path) == ".txt":
        return "sidecar"
    with path.open("rb") as stream:
        zipped = archives.is_zip(stream.read(4))
    return "archive" if zipped or names.extension(file.path) in archives.ARCHIVES else "image"


@dataclass(frozen=True, slots=True)
class SidecarTags:
    """The tags of a sidecar, and an image of the same name that does not have them yet."""

    sidecar_id: int
    path: str
    sha256: str
    tags: list[str]
    image_id: int


_READY = """
    SELECT sidecar.id, sidecar.path, sidecar.sha256, sidecar.tags, file.image_id
      FROM images_uploadfile AS sidecar
      JOIN images_uploadfile AS file
        ON file.upload_id = sidecar.upload_id
       AND file.parent_id IS NOT DISTINCT FROM sidecar.parent_id
       AND file.image_id IS NOT NULL
       AND {match}
     WHERE sidecar.upload_id = %(upload)s AND sidecar.state = 'sidecar' AND sidecar.tags <> '[]'
       AND (%(stems)s::text[] IS NULL OR sidecar.stem = ANY(%(stems)s))
       AND NOT EXISTS (SELECT FROM images_sidecaruse AS used
                        WHERE used.sha256 = sidecar.sha256 AND used.image_id = file.image_id)
"""
# "a.txt" is beside "a.jpg"; so is "a.jpg.txt".
_SAME_STEM = "file.stem = sidecar.stem"
_WHOLE_NAME = (
    r"file.stem = regexp_replace(sidecar.stem, '\.[^./]+$', '') AND file.path = sidecar.stem"
)


def sidecars_ready(
    upload_id: int, files: Collection[UploadFile] | None = None
) -> list[SidecarTags]:
    """Tags that have come and whose image has come, in whichever order.

    Args:
        files: look only at what these files, just settled, complete.
    """
    stems = None
    if files is not None:
        stems = sorted({stem for file in files for stem in (file.stem, file.path)})
    query = " UNION ".join(_READY.format(match=match) for match in (_SAME_STEM, _WHOLE_NAME))
    with connection.cursor() as cursor:
        cursor.execute(query, {"upload": upload_id, "stems": stems})
        rows = cursor.fetchall()
    # A plain cursor gives JSON as it is written.
    return [SidecarTags(pk, path, sha, json.loads(tags), to) for pk, path, sha, tags, to in rows]


def sidecars_alone(upload_id: int) -> list[UploadFile]:
    """Sidecars with no image beside them."""
    return list(
        UploadFile.objects.raw(
            f"""
            SELECT * FROM images_uploadfile AS sidecar
             WHERE upload_id = %s AND state = 'sidecar' AND NOT EXISTS (
                   SELECT FROM images_uploadfile AS file
                    WHERE file.upload_id = sidecar.upload_id
                      AND file.parent_id IS NOT DISTINCT FROM sidecar.parent_id
                      AND file.image_id IS NOT NULL
                      AND ({_SAME_STEM} OR ({_WHOLE_NAME})))
            """,
            [upload_id],
        )
    )
