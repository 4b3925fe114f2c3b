"""Images for backbones to look at: noted when they are stored, claimed by workers, and what the
backbones made of them stored.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

import numpy as np
from django.db import connection, transaction
from django.db.models import Case, F, When
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from pgvector import HalfVector

from labelhub.images.models import Image
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.jobs.work import Progress
from labelhub.scoring.head import Floats
from labelhub.taggers.models import Backbone, Embedding, Runtime, Tagger, TaggerState
from labelhub.taggers.selectors import (
    embeddings_waiting,
    images_without_embedding_row,
    taggers_pretagging,
)

CLAIM_SECONDS = 60
ATTEMPTS_ALLOWED = 3
INSERT_AT_ONCE = 5_000
# Somebody who sends so few files waits for what is suggested for them.
URGENT_FILES = 20
# How long an image is looked for that was stored and not noted.
NOTED_SECONDS = 30
# Counting what waits may take this share of the time; a quick count is always made anew.
COUNTING, QUICK = 0.05, 0.01

_counted: dict[int, tuple[float, int, int]] = {}  # by backbone: until when they serve; left, total


def images_expect(file_ids: Iterable[int]) -> None:
    """Note the images that files of uploads became, for every backbone at work, and ring for it.

    Those of a small upload are urgent for the tagger that serves, also where they were here before
    and still wait. Members of an archive are not: their sender can tell of one file how many.
    """
    files = list(file_ids)
    for tagger in taggers_pretagging():
        urgent_ones = tagger.state == TaggerState.SERVING
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO taggers_embedding AS row
                       (backbone_id, image_id, urgent, error, attempts)
                SELECT %s, file.image_id,
                       %s AND bool_or(file.parent_id IS NULL AND upload.expected <= %s), '', 0
                  FROM images_uploadfile AS file
                  JOIN images_upload AS upload ON upload.id = file.upload_id
                 WHERE file.id = ANY(%s) AND file.image_id IS NOT NULL
                 GROUP BY file.image_id ORDER BY file.image_id
                    ON CONFLICT (backbone_id, image_id) DO UPDATE SET urgent = true
                 WHERE excluded.urgent AND row.vector IS NULL
                RETURNING urgent
                """,
                [tagger.backbone_id, urgent_ones, URGENT_FILES, files],
            )
            noted = [urgent for (urgent,) in cursor.fetchall()]
        if noted:
            job_ring(kind=Kind.PRETAG, subject_id=tagger.pk, urgent=any(noted))


def embeddings_claim(*, tagger: Tagger, limit: int) -> list[int]:
    """Take up to `limit` images that wait for the tagger's backbone and that nobody has begun with;
    their ids. Urgent ones by themselves, so that they need not wait for others to be looked at with
    them; then as they came.
    """
    for which in ("attempts = 0 AND urgent", "attempts = 0"):
        if claimed := _claim(tagger, limit, which):
            return claimed
    return _claim(tagger, limit, "attempts = 0") if _rows_ensure(tagger) else []


def embeddings_reclaim(*, tagger: Tagger, urgent: bool = False) -> list[int]:
    """Take one image that a worker began with and did not end; its id, if there is one.

    A claim lapses after a minute, so what a killed worker held comes back: one at a time, for its
    taker to look at alone, so that an image that kills workers does so to none but itself. After
    the third time it is given up. What was begun with longest ago comes first, so that one whose
    file cannot be read keeps nobody from the others.

    Args:
        urgent: only if somebody waits for it.
    """
    if not urgent:
        lapsed = embeddings_waiting(tagger).filter(claimed_until__lt=timezone.now())
        lapsed.filter(attempts__gte=ATTEMPTS_ALLOWED).update(
            error=_("The worker stopped three times while it worked on this image.")
        )
    again = f"attempts BETWEEN 1 AND {ATTEMPTS_ALLOWED - 1}"
    return _claim(tagger, 1, f"{again} AND urgent" if urgent else again, first="claimed_until, id")


def embeddings_release(
    *, tagger: Tagger, image_ids: Collection[int], blameless: bool = False
) -> None:
    """Give claimed images back at once; blameless: what happened was none of their doing, as far as
    anybody knows, so they are not given up for it. But each is looked at alone from then on, and
    one that somebody waits for goes ahead of others only once more.
    """
    held = embeddings_waiting(tagger).filter(image_id__in=image_ids)
    now = timezone.now()
    if blameless:
        once_more = Case(When(attempts=1, then=F("urgent")), default=False)
        attempts = Greatest(F("attempts") - 1, 1)
        held.update(claimed_until=now, attempts=attempts, urgent=once_more)
    else:
        held.update(claimed_until=now)


def image_look_again(*, image_id: int) -> None:
    """Have taggers look again at an image that they could not look at: its file may be mended."""
    with transaction.atomic():
        failed = Embedding.objects.filter(image_id=image_id).exclude(error="")
        failed.update(error="", attempts=0, claimed_until=None, urgent=True)
        for tagger in taggers_pretagging():
            if embeddings_waiting(tagger).filter(image_id=image_id).exists():
                job_ring(kind=Kind.PRETAG, subject_id=tagger.pk, urgent=True)


