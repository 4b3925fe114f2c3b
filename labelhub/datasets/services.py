"""Making datasets."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub.accounts.models import User
from labelhub.datasets.models import Dataset, DatasetState
from labelhub.datasets.selectors import judged_rows, vocabulary_names
from labelhub.datasets.snapshot import Snapshot, write
from labelhub.errors import LabelhubError
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.storage import put_file
from labelhub.taggers.selectors import tagger_serving

CLAIM = timedelta(minutes=15)  # longer than a step may take


class NothingJudged(LabelhubError):
    code = "nothing_judged"


def dataset_make(*, name: str, seed: int, validation_percent: int, by: User) -> Dataset:
    """Ask for a snapshot of the labels as they are when a worker comes to it."""
    dataset = Dataset.objects.create(
        name=name, seed=seed, validation_percent=validation_percent, created_by=by
    )
    job_ring(kind=Kind.SNAPSHOT, subject_id=dataset.pk, by=by)
    return dataset


def dataset_claim(*, dataset_id: int) -> Dataset | None:
    """Take a dataset that is to be made; None when another worker has it, or it is made."""
    now = timezone.now()
    changed = Dataset.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lt=now),
        pk=dataset_id,
        state__in=[DatasetState.QUEUED, DatasetState.BUILDING],
    ).update(state=DatasetState.BUILDING, claimed_until=now + CLAIM)
    return Dataset.objects.get(pk=dataset_id) if changed else None


def dataset_build(*, dataset: Dataset) -> None:
    """Write the files, store them under the hash of their content, then say the dataset is ready.

    Killed anywhere, it is done again from the start; files of the same hash are the same bytes.

    Raises:
        NothingJudged: there is no label yet.
    """
    with tempfile.TemporaryDirectory(prefix="labelhub-dataset-") as folder:
        snapshot, vocabulary = _write(Path(folder), dataset)
        if snapshot.counts.images == 0:
            raise NothingJudged(
                _("Nobody has answered a question yet, so there is nothing to keep. Review first.")
            )
        for file in snapshot.files:
            name = str(file["name"])
            put_file(file_key(snapshot.sha256, name), Path(folder) / name)
    Dataset.objects.filter(pk=dataset.pk, state=DatasetState.BUILDING).update(
        state=DatasetState.READY,
        sha256=snapshot.sha256,
        files=snapshot.files,
        tags=len(vocabulary),
        claimed_until=None,
        **asdict(snapshot.counts),
    )


def dataset_fail(*, dataset: Dataset, error: str) -> None:
    Dataset.objects.filter(pk=dataset.pk, state=DatasetState.BUILDING).update(
        state=DatasetState.FAILED, error=error, claimed_until=None
    )


def file_key(sha256: str, name: str) -> str:
    """Where a dataset's file lies in the storage."""
    return f"datasets/{sha256}/{name}"


def _write(folder: Path, dataset: Dataset) -> tuple[Snapshot, Sequence[str]]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Vocabulary, near-duplicates and labels as of one moment, whoever answers meanwhile.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        vocabulary = vocabulary_names(tagger_serving())
        snapshot = write(
            folder,
            judged_rows(vocabulary),
            vocabulary,
            seed=dataset.seed,
            percent=dataset.validation_percent,
        )
    return snapshot, vocabulary
