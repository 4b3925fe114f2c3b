"""Which questions are open: those without a label, those that a newer guideline asks again, and
those that a split of a tag asks.

Nobody is asked about a tag that is hidden, deprecated, another one's name now, or set from the
image alone. A question that no tagger put, but a split or a guideline, has no score.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection

from labelhub.taggers.selectors import taggers_pretagging
from labelhub.tags.graph import Graph, graph
from labelhub.tags.models import ChangeKind, Tag, TagChange
from labelhub.tags.names import AUTOMATIC

# A tag in conflict is asked about. One that has a label is not, unless what people said of it is
# older than the guideline's last change of meaning; one without is, unless the image is complete.
OPEN = """
    NOT t.hidden AND NOT t.deprecated AND t.name <> ALL(%(automatic)s)
    AND NOT EXISTS (SELECT FROM tags_tagname AS n WHERE n.name = t.name AND n.alias)
    AND CASE
        WHEN t.id = ANY(l.conflicting) THEN true
        WHEN t.id = ANY(l.positive) OR t.id = ANY(l.negative) THEN
            t.asks_again_from > 0
            AND coalesce(
                substr(l.positive_sources, array_position(l.positive, t.id::int), 1),
                substr(l.negative_sources, array_position(l.negative, t.id::int), 1)
            ) IN ('a', 'c')
            AND NOT EXISTS (
                SELECT FROM labels_answer AS a
                  LEFT JOIN labels_retraction AS r ON r.answer_id = a.id
                 WHERE a.image_id = q.image_id AND a.tag_id = t.id AND r.id IS NULL
                   AND a.guideline_version >= t.asks_again_from)
        ELSE l.completed_at IS NULL OR l.completed_at < t.created_at
        END
"""
# Counted where they are: a tag that many images have is asked about in millions of rows.
SETTLE = f"""
    WITH changed AS (
        UPDATE review_question AS q SET open = NOT q.open
          FROM labels_labels AS l, tags_tag AS t
         WHERE {{within}} AND l.image_id = q.image_id AND t.id = q.tag_id AND q.open <> ({OPEN})
        RETURNING q.open)
    SELECT count(*) FILTER (WHERE open), count(*) FILTER (WHERE NOT open) FROM changed
"""
# A statement of its own: one that changes questions would still see them as they were.
CARDS = """
    UPDATE review_card c SET open = NOT c.open
     WHERE {within}
       AND c.open <> EXISTS (
           SELECT 1 FROM review_question q
            WHERE q.tagger_id = c.tagger_id AND q.image_id = c.image_id AND q.open)
"""
OF_IMAGES = "c.image_id = ANY(%(ids)s)"
OF_TAGS = "c.image_id IN (SELECT image_id FROM review_question WHERE tag_id = ANY(%(ids)s))"
# Only on cards, which images have once a tagger has looked at them: ranking asks for the others.
WANT = """
    INSERT INTO review_question (image_id, tag_id, tagger_id, score, distance, open)
         SELECT c.image_id, part.id, c.tagger_id, NULL, 0, false
           FROM review_card c
           JOIN ({images}) AS wanted USING (image_id)
          CROSS JOIN unnest(%(tags)s::bigint[]) AS part (id)
          WHERE c.tagger_id = ANY(%(taggers)s)
            AND (%(images)s::bigint[] IS NULL OR c.image_id = ANY(%(images)s))
    ON CONFLICT DO NOTHING
"""
HAVE = "SELECT image_id FROM labels_labels WHERE positive @> ARRAY[%(of)s::int]"
SAID = """
    SELECT DISTINCT a.image_id FROM labels_answer a
      LEFT JOIN labels_retraction r ON r.answer_id = a.id
     WHERE a.tag_id = %(of)s AND r.id IS NULL
"""
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
# A temporary table is found before the one that it is called after.
REHEARSE = """
    CREATE TEMPORARY TABLE review_question ON COMMIT DROP AS
        SELECT * FROM review_question WHERE tag_id = ANY(%(tags)s);
