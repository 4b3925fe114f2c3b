"""Carrying out a plan: a few statements whatever its size, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from labelhub.tags.imports.plan import Plan
from labelhub.tags.names import initials, words


def write(plan: Plan) -> None:
    """Change the vocabulary as planned. The caller holds `vocabulary_lock` since before planning.

    What refers to a tag by its name is written after the tags are made.
    """
    with connection.cursor() as cursor:
        _tags(cursor, plan)
        _aliases(cursor, plan)
        _facts(cursor, plan)
        _implications(cursor, plan)
        _pages(cursor, plan)
        _figures(cursor, plan)


def _load(cursor: CursorWrapper, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """Make the temporary table `incoming` anew and copy rows into it."""
    cursor.execute("DROP TABLE IF EXISTS incoming")
    cursor.execute(f"CREATE TEMPORARY TABLE incoming ({columns}) ON COMMIT DROP")
    with cursor.copy("COPY incoming FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute("ANALYZE incoming")


def _tags(cursor: CursorWrapper, plan: Plan) -> None:
    if not plan.created:
        return
    _load(
        cursor,
        "name text, category int, posts bigint, hidden bool, deprecated bool, words text, "
        "initials text",
        (
            (name, each.category, each.posts, each.hidden, each.deprecated, *_finding(name))
            for name, each in plan.created.items()
        ),
    )
    cursor.execute(
        """
        INSERT INTO tags_tag (name, category, posts, images, hidden, deprecated, subjective,
                              guideline_version, asks_again_from, created_at)
             SELECT name, category, posts, 0, hidden, deprecated, false, 0, 0, now() FROM incoming
        ON CONFLICT (name) DO NOTHING
        """
    )
    cursor.execute(
        """
        INSERT INTO tags_tagname (name, tag_id, alias, rank, words, initials)
             SELECT tag.name, tag.id, false, new.posts,
                    array_to_tsvector(string_to_array(new.words, ' ')), new.initials
               FROM incoming new JOIN tags_tag tag ON tag.name = new.name
        ON CONFLICT (name) DO NOTHING
        """
    )


def _aliases(cursor: CursorWrapper, plan: Plan) -> None:
    if not plan.aliases:
        return
    _load(
        cursor,
        "name text, means text, words text, initials text",
        ((name, each.means, *_finding(name)) for name, each in plan.aliases.items()),
    )
    cursor.execute(
        """
        INSERT INTO tags_tagname (name, tag_id, alias, rank, words, initials)
             SELECT new.name, own.tag_id, true, own.rank,
                    array_to_tsvector(string_to_array(new.words, ' ')), new.initials
               FROM incoming new JOIN tags_tagname own ON own.name = new.means
        ON CONFLICT (name) DO UPDATE SET tag_id = EXCLUDED.tag_id, rank = EXCLUDED.rank
        """
    )


def _facts(cursor: CursorWrapper, plan: Plan) -> None:
    if plan.categories:
        _load(
            cursor,
            "name text, category int",
            ((name, now) for name, (_before, now) in plan.categories.items()),
        )
        cursor.execute(
            """
            UPDATE tags_tag tag SET category = new.category
              FROM incoming new WHERE tag.name = new.name
            """
        )
    if plan.counts:
        _load(
            cursor,
            "name text, posts bigint, more bigint",
            ((name, now, now - before) for name, (before, now) in plan.counts.items()),
        )
        cursor.execute(
            """
            WITH counted AS (
                UPDATE tags_tag tag SET posts = new.posts
                  FROM incoming new WHERE tag.name = new.name
             RETURNING tag.id, new.more)
            UPDATE tags_tagname named SET rank = greatest(0, named.rank + counted.more)
              FROM counted WHERE named.tag_id = counted.id
            """
        )
    cursor.execute("UPDATE tags_tag SET hidden = true WHERE name = ANY(%s)", [plan.hidden])
    cursor.execute("UPDATE tags_tag SET deprecated = true WHERE name = ANY(%s)", [plan.deprecated])


def _implications(cursor: CursorWrapper, plan: Plan) -> None:
    if plan.unimplied:
        _load(cursor, "low text, high text", plan.unimplied)
        cursor.execute(
            """
            DELETE FROM tags_implication gone
             USING incoming, tags_tag low, tags_tag high
             WHERE low.name = incoming.low AND high.name = incoming.high COLLATE "C"
               AND gone.antecedent_id = low.id AND gone.consequent_id = high.id
            """
        )
    if plan.implied:
        _load(cursor, "low text, high text", plan.implied)
        cursor.execute(
            """
            INSERT INTO tags_implication (antecedent_id, consequent_id)
                 SELECT low.id, high.id
                   FROM incoming
                   JOIN tags_tag low ON low.name = incoming.low
                   JOIN tags_tag high ON high.name = incoming.high
            ON CONFLICT DO NOTHING
            """
        )


def _pages(cursor: CursorWrapper, plan: Plan) -> None:
    if not plan.pages:
        return
    _load(
        cursor,
        "name text, body text, other_names text[], version int",
        (
            (name, each.body, list(each.other_names), each.version)
            for name, each in plan.pages.items()
        ),
    )
    cursor.execute(
        """
        INSERT INTO tags_guideline (tag_id, version, markup, body, photo_note, drawn_note,
                                    other_names, summary, asks_again, created_at)
             SELECT tag.id, new.version, 'dtext', new.body, '', '', new.other_names, '', false,
                    now()
               FROM incoming new JOIN tags_tag tag ON tag.name = new.name
        """
    )
    cursor.execute(
        """
        UPDATE tags_tag tag SET guideline_version = new.version
          FROM incoming new WHERE tag.name = new.name
        """
    )


def _figures(cursor: CursorWrapper, plan: Plan) -> None:
    if not plan.figures:
        return
    _load(
        cursor,
        "name text, position int, count bigint, precision float8, recall float8, f1 float8, "
        "hits int, alarms int, misses int, rejections int",
        (
            (name, each.position, each.count, each.precision, each.recall, each.f1, each.hits,
             each.alarms, each.misses, each.rejections)
            for name, each in plan.figures.items()
        ),
    )  # fmt: skip
    cursor.execute(
        """
        INSERT INTO tags_publishedfigures (tag_id, position, count, precision, recall, f1, hits,
                                           alarms, misses, rejections)
             SELECT tag.id, new.position, new.count, new.precision, new.recall, new.f1, new.hits,
                    new.alarms, new.misses, new.rejections
               FROM incoming new JOIN tags_tag tag ON tag.name = new.name
        ON CONFLICT (tag_id) DO UPDATE
                SET position = EXCLUDED.position, count = EXCLUDED.count,
                    precision = EXCLUDED.precision, recall = EXCLUDED.recall, f1 = EXCLUDED.f1,
                    hits = EXCLUDED.hits, alarms = EXCLUDED.alarms, misses = EXCLUDED.misses,
                    rejections = EXCLUDED.rejections
        """
    )


def _finding(name: str) -> tuple[str, str]:
    return " ".join(words(name)), initials(name)
