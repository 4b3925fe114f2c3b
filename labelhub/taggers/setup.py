"""What `make up` tells the rows about the published checkpoint."""

from __future__ import annotations

from django.db import transaction

from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_failed, job_ring
from labelhub.taggers.models import Origin, Tagger, TaggerState
from labelhub.taggers.origins import about_published


@transaction.atomic
def published_arrived(*, source: str) -> Tagger:
    """The published checkpoint lies complete in `source`: have it loaded."""
    tagger, _made = Tagger.objects.update_or_create(
        origin=Origin.PUBLISHED,
        defaults={"state": TaggerState.REGISTERING, "source": source, "message": ""},
        create_defaults={
            "name": "JoyTag",
            "origin": Origin.PUBLISHED,
            "state": TaggerState.REGISTERING,
            "about": about_published(),
            "source": source,
        },
    )
    job_ring(kind=Kind.REGISTER, subject_id=tagger.pk)
    return tagger


@transaction.atomic
def published_missing(*, message: str) -> Tagger:
    """The published checkpoint could not be fetched: say why, and leave "Try again" to a person."""
    tagger, _made = Tagger.objects.get_or_create(
        origin=Origin.PUBLISHED,
        defaults={"name": "JoyTag", "state": TaggerState.FETCHING, "about": about_published()},
    )
    Tagger.objects.filter(pk=tagger.pk).update(state=TaggerState.FETCHING, message=message)
    job_failed(kind=Kind.FETCH, subject_id=tagger.pk, error=message)
    return tagger
