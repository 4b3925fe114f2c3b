"""Recording which images look alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection

from labelhub.images import hashing
from labelhub.images.models import Image

# Blank pictures all have one hash. Of images with equal hashes only this many are paired with a
# newcomer: enough to see that it is one of many, and a million of them stay affordable.
ALIKE = 8
_LOCK = 0x70686173  # "phas": nothing else in labelhub takes this advisory lock

_NEW = "unnest(%(ids)s::bigint[], %(phashes)s::bigint[]) AS new (id, phash)"
# Those that were there before, and of those that come together, the ones before: so every pair is
# found once, from its later image. (The sum keeps Postgres from looking them all up by their id.)
_NEAR = " UNION ".join(
    f"""
    SELECT id, phash, bit_count((phash # new.phash)::bit(64)) AS distance
      FROM images_image
     WHERE ((phash >> {shift}) & {hashing.SEGMENT_MASK}) = ANY(ARRAY(
               SELECT ((new.phash >> {shift}) & {hashing.SEGMENT_MASK}) # mask
                 FROM unnest(%(masks_{shift})s::bigint[]) AS mask))
       AND id + 0 < new.id
       AND bit_count((phash # new.phash)::bit(64)) <= {hashing.RADIUS}
    """
    for shift in hashing.SEGMENTS
)
_INSERT = """
    INSERT INTO images_duplicatepair (image_low_id, image_high_id, distance)
    SELECT near.id, new.id, distance FROM {new} CROSS JOIN LATERAL ({near}) AS near
    RETURNING image_high_id
"""
_RECORD_NEAR = _INSERT.format(
    new=_NEW,
    near=f"""
    SELECT id, distance FROM (
        SELECT id, distance, row_number() OVER (PARTITION BY phash ORDER BY id) AS place
          FROM ({_NEAR}) AS found
         WHERE found.phash <> new.phash
    ) AS ranked WHERE place <= {ALIKE}
    """,
)
_EQUAL_SEGMENT = f"(({{}} >> {hashing.SEGMENTS[-1]}) & {hashing.SEGMENT_MASK})"
_RECORD_EQUAL = _INSERT.format(
    new=_NEW,
    near=f"""
    SELECT id, 0 AS distance FROM images_image
     WHERE {_EQUAL_SEGMENT.format("phash")} = {_EQUAL_SEGMENT.format("new.phash")}
       AND phash = new.phash AND id + 0 < new.id
     LIMIT {ALIKE}
    """,
)


def duplicates_lock() -> None:
    """Let one transaction at a time add images and their pairs, until it has committed.

    Two transactions in flight could not see each other's images, so neither would find the pair.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def duplicates_record(*, images: Sequence[Image]) -> None:
    """Pair new images with those that look like them; call under `duplicates_lock`.

    An image whose very hash many carry is paired with a few of them, and not compared any further:
    its neighbours were found for them.
    """
    alike = Counter(_record(_RECORD_EQUAL, images))
    _record(_RECORD_NEAR, [image for image in images if alike[image.pk] < ALIKE])


def _record(statement: str, images: Sequence[Image]) -> list[int]:
    """The later image of every pair that was found."""
    if not images:
        return []
    values: dict[str, Any] = {
        "ids": [image.pk for image in images],
        "phashes": [image.phash for image in images],
    }
    masks = zip(hashing.SEGMENTS, hashing.masks(), strict=True)
    values |= {f"masks_{shift}": segment for shift, segment in masks}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [image_id for (image_id,) in cursor.fetchall()]
