"""Recording which images look alike."""

from __future__ import annotations

from typing import Any

from django.db import connection

from labelhub.images import hashing
from labelhub.images.models import Image

# Blank pictures all have one hash. Of images with equal hashes only this many are paired with a
# newcomer: enough to see that it is one of many, and a million of them stay affordable.
ALIKE = 8
_LOCK = 0x70686173  # "phas": nothing else in labelhub takes this advisory lock

_SEGMENT = "((phash >> {shift}) & 65535)"
_NEAR = " UNION ".join(
    f"""
    SELECT id, phash, bit_count((phash # %(phash)s::bigint)::bit(64)) AS distance
      FROM images_image
     WHERE {_SEGMENT.format(shift=shift)} = ANY(%(probes_{shift})s::bigint[])
       AND bit_count((phash # %(phash)s::bigint)::bit(64)) <= {hashing.RADIUS}
    """
    for shift in hashing.SEGMENTS
)
_INSERT = """
    INSERT INTO images_duplicatepair (image_low_id, image_high_id, distance)
    SELECT least(id, %(id)s), greatest(id, %(id)s), distance FROM ({near}) AS near
     WHERE id <> %(id)s
    ON CONFLICT (image_low_id, image_high_id) DO NOTHING
"""
_RECORD_NEAR = _INSERT.format(
    near=f"""
    SELECT id, distance FROM (
        SELECT id, distance, row_number() OVER (PARTITION BY phash ORDER BY id) AS place
          FROM ({_NEAR}) AS found WHERE id <> %(id)s
    ) AS ranked WHERE place <= {ALIKE}
    """
)
_EQUAL = f"""
    SELECT id, 0 AS distance FROM images_image
     WHERE {_SEGMENT.format(shift=hashing.SEGMENTS[-1])} = %(segment)s::bigint
       AND phash = %(phash)s::bigint AND id <> %(id)s
     LIMIT {ALIKE}
"""
_RECORD_EQUAL = _INSERT.format(near=_EQUAL)


def duplicates_lock() -> None:
    """Let one transaction at a time add an image and its pairs, until it has committed.

    Two transactions in flight could not see each other's image, so neither would find the pair.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def duplicates_record(*, image: Image) -> None:
    """Pair a new image with those that look like it; call under `duplicates_lock`.

    An image whose very hash many carry is paired with a few of them, and not compared any further:
    its neighbours were found for them.
    """
    # As text: Postgres reads the literal of the lowest bigint as a numeric.
    values: dict[str, Any] = {
        "id": image.pk,
        "phash": str(image.phash),
        "segment": (image.phash >> hashing.SEGMENTS[-1]) & hashing.SEGMENT_MASK,
    }
    for shift, segment in zip(hashing.SEGMENTS, hashing.probes(image.phash), strict=True):
        values[f"probes_{shift}"] = segment
    with connection.cursor() as cursor:
        cursor.execute(_RECORD_EQUAL, values)
        equal = cursor.rowcount
        if equal < ALIKE:
            cursor.execute(_RECORD_NEAR, values)
