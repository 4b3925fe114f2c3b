"""Writing events, and the labels that follow from them, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub.accounts.models import User
from labelhub.errors import Conflict, Forbidden, NotFound
from labelhub.images.models import Image
from labelhub.labels.models import Answer, ImportedTags, Label, Retraction, Verdict, View
from labelhub.labels.rules import Said, derive
from labelhub.tags.names import BadTagName, canonical
from labelhub.tags.selectors import tags_meant
from labelhub.tags.services import tags_ensure

Question = tuple[int, int]  # image id, tag id
LOCK_LABELS = 0x6C61  # the first half of the advisory lock's key: "this is about labels"


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
    shown: dict[str, Any]
    at: datetime | None = None


class ImageNotFound(NotFound):
    code = "image_not_found"


class AnswerNotFound(NotFound):
    code = "answer_not_found"


class AnswerIdTaken(Conflict):
    code = "answer_id_taken"


@transaction.atomic
def answers_record(*, user: User, answers: Sequence[NewAnswer]) -> list[Answer]:
    """Record answers and derive the labels they touch; those recorded before are left as they are.

    Returns:
        The answers that were new.

    Raises:
        TagNotFound: an answer names a tag that is not there; none is recorded then.
        ImageNotFound: the same for an image.
        AnswerIdTaken: an id was used before by somebody else, or for another question.
    """
    tags = tags_meant({answer.tag for answer in answers})
    image_ids = {answer.image_id for answer in answers}
    missing = image_ids - set(Image.objects.filter(pk__in=image_ids).values_list("pk", flat=True))
    if missing:
        raise ImageNotFound(_("Image %d is not in the library any more.") % min(missing))
    questions = {(answer.image_id, tags[answer.tag].pk) for answer in answers}
    labels_lock(image_ids={image for image, _tag in questions})
    known = Answer.objects.in_bulk({answer.id for answer in answers})
    new: dict[UUID, Answer] = {}
    for answer in answers:
        tag = tags[answer.tag]
        before = known.get(answer.id) or new.get(answer.id)
        if before is not None:
            same = (before.user_id, before.image_id, before.tag_id) == (
                user.pk,
                answer.image_id,
                tag.pk,
            )
            if not same:
                raise AnswerIdTaken(
                    _("This answer's id was used for another question: reload the page.")
                )
            continue
        new[answer.id] = Answer(
            id=answer.id,
            user=user,
            image_id=answer.image_id,
            tag=tag,
            verdict=answer.verdict,
            at_full_size=answer.at_full_size,
            seconds=answer.seconds,
            view=answer.view,
            shown=answer.shown,
            guideline_version=tag.guideline_version,
        )
    times = {answer.id: answer.at for answer in answers}
    for row in new.values():
        # One by one, so that each has its own time and "the last one counts" is well defined.
        row.created_at = times[row.pk] or timezone.now()
        row.save(force_insert=True)
    labels_derive(questions=questions)
    return list(new.values())


@transaction.atomic
def answer_retract(*, user: User, answer_id: UUID) -> Answer:
    """Take an answer back; taking it back twice is once.

    Raises:
        AnswerNotFound: no such answer.
        Forbidden: somebody else's answer.
    """
    answer = Answer.objects.filter(pk=answer_id).first()
    if answer is None:
        raise AnswerNotFound(_("This answer was never recorded, so there is nothing to undo."))
    if answer.user_id != user.pk:
        raise Forbidden(_("Only the person who gave an answer can take it back."))
    questions = {(answer.image_id, answer.tag_id)}
    labels_lock(image_ids={image for image, _tag in questions})
    Retraction.objects.get_or_create(answer=answer, defaults={"user": user})
    labels_derive(questions=questions)
    return answer


@transaction.atomic
def tags_import(*, image_id: int, names: Iterable[str], origin: str) -> list[str]:
    """Record that tags came with an image; importing the same again changes nothing.

    Returns:
        A sentence for each name that breaks the rules of tag names; the others are recorded.
    """
    good, refused = set(), []
    for name in names:
        try:
            good.add(canonical(name))
        except BadTagName as error:
            refused.append(str(error))
    tags = tags_ensure(names=sorted(good))
    questions = {(image_id, tag.pk) for tag in tags}
    labels_lock(image_ids={image for image, _tag in questions})
    ImportedTags.objects.bulk_create(
        [ImportedTags(image_id=image_id, tag=tag, origin=origin) for tag in tags],
        ignore_conflicts=True,
    )
    labels_derive(questions=questions)
    return refused


def labels_derive(*, questions: Iterable[Question]) -> None:
    """Write the labels of these questions as their events have them. Call inside a transaction."""
    wanted = set(questions)
    image_ids, tag_ids = {image for image, _tag in wanted}, {tag for _image, tag in wanted}
    within = {"image_id__in": image_ids, "tag_id__in": tag_ids}
    said: dict[Question, list[Said]] = defaultdict(list)
    for answer in Answer.objects.filter(**within, retraction=None):
        said[answer.image_id, answer.tag_id].append(
            Said(answer.user_id, answer.created_at, answer.pk, Verdict(answer.verdict))
        )
    imported = set(ImportedTags.objects.filter(**within).values_list("image_id", "tag_id"))
    present: list[Label] = []
    for question in wanted:
        truth = derive(said[question], imported=question in imported)
        if truth is None:
            Label.objects.filter(image_id=question[0], tag_id=question[1]).delete()
        else:
            image_id, tag_id = question
            present.append(
                Label(image_id=image_id, tag_id=tag_id, state=truth.state, source=truth.source)
            )
    Label.objects.bulk_create(
        present,
        update_conflicts=True,
        unique_fields=["image", "tag"],
        update_fields=["state", "source", "updated_at"],
    )


def labels_rebuild() -> None:
    """Derive every label again from the events alone."""
    with transaction.atomic():
        questions = set(Answer.objects.values_list("image_id", "tag_id"))
        questions |= set(ImportedTags.objects.values_list("image_id", "tag_id"))
        questions |= set(Label.objects.values_list("image_id", "tag_id"))
        labels_derive(questions=questions)


def labels_lock(*, image_ids: Iterable[int]) -> None:
    """Make writers of the same images wait for each other until the transaction ends, so that a
    label is derived from all its events, and a question closed by all its labels.
    """
    with connection.cursor() as cursor:
        for image_id in sorted(set(image_ids)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_LABELS, image_id % 2**31])
