"""Teaching a tagger: look at the held-out scenes where that is to be done, then learn."""

from __future__ import annotations

import io

import numpy as np
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from labelhub.errors import LabelhubError
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.taggers.models import Backbone
from labelhub.training import heldout
from labelhub.training.models import Run, RunState
from labelhub.training.selectors import UNDER_WAY, run_get
from labelhub.training.services import run_claim, run_fail, run_learn, run_release, scenes_wanted
from worker.joytag.pixels import ImageError
from worker.tasks.engines import engine_of
from worker.tasks.step import step


class RunFailed(LabelhubError):
    code = "run_failed"


@step(Kind.TRAIN)
def train(run_id: int) -> Progress:
    """One chunk of scenes, or, when they are all there, the learning itself."""
    run = run_claim(run_id=run_id)
    if run is None:
        return _progress(run_get(run_id), claimed=0)
    try:
        _advance(run)
    except (OperationalError, InterfaceError):
        raise  # Postgres is away: the claim lapses, and the step is done again
    except LabelhubError as error:
        run_fail(run=run, message=str(error))
        raise
    except Exception as error:
        what = type(error).__name__
        run_fail(run=run, message=_("It could not be finished (%s): see the log.") % what)
        raise
    return _progress(run_get(run_id), claimed=1)


def _advance(run: Run) -> None:
    backbone, missing = _backbone(run), _missing(run)
    if missing:
        _embed_scenes(backbone, missing[0])
    else:
        run_learn(run=run)
    run_release(run=run)


def _progress(run: Run, *, claimed: int) -> Progress:
    """In chunks of scenes, and one more for the learning."""
    total = heldout.CHUNKS + 1
    if run.state == RunState.FAILED:
        raise RunFailed(run.message)  # so that its job says the same
    if run.state not in UNDER_WAY:
        return Progress(claimed=claimed, done=total, total=total)
    return Progress(claimed=claimed, done=heldout.CHUNKS - len(_missing(run)), total=total)


def _missing(run: Run) -> list[int]:
    return heldout.missing(_backbone(run).sha256) if scenes_wanted(run) else []


def _backbone(run: Run) -> Backbone:
    assert run.base.backbone is not None  # the database says so of every loaded tagger
    return run.base.backbone


def _embed_scenes(backbone: Backbone, number: int) -> None:
    files = [io.BytesIO(page.file()) for page in heldout.pages_of(number)]
    embeddings = []
    for found in engine_of(backbone).embed(files):
        if isinstance(found, ImageError):
            raise found
        embeddings.append(found)
    heldout.store(backbone.sha256, number, np.stack(embeddings))
