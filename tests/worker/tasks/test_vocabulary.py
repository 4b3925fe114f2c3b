"""A file about the vocabulary in a worker's hands, and what follows from it."""

from __future__ import annotations

import io

import pytest

from labelhub.images.models import Image
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.jobs.services import job_ring
from labelhub.labels.models import Label
from labelhub.review.models import Card, Question
from labelhub.review.services import tags_take
from labelhub.tags.imports.files import import_add, import_apply, import_get
from labelhub.tags.models import ImportState, Tag, VocabularyForm
from labelhub.tags.names import AUTOMATIC
from tests import factories
from tests.labelhub.tags.taking import curator, relations
from worker.tasks.derive import derive
from worker.tasks.sweep import sweep
from worker.tasks.vocabulary import vocabulary

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbells")]


def take(form: VocabularyForm, content: str) -> None:
    """Send a file and let a worker read and apply it."""
    made = import_add(
        form=form, name="file", source=io.BytesIO(content.encode()), length=None, by=curator()
    )
    assert work(made.pk).state == JobState.DONE
    assert import_get(made.pk).state == ImportState.READY
    import_apply(import_id=made.pk, by=curator())
    assert work(made.pk).state == JobState.DONE
    assert import_get(made.pk).state == ImportState.APPLIED


def work(import_id: int) -> Job:
    job = job_ring(kind=Kind.VOCABULARY, subject_id=import_id)
    vocabulary.run(job.pk)
    job.refresh_from_db()
    return job


def derived() -> None:
    derive.run(job_ring(kind=Kind.DERIVE, subject_id=0).pk)


def labels(image: Image) -> dict[str, str]:
    return dict(Label.objects.filter(image=image).values_list("tag__name", "source"))


def test_labels_follow_the_implications_of_a_file() -> None:
    image = factories.image(width=800, height=600)
    tags_take(image_id=image.pk, names=["apron"], origin="booru")
    take(VocabularyForm.TAGS, "apron,0,9,\nclothes,0,8,\n")
    take(VocabularyForm.IMPLICATIONS, relations(("apron", "clothes")))
    derived()
    assert labels(image) == {"apron": "imported", "clothes": "implied"}


def test_automatic_tags_are_set_once_a_file_brings_them() -> None:
    image = factories.image(width=1600, height=600)
    derived()
    assert labels(image) == {}
    take(VocabularyForm.TAGS, "highres,5,9,\n")
    derived()
    assert labels(image) == {"highres": "automatic"}


def test_automatic_tags_are_set_once_a_tagger_brings_them() -> None:
    image = factories.image(width=1600, height=600)
    derived()
    factories.tagger(tags=["smile", *AUTOMATIC])
    derived()
    assert labels(image) == {"highres": "automatic"}


def test_nobody_is_asked_about_a_tag_that_a_file_hides() -> None:
    tagger, image = factories.tagger(), factories.image()
    derived()
    apron = Tag.objects.get(name="apron")
    Card.objects.create(image=image, tagger=tagger, doubt=1.0, open=True)
    question = Question.objects.create(
        image=image, tag=apron, tagger=tagger, score=0.4, distance=0.0, open=True
    )
    take(VocabularyForm.HIDDEN, "apron\n")
    question.refresh_from_db()
    assert not question.open


def test_a_file_that_waits_is_rung_for(doorbells: list[tuple[str, int]]) -> None:
    import_add(
        form=VocabularyForm.TAGS, name="x", source=io.BytesIO(b"a,0,1,"), length=None, by=curator()
    )
    Job.objects.all().delete()
    doorbells.clear()
    sweep.run()
    assert [name for name, _job in doorbells] == ["worker.vocabulary"]
