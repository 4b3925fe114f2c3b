"""Whose labels follow from a change of the vocabulary."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from labelhub.labels.services.stale import FOLLOWING, stale_note_found
from labelhub.tags.graph import Graph

LEFT_LOOKED_AT = 20_000
# `FOLLOWING`, of images that wait.
LEFT = """
    SELECT count(*)
      FROM (SELECT image_id FROM labels_stale ORDER BY image_id LIMIT (%(next)s::int[])[1]) AS stale
      JOIN labels_labels AS l USING (image_id)
     WHERE l.positive && %(yes)s::int[] OR l.negative && %(no)s::int[]
        OR l.conflicting && %(any)s::int[]
        OR cardinality(%(moved)s::bigint[]) > 0 AND (
           EXISTS (SELECT FROM labels_answer AS a
                    WHERE a.image_id = l.image_id AND a.tag_id = ANY(%(moved)s::bigint[]))
           OR EXISTS (SELECT FROM labels_importedtags AS i
                       WHERE i.image_id = l.image_id
                         AND (i.positive && %(moved)s::int[] OR i.negative && %(moved)s::int[])))
"""


@dataclass(frozen=True, slots=True)
class Follow:
    """Tags that labels follow from.

    Attributes:
        lows, highs: the ends of implications that came or went: a yes to the one goes up by them,
            a no to the other down.
        below, above: what implies the low ends or is implied by the high ones, before or after:
            between them are the conflicts that an implication makes.
        moved: tags that mean another one than before, with what they meant and mean.
    """

    lows: set[int]
    highs: set[int]
    below: set[int]
    above: set[int]
    moved: dict[int, tuple[int, int]]

    @property
    def tags(self) -> set[int]:
        found = self.lows | self.highs | set(self.moved)
        return found.union(*self.moved.values())

    def asked(self) -> dict[str, list[int]]:
        """The parameters of `FOLLOWING`."""
        moved = set(self.moved).union(*self.moved.values())
        return {
            "yes": sorted(self.lows | moved),
            # A no further up has overruled imports below, though it goes down by no form of a name.
            "no": sorted(self.highs | self.above | moved),
            "any": sorted(self.tags | self.below | self.above),
            "moved": sorted(moved),
        }


def follow(before: Graph, after: Graph) -> Follow:
    """What labels follow from, when the vocabulary has changed so."""
    edges = before.differing(after)
    lows, highs = {low for low, _high in edges}, {high for _low, high in edges}
    names = before.canonical.items() ^ after.canonical.items()
    return Follow(
        lows=lows,
        highs=highs,
        below={
            each for known in (before, after) for low in lows for each in known.descendants(low)
        },
        above={
            each for known in (before, after) for high in highs for each in known.ancestors(high)
        },
        moved={
            tag_id: (before.canonical.get(tag_id, tag_id), after.canonical.get(tag_id, tag_id))
            for tag_id, _meant in names
        },
    )


def images_count(asked: dict[str, list[int]]) -> int:
    """How many images follow."""
    return _one(f"SELECT count(*) FROM ({FOLLOWING}) AS following", asked)


def images_note(asked: dict[str, list[int]]) -> int:
    """Note the images whose labels are to be derived again; how many they are."""
    return stale_note_found(FOLLOWING, asked)


def images_left(asked: dict[str, list[int]]) -> int:
    """How many of those images are still to be derived again, of the next that are.

    This is asked again and again while a page is open: few wait, and many may follow.
    """
    return _one(LEFT, asked | {"next": [LEFT_LOOKED_AT]})


def images_with(tag_ids: Collection[int]) -> int:
    """How many images have one of these tags."""
    return _one(
        "SELECT count(*) FROM labels_labels WHERE positive && %(ids)s::int[]", {"ids": [*tag_ids]}
    )


def _one(query: str, asked: dict[str, list[int]]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return int(cursor.fetchone()[0])
