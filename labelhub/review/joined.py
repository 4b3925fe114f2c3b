"""Questions of tags that come to mean one another, or no longer do, and those that nothing asks any
more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import connection

from labelhub.review.asked import (
    CARDS,
    OF_TAGS,
    Settled,
    questions_settle,
    splits_standing,
    together,
)
from labelhub.tags.graph import Graph, graph

# What nothing asks any more: no split, no guideline, and no tag whose name means this one. Without
# a score, so no tagger does.
FORGOTTEN = """
    q.tag_id = ANY(%(tags)s) AND q.score IS NULL
    AND NOT EXISTS (
        SELECT FROM unnest(%(of)s::int[], %(parts)s::bigint[]) AS split (tag_id, part_id)
          JOIN labels_labels AS l ON l.positive @> ARRAY[split.tag_id]
         WHERE split.part_id = q.tag_id AND l.image_id = q.image_id)
    AND NOT EXISTS (
        SELECT FROM tags_tag AS t
          JOIN labels_answer AS a ON a.tag_id = t.id
          LEFT JOIN labels_retraction AS r ON r.answer_id = a.id
         WHERE t.id = q.tag_id AND t.asks_again_from > 0
           AND a.image_id = q.image_id AND r.id IS NULL)
    AND NOT EXISTS (
        SELECT FROM unnest(%(merged)s::bigint[], %(meant)s::bigint[]) AS name (tag_id, meant_id)
          JOIN review_question AS like_it USING (tag_id)
         WHERE name.meant_id = q.tag_id AND like_it.score IS NULL
           AND (like_it.tagger_id, like_it.image_id) = (q.tagger_id, q.image_id))
"""
# Those of a tag that are like another one's.
LIKE_IT = """
    q.tag_id = %(tag)s AND EXISTS (
        SELECT FROM review_question AS like_it
         WHERE like_it.tag_id = %(other)s
           AND (like_it.tagger_id, like_it.image_id) = (q.tagger_id, q.image_id)
           AND (like_it.score, like_it.distance) = (q.score, q.distance))
"""
COPY = """
    INSERT INTO review_question (image_id, tag_id, tagger_id, score, distance, open)
         SELECT q.image_id, name.meant_id, q.tagger_id, q.score, q.distance, false
           FROM unnest(%(merged)s::bigint[], %(meant)s::bigint[]) AS name (tag_id, meant_id)
           JOIN review_question AS q USING (tag_id)
    ON CONFLICT DO NOTHING
"""


def questions_join(moved: Mapping[int, tuple[int, int]], *, cards: bool = True) -> None:
    """Let questions follow tags whose names mean another one than before; call `questions_want` and
    `questions_settle` afterwards.

    A question is never moved: the tag that is meant gets one like it, and loses that when the
    names are parted again.

    Args:
        moved: by tag id: what it meant, and what it means.
    """
    present = graph()
    parted = {before for tag_id, (before, _after) in moved.items() if before != tag_id}
    for tag_id, (before, _after) in moved.items():
        if before != tag_id:
            _remove(LIKE_IT, [before], {"tag": before, "other": tag_id}, cards=cards)
    # It may have been asked for the sake of the other's name, on images that came meanwhile.
    _forget(present, parted, cards=cards)
    _copy(present, parted.union(*moved.values()))


def questions_unsplit(parts: Collection[int], *, cards: bool = True) -> Settled:
    """Forget what only a split asked about these tags and those that they mean now."""
    present = graph()
    ids = together(present, parts)
    were_open = _forget(present, ids, cards=cards)
    _copy(present, ids)
    settled = questions_settle(tag_ids=ids, cards=cards)
    return Settled(settled.opened, settled.closed + were_open)


def _merged(present: Graph, meant: Collection[int]) -> dict[str, list[int]]:
    """The tags that mean one of these, beside what each means."""
    names = [(one, other) for one, other in present.canonical.items() if other in meant]
    return {"merged": [one for one, _other in names], "meant": [other for _one, other in names]}


def _copy(present: Graph, meant: Collection[int]) -> None:
    """Put questions about these tags like those of the tags that mean them."""
    with connection.cursor() as cursor:
        cursor.execute(COPY, _merged(present, meant))


def _forget(present: Graph, tag_ids: Collection[int], *, cards: bool) -> int:
    """Remove what nothing asks any more about these tags; how many questions were open."""
    ids = together(present, tag_ids)
    # Under either name, of tags that were merged: they may be parted again.
    wanted = {
        (of, each)
        for tag_id, parts in splits_standing().items()
        for of in (tag_id, present.canonical.get(tag_id, tag_id))
        for part in parts
        for each in (part, present.canonical.get(part, part))
        if each in ids
    }
    asked = _merged(present, ids) | {
        "of": [tag_id for tag_id, _part in wanted],
        "parts": [part for _tag_id, part in wanted],
    }
    # Of merged tags first: what they keep, the tag that they mean keeps, too.
    merged = ids & present.canonical.keys()
    return sum(
        _remove(FORGOTTEN, list(each), asked | {"tags": list(each)}, cards=cards)
        for each in (merged, ids - merged)
        if each
    )


def _remove(
    which: str, tag_ids: list[int], asked: Mapping[str, int | list[int]], *, cards: bool
) -> int:
    """Delete questions about these tags, with their cards closed where they were the last; how many
    were open.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE review_question AS q SET open = false WHERE q.open AND {which}", asked
        )
        were_open = int(cursor.rowcount)
        if cards and were_open:
            cursor.execute(CARDS.format(within=OF_TAGS), {"ids": tag_ids})
        cursor.execute(f"DELETE FROM review_question AS q WHERE {which}", asked)
    return were_open
