"""Recording answers, and that an image is complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub.accounts.models import User
from labelhub.errors import Conflict, LabelhubError, NotFound
from labelhub.labels.events import COUNTING
from labelhub.labels.models import Answer, Completion, How, ImportedTags, Verdict, View
from labelhub.labels.services.derive import labels_derive, labels_lock, meaning_lock
from labelhub.tags.graph import graph
from labelhub.tags.models import Tag
from labelhub.tags.selectors import tags_meant

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer as it arrives, before anything of it is known to be true.

    `at` is when it was given, where that is not now: of answers brought from elsewhere.
    """

    id: UUID
    image_id: int
    tag: str
    verdict: Verdict
    at_full_size: bool
    seconds: float
    view: View
    how: How
    shown: dict[str, Any]
    at: datetime | None = None


class ImageNotFound(NotFound):
    code = "image_not_found"


class AnswerIdTaken(Conflict):
    code = "answer_id_taken"


class AutomaticTag(LabelhubError):
    code = "automatic_tag"


class CompleteByImport(Conflict):
    code = "complete_by_import"


class DeprecatedTag(LabelhubError):
    code = "deprecated_tag"


@transaction.atomic
def answers_record(*, user: User, answers: Sequence[NewAnswer]) -> list[Answer]:
    """Record answers and derive the labels they touch; those recorded before are left as they are.

    Returns:
        The answers that were new.

    Raises:
        TagNotFound: an answer names a tag that is not there; none is recorded then.
        ImageNotFound: the same for an image.
        AnswerIdTaken: an id was used before by somebody else, or for another question.
        AutomaticTag: nobody can answer for a tag that is set from the image alone.
        DeprecatedTag: nobody can say yes to a tag that is not to be used any more.
    """
    meaning_lock()  # what a name means now is what it means when the labels are derived
    tags = tags_meant({answer.tag for answer in answers})
    image_ids = {answer.image_id for answer in answers}
    missing = image_ids - labels_lock(image_ids=image_ids)
    if missing:
        raise ImageNotFound(_("Image %d is not in the library any more.") % min(missing))
    meant = graph()
    known = Answer.objects.in_bulk({answer.id for answer in answers})
    now = timezone.now()
    new: dict[UUID, Answer] = {}
    for answer in answers:
        tag = tags[answer.tag]
        before = known.get(answer.id) or new.get(answer.id)
        if before is not None:
            before_tag = meant.canonical.get(before.tag_id, before.tag_id)
            _same_question(answer, (before.user_id, before.image_id, before_tag), user, tag)
            continue
        _may_be_said(tag, answer.verdict, automatic=tag.pk in meant.automatic.values())
        new[answer.id] = Answer(
            id=answer.id,
            user=user,
            image_id=answer.image_id,
            tag=tag,
            verdict=answer.verdict,
            at_full_size=answer.at_full_size,
            seconds=answer.seconds,
            view=answer.view,
            how=answer.how,
            shown=answer.shown,
            guideline_version=_version_seen(answer, tag),
            # Each has a time of its own, so that "the last one counts" is well defined.
            created_at=answer.at or now + len(new) * TICK,
        )
    if new:
        Answer.objects.bulk_create(new.values())
        labels_derive(image_ids={answer.image_id for answer in new.values()})
    return list(new.values())


@transaction.atomic
def completion_set(*, user: User, image_id: int, complete: bool, anybodys: bool = False) -> None:
    """Say of an image that its positives are all there, or take back that one said so.

    Args:
        anybodys: take back what others said, too.

    Raises:
        ImageNotFound: there is no such image.
        CompleteByImport: nobody said so whose word could be taken back, but a file did.
    """
    if not labels_lock(image_ids=[image_id]):
        raise ImageNotFound(_("Image %d is not in the library any more.") % image_id)
    standing = Completion.objects.filter(image_id=image_id, retracted_at=None)
    own = standing.filter(user=user)
    if not complete:
        theirs = standing if anybodys else own
        if not theirs.update(retracted_at=timezone.now(), retracted_by=user):
            _refuse_if_imported(image_id)
    elif not own.exists():
        Completion.objects.create(image_id=image_id, user=user)
    labels_derive(image_ids=[image_id])


def _refuse_if_imported(image_id: int) -> None:
    said = ImportedTags.objects.filter(image_id=image_id, complete=True, batch__state__in=COUNTING)
    name = said.order_by("-pk").values_list("origin", flat=True).first()
    if name is not None:
        raise CompleteByImport(
            _(
                "That this image is complete is what the import “%s” says. It is so until a "
                "curator takes that import back, on the page of label imports."
            )
            % name
        )


def _version_seen(answer: NewAnswer, tag: Tag) -> int:
    """The version of the guideline an answer goes by: a newer one may have come since it was asked,
    or since it was given, for answers wait where there is no network.
    """
    seen: int | None = answer.shown.get("guideline_version")
    return tag.guideline_version if seen is None else min(seen, tag.guideline_version)


def _same_question(answer: NewAnswer, before: tuple[int, int, int], user: User, tag: Tag) -> None:
    if before != (user.pk, answer.image_id, tag.pk):
        raise AnswerIdTaken(_("This answer's id was used for another question: reload the page."))


def _may_be_said(tag: Tag, verdict: Verdict, *, automatic: bool) -> None:
    if automatic:
        raise AutomaticTag(
            _("“%s” is set from the image's size alone, so nobody needs to say yes or no to it.")
            % tag.name
        )
    if tag.deprecated and verdict == Verdict.YES:
        raise DeprecatedTag(
            _("“%s” is deprecated: do not say yes to it any more. Its page says what to use.")
            % tag.name
        )
