"""Bringing the published checkpoint here."""

from __future__ import annotations

from labelhub.errors import LabelhubError
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.taggers.files import checkpoint_home
from labelhub.taggers.models import Tagger, TaggerState
from labelhub.taggers.services.registration import tagger_claim, tagger_fetched, tagger_unreachable
from worker.joytag import hub
from worker.tasks.step import step

CLAIM_SECONDS = 600  # as long as a step may take; the next one resumes the download


class Unreachable(LabelhubError):
    code = "hub_unreachable"


@step(Kind.FETCH)
def fetch(tagger_id: int) -> Progress:
    """Fetch the published checkpoint, resuming where an earlier try stopped."""
    tagger = tagger_claim(tagger_id=tagger_id, states=[TaggerState.FETCHING], seconds=CLAIM_SECONDS)
    if tagger is None:
        here = not Tagger.objects.filter(pk=tagger_id, state=TaggerState.FETCHING).exists()
        return Progress(claimed=0, done=int(here), total=1)
    try:
        source = hub.fetch(checkpoint_home("joytag"), progress=False)
    except hub.HubError as error:
        tagger_unreachable(tagger=tagger, message=str(error))
        raise Unreachable(str(error)) from error
    tagger_fetched(tagger=tagger, source=str(source))
    return Progress(claimed=1, done=1, total=1)
