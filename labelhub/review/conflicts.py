"""What people, imports and tags disagree about, and who is on which side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.images.selectors import image_list
from labelhub.labels.events import events_of, imports_standing
from labelhub.labels.models import LETTERS, How, ImportedTags, Labels, Source, Verdict
from labelhub.labels.rules import Said, counting
from labelhub.tags.graph import Graph, graph
from labelhub.tags.models import Tag

Yes = Literal["yes", "no"]


@dataclass(frozen=True, slots=True)
class Stand:
    """Somebody's or some import's word on one tag."""

    tag_id: int
    verdict: Yes
    by: str
    source: Source
    at: datetime
    answer_id: UUID | None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A label in conflict, and every word that makes it so.

    `about_itself` says that the words about the tag contradict each other; otherwise those about
    it contradict those about a tag that implies it, or that it implies.
    """

    tag: Tag
    about_itself: bool
    stands: list[Stand]

    @property
    def between(self) -> Literal["people", "imports", "tags"]:
        """Who or what contradicts; people and imports are never set against each other."""
        if not self.about_itself:
            return "tags"
        return "imports" if self.stands[0].source == Source.IMPORTED else "people"


def images_in_conflict(tag: Tag | None = None) -> QuerySet[Image]:
    """Images with a label in conflict, or with that one; as `image_list` has them."""
    disputed = Labels.objects.filter(~Q(conflicting=[]), pk=OuterRef("pk"))
    if tag is not None:
        disputed = disputed.filter(conflicting__contains=[tag.pk])
    return image_list().filter(Exists(disputed))


def disputes_of(image_ids: Sequence[int]) -> dict[int, list[Dispute]]:
    """By image id: what is disputed, by name."""
    meant = graph()
    labels = list(Labels.objects.filter(pk__in=image_ids))
    answered, imported = _answers(image_ids, meant), _imports(image_ids, meant)
    tags = Tag.objects.in_bulk({tag for row in labels for tag in row.conflicting})
    found: dict[int, list[Dispute]] = {image_id: [] for image_id in image_ids}
    for row in labels:
        for tag, letter in zip(row.conflicting, row.conflicting_sources, strict=True):
            words = imported if letter == LETTERS[Source.IMPORTED] else answered
            found[row.image_id].append(_dispute(tags[tag], words[row.image_id], meant))
    return {pk: sorted(rows, key=lambda row: row.tag.name) for pk, rows in found.items()}


def _dispute(tag: Tag, words: Mapping[int, Sequence[Stand]], meant: Graph) -> Dispute:
    own = list(words.get(tag.pk, ()))
    said = {stand.verdict for stand in own}
    if len(said) > 1:
        return Dispute(tag, about_itself=True, stands=_in_order(own))
    others: list[Stand] = []
    if "yes" in said:
        others = _of_one_mind(meant.ancestors(tag.pk), words, "no")
    elif "no" in said:
        others = _of_one_mind(meant.descendants(tag.pk), words, "yes")
    return Dispute(tag, about_itself=False, stands=_in_order(own) + _in_order(others))


def _of_one_mind(
    tags: Iterable[int], words: Mapping[int, Sequence[Stand]], verdict: Yes
) -> list[Stand]:
    """The words on these tags, of those where all say the same."""
    return [
        stand
        for tag in tags
        if all(each.verdict == verdict for each in words.get(tag, ()))
        for stand in words.get(tag, ())
    ]


def _in_order(stands: Iterable[Stand]) -> list[Stand]:
    return sorted(stands, key=lambda stand: (stand.verdict == "no", stand.at))


def _answers(image_ids: Sequence[int], meant: Graph) -> dict[int, dict[int, list[Stand]]]:
    """By image and tag: the answers that count."""
    counted = {pk: counting(each.said, meant) for pk, each in events_of(image_ids).items()}
    users = {said.user_id for each in counted.values() for rows in each.values() for said in rows}
    names = dict(User.objects.filter(pk__in=users).values_list("pk", "username"))

    def stand(tag: int, said: Said) -> Stand:
        accepted = said.verdict == Verdict.YES and said.how == How.ACCEPTED
        return Stand(
            tag_id=tag,
            verdict="yes" if said.verdict == Verdict.YES else "no",
            by=names[said.user_id],
            source=Source.ACCEPTED if accepted else Source.ANSWERED,
            at=said.at,
            answer_id=said.answer_id,
        )

    return {
        pk: {tag: [stand(tag, said) for said in rows] for tag, rows in each.items()}
        for pk, each in counted.items()
    }


def _imports(
    image_ids: Sequence[int], meant: Graph
) -> defaultdict[int, defaultdict[int, list[Stand]]]:
    """By image and tag: what imports say."""
    found: defaultdict[int, defaultdict[int, list[Stand]]] = defaultdict(lambda: defaultdict(list))
    for row in ImportedTags.objects.filter(imports_standing(), image_id__in=image_ids):
        sides: tuple[tuple[Yes, list[int]], ...] = (("yes", row.positive), ("no", row.negative))
        for verdict, tags in sides:
            for tag in {meant.canonical.get(tag, tag) for tag in tags}:
                stand = Stand(tag, verdict, row.origin, Source.IMPORTED, row.created_at, None)
                found[row.image_id][tag].append(stand)
    return found
