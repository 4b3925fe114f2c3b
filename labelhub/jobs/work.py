"""What the jobs app and the worker say to each other: a unit of work, and how far a step came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labelhub.jobs.models import Kind


@dataclass(frozen=True, slots=True)
class Work:
    """What the rows say is still to be done: a kind of work, the id of the row it concerns."""

    kind: Kind
    subject_id: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step came.

    Attributes:
        claimed: rows this step took; 0 says that none was left (others may hold the rest).
        done: units finished so far, of the whole subject.
        total: units of the whole subject; `done >= total` finishes the job.
    """

    claimed: int
    done: int
    total: int