"""
REHEARSE_ONCE_EACH = "CREATE UNIQUE INDEX ON review_question (tag_id, tagger_id, image_id)"


@dataclass(frozen=True, slots=True)
class Settled:
    """How many questions were opened and closed."""

    opened: int
    closed: int


def questions_settle(
    *,
    image_ids: Collection[int] | None = None,
    tag_ids: Collection[int] | None = None,
    cards: bool = True,
) -> Settled:
    """Open and close the questions about these images, or about these tags, as it is now, and
    their cards with them.
    """
    ids = list(image_ids or ()) if tag_ids is None else list(tag_ids)
    within = "q.image_id = ANY(%(ids)s)" if tag_ids is None else "q.tag_id = ANY(%(ids)s)"
    with connection.cursor() as cursor:
        cursor.execute(SETTLE.format(within=within), {"ids": ids, "automatic": sorted(AUTOMATIC)})
        opened, closed = cursor.fetchone()
        if cards:
            theirs = OF_IMAGES if tag_ids is None else OF_TAGS
            cursor.execute(CARDS.format(within=theirs), {"ids": ids})
    return Settled(opened, closed)


def questions_rehearse(*, tag_ids: Collection[int]) -> None:
    """From here on, until the transaction is rolled back, change a copy of the questions that a
    change of these tags is about; cards are to be left alone. So nobody who answers waits.
    """
    about = _together(graph(), {*tag_ids, *questions_parts(tag_ids)})
    with connection.cursor() as cursor:
        cursor.execute(REHEARSE, {"tags": list(about)})
        cursor.execute(REHEARSE_ONCE_EACH)


def questions_want(
    *, image_ids: Collection[int] | None = None, tag_ids: Collection[int] | None = None
) -> None:
    """Put what splits and guidelines ask, beside what the taggers doubt; call `questions_settle`
    afterwards.

    Args:
        image_ids: of these images alone.
        tag_ids: about these tags alone.
    """
    present = graph()
    for tag_id, parts in _splits().items():
        meant = {present.canonical.get(part, part) for part in parts}
        wanted = meant if tag_ids is None else meant.intersection(tag_ids)
        if wanted and tag_id not in present.canonical:
            _want(HAVE, tag_id, wanted, image_ids)
    again = Tag.objects.filter(asks_again_from__gt=0)
    if tag_ids is not None:
        again = again.filter(pk__in=tag_ids)
    for tag_id in again.values_list("pk", flat=True):
        if present.canonical.get(tag_id, tag_id) == tag_id:
            _want(SAID, tag_id, [tag_id], image_ids)


def questions_parts(tag_ids: Collection[int]) -> set[int]:
    """What these tags were ever split into."""
    splits = TagChange.objects.filter(kind=ChangeKind.SPLIT, tag_id__in=list(tag_ids))
    return {part for before in splits.values_list("before", flat=True) for part in before["parts"]}


def questions_split(tag_ids: Collection[int], *, cards: bool = True) -> Settled:
    """Ask about what these tags were split into, wherever they are."""
    present, asked = graph(), set[int]()
    for tag_id, parts in _splits().items():
        if tag_id in tag_ids and tag_id not in present.canonical:
            meant = {present.canonical.get(part, part) for part in parts}
            _want(HAVE, tag_id, meant, None)
            asked |= meant
    return questions_settle(tag_ids=asked, cards=cards)


def questions_again(tag_id: int) -> Settled:
    """Ask again what was answered under older guidelines."""
    _want(SAID, tag_id, [tag_id], None)
    return questions_settle(tag_ids=[tag_id])


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
    ids = _together(present, parts)
    were_open = _forget(present, ids, cards=cards)
    _copy(present, ids)
    settled = questions_settle(tag_ids=ids, cards=cards)
    return Settled(settled.opened, settled.closed + were_open)


def _splits() -> dict[int, set[int]]:
    """By tag id: the parts of all splits that stand. A tag that was revived is asked about itself;
    one that was merged has no images until it is parted again.
    """
    splits = TagChange.objects.filter(
        kind=ChangeKind.SPLIT, undone_by=None, tag__deprecated=True
    ).order_by("pk")
    found: dict[int, set[int]] = {}
    for tag_id, before in splits.values_list("tag_id", "before"):
        found.setdefault(tag_id, set()).update(before["parts"])
    return found


def _together(present: Graph, tag_ids: Collection[int]) -> set[int]:
    """These tags, what they mean, and whatever else means that."""
    meant = {present.canonical.get(tag_id, tag_id) for tag_id in tag_ids}
    return {*tag_ids, *meant, *(one for one, other in present.canonical.items() if other in meant)}


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
    ids = _together(present, tag_ids)
    # Under either name, of tags that were merged: they may be parted again.
    wanted = {
        (of, each)
        for tag_id, parts in _splits().items()
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


def _want(images: str, of: int, tags: Collection[int], image_ids: Collection[int] | None) -> None:
    asked: dict[str, int | list[int] | None] = {
        "of": of,
        "tags": list(tags),
        "taggers": [tagger.pk for tagger in taggers_pretagging()],
        "images": None if image_ids is None else list(image_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(WANT.format(images=images), asked)
