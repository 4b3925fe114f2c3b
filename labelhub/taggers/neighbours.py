"""More like this: the images whose embeddings point the same way, by pgvector.

Embeddings of all backbones share one table, so each backbone has an index of its own: partial, over
the vectors cast to its width. Below `ENOUGH` embeddings there is none, because looking at all of
them is quick and exact. An index is no truth: it is made, and made again where making it was
interrupted, by a worker (`worker.tasks.index`).
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.taggers.alone import alone
from labelhub.taggers.models import Backbone, Tagger
from labelhub.taggers.selectors import embeddings_made, import_under_way, tagger_serving

ENOUGH = 10_000
FARTHEST = 200  # images met for a few that are asked for
MOST_DIMENSIONS = 4_000  # that pgvector's index of half-precision vectors takes


def similar_images(tagger: Tagger, image_id: int, limit: int) -> list[tuple[int, float]]:
    """The images most like this one to the tagger's backbone: ids and cosines, most alike first.

    Empty for an image that the backbone has not looked at.
    """
    query = similar_sql(tagger)
    with transaction.atomic(), connection.cursor() as cursor:
        # An index comes back with what it met on its way: the farther it looks, the surer that is.
        look = str(max(FARTHEST, 4 * limit))
        cursor.execute("SELECT set_config('hnsw.ef_search', %s, true)", [look])
        cursor.execute(query, {"image": image_id, "limit": limit + 1})
        rows: list[tuple[int, float]] = cursor.fetchall()
    # The image itself, which is nearest to itself, goes here: within the query it would be one
    # more condition on every row.
    return [(pk, 1 - distance) for pk, distance in rows if pk != image_id][:limit]


def similar_sql(tagger: Tagger) -> str:
    """The query, with `image` and `limit` left open, in the form that the index serves."""
    assert tagger.backbone is not None
    vector = f"vector::halfvec({tagger.backbone.width})"
    mine = f"backbone_id = {tagger.backbone.pk} AND vector IS NOT NULL"
    asked = f"(SELECT {vector} FROM taggers_embedding WHERE image_id = %(image)s AND {mine})"
    return f"""
        SELECT image_id, {vector} <=> {asked} AS distance FROM taggers_embedding
         WHERE {mine} AND EXISTS {asked}
         ORDER BY {vector} <=> {asked} LIMIT %(limit)s
    """


def pending() -> Iterator[Work]:
    """The serving tagger, while the index of its backbone is due."""
    serving = tagger_serving()
    if serving is not None and index_due(serving):
        yield Work(Kind.INDEX, serving.pk)


def index_due(tagger: Tagger) -> bool:
    """Whether an index is missing that is worth having now: not in the middle of an import, whose
    every embedding it would slow down.
    """
    assert tagger.backbone is not None
    if tagger.backbone.width > MOST_DIMENSIONS or index_is_valid(tagger.backbone):
        return False
    made = embeddings_made(tagger).order_by().values_list("pk", flat=True)
    return made[ENOUGH - 1 : ENOUGH].exists() and not import_under_way(tagger)


def index_is_valid(backbone: Backbone) -> bool | None:
    """None where there is no index; False of what an interrupted worker left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)",
            [index_name(backbone)],
        )
        found = cursor.fetchone()
    return found[0] if found else None


def index_name(backbone: Backbone) -> str:
    return f"embedding_like_{backbone.pk}"


def index_make(backbone: Backbone) -> bool:
    """Make a backbone's index, while others read and write; outside any transaction.

    Returns:
        Whether it is there now; not, where another worker is at it.
    """
    name = index_name(backbone)
    with alone(name) as yes, connection.cursor() as cursor:
        if not yes:
            return False
        if index_is_valid(backbone) is False:
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        # The graph is built in memory as far as this goes, and several times slower beyond.
        cursor.execute("SET maintenance_work_mem = '1GB'")
        try:
            cursor.execute(
                f"""
                CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON taggers_embedding
                 USING hnsw ((vector::halfvec({backbone.width})) halfvec_cosine_ops)
                 WHERE backbone_id = {backbone.pk} AND vector IS NOT NULL
                """
            )
        finally:
            cursor.execute("RESET maintenance_work_mem")
    return True
