"""Taking in a file of labels: reading it, and applying it once somebody said so."""

from __future__ import annotations

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.labels.imports.work import import_step
from labelhub.review.services import questions_refresh
from worker.tasks.step import step


@step(Kind.LABELS)
def labels(import_id: int) -> Progress:
    """Read the file, or apply it for some seconds; questions follow from the labels."""
    return import_step(
        import_id=import_id, follow=lambda image_ids: questions_refresh(image_ids=image_ids)
    )
