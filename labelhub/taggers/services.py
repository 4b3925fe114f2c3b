"""Registering, loading and promoting taggers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub.accounts.models import User
from labelhub.errors import Conflict
from labelhub.jobs.models import Job, Kind
from labelhub.jobs.services import job_ring
from labelhub.taggers.models import (
    Backbone,
    Origin,
    Tagger,
    TaggerState,
    Vocabulary,
    VocabularyEntry,
)
from labelhub.taggers.origins import about_local, about_published, about_starter
from labelhub.taggers.selectors import (
    embeddings_made,
    images_lacking,
    pretag_waits,
    tagger_list,
    tagger_serving,
    taggers_pretagging,
)
from labelhub.tags.services import tags_ensure

CLAIM_SECONDS = 60


class TaggerNotReady(Conflict):
    code = "tagger_not_ready"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the worker found in a checkpoint that loaded strictly."""

    sha256: str
    backbone_sha256: str
    width: int
    image_size: int
    tags: Sequence[str]


def tagger_fetch(*, by: User | None = None) -> Job:
    """Bring the published checkpoint here, in the background; asking again tries again.

    Raises:
        Conflict: it is here.
    """
    tagger, _made = Tagger.objects.get_or_create(
        origin=Origin.PUBLISHED,
        defaults={"name": "JoyTag", "state": TaggerState.FETCHING, "about": about_published()},
    )
    # One that was refused while it was loaded may have been damaged on the way.
    changed = Tagger.objects.filter(
        pk=tagger.pk, backbone=None, state__in=[TaggerState.FETCHING, TaggerState.REFUSED]
    ).update(state=TaggerState.FETCHING, message="")
    if changed != 1:
        raise Conflict(_("The published tagger is here already."))
    return job_ring(kind=Kind.FETCH, subject_id=tagger.pk, by=by)


def tagger_register(*, name: str, origin: Origin, source: str, sha256: str = "") -> Tagger:
    """Note a checkpoint directory and have a worker load it.

    Args:
        source: its path.
        sha256: of its files, where that is known.
    """
    tagger = Tagger.objects.create(
        name=name,
        origin=origin,
        state=TaggerState.REGISTERING,
        about=about_starter() if origin == Origin.STARTER else about_local(source),
        source=source,
        sha256=sha256,
    )
    job_ring(kind=Kind.REGISTER, subject_id=tagger.pk)
    return tagger


def tagger_claim(
    *, tagger_id: int, states: Sequence[TaggerState], seconds: int = CLAIM_SECONDS
) -> Tagger | None:
    """Take a tagger that is to be fetched or loaded, and leave it in the first of `states`.

    None when another worker has it, or it moved on; as one has that an administrator refused, which
    is whole.
    """
    now = timezone.now()
    free = Tagger.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lt=now),
        pk=tagger_id,
        state__in=states,
        backbone=None,
    )
    if free.update(state=states[0], claimed_until=now + timedelta(seconds=seconds)) != 1:
        return None
    return Tagger.objects.get(pk=tagger_id)


def tagger_fetched(*, tagger: Tagger, source: str) -> None:
    """The published files are here: load them next."""
    changed = Tagger.objects.filter(pk=tagger.pk, state=TaggerState.FETCHING).update(
        state=TaggerState.REGISTERING, source=source, message="", claimed_until=None
    )
    if changed:
        job_ring(kind=Kind.REGISTER, subject_id=tagger.pk)


def tagger_unreachable(*, tagger: Tagger, message: str) -> None:
    Tagger.objects.filter(pk=tagger.pk, state=TaggerState.FETCHING).update(
        message=message, claimed_until=None
    )


def tagger_refuse(*, tagger: Tagger, message: str) -> None:
    Tagger.objects.filter(pk=tagger.pk, state=TaggerState.REGISTERING).update(
        state=TaggerState.REFUSED, message=message, claimed_until=None
    )


@transaction.atomic
def tagger_loaded(*, tagger: Tagger, loaded: Loaded) -> None:
    """A strictly loaded tagger becomes a candidate, and is promoted at once where that is plain.

    Any takes over from nobody, and from the starter while no answers have taught that; one that
    somebody named (`LABELHUB_TAGGER`) from a published or local one as well. Otherwise an
    administrator decides: what people taught is not put aside unasked.
    """
    _states_locked()  # before its own row: a promotion takes all of them in their order
    same = Tagger.objects.filter(sha256=loaded.sha256).exclude(pk=tagger.pk).first()
    if same is not None:
        tagger_refuse(tagger=tagger, message=_("This checkpoint is here already: %s.") % same.name)
        return
    backbone, _made = Backbone.objects.get_or_create(
        sha256=loaded.backbone_sha256,
        defaults={
            "width": loaded.width,
            "image_size": loaded.image_size,
            "checkpoint": loaded.sha256,
        },
    )
    changed = Tagger.objects.filter(pk=tagger.pk, state=TaggerState.REGISTERING).update(
        state=TaggerState.CANDIDATE,
        sha256=loaded.sha256,
        backbone=backbone,
        vocabulary=_vocabulary_ensure(loaded.tags),
        message="",
        claimed_until=None,
    )
    if changed != 1:
        return
    # One that warms has been promoted as well: it is put aside for no less than the serving one.
    if all(_gives_way(each, to=Origin(tagger.origin)) for each in taggers_pretagging()):
        tagger_promote(tagger=tagger)


def _gives_way(current: Tagger, *, to: Origin) -> bool:
    if current.origin == Origin.STARTER:
        taught = Tagger.objects.filter(origin=Origin.TAUGHT, backbone=current.backbone)
        return not taught.exclude(state=TaggerState.REFUSED).exists()
    return to == Origin.LOCAL and current.origin != Origin.TAUGHT


@transaction.atomic
def tagger_promote(*, tagger: Tagger) -> Tagger:
    """Make a tagger the serving one; the one before retires and can be promoted back.

    Where images would be without suggestions then, it warms first: its backbone looks at them while
    the old one goes on serving (`tagger_warmed` is the end of that). One that was warming when
    another is promoted is a candidate again.

    Raises:
        TaggerNotReady: it is not loaded, was refused, or serves or warms already.
    """
    if _states_locked().get(tagger.pk) not in (TaggerState.CANDIDATE, TaggerState.RETIRED):
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
    if _states_locked().get(tagger.pk) != TaggerState.WARMING:
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


def _states_locked() -> dict[int, str]:
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


def _vocabulary_ensure(names: Sequence[str]) -> Vocabulary:
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()
    vocabulary, made = Vocabulary.objects.get_or_create(sha256=digest)
    if made:
        tags = tags_ensure(names=names)
        VocabularyEntry.objects.bulk_create(
            VocabularyEntry(vocabulary=vocabulary, position=position, tag=tag)
            for position, tag in enumerate(tags)
        )
    return vocabulary
