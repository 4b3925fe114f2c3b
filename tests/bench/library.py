"""A library of a million images with thirty labels each, made in Postgres, by sets of rows.

Its tags are as frequent as they would be: a few that are named, the others by Zipf's law. The
newest images have no labels yet; some are complete, of some people contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NAMED = {
    "1girl": 0.55,
    "solo": 0.45,
    "smile": 0.25,
    "photo": 0.10,
    "dress": 0.08,
    "watermark": 0.02,
    "apron": 0.01,
}
OTHERS = 5_806
TAGS = [*NAMED, *(f"tag_{at:04}" for at in range(1, OTHERS + 1))]
UNLABELLED = 0.05  # of the images, the newest
AT_ONCE = 50_000
TABLES = ("images_image", "labels_labels", "labels_answer")

IMAGES = """
    INSERT INTO images_image (id, sha256, name, format, bytes, width, height, phash,
           phash_algorithm, upload_id, created_at, source, licence, rating, domain)
    SELECT i, encode(sha256(i::text::bytea), 'hex'), 'picture-' || i || '.jpg', 'JPEG',
           20000 + floor(random() * 3e6), 400 + floor(random() * 3600),
           400 + floor(random() * 3600), floor((random() - 0.5) * 2 ^ 63),
           'imagehash.phash:64', %(upload)s,
           timestamptz '2025-01-01Z' + i * (interval '690 days' / %(rows)s),
           CASE floor(random() * 10) WHEN 0 THEN '' WHEN 1 THEN 'museum/' || i %% 977
                ELSE (ARRAY['web', 'https://example.org', 'camera'])[1 + i %% 3]
                     || '/' || i %% 1009 END,
           CASE WHEN random() < 0.2 THEN 'CC0-1.0' ELSE '' END,
           (ARRAY['g', 's', 'q', 'e', ''])[1 + floor(random() * 5)],
           (ARRAY['photo', 'drawn', 'drawn', ''])[1 + floor(random() * 4)]
      FROM generate_series(%(first)s::bigint, %(last)s) i
"""
# A draw is (image, tag, state): 0 conflicting, 1 positive, 2 negative, of which the least counts.
# (`+ 0 * i`: otherwise it would be drawn once for all images.)
LABELS = """
    WITH draws AS (
        SELECT i, t.id AS tag, 1 AS state
          FROM generate_series(%(first)s::bigint, %(last)s) i
          JOIN bench_named n ON random() + 0 * i < n.share JOIN tags_tag t ON t.name = n.name
        UNION ALL
        SELECT i, t.id, 2
          FROM generate_series(%(first)s::bigint, %(last)s) i
          JOIN bench_named n ON random() + 0 * i < 0.06 JOIN tags_tag t ON t.name = n.name
        UNION ALL
        SELECT i, %(base)s - 1 + floor(exp(random() * ln(%(others)s + 1)))::bigint,
               CASE WHEN g > 25 THEN 2 WHEN random() < 0.0006 THEN 0 ELSE 1 END
          FROM generate_series(%(first)s::bigint, %(last)s) i, generate_series(1, 34) g
    ), once AS (SELECT i, tag, min(state) AS state FROM draws GROUP BY i, tag
    ), arrays AS (
        SELECT i, coalesce(array_agg(tag ORDER BY tag) FILTER (WHERE state = 1), '{}') AS yes,
               coalesce(array_agg(tag ORDER BY tag) FILTER (WHERE state = 2), '{}') AS no,
               coalesce(array_agg(tag ORDER BY tag) FILTER (WHERE state = 0), '{}') AS torn
          FROM once GROUP BY i)
    INSERT INTO labels_labels (image_id, positive, negative, conflicting, positive_sources,
           negative_sources, conflicting_sources, completed_at, updated_at)
    SELECT i, yes, no, torn, left(repeat('aicp', 20), cardinality(yes)),
           left(repeat('a', 80), cardinality(no)), left(repeat('a', 80), cardinality(torn)),
           CASE WHEN random() < 0.15 THEN now() + interval '1 hour' END, now()
      FROM arrays
"""
NO_LABELS = """
    INSERT INTO labels_labels (image_id, positive, negative, conflicting, positive_sources,
           negative_sources, conflicting_sources, updated_at)
    SELECT i, '{}', '{}', '{}', '', '', '', now()
      FROM generate_series(%(first)s::bigint, %(last)s) i
