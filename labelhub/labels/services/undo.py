"""Taking answers back, and giving them again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from labelhub.accounts.models import User
from labelhub.errors import Conflict, Forbidden, NotFound
from labelhub.labels.models import Answer, Retraction, Undo
from labelhub.labels.services.derive import labels_derive, labels_lock, undos_lock


class AnswerNotFound(NotFound):
    code = "answer_not_found"


class UndoNotFound(NotFound):
    code = "undo_not_found"


class UndoneAlready(Conflict):
    code = "undone_already"


@transaction.atomic
def answers_retract(
    *,
    user: User,
    answer_ids: Collection[UUID],
    asked: dict[str, Any] | None = None,
    anybodys: bool = False,
) -> Undo:
    """Take answers back; what was taken back before is left as it is.

    Args:
        asked: the query that found them.
        anybodys: whether this person may take back answers of others, too.

    Returns:
        The undo; where all had been taken back before, the one that did so to the first.

    Raises:
        AnswerNotFound: no such answer; none is taken back then.
        Forbidden: somebody else's answer.
    """
    undos_lock()
    wanted = set(answer_ids)
    found = dict(Answer.objects.filter(pk__in=wanted).values_list("pk", "user_id"))
    if not wanted or wanted - found.keys():
        raise AnswerNotFound(_("This answer was never recorded, so there is nothing to undo."))
    if not anybodys and set(found.values()) != {user.pk}:
        raise Forbidden(_("Only the person who gave an answer can take it back."))
    image_ids = answers_images(wanted)
    labels_lock(image_ids=image_ids)
    before = list(Retraction.objects.filter(answer_id__in=wanted).select_related("undo"))
    left = sorted(wanted - {each.answer_id for each in before})
    if not left:
        return min(before, key=lambda each: each.answer_id).undo
    undo = Undo.objects.create(user=user, asked=asked or {}, answer_ids=left)
    _take(undo, left)
    labels_derive(image_ids=image_ids)
    return undo


@transaction.atomic
def undo_reverse(*, user: User, undo_id: int, anybodys: bool = False) -> Undo:
    """Do the opposite of an undo: the answers it took back count again, those it gave again do not.

    Args:
        anybodys: whether this person may reverse what others did, and what they did to answers of
            others when they might.

    Raises:
        UndoNotFound: no such undo.
        Forbidden: somebody else's, or one of somebody else's answers.
        UndoneAlready: it was reversed before.
    """
    undos_lock()
    undo = Undo.objects.filter(pk=undo_id).first()
    if undo is None:
        raise UndoNotFound(_("There is no such undo. Reload the page."))
    if not anybodys and undo.user_id != user.pk:
        raise Forbidden(_("Only whoever took answers back, or a curator, can give them again."))
    others = Answer.objects.filter(pk__in=undo.answer_ids).exclude(user=user)
    if not anybodys and others.exists():
        raise Forbidden(
            _("There are answers of others among these; only curators can give those again.")
        )
    image_ids = answers_images(undo.answer_ids)
    labels_lock(image_ids=image_ids)
    if Undo.objects.filter(reverses=undo).exists():
        raise UndoneAlready(_("This was taken back already. Reload the page."))
    ours = Retraction.objects.filter(answer_id__in=undo.answer_ids)
    if taken_by(undo):
        left = sorted(ours.filter(undo=undo).values_list("answer_id", flat=True))
        made = Undo.objects.create(user=user, reverses=undo, answer_ids=left)
        ours.filter(undo=undo).delete()
    else:
        left = sorted(set(undo.answer_ids) - set(ours.values_list("answer_id", flat=True)))
        made = Undo.objects.create(user=user, reverses=undo, answer_ids=left)
        _take(made, left)
    labels_derive(image_ids=image_ids)
    return made


def taken_by(undo: Undo) -> bool:
    """Whether an undo took answers back; otherwise it gave some again."""
    takes = True
    while undo.reverses is not None:
        takes, undo = not takes, undo.reverses
    return takes


def answers_images(answer_ids: Collection[UUID]) -> set[int]:
    """The images that answers are about."""
    rows = Answer.objects.filter(pk__in=answer_ids)
    return set(rows.values_list("image_id", flat=True))


def _take(undo: Undo, answer_ids: Sequence[UUID]) -> None:
    Retraction.objects.bulk_create(
        [Retraction(answer_id=each, user_id=undo.user_id, undo=undo) for each in answer_ids]
    )
