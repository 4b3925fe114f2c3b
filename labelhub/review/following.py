"""Whose labels follow from a change of the vocabulary."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from labelhub.tags.graph import Graph

# The images to derive again, found by the indexes of `Labels`, and by the events of tags that mean
# another one now: an image may have those without a label.
IMAGES = """
    SELECT image_id FROM labels_labels WHERE positive && %(yes)s::int[]
     UNION
    SELECT image_id FROM labels_labels WHERE negative && %(no)s::int[]
     UNION
    SELECT image_id FROM labels_labels
     WHERE NOT conflicting = '{}' AND conflicting && %(any)s::int[]
     UNION
    SELECT image_id FROM labels_answer WHERE tag_id = ANY(%(moved)s::bigint[])
     UNION
    SELECT image_id FROM labels_importedtags
     WHERE cardinality(%(moved)s::bigint[]) > 0
       AND (positive && %(moved)s::int[] OR negative && %(moved)s::int[])
"""


@dataclass(frozen=True, slots=True)
class Follow:
    """Tags that labels follow from.

    Attributes:
        lows, highs: the ends of implications that came or went: a yes to the one goes up by them,
            a no to the other down.
        moved: tags that mean another one than before, with what they meant and mean.
    """

    lows: set[int]
    highs: set[int]
    moved: dict[int, tuple[int, int]]

    @property
    def tags(self) -> set[int]:
        found = self.lows | self.highs | set(self.moved)
        return found.union(*self.moved.values())

    def asked(self) -> dict[str, list[int]]:
        """The parameters of `IMAGES`."""
        moved = set(self.moved).union(*self.moved.values())
        return {
            "yes": sorted(self.lows | moved),
            "no": sorted(self.highs | moved),
            "any": sorted(self.tags),
            "moved": sorted(moved),
        }


def follow(before: Graph, after: Graph) -> Follow:
    """What labels follow from, when the vocabulary has changed so."""
    edges = before.edges ^ after.edges
    names = before.canonical.items() ^ after.canonical.items()
    return Follow(
        lows={low for low, _high in edges},
        highs={high for _low, high in edges},
        moved={
            tag_id: (before.canonical.get(tag_id, tag_id), after.canonical.get(tag_id, tag_id))
            for tag_id, _meant in names
        },
    )


def images_count(asked: dict[str, list[int]]) -> int:
    """How many images follow."""
    return _one(f"SELECT count(*) FROM ({IMAGES}) AS following", asked)


def images_note(asked: dict[str, list[int]]) -> int:
    """Note the images whose labels are to be derived again; how many they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH following AS MATERIALIZED ({IMAGES}), noted AS (
                INSERT INTO labels_stale (image_id) SELECT image_id FROM following
                ON CONFLICT DO NOTHING)
            SELECT count(*) FROM following
            """,
            asked,
        )
        return int(cursor.fetchone()[0])


def images_left(asked: dict[str, list[int]]) -> int:
    """How many of those images are still to be derived again."""
    return _one(
        f"SELECT count(*) FROM labels_stale JOIN ({IMAGES}) AS following USING (image_id)", asked
    )


def images_with(tag_ids: Collection[int]) -> int:
    """How many images have one of these tags."""
    return _one(
        "SELECT count(*) FROM labels_labels WHERE positive && %(ids)s::int[]", {"ids": [*tag_ids]}
    )


def _one(query: str, asked: dict[str, list[int]]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return int(cursor.fetchone()[0])
