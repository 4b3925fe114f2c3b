"""How a tagger comes here: noted, fetched, loaded by a worker, or refused while it was."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
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
from labelhub.taggers.selectors import taggers_pretagging
from labelhub.taggers.services.promotion import states_locked, tagger_promote
from labelhub.tags.services import tags_ensure

CLAIM_SECONDS = 60


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
    states_locked()  # before its own row: a promotion takes all of them in their order
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
