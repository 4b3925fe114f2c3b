"""Loading a tagger: strictly, once, into its own copy that nobody edits afterwards."""

from __future__ import annotations

from labelhub.errors import LabelhubError
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.taggers.models import Tagger, TaggerState
from labelhub.taggers.services.registration import tagger_claim, tagger_loaded, tagger_refuse
from worker.tasks.step import step
from worker.tasks.warm import warm


class TaggerRefused(LabelhubError):
    code = "tagger_refused"


@step(Kind.REGISTER)
def register(tagger_id: int) -> Progress:
    """Load the tagger's checkpoint and make it a candidate, or refuse it with a sentence."""
    # One that was refused here comes again when somebody mended its files and tries again.
    tagger = tagger_claim(
        tagger_id=tagger_id, states=[TaggerState.REGISTERING, TaggerState.REFUSED]
    )
    if tagger is None:
        moved_on = not Tagger.objects.filter(pk=tagger_id, state=TaggerState.REGISTERING).exists()
        return Progress(claimed=0, done=int(moved_on), total=1)
    from worker.tasks.loading import load  # torch

    try:
        loaded = load(tagger)
    except ValueError as error:
        tagger_refuse(tagger=tagger, message=str(error))
        raise TaggerRefused(str(error)) from error
    tagger_loaded(tagger=tagger, loaded=loaded)
    warm()  # where it serves at once, the first upload finds its engine loaded
    return Progress(claimed=1, done=1, total=1)
