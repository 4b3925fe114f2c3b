"""Taking in files about the vocabulary."""

from __future__ import annotations

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.labels.services import stale_note_tags
from labelhub.review.asked import questions_settle
from labelhub.tags.imports.work import import_step
from labelhub.tags.models import TagChange
from worker.tasks.step import step


@step(Kind.VOCABULARY)
def vocabulary(import_id: int) -> Progress:
    """Read a file and say what it would change, or change it."""
    return import_step(import_id=import_id, follow=_follow)


def _follow(change: TagChange) -> None:
    """Let labels follow a change, once a worker comes to it, and open questions at once."""
    stale_note_tags(tag_ids=change.touched)
    questions_settle(tag_ids=change.touched)
