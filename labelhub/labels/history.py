"""Choosing answers by a query, and what would change if they were taken back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from labelhub.errors import LabelhubError
from labelhub.labels.events import labels_derived
from labelhub.labels.models import Answer, How, Labels, Undo, Verdict
from labelhub.tags.models import Tag, TagName
from labelhub.tags.selectors import tags_meant

AT_ONCE = 500
MOST = 2_000  # answers in one undo, which takes a few seconds


class TooManyAnswers(LabelhubError):
    code = "too_many_answers"


class NothingToUndo(LabelhubError):
    code = "nothing_to_undo"


@dataclass(frozen=True, slots=True)
class AnswerQuery:
    """Which answers; what is None does not matter. `user` and `tag` are names."""

    user: str | None = None
    tag: str | None = None
    image_id: int | None = None
    verdict: Verdict | None = None
    how: How | None = None
    since: datetime | None = None
    until: datetime | None = None

    def asked(self) -> dict[str, Any]:
        """As `Undo.asked` keeps it."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
            if value is not None
        }


@dataclass(frozen=True, slots=True)
class Effect:
    """What taking answers back would do: how many answers, of how many people, on how many images;
    and how many labels would change their state.
    """

    answers: int
    people: int
    images: int
    labels: int


def answers_asked(query: AnswerQuery) -> QuerySet[Answer]:
    """The answers a query finds, those taken back included, in no order.

    Answers to a tag that was merged into the one asked for are among them.

    Raises:
        TagNotFound: it names a tag that is not there.
    """
    wanted = {
        "user__username": query.user,
        "image_id": query.image_id,
        "verdict": query.verdict,
        "how": query.how,
        "created_at__gte": query.since,
        "created_at__lt": query.until,
    }
    found = Answer.objects.filter(**{k: v for k, v in wanted.items() if v is not None})
    if query.tag is not None:
        names = TagName.objects.filter(tag=tags_meant([query.tag])[query.tag]).values("name")
        found = found.filter(tag__in=Tag.objects.filter(name__in=names).values("pk"))
    return found


def answers_to_undo(query: AnswerQuery) -> list[UUID]:
    """Those of a query that stand.

    Raises:
        TooManyAnswers: for one undo.
        NothingToUndo: none.
    """
    standing = answers_asked(query).filter(retraction=None)
    found = list(standing.values_list("pk", flat=True)[: MOST + 1])
    if len(found) > MOST:
        raise TooManyAnswers(
            _(
                "These are more than %d answers, too many to take back at once. Take them back in "
                "parts: day by day, or tag by tag."
            )
            % MOST
        )
    if not found:
        raise NothingToUndo(_("Nothing that counts is found by this, so there is nothing to undo."))
    return found


def undo_effect(answer_ids: Collection[UUID]) -> Effect:
    """What taking these answers back would do; nothing is written."""
    answers = Answer.objects.filter(pk__in=answer_ids, retraction=None)
    counted = answers.aggregate(answers=Count("pk"), people=Count("user", distinct=True))
    image_ids = sorted(set(answers.values_list("image_id", flat=True)))
    gone = set(answer_ids)
    return Effect(**counted, images=len(image_ids), labels=_labels_changed(image_ids, gone))


def undo_list() -> QuerySet[Undo]:
    """Undos, each with how many `answers` it is about; which, is read only when asked for."""
    return (
        Undo.objects.select_related("user", "reverses", "reversed_by")
        .annotate(answers=F("answer_ids__len"))  # type: ignore[no-redef]  # the model names it
        .defer("answer_ids", "reverses__answer_ids", "reversed_by__answer_ids")
    )


def _labels_changed(image_ids: list[int], without: set[UUID]) -> int:
    changed = 0
    for start in range(0, len(image_ids), AT_ONCE):
        ids = image_ids[start : start + AT_ONCE]
        then = labels_derived(ids, without=without)
        for row in Labels.objects.filter(pk__in=ids):
            after = then[row.image_id]
            moved = (
                set(row.positive) ^ set(after.positive),
                set(row.negative) ^ set(after.negative),
                set(row.conflicting) ^ set(after.conflicting),
            )
            changed += len(set().union(*moved))
    return changed
