"""A dataset is made whole or not at all, whatever happens to the worker that makes it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.datasets.models import Dataset, DatasetState
from labelhub.datasets.services import dataset_make, file_key
from labelhub.images.models import DuplicatePair
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.labels.models import Verdict
from labelhub.labels.services import (
    answers_record,
    completion_set,
    labels_rebuild,
    stale_step,
    tags_import,
)
from labelhub.tags.models import Implication, Tag, TagName
from labelhub.tags.services import tags_ensure, vocabulary_bump
from tests import factories
from worker.tasks.snapshot import snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbells")]


def made(by: User, seed: int = 0) -> Dataset:
    dataset = dataset_make(name="first", seed=seed, validation_percent=50, by=by)
    snapshot.run(Job.objects.filter(kind=Kind.SNAPSHOT, subject_id=dataset.pk).latest("pk").pk)
    dataset.refresh_from_db()
    return dataset


def answered(by: User, count: int = 6) -> None:
    factories.tagger()
    for image in factories.images(count):
        for tag, verdict in (("apron", Verdict.YES), ("smile", Verdict.NO)):
            answers_record(user=by, answers=[factories.answer(image, tag, verdict)])


def test_same_labels_and_seed_are_the_same_dataset(bob: User) -> None:
    answered(bob)
    first, second, other = made(bob), made(bob), made(bob, seed=1)
    assert first.state == DatasetState.READY
    assert first.sha256 == second.sha256 != other.sha256
    assert (first.images, first.positives, first.negatives) == (6, 6, 6)


def test_without_answers_it_fails_with_a_sentence(bob: User) -> None:
    dataset = made(bob)
    assert dataset.state == DatasetState.FAILED
    assert "Review first" in dataset.error
    assert Job.objects.get().state == JobState.FAILED


class Killed(BaseException):
    """Stands for the end of the process: nothing may catch it."""


def test_a_worker_killed_while_it_stores_leaves_no_file_that_passes_for_whole(
    bob: User, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(bob)

    def kill(*_arguments: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        # The bytes are written; the last act, giving them their name, is not reached.
        patch.setattr("labelhub.storage.os.link", kill)
        patch.setattr(Path, "replace", kill)
        made(bob)
    assert not any(path.is_file() for path in files.glob("datasets/**/*"))
    dataset = made(bob)
    for file in dataset.files:
        path = files / file_key(dataset.sha256, file["name"])
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"]


def test_a_job_killed_after_its_work_is_finished_by_the_next_doorbell(bob: User) -> None:
    answered(bob)
    dataset = made(bob)
    job = Job.objects.get(kind=Kind.SNAPSHOT)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    snapshot.run(job.pk)
    job.refresh_from_db()
    assert (job.state, dataset.state) == (JobState.DONE, DatasetState.READY)


def test_an_unexpected_error_reaches_the_dataset(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(bob)
    monkeypatch.setattr("labelhub.datasets.services.put_file", lambda *_args: 1 / 0)
    dataset = dataset_make(name="x", seed=0, validation_percent=0, by=bob)
    with pytest.raises(ZeroDivisionError):
        snapshot.run(Job.objects.get(kind=Kind.SNAPSHOT).pk)
    dataset.refresh_from_db()
    assert (dataset.state, "ZeroDivisionError" in dataset.error) == (DatasetState.FAILED, True)


def test_near_duplicates_are_on_one_side_of_the_split(bob: User) -> None:
    factories.tagger()
    images = factories.images(12)
    for low, high in zip(images, images[1:], strict=False):
        DuplicatePair.objects.create(image_low=low, image_high=high, distance=1)
    for image in images:
        answers_record(user=bob, answers=[factories.answer(image, "apron")])
    dataset = made(bob)
    assert {dataset.train_images, dataset.validation_images} == {0, 12}


def vocabulary_of(dataset: Dataset, files: Path) -> list[str]:
    return (files / file_key(dataset.sha256, "top_tags.txt")).read_text().split("\n")


def judged(dataset: Dataset, files: Path) -> dict[int, dict[str, bool]]:
    """By image: its judged tags, and whether it has them."""
    names = vocabulary_of(dataset, files)
    found: dict[int, dict[str, bool]] = {}
    for split in ("train", "validation"):
        path = files / file_key(dataset.sha256, f"{split}.parquet")
        if path.exists():
            for row in pq.read_table(path).to_pylist():
                found[row["post_id"]] = {names[at]: at in row["tags"] for at in row["judged"]}
    return found


def test_on_a_complete_image_absence_means_no_as_far_as_the_tag_was_there(
    bob: User, carol: User, files: Path
) -> None:
    factories.tagger(["apron", "smile", "solo", "2010", "hidden", "old", "late"])
    complete, other = factories.images(2)
    for image in (complete, other):
        answers_record(user=bob, answers=[factories.answer(image, "apron")])
    for user, verdict in ((bob, Verdict.YES), (carol, Verdict.NO)):
        answers_record(user=user, answers=[factories.answer(complete, "2010", verdict)])
    Tag.objects.filter(name="hidden").update(hidden=True)
    Tag.objects.filter(name="old").update(deprecated=True)
    completion_set(user=bob, image_id=complete.pk, complete=True)
    Tag.objects.filter(name="late").update(created_at=timezone.now() + timedelta(seconds=1))

    dataset = made(bob)

    assert judged(dataset, files) == {
        complete.pk: {"apron": True, "smile": False, "solo": False},
        other.pk: {"apron": True},
    }
    assert (dataset.positives, dataset.negatives) == (2, 2)


def test_an_image_without_any_tag_is_judged_once_it_is_complete(bob: User, files: Path) -> None:
    factories.tagger(["apron", "smile"])
    image = factories.image()
    completion_set(user=bob, image_id=image.pk, complete=True)
    assert judged(made(bob), files) == {image.pk: {"apron": False, "smile": False}}


def test_what_the_size_says_of_an_image_is_in_no_dataset(bob: User, files: Path) -> None:
    factories.tagger(["apron", "highres"])
    image = factories.image(width=4000)
    factories.image(width=4000)
    tags_ensure(names=["absurdres"])
    stale_step()
    answers_record(user=bob, answers=[factories.answer(image, "apron")])
    dataset = made(bob)
    assert judged(dataset, files) == {image.pk: {"apron": True}}
    assert vocabulary_of(dataset, files) == ["apron", "highres"]


def test_an_output_whose_tag_was_merged_into_anothers_is_never_judged(
    bob: User, files: Path
) -> None:
    factories.tagger(["apron", "pinafore"])
    image = factories.image()
    answers_record(user=bob, answers=[factories.answer(image, "pinafore")])
    apron = Tag.objects.get(name="apron")
    TagName.objects.filter(name="pinafore").update(alias=True, tag=apron)
    vocabulary_bump()
    labels_rebuild()
    dataset = made(bob)
    assert vocabulary_of(dataset, files) == ["apron", "pinafore"]
    assert judged(dataset, files) == {image.pk: {"apron": True}}


def test_what_is_implied_or_imported_is_in_the_dataset(bob: User, files: Path) -> None:
    tags = {tag.name: tag for tag in tags_ensure(names=["boots", "shoes"])}
    Implication.objects.create(antecedent=tags["boots"], consequent=tags["shoes"])
    vocabulary_bump()
    image = factories.image()
    tags_import(image_id=image.pk, names=["boots"], origin="a.txt")
    assert judged(made(bob), files) == {image.pk: {"boots": True, "shoes": True}}
