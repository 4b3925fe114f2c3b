"""Making a dataset."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from labelhub.datasets.selectors import dataset_settled
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
        return Progress(claimed=0, done=int(dataset_settled(dataset_id)), total=1)
    try:
        dataset_build(dataset=dataset)
    except (OperationalError, InterfaceError):
        raise  # Postgres is away: the claim lapses, and it is made again
    except LabelhubError as error:
        dataset_fail(dataset=dataset, error=str(error))
        raise
    except Exception as error:
        what = type(error).__name__
        dataset_fail(dataset=dataset, error=_("It could not be made (%s): see the log.") % what)
        raise
    return Progress(claimed=1, done=1, total=1)
