"""`manage.py import_images --wait` ends when the workers have given up."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from labelhub.images.models import Upload
from labelhub.jobs.models import Job, JobState, Kind
from tests.pictures import png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


class StillWaiting(Exception):
    """The command went on polling."""


def test_a_failed_check_ends_the_waiting_with_its_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.png").write_bytes(png())
    polls = []

    def meanwhile(_seconds: float) -> None:
        polls.append(1)
        if len(polls) > 3:
            raise StillWaiting
        Job.objects.filter(kind=Kind.INGEST, subject_id=Upload.objects.get().pk).update(
            state=JobState.FAILED, error="The disk is full."
        )

    monkeypatch.setattr("time.sleep", meanwhile)

    with pytest.raises(CommandError, match=r"The disk is full\. .*retry the job"):
        call_command("import_images", str(tmp_path / "one.png"))

    assert len(polls) == 1


def test_the_failure_of_another_upload_is_not_this_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.png").write_bytes(png())
    polls = []

    def meanwhile(_seconds: float) -> None:
        polls.append(1)
        if len(polls) > 1:
            raise StillWaiting
        pk = Upload.objects.get().pk
        Job.objects.create(kind=Kind.INGEST, subject_id=pk + 1, state=JobState.FAILED, error="x")
        Job.objects.create(kind=Kind.SNAPSHOT, subject_id=pk, state=JobState.FAILED, error="x")

    monkeypatch.setattr("time.sleep", meanwhile)

    with pytest.raises(StillWaiting):
        call_command("import_images", str(tmp_path / "one.png"))
