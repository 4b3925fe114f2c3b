"""Embeddings out of Postgres by the million: binary COPY, read by numpy and not row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from django.db import connection
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from labelhub.taggers.models import Backbone, Embedding

Ints = NDArray[np.int64]
Halves = NDArray[np.float16]
ROWS = 8_192  # in a block
HEADER = 19  # bytes that COPY says first, and the two it says last
END = 2


def embedded_ids(backbone: Backbone) -> Ints:
    """The images a backbone has looked at, in rising order."""
    row = np.dtype([("fields", ">i2"), ("size", ">i4"), ("id", ">i8")])
    found = [rows["id"].astype(np.int64) for rows in _copied("image_id", backbone, row)]
    return np.sort(np.concatenate(found)) if found else np.array([], dtype=np.int64)


def embedded_state(backbone: Backbone) -> tuple[int, int]:
    """How many images a backbone has looked at, and their ids added up: other than before where
    some have come, or some have gone. Where as many came as went, and their ids add up to the same,
    it is the same. A tenth of the time of `embedded_ids`.
    """
    made = Embedding.objects.filter(backbone=backbone, vector__isnull=False)
    found = made.aggregate(count=Count("*"), ids=Coalesce(Sum("image_id"), 0))
    return found["count"], found["ids"]


def embedding_blocks(
    backbone: Backbone, only: Sequence[int] | None = None
) -> Iterator[tuple[Ints, Halves]]:
    """Image ids (m,) and embeddings (m, width), a block at a time, in no order.

    Args:
        only: these images; all, where it is None.
    """
    row = np.dtype(
        [
            *(("fields", ">i2"), ("id_size", ">i4"), ("id", ">i8")),
            *(("size", ">i4"), ("numbers", ">i2"), ("unused", ">i2")),
            ("vector", ">u2", (backbone.width,)),
        ]
    )
    for rows in _copied("image_id, vector", backbone, row, only):
        if (rows["numbers"] != backbone.width).any():
            raise ValueError(f"an embedding of {backbone} has not its width")
        halves = rows["vector"].astype(np.uint16).view(np.float16)
        yield rows["id"].astype(np.int64), halves


def _copied(
    columns: str, backbone: Backbone, row: np.dtype[np.void], only: Sequence[int] | None = None
) -> Iterator[NDArray[np.void]]:
    chosen = "" if only is None else "AND image_id = ANY(%s)"
    query = f"""
        COPY (SELECT {columns} FROM taggers_embedding
               WHERE backbone_id = {backbone.pk} AND vector IS NOT NULL {chosen})
          TO STDOUT (FORMAT BINARY)
    """
    size = row.itemsize
    with connection.cursor() as cursor:
        copying = cursor.copy(query, None if only is None else [list(only)])
        with copying as copy:
            held = bytearray()
            skip = HEADER
            for data in copy:
                held += data
                if len(held) >= skip + ROWS * size:
                    count = (len(held) - skip) // size
                    yield np.frombuffer(bytes(held[skip : skip + count * size]), dtype=row)
                    held, skip = held[skip + count * size :], 0
            count = (len(held) - skip - END) // size
            if len(held) != skip + count * size + END:
                raise ValueError(f"an embedding of {backbone} has not its width")
            if count:
                yield np.frombuffer(bytes(held[skip : skip + count * size]), dtype=row)