def embeddings_store(
    *,
    tagger: Tagger,
    made: Mapping[int, Floats],
    failed: Mapping[int, str],
    runtime: Runtime | None = None,
) -> None:
    """Store what a backbone made of claimed images, by image id; an embedding that is stored stays
    as it is, so that storing again changes nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # It stays with the connection: making one for every chunk would litter the catalogue.
        cursor.execute(
            """
            CREATE TEMPORARY TABLE IF NOT EXISTS embedding_result
                   (image_id bigint, vector halfvec, error text) ON COMMIT DELETE ROWS
            """
        )
        cursor.execute("DELETE FROM embedding_result")  # of this very transaction
        with cursor.copy("COPY embedding_result FROM STDIN (FORMAT BINARY)") as copy:
            # The bytes of a halfvec as they are: psycopg need not know the type.
            copy.set_types(["int8", "bytea", "text"])
            for image_id, vector in made.items():
                copy.write_row(_row(image_id, vector))
            for image_id, error in failed.items():
                copy.write_row((image_id, None, error))
        cursor.execute(
            """
            UPDATE taggers_embedding AS row
               SET vector = result.vector, error = result.error,
                   runtime_id = CASE WHEN result.vector IS NOT NULL THEN %s::bigint END,
                   claimed_until = NULL, urgent = false
              FROM embedding_result AS result
             WHERE row.backbone_id = %s AND row.image_id = result.image_id AND row.vector IS NULL
               AND row.image_id = ANY(%s)
            """,
            # The images said once more: of the temporary table Postgres knows no numbers, and would
            # read all rows.
            [runtime.pk if runtime else None, tagger.backbone_id, [*made, *failed]],
        )


def runtime_note(
    *, backbone: Backbone, name: str, device: str, images_per_second: float, agreement: float
) -> Runtime:
    """How a worker computes a backbone, as it measured when it chose."""
    facts = {"images_per_second": images_per_second, "agreement": agreement}
    runtime, _made = Runtime.objects.get_or_create(
        backbone=backbone, name=name, device=device, defaults=facts
    )
    if (runtime.images_per_second, runtime.agreement) != (images_per_second, agreement):
        runtime.images_per_second, runtime.agreement = images_per_second, agreement
        runtime.save()
    return runtime


def pretag_progress(*, tagger: Tagger, claimed: int) -> Progress:
    """How far the tagger's backbone is: exactly at the end, and otherwise as of the last count."""
    waiting, missing = embeddings_waiting(tagger), images_without_embedding_row(tagger)
    if not waiting.exists() and not missing.exists():
        total = Image.objects.count()
        return Progress(claimed=claimed, done=total, total=total)
    assert tagger.backbone_id is not None
    until, left, total = _counted.get(tagger.backbone_id, (0.0, 0, 0))
    began = time.monotonic()
    if began >= until:
        left, total = waiting.count() + missing.count(), Image.objects.count()
        ended = time.monotonic()
        again = ended + (ended - began) / COUNTING if ended - began > QUICK else 0.0
        _counted[tagger.backbone_id] = (again, left, total)
    # Something does wait, whatever was counted before it came.
    return Progress(claimed=claimed, done=max(0, total - max(1, left)), total=max(1, total))


def _row(image_id: int, vector: Floats) -> tuple[int, bytes | None, str]:
    with np.errstate(over="ignore"):
        half = vector.astype(np.float16)
    if np.isfinite(half).all():
        return image_id, HalfVector(half).to_binary(), ""
    return image_id, None, _("The tagger computes no finite numbers for this image.")


def _claim(tagger: Tagger, limit: int, which: str, *, first: str = "id") -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH free AS (
                SELECT id FROM taggers_embedding
                 WHERE backbone_id = %s AND vector IS NULL AND error = ''
                   AND (claimed_until IS NULL OR claimed_until < now()) AND {which}
                 ORDER BY urgent DESC, {first} LIMIT %s FOR UPDATE SKIP LOCKED)
            UPDATE taggers_embedding e
               SET claimed_until = now() + make_interval(secs => %s), attempts = attempts + 1
              FROM free WHERE e.id = free.id RETURNING e.id, e.image_id
            """,
            [tagger.backbone_id, limit, CLAIM_SECONDS],
        )
        return [image_id for _pk, image_id in sorted(cursor.fetchall())]


def _rows_ensure(tagger: Tagger) -> bool:
    """Note images that nobody noted; whether there were any.

    Those are all that came before the backbone, and those whose worker was killed before it noted
    them. Some thousands at a time, in their order; up to where all are noted, nobody looks again.
    """
    backbone = Backbone.objects.get(tagger=tagger)
    recent = timezone.now() - timedelta(seconds=NOTED_SECONDS)
    settled = (
        Image.objects.filter(created_at__lt=recent).order_by("-pk").values_list("pk", flat=True)
    )
    noted_to = settled.first() or 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH missing AS (
                SELECT image.id FROM images_image AS image
                 WHERE image.id > %s AND NOT EXISTS (
                       SELECT FROM taggers_embedding AS row
                        WHERE row.backbone_id = %s AND row.image_id = image.id)
                 ORDER BY image.id LIMIT %s),
            noted AS (
                INSERT INTO taggers_embedding (backbone_id, image_id, urgent, error, attempts)
                SELECT %s, id, false, '', 0 FROM missing
                    ON CONFLICT (backbone_id, image_id) DO NOTHING)
            SELECT count(*), max(id) FROM missing
            """,
            [backbone.noted_to, backbone.pk, INSERT_AT_ONCE, backbone.pk],
        )
        count, last = cursor.fetchone()
    if count == INSERT_AT_ONCE:
        noted_to = min(noted_to, last)
    Backbone.objects.filter(pk=backbone.pk, noted_to__lt=noted_to).update(noted_to=noted_to)
    return bool(count)
