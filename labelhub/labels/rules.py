"""How events become the labels of an image (pure): the one place where truth is decided.

Answers beat imports, imports beat implications. Of one person's answers to a question the last that
stands counts; "unsure" decides nothing. People who contradict each other make a label conflicting,
and so do imports. A yes holds for all that the tag implies, a no for all that implies it by more
than the form of its name, where nothing better is known. A yes to a tag and a no to one that it
implies contradict each other: both are conflicting where both were answered, or both imported;
otherwise the import is left out. Conflicting labels imply nothing. Automatic tags are as the
image's size has them, whatever anybody said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from labelhub.labels.models import LETTERS, How, Source, Verdict
from labelhub.tags.graph import Graph
from labelhub.tags.names import automatic_names


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that stands: who, when (ties broken by id), about which tag, what and how."""

    user_id: int
    at: datetime
    answer_id: UUID
    tag_id: int
    verdict: Verdict
    how: How


@dataclass(frozen=True, slots=True)
class Imported:
    """What one import that stands says: tags that are there, tags that are not."""

    positive: Collection[int]
    negative: Collection[int]


@dataclass(frozen=True, slots=True)
class Derived:
    """An image's labels as `models.Labels` keeps them: tag ids in rising order, a letter each."""

    positive: tuple[int, ...]
    negative: tuple[int, ...]
    conflicting: tuple[int, ...]
    positive_sources: str
    negative_sources: str
    conflicting_sources: str
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What claims of one strength come to."""

    positive: frozenset[int]
    negative: frozenset[int]
    conflicting: frozenset[int]


def derive(
    *,
    said: Iterable[Said],
    imported: Iterable[Imported],
    automatic: Collection[int],
    completed: Iterable[datetime],
    graph: Graph,
) -> Derived:
    """The labels of one image.

    Args:
        said: the answers about it that were not taken back, in any order.
        imported: the imports about it that stand.
        automatic: the automatic tags that it has (`automatic_tags`).
        completed: when it was called complete, by people and imports whose word stands.
    """
    counted = counting(said, graph)
    yes = {tag for tag, each in counted.items() if _any(each, Verdict.YES)}
    no = {tag for tag, each in counted.items() if _any(each, Verdict.NO)}
    answered = weigh(yes, no, graph)
    claims = claimed(imported, graph)
    left = weigh(
        {tag for tag in claims[0] - yes - no if not graph.ancestors(tag) & answered.negative},
        claims[1] - yes - no - _above(answered.positive, graph),
        graph,
    )
    positive = dict.fromkeys(automatic, LETTERS[Source.AUTOMATIC])
    positive |= {tag: _letter_of_yes(counted[tag]) for tag in answered.positive}
    positive |= dict.fromkeys(left.positive, LETTERS[Source.IMPORTED])
    negative = dict.fromkeys(answered.negative, LETTERS[Source.ANSWERED])
    negative |= dict.fromkeys(left.negative, LETTERS[Source.IMPORTED])
    conflicting = dict.fromkeys(answered.conflicting, LETTERS[Source.ANSWERED])
    conflicting |= dict.fromkeys(left.conflicting, LETTERS[Source.IMPORTED])
    known = positive.keys() | negative.keys() | conflicting.keys()
    implied = LETTERS[Source.IMPLIED]
    positive |= dict.fromkeys(_above(answered.positive | left.positive, graph) - known, implied)
    negative |= dict.fromkeys(_rejected(answered.negative | left.negative, graph) - known, implied)
    return Derived(
        positive=tuple(sorted(positive)),
        negative=tuple(sorted(negative)),
        conflicting=tuple(sorted(conflicting)),
        positive_sources=_letters(positive),
        negative_sources=_letters(negative),
        conflicting_sources=_letters(conflicting),
        completed_at=max(completed, default=None),
    )


def counting(said: Iterable[Said], graph: Graph) -> dict[int, list[Said]]:
    """By what their tags mean now: the answers that count, the last of each person. What was said
    about automatic tags never does.
    """
    last: dict[tuple[int, int], Said] = {}
    for each in sorted(said, key=lambda each: (each.at, each.answer_id)):
        last[graph.canonical.get(each.tag_id, each.tag_id), each.user_id] = each
    found: dict[int, list[Said]] = defaultdict(list)
    automatic = set(graph.automatic.values())
    for (tag, _user), each in last.items():
        if each.verdict != Verdict.UNSURE and tag not in automatic:
            found[tag].append(each)
    return dict(found)


def claimed(imported: Iterable[Imported], graph: Graph) -> tuple[set[int], set[int]]:
    """The tags that imports say are there, and those they say are not, as they are meant now."""
    automatic = set(graph.automatic.values())
    yes: set[int] = set()
    no: set[int] = set()
    for each in imported:
        yes.update(graph.canonical.get(tag, tag) for tag in each.positive)
        no.update(graph.canonical.get(tag, tag) for tag in each.negative)
    return yes - automatic, no - automatic


def weigh(yes: Collection[int], no: Collection[int], graph: Graph) -> Weighed:
    """What claims of one strength come to: in conflict is a tag of which both are said, and a yes
    with a no to something that it implies.
    """
    both = frozenset(yes) & frozenset(no)
    positive, negative = frozenset(yes) - both, frozenset(no) - both
    against = {tag: graph.ancestors(tag) & negative for tag in positive if negative}
    clashing = frozenset(tag for tag, found in against.items() if found).union(*against.values())
    return Weighed(positive - clashing, negative - clashing, both | clashing)


def automatic_tags(*, width: int, height: int, graph: Graph) -> frozenset[int]:
    """The automatic tags of an image of so many pixels, as far as the vocabulary has them."""
    names = automatic_names(width, height)
    return frozenset(tag for name, tag in graph.automatic.items() if name in names)


def _any(said: Iterable[Said], verdict: Verdict) -> bool:
    return any(each.verdict == verdict for each in said)


def _letter_of_yes(said: Iterable[Said]) -> str:
    accepted = all(each.how == How.ACCEPTED for each in said)
    return LETTERS[Source.ACCEPTED if accepted else Source.ANSWERED]


def _above(tags: Iterable[int], graph: Graph) -> set[int]:
    return set().union(*map(graph.ancestors, tags)) - set(graph.automatic.values())


def _rejected(tags: Iterable[int], graph: Graph) -> set[int]:
    return set().union(*map(graph.rejected, tags)) - set(graph.automatic.values())


def _letters(sources: dict[int, str]) -> str:
    return "".join(sources[tag] for tag in sorted(sources))
