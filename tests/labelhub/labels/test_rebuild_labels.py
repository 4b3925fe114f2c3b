"""`manage.py rebuild_labels` puts right what does not follow from the events."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from labelhub.accounts.models import User
from labelhub.labels.models import Labels, Retraction, Verdict
from labelhub.labels.services import answers_record, answers_retract
from labelhub.review.models import Question
from labelhub.tags.models import Tag
from tests import factories
from tests.label_files import truth

pytestmark = pytest.mark.django_db


def rebuilt() -> str:
    out = StringIO()
    call_command("rebuild_labels", stdout=out)
    return out.getvalue()


def test_labels_retractions_and_questions_are_as_the_events_have_them(carol: User) -> None:
    tagger = factories.tagger()
    image, other = factories.images(2)
    solo = Tag.objects.get(name="solo")
    Question.objects.create(
        image=image, tag=solo, tagger=tagger, score=0.5, distance=0.1, open=True
    )
    gone = factories.answer(other, "solo")
    answers_record(user=carol, answers=[factories.answer(image, "solo", Verdict.NO), gone])
    answers_retract(user=carol, answer_ids=[gone.id])
    before = truth(image)
    assert rebuilt() == "All labels were as the events have them.\n"
    Labels.objects.filter(pk=image.pk).update(negative=[], negative_sources="")
    Retraction.objects.all().delete()
    assert rebuilt().startswith("The labels of 1 image were not")
    assert truth(image) == before == {"solo": ("negative", "answered")}
    assert truth(other) == {}
    assert Retraction.objects.get().answer_id == gone.id
    assert not Question.objects.get().open