"""
ANSWERS = """
    INSERT INTO labels_answer (id, user_id, image_id, tag_id, verdict, at_full_size, seconds, view,
           how, shown, guideline_version, created_at)
    SELECT gen_random_uuid(), %(user)s, 1 + floor(random() * %(rows)s), t.id,
           CASE WHEN random() < 0.5 THEN 'yes' ELSE 'no' END, false, 1.5, 'card', 'asked', '{}', 0,
           now() - random() * interval '300 days'
      FROM generate_series(1, %(answers)s) JOIN tags_tag t ON t.name = 'apron'
"""
PAIRS = """
    INSERT INTO images_duplicatepair (image_low_id, image_high_id, distance)
    SELECT i, i + 7, 3 FROM generate_series(1, %(rows)s - 7, 50) i
"""
CARDS = """
    INSERT INTO review_card (image_id, tagger_id, doubt, open)
    SELECT i, %(tagger)s, random() * 0.3, random() < 0.9 FROM generate_series(1, %(rows)s, 5) i
"""
COUNTS = """
    INSERT INTO labels_tagcount (tag_id, positive, negative, conflicting, made_at)
    SELECT tag, count(*) FILTER (WHERE s = 1), count(*) FILTER (WHERE s = 2), 0, now()
      FROM (SELECT unnest(positive) AS tag, 1 AS s FROM labels_labels
            UNION ALL SELECT unnest(negative), 2 FROM labels_labels) each GROUP BY tag
"""
NAMES = """
    INSERT INTO tags_tagname (name, tag_id, alias, rank, words, initials)
    SELECT name, id, false, 0, '', '' FROM tags_tag ON CONFLICT DO NOTHING
"""
SIZES = """
    SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c
     WHERE c.relname = ANY(%s) ORDER BY c.relname
"""
INDEX_SIZES = """
    SELECT indexrelname, pg_relation_size(indexrelid) FROM pg_stat_user_indexes
     WHERE relname = ANY(%s) ORDER BY 2 DESC
"""


def library_make(rows: int, *, user_id: int, other_id: int, upload_id: int, tagger_id: int) -> None:
    """Fill an empty database that has the tags of `TAGS`."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute("SET session_replication_role = replica")  # neither triggers nor references
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("CREATE TEMP TABLE bench_named (name text, share float8)")
        cursor.executemany("INSERT INTO bench_named VALUES (%s, %s)", list(NAMED.items()))
        cursor.execute(NAMES)
        cursor.execute("SELECT min(id) FROM tags_tag WHERE name LIKE 'tag\\_%'")
        (base,) = cursor.fetchone() or (0,)
        facts = {"rows": rows, "upload": upload_id, "tagger": tagger_id}
        facts |= {"base": base, "others": OTHERS}
        labelled = int(rows * (1 - UNLABELLED))
        with _without_indexes(cursor):
            for first, last in _sets(1, rows):
                cursor.execute(IMAGES, facts | {"first": first, "last": last})
            for first, last in _sets(1, labelled):
                cursor.execute(LABELS, facts | {"first": first, "last": last})
            cursor.execute(NO_LABELS, {"first": labelled + 1, "last": rows})
            for user, answers in ((user_id, rows // 40), (other_id, rows // 4)):
                cursor.execute(ANSWERS, facts | {"user": user, "answers": answers})
        for query in (PAIRS, CARDS, COUNTS):
            cursor.execute(query, facts)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def sizes() -> dict[str, str]:
    """Of the tables that searches read, and of their indexes, in words."""
    from django.db import connection

    tables = [*TABLES, "taggers_embedding", "review_card", "images_duplicatepair"]
    with connection.cursor() as cursor:
        cursor.execute(SIZES, [tables])
        found = {
            f"size of {name}": f"{_megabytes(table)} and {_megabytes(indexes)} of indexes"
            for name, table, indexes in cursor.fetchall()
        }
        cursor.execute(INDEX_SIZES, [tables])
        return found | {
            f"size of index {name}": _megabytes(size)
            for name, size in cursor.fetchall()
            if size > 5_000_000
        }


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _sets(first: int, last: int) -> Iterator[tuple[int, int]]:
    for start in range(first, last + 1, AT_ONCE):
        yield start, min(start + AT_ONCE - 1, last)


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    """Those that no constraint needs are made after the rows, which takes a tenth of the time."""
    cursor.execute(
        """
        SELECT x.indexrelid::regclass::text, pg_get_indexdef(x.indexrelid) FROM pg_index x
         WHERE x.indrelid::regclass::text = ANY(%s) AND NOT x.indisunique
        """,
        [list(TABLES)],
    )
    dropped = cursor.fetchall()
    for name, _definition in dropped:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in dropped:
        cursor.execute(definition)
