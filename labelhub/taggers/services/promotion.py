"""Which of the loaded taggers serves: promoted, warmed, stopped, refused, reconsidered."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from labelhub.accounts.models import User
from labelhub.errors import Conflict
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.taggers.models import Tagger, TaggerState
from labelhub.taggers.selectors import (
    embeddings_made,
    images_lacking,
    pretag_waits,
    tagger_list,
    tagger_serving,
)


class TaggerNotReady(Conflict):
    code = "tagger_not_ready"


@transaction.atomic
def tagger_promote(*, tagger: Tagger) -> Tagger:
    """Make a tagger the serving one; the one before retires and can be promoted back.

    Where images would be without suggestions then, it warms first: its backbone looks at them while
    the old one goes on serving (`tagger_warmed` is the end of that). One that was warming when
    another is promoted is a candidate again.

    Raises:
        TaggerNotReady: it is not loaded, was refused, or serves or warms already.
    """
    if states_locked().get(tagger.pk) not in (TaggerState.CANDIDATE, TaggerState.RETIRED):
        raise TaggerNotReady(
            _("Only a loaded tagger that is not serving yet can be promoted. Reload.")
        )
    Tagger.objects.filter(state=TaggerState.WARMING).update(state=TaggerState.CANDIDATE)
    promoted, serving = tagger_list().get(pk=tagger.pk), tagger_serving()
    if serving is None or not images_lacking(promoted, serving):
        return _serve(promoted)
    Tagger.objects.filter(pk=tagger.pk).update(state=TaggerState.WARMING)
    job_ring(kind=Kind.PRETAG, subject_id=tagger.pk)
    return tagger_list().get(pk=tagger.pk)


@transaction.atomic
def tagger_warmed(*, tagger: Tagger) -> bool:
    """Let a warming tagger serve if its backbone has seen all that has suggestions; whether it did.

    Whatever else happened to it meanwhile stands: one that does not warm is left as it is.
    """
    serving = tagger_serving()
    if serving is not None and images_lacking(tagger, serving):
        return False
    if states_locked().get(tagger.pk) != TaggerState.WARMING:
        return False
    _serve(tagger_list().get(pk=tagger.pk))
    return True


def tagger_stay(*, tagger: Tagger) -> Tagger:
    """Stop a warming tagger: it is a candidate again, and the old one stays.

    What its backbone has seen is kept, so promoting it again goes on from there.

    Raises:
        TaggerNotReady: it does not warm.
    """
    return _move(
        tagger,
        candidates=Tagger.objects.filter(state=TaggerState.WARMING),
        to=TaggerState.CANDIDATE,
        message="",
        otherwise=_("Only a tagger that is being prepared can be stopped. Reload."),
    )


def tagger_turn_down(*, tagger: Tagger, by: User, reason: str = "") -> Tagger:
    """An administrator refuses a candidate; it stays whole and can be reconsidered.

    Raises:
        TaggerNotReady: it is not a candidate.
    """
    reason = reason.strip()
    message = _("Refused by %s.") % by.username
    if reason:
        message = _("Refused by %(name)s: %(reason)s") % {"name": by.username, "reason": reason}
    return _move(
        tagger,
        candidates=Tagger.objects.filter(state=TaggerState.CANDIDATE),
        to=TaggerState.REFUSED,
        message=message,
        otherwise=_("Only a candidate can be refused; this one has moved on. Reload."),
    )


def tagger_reconsider(*, tagger: Tagger) -> Tagger:
    """Make a tagger that an administrator refused a candidate again.

    Raises:
        TaggerNotReady: it is not refused, or was refused while it was loaded.
    """
    return _move(
        tagger,
        candidates=Tagger.objects.filter(state=TaggerState.REFUSED, backbone__isnull=False),
        to=TaggerState.CANDIDATE,
        message="",
        otherwise=_("Only a tagger that an administrator refused can be reconsidered. Reload."),
    )


def states_locked() -> dict[int, str]:
    """The state of every tagger, nobody else's to change until the transaction ends.

    All rows, in one order: of two promotions at once the second sees what the first did. What only
    refers to a tagger, as cards do, may be written meanwhile.
    """
    taggers = Tagger.objects.select_for_update(no_key=True).order_by("pk")
    return {each.pk: each.state for each in taggers}


def _serve(tagger: Tagger) -> Tagger:
    """With the taggers' rows locked: take over from whichever serves."""
    Tagger.objects.filter(state=TaggerState.SERVING).update(state=TaggerState.RETIRED)
    Tagger.objects.filter(pk=tagger.pk).update(state=TaggerState.SERVING)
    now_serving = tagger_list().get(pk=tagger.pk)
    if pretag_waits(now_serving):
        job_ring(kind=Kind.PRETAG, subject_id=tagger.pk)
    if embeddings_made(now_serving).exists():
        # What its backbone has seen already, for whichever head, is only to be ranked anew.
        job_ring(kind=Kind.RANK, subject_id=tagger.pk)
    return now_serving


def _move(
    tagger: Tagger,
    *,
    candidates: QuerySet[Tagger],
    to: TaggerState,
    message: str,
    otherwise: str,
) -> Tagger:
    if candidates.filter(pk=tagger.pk).update(state=to, message=message) != 1:
        raise TaggerNotReady(otherwise)
    return tagger_list().get(pk=tagger.pk)
