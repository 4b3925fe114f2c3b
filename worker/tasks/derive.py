"""Deriving labels that wait for it: of new images, and where tags came to mean something else."""

from __future__ import annotations

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.review.services import stale_step
from worker.tasks.step import step


@step(Kind.DERIVE)
def derive(_nothing: int) -> Progress:
    """Derive the labels of a few hundred images, with the questions that follow from them."""
    return stale_step()
