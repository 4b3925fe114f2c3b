"""Making a dataset."""

from __future__ import annotations

from labelhub.datasets.services import dataset_build, dataset_claim, dataset_fail
from labelhub.errors import LabelhubError
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from worker.tasks.step import step


@step(Kind.SNAPSHOT)
def snapshot(dataset_id: int) -> Progress:
    """Make the dataset, unless somebody else is at it."""
    dataset = dataset_claim(dataset_id=dataset_id)
    if dataset is None:
        return Progress(claimed=0, done=0, total=1)
    try:
        dataset_build(dataset=dataset)
    except LabelhubError as error:
        dataset_fail(dataset=dataset, error=str(error))
        raise
    return Progress(claimed=1, done=1, total=1)
