"""Counting the labels of each tag, which the list of tags shows and autocomplete ranks by."""

from __future__ import annotations

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.labels.services import counts_step
from worker.tasks.step import step


@step(Kind.COUNT)
def count(_nothing: int) -> Progress:
    """Count them, where they may have changed and it is some time since."""
    return counts_step()
