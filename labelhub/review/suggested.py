"""What the tagger suggests of images, beside the labels that they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from pydantic import BaseModel

from labelhub.labels.models import Label, LabelState
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import suggestions


# Not ninja's `Schema`, which asks each row for its attributes twice: an image page has eighty rows,
# and they were a sixth of its time.
class SuggestionRow(BaseModel):
    """A tag the tagger suggests, and the label it has already, if any.

    `score` is raw; `probability` is how likely the tag is there, and `line` the probability from
    which on it is more likely worth a yes than not.
    """

    tag: str
    category: str
    score: float
    probability: float
    line: float
    state: LabelState | None


def suggestion_rows(
    tagger: Tagger, image_ids: Sequence[int], *, limit: int, without: Mapping[int, Set[int]]
) -> dict[int, list[SuggestionRow]]:
    """By image id: the best-scoring tags that are not among the image's in `without` (tag ids)."""
    labels = Label.objects.filter(image_id__in=image_ids)
    states = {
        (image_id, tag_id): LabelState(state)
        for image_id, tag_id, state in labels.values_list("image_id", "tag_id", "state")
    }
    return suggestion_rows_of(tagger, image_ids, states, limit=limit, without=without)


def suggestion_rows_of(
    tagger: Tagger,
    image_ids: Sequence[int],
    states: Mapping[tuple[int, int], LabelState],
    *,
    limit: int,
    without: Mapping[int, Set[int]],
) -> dict[int, list[SuggestionRow]]:
    """The same, where the labels' states are known already, by (image id, tag id)."""
    most = limit + max((len(ids) for ids in without.values()), default=0)
    return {
        image_id: [
            SuggestionRow(
                tag=each.tag.name,
                category=each.tag.category,
                score=each.score,
                probability=each.probability,
                line=each.line,
                state=states.get((image_id, each.tag.id)),
            )
            for each in found
            if each.tag.id not in without.get(image_id, ())
        ][:limit]
        for image_id, found in suggestions(tagger, image_ids, most).items()
    }
