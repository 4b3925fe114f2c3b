"""How events become a label (pure): the one place where truth is decided.

Answers beat imports. Of one person's answers to a question the last that stands counts. People who
contradict each other make the label conflicting, which is a question again. "Unsure" decides
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from labelhub.labels.models import LabelState, Source, Verdict


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that stands: who, when (ties broken by id), what."""

    user_id: int
    at: datetime
    answer_id: UUID
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Truth:
    state: LabelState
    source: Source


def derive(said: Iterable[Said], *, imported: bool) -> Truth | None:
    """The truth of one question, or None while it is unknown.

    Args:
        said: the question's answers that were not retracted, in any order.
        imported: whether an import says that the tag is there.
    """
    last: dict[int, Said] = {}
    for each in sorted(said, key=lambda each: (each.at, each.answer_id)):
        last[each.user_id] = each
    verdicts = {each.verdict for each in last.values()} - {Verdict.UNSURE}
    if verdicts == {Verdict.YES}:
        return Truth(LabelState.POSITIVE, Source.ANSWERED)
    if verdicts == {Verdict.NO}:
        return Truth(LabelState.NEGATIVE, Source.ANSWERED)
    if verdicts:
        return Truth(LabelState.CONFLICTING, Source.ANSWERED)
    return Truth(LabelState.POSITIVE, Source.IMPORTED) if imported else None
