"""The sweep: whatever the rows say is still to be done gets its doorbell rung again.

This is what makes every other message optional: a lost doorbell, a killed worker or an emptied
Redis costs a few seconds, never work.
"""

from __future__ import annotations

from itertools import chain

import labelhub.datasets.selectors
import labelhub.images.selectors
import labelhub.jobs.selectors
import labelhub.labels.imports.selectors
import labelhub.labels.selectors
import labelhub.review.selectors
import labelhub.taggers.borderline
import labelhub.taggers.neighbours
import labelhub.taggers.selectors
import labelhub.tags.imports.files
import labelhub.training.selectors
from labelhub.jobs.services import work_ring
from worker.app import app


@app.task(name="worker.sweep")
def sweep() -> None:
    """Ask every app what is pending and ring for it."""
    work_ring(
        chain(
            labelhub.jobs.selectors.pending(),
            labelhub.images.selectors.pending(),
            labelhub.labels.imports.selectors.pending(),
            labelhub.labels.selectors.pending(),
            labelhub.taggers.selectors.pending(),
            labelhub.taggers.neighbours.pending(),
            labelhub.taggers.borderline.pending(),
            labelhub.review.selectors.pending(),
            labelhub.datasets.selectors.pending(),
            labelhub.tags.imports.files.pending(),
            labelhub.training.selectors.pending(),
        )
    )
