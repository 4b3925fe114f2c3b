"""What a tagger's outputs mean now: it keeps their order for ever, the vocabulary goes on.

An output whose tag was renamed is called by the new name, one whose tag was merged stands for the
other. Where two outputs stand for one tag, the larger score of an image counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from labelhub.scoring.calibration import Scores
from labelhub.taggers.models import Tagger, TaggerState, VocabularyEntry
from labelhub.tags.models import category_name
from labelhub.tags.names import AUTOMATIC
from labelhub.tags.versions import Version, version_read


@dataclass(frozen=True, slots=True)
class VocabularyTag:
    id: int
    name: str
    category: str


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """What n outputs mean.

    Attributes:
        tags: of each output, in their order; two outputs may mean the same.
        position: by tag id, the output that stands for it: the one that was always called so, or
            the first.
        asked: (n,), whether an output may be suggested and asked about: its tag is neither hidden
            nor deprecated nor set from the image alone, and it stands for it.
        twins: for each tag of several outputs: the one that stands for it, then the others.
    """

    tags: tuple[VocabularyTag, ...]
    position: dict[int, int]
    asked: NDArray[np.bool_]
    twins: tuple[tuple[int, ...], ...]

    def joined(self, scores: Scores) -> Scores:
        """Scores (b, n) in which the output that stands for a tag has the largest of the tag's."""
        if not self.twins:
            return scores
        made = scores.copy()
        for outputs in self.twins:
            made[:, outputs[0]] = scores[:, list(outputs)].max(axis=1)
        return Scores(made)

    def names(self) -> list[str | None]:
        """What each output is called now; None for one that another stands for."""
        stands = set(self.position.values())
        return [tag.name if at in stands else None for at, tag in enumerate(self.tags)]


def meaning_of(tagger: Tagger) -> Meaning:
    assert tagger.vocabulary_id is not None
    version = version_read()  # a rename shows at once
    if version is None:
        return _read(tagger.vocabulary_id)
    return _kept(tagger.vocabulary_id, version)


def outputs_count(tagger: Tagger) -> int:
    """How many outputs a tagger has, whatever they mean now."""
    assert tagger.vocabulary_id is not None
    return _outputs_count(tagger.vocabulary_id)


@lru_cache(maxsize=64)
def _outputs_count(vocabulary_id: int) -> int:
    return VocabularyEntry.objects.filter(vocabulary_id=vocabulary_id).count()


def taggers_knowing(tag_ids: Collection[int]) -> list[str]:
    """The names of the taggers that have outputs for any of these tags, as they were made; those
    that were refused are left out.
    """
    if not tag_ids:
        return []
    found = Tagger.objects.filter(vocabulary__entries__tag_id__in=tag_ids)
    found = found.exclude(state=TaggerState.REFUSED).order_by("pk").distinct()
    return list(found.values_list("name", flat=True))


@lru_cache(maxsize=4)
def _kept(vocabulary_id: int, version: Version) -> Meaning:
    return _read(vocabulary_id)


def _read(vocabulary_id: int) -> Meaning:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT present.id, present.name, present.category, entry.tag_id,
                   present.hidden OR present.deprecated
              FROM taggers_vocabularyentry entry
              JOIN tags_tag tag ON tag.id = entry.tag_id
              LEFT JOIN tags_tagname named ON named.name = tag.name
              JOIN tags_tag present ON present.id = coalesce(named.tag_id, tag.id)
             WHERE entry.vocabulary_id = %s ORDER BY entry.position
            """,
            [vocabulary_id],
        )
        rows = cursor.fetchall()
    outputs: dict[int, list[int]] = defaultdict(list)
    for at, (tag_id, _name, _category, made_for, _silent) in enumerate(rows):
        # The one that was always called so goes first.
        outputs[tag_id].insert(0 if made_for == tag_id else len(outputs[tag_id]), at)
    position = {tag_id: ats[0] for tag_id, ats in outputs.items()}
    return Meaning(
        tags=tuple(
            VocabularyTag(tag_id, name, category_name(category))
            for tag_id, name, category, _made_for, _silent in rows
        ),
        position=position,
        asked=_asked(rows, position),
        twins=tuple(tuple(ats) for ats in outputs.values() if len(ats) > 1),
    )


def _asked(
    rows: Iterable[tuple[int, str, int, int, bool]], position: dict[int, int]
) -> NDArray[np.bool_]:
    return np.array(
        [
            position[tag_id] == at and not silent and name not in AUTOMATIC
            for at, (tag_id, name, _category, _made_for, silent) in enumerate(rows)
        ],
        dtype=np.bool_,
    )
