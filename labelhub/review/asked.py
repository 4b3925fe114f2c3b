"""Which questions are open: those without a label, those that a newer guideline asks again, and
those that a split of a tag asks.

Nobody is asked about a tag that is hidden, deprecated, another one's name now, or set from the
image alone. A question that no tagger put, but a split or a guideline, has no score.
"""

from __future__ import annotations

from collections.abc import Collection
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
    about = together(graph(), {*tag_ids, *questions_parts(tag_ids)})
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
    for tag_id, parts in splits_standing().items():
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
    for tag_id, parts in splits_standing().items():
        if tag_id in tag_ids and tag_id not in present.canonical:
            meant = {present.canonical.get(part, part) for part in parts}
            _want(HAVE, tag_id, meant, None)
            asked |= meant
    return questions_settle(tag_ids=asked, cards=cards)


def questions_again(tag_id: int) -> Settled:
    """Ask again what was answered under older guidelines."""
    _want(SAID, tag_id, [tag_id], None)
    return questions_settle(tag_ids=[tag_id])


def splits_standing() -> dict[int, set[int]]:
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


def together(present: Graph, tag_ids: Collection[int]) -> set[int]:
    """These tags, what they mean, and whatever else means that."""
    meant = {present.canonical.get(tag_id, tag_id) for tag_id in tag_ids}
    return {*tag_ids, *meant, *(one for one, other in present.canonical.items() if other in meant)}


def _want(images: str, of: int, tags: Collection[int], image_ids: Collection[int] | None) -> None:
    asked: dict[str, int | list[int] | None] = {
        "of": of,
        "tags": list(tags),
        "taggers": [tagger.pk for tagger in taggers_pretagging()],
        "images": None if image_ids is None else list(image_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(WANT.format(images=images), asked)
