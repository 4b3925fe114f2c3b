"""Working off images whose labels are to be derived again, and counting labels by tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.db import connection, transaction

from labelhub.jobs.work import Progress
from labelhub.labels.models import Stale
from labelhub.labels.selectors import counts_due
from labelhub.labels.services.derive import labels_derive, labels_lock, meaning_lock
from labelhub.tags.graph import graph
from labelhub.tags.services import vocabulary_lock

STALE_AT_ONCE = 500
# A row that is there already is locked like a new one: whoever is at it ends first, or leaves it.
NOTE = """
    INSERT INTO labels_stale (image_id)
    SELECT DISTINCT image_id FROM ({images}) AS found (image_id) ORDER BY image_id
        ON CONFLICT (image_id) DO UPDATE SET image_id = excluded.image_id
"""
# The images whose labels follow from some tags, found by the indexes of `Labels`: those with a yes
# to some, a no to some, a conflict of some. An image of which nothing was said about a tag, nor
# about what it implies or is implied by, has no label that follows from it; what was said about a
# tag that means another one now, or was overruled, is found by the events.
FOLLOWING = """
    SELECT image_id FROM labels_labels WHERE positive && %(yes)s::int[]
    UNION SELECT image_id FROM labels_labels WHERE negative && %(no)s::int[]
    UNION SELECT image_id FROM labels_labels
           WHERE NOT conflicting = '{}' AND conflicting && %(any)s::int[]
    UNION SELECT image_id FROM labels_answer WHERE tag_id = ANY(%(moved)s::bigint[])
    UNION SELECT image_id FROM labels_importedtags
           WHERE cardinality(%(moved)s::bigint[]) > 0
             AND (positive && %(moved)s::int[] OR negative && %(moved)s::int[])
"""


def stale_note_tags(*, tag_ids: Iterable[int]) -> int:
    """Say that the labels are to be derived again of all images with an event or a label of these
    tags, which from now on mean or imply something else, or of the whole library where there is an
    automatic one among them; how many images they are.

    Call after the change, in its transaction.
    """
    tags = set(tag_ids)
    meaning_lock(change=True)
    present = graph()
    if not tags.isdisjoint(present.automatic.values()):
        return stale_note_found("SELECT id FROM images_image", {})
    below = tags.union(*map(present.descendants, tags))
    above = tags.union(*map(present.ancestors, tags))
    return stale_note_found(
        FOLLOWING,
        {
            "yes": sorted(tags),
            "no": sorted(above),
            "any": sorted(below | above),
            "moved": sorted(tags),
        },
    )


def stale_note_found(images: str, values: Mapping[str, int | list[int]]) -> int:
    """The same of the images that a query finds, which gives their ids and nothing else.

    Call without holding `labels_lock`.
    """
    with connection.cursor() as cursor:
        cursor.execute(NOTE.replace("{images}", images), values)
        noted: int = cursor.rowcount
    return noted


@transaction.atomic
def stale_step(
    *, limit: int = STALE_AT_ONCE, refresh: Callable[[list[int]], None] = lambda _ids: None
) -> Progress:
    """Derive the labels of some images that wait for it; whoever else does so takes others.

    Args:
        refresh: what else follows from the labels of images; called in the same transaction.
    """
    meaning_lock()
    waiting = Stale.objects.select_for_update(skip_locked=True).order_by("pk")
    ids = list(waiting.values_list("pk", flat=True)[:limit])
    labels_lock(image_ids=ids)
    labels_derive(image_ids=ids)
    refresh(ids)
    Stale.objects.filter(pk__in=ids).delete()
    return Progress(claimed=len(ids), done=len(ids), total=len(ids) + Stale.objects.count())


def counts_step() -> Progress:
    """Count the labels of every tag. Tags say how many images have them as of then, and
    autocomplete orders names by how much they are used.

    Nothing is done where it was done a short time ago, or nothing has changed.
    """
    if counts_due():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(COUNT)
            # Files about the vocabulary write the same rows, in another order.
            vocabulary_lock()
            cursor.execute(USE)
            cursor.execute(RANK)
    return Progress(claimed=0, done=1, total=1)


COUNT = """
    WITH counted AS (
        SELECT tag_id,
               count(*) FILTER (WHERE state = 'p') AS positive,
               count(*) FILTER (WHERE state = 'n') AS negative,
               count(*) FILTER (WHERE state = 'c') AS conflicting
          FROM (SELECT 'p' AS state, unnest(positive) AS tag_id FROM labels_labels
                UNION ALL SELECT 'n', unnest(negative) FROM labels_labels
                UNION ALL SELECT 'c', unnest(conflicting) FROM labels_labels) AS labels
         GROUP BY tag_id
    ), gone AS (
        UPDATE labels_tagcount AS c SET positive = 0, negative = 0, conflicting = 0, made_at = now()
         WHERE NOT EXISTS (SELECT FROM counted WHERE counted.tag_id = c.tag_id)
    )
    INSERT INTO labels_tagcount (tag_id, positive, negative, conflicting, made_at)
    SELECT tag_id, positive, negative, conflicting, now() FROM counted
    ON CONFLICT (tag_id) DO UPDATE
       SET positive = excluded.positive, negative = excluded.negative,
           conflicting = excluded.conflicting, made_at = excluded.made_at
"""
USE = """
    UPDATE tags_tag AS t SET images = c.positive
      FROM labels_tagcount AS c WHERE c.tag_id = t.id AND t.images <> c.positive
"""
RANK = """
    UPDATE tags_tagname AS n SET rank = t.posts + t.images
      FROM tags_tag AS t WHERE t.id = n.tag_id AND n.rank <> t.posts + t.images
"""
