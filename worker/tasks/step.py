"""A task is a step: it does one chunk of a job, says how far it came, and rings for the next.

Written once for every kind of work: finding the job, its states, its errors. A step must be
idempotent, because a killed worker's chunk is taken again by another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from celery import Task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from labelhub.errors import LabelhubError
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_step_ended, job_step_failed, job_step_started
from labelhub.jobs.work import Progress
from worker.app import app

log = logging.getLogger(__name__)


def step(kind: Kind) -> Callable[[Callable[[int], Progress]], Task]:
    """Make `work(subject_id) -> Progress` the Celery task `worker.<kind>`."""

    def register(work: Callable[[int], Progress]) -> Task:
        def run(job_id: int, chain: int = 0, newest: bool = False) -> None:
            job = job_step_started(job_id=job_id)
            if job is None:
                return
            try:
                progress = work(job.subject_id)
                job_step_ended(job=job, progress=progress, chain=chain, newest=newest)
            except (OperationalError, InterfaceError) as error:
                # Postgres is away; the sweep rings again when it is back.
                log.warning("job %s: no database, left to the sweep (%s)", job_id, error)
            except LabelhubError as error:
                job_step_failed(job=job, error=str(error), final=True)
            except SoftTimeLimitExceeded:
                job_step_failed(job=job, error=_("One step of it took too long and was stopped."))
            except OSError as error:
                why = error.strerror or str(error)
                job_step_failed(job=job, error=_("The storage failed: %s. Put that right.") % why)
                raise
            except Exception as error:
                what = type(error).__name__
                job_step_failed(
                    job=job, error=_("Something unexpected happened (%s): see the log.") % what
                )
                raise

        run.__doc__ = work.__doc__
        task: Task = app.task(name=f"worker.{kind.value}")(run)
        return task

    return register
