"""The demo, small: the same every time, gone on with where it stopped, never in anybody's way."""

from __future__ import annotations

import io
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.images.models import Image, Upload, UploadFile
from labelhub.images.services import book_open
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.labels.models import Answer, Retraction, Verdict
from labelhub.labels.services import answers_record
from labelhub.management.commands import demo as command
from labelhub.picturebook.book import LIBRARY_SEED, page_name
from labelhub.picturebook.tags import TAGS
from labelhub.progress import demo
from labelhub.progress.selectors import people_rows
from labelhub.review.models import Question
from labelhub.review.services import images_rank
from labelhub.taggers.selectors import embeddings_of, tagger_serving
from labelhub.tags.services import tags_ensure
from labelhub.training.models import Run, RunState
from tests import factories
from tests.ingesting import Killed, kill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells", "workers")]
PAGES, ANSWERS, WIDTH = 20, 30, 16


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever the command looks how far the workers are, they have done everything."""
    waiting, learning = demo.demo_waiting, demo.demo_learning

    def waited(upload: Upload) -> demo.Waiting | None:
        found = waiting(upload)
        if found is not None:
            work_off(upload)
        return found

    def taught(run: Run) -> demo.Waiting | None:
        found = learning(run)
        Run.objects.filter(finished_at=None).update(
            state=RunState.DONE,
            finished_at=timezone.now(),
            candidate=factories.tagger(TAGS, serving=False),
            pairs=25,
            images=9,
            scenes=[{"group": "all", "images": 1000, "tags": 80, "before": 0.5, "after": 0.6}],
        )
        return found

    monkeypatch.setattr(demo, "demo_waiting", waited)
    monkeypatch.setattr(demo, "demo_learning", taught)
    monkeypatch.setattr(command, "POLL_SECONDS", 0)
    monkeypatch.setattr(command, "SAY_SECONDS", -1)


def work_off(upload: Upload) -> None:
    """What the workers do to a book: draw it, take it in, pre-tag and rank it."""
    if upload.finished_at is None:
        for index in range(upload.expected):
            image = factories.image(upload, name=page_name(index), format="JPEG")
            UploadFile.objects.create(
                upload=upload, path=image.name, stem=image.name, state="stored", image=image
            )
        Upload.objects.update(closed_at=timezone.now(), finished_at=timezone.now())
    pretag()


def pretag() -> None:
    tagger = tagger_serving() or factories.tagger(TAGS, width=WIDTH)
    random = np.random.default_rng(1)
    for image in Image.objects.order_by("name"):
        vector = random.normal(size=tagger.backbone.width).tolist()  # type: ignore[union-attr]
        if not embeddings_of(tagger).filter(image=image).exists():
            factories.embedding(image, tagger, vector)
    images_rank(tagger=tagger)


def shown(pages: int = PAGES, answers: int = ANSWERS) -> str:
    out = io.StringIO()
    call_command("demo", pages=pages, answers=answers, stdout=out)
    return out.getvalue()


def rows() -> set[tuple[object, ...]]:
    """All that the demo leaves of answers, but for their times."""
    answers = Answer.objects.values_list("pk", "user__username", "tag__name", "verdict", "seconds")
    undone = set(Retraction.objects.values_list("answer_id", flat=True))
    return {(*row, row[0] in undone) for row in answers}


def test_the_demo_fills_an_empty_library() -> None:
    said = shown()

    assert Image.objects.count() == PAGES
    assert Answer.objects.count() == ANSWERS
    assert {row.person for row in people_rows()} == {"ada", "ben", "cleo"}
    assert all(row.shared >= 5 and row.agreement for row in people_rows())
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert set(User.objects.values_list("role", flat=True)) == {"annotator"}
    assert Retraction.objects.count() == 1
    assert Run.objects.count() == 1
    assert "  pages drawn: 0 of 20\n" in said and "30 simulated answers" in said
    assert "was taught by 25 answers about 9 images." in said
    assert "On 1000 scenes it never saw: macro-F1 0.500 → 0.600." in said


def test_run_again_it_adds_nothing() -> None:
    shown()
    before = rows()

    said = shown()

    assert rows() == before
    assert (Image.objects.count(), Run.objects.count(), Upload.objects.count()) == (PAGES, 1, 1)
    assert "simulated" not in said


def test_run_again_it_adds_nothing_though_another_tagger_serves_and_people_worked() -> None:
    shown()
    factories.tagger(TAGS[::-1], width=WIDTH)
    factories.image()
    person = User.objects.create_user("paula")
    answers_record(user=person, answers=[factories.answer(Image.objects.all()[0], TAGS[0])])
    before = rows()

    shown()

    assert rows() == before


def test_it_asks_what_the_queue_asks_and_says_what_was_shown() -> None:
    shown()

    for answer in Answer.objects.select_related("tag"):
        question = Question.objects.get(image_id=answer.image_id, tag=answer.tag)
        asked = Question.objects.filter(image_id=answer.image_id).order_by("distance", "pk")
        assert answer.shown == {
            "tagger_id": question.tagger_id,
            "score": question.score,
            "position": [each.pk for each in asked].index(question.pk),
            "questions": asked.count(),
            "simulated": True,
        }
        standing = not hasattr(answer, "retraction") and answer.verdict != Verdict.UNSURE
        contradicted = Answer.objects.filter(image_id=answer.image_id, tag=answer.tag).count() > 1
        assert question.open != (standing and not contradicted) or contradicted


def test_answers_lie_in_working_hours_of_the_last_ten_days() -> None:
    shown(answers=120)

    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    times = list(Answer.objects.values_list("created_at", flat=True))
    assert all(midnight - timedelta(days=10) <= at < midnight for at in times)
    assert all(9 <= at.hour <= 16 and at.weekday() < 5 for at in times)
    assert len({at.date() for at in times}) >= 4


@pytest.mark.parametrize(
    "moment",
    [
        "labelhub.progress.demo.demo_waiting",
        "labelhub.progress.demo.make_password",
        "labelhub.review.services.questions_refresh",
        "labelhub.progress.demo.undo_take",
        "labelhub.progress.demo.run_start",
        "labelhub.progress.demo.demo_learning",
    ],
)
def test_killed_anywhere_it_goes_on_to_the_same_end(
    monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    with monkeypatch.context() as killing:
        killing.setattr(moment, kill)
        with pytest.raises(Killed):
            shown()
    shown()
    resumed = rows()

    assert len(resumed) == ANSWERS
    assert Retraction.objects.count() == 1
    assert (Image.objects.count(), Run.objects.count()) == (PAGES, 1)


def test_a_library_of_somebodys_is_left_alone() -> None:
    factories.image()

    with pytest.raises(CommandError, match="holds images or answers of its own.*LABELHUB_HOME"):
        shown()

    assert not Upload.objects.filter(book_seed__isnull=False).exists()
    assert not User.objects.exists() and not Answer.objects.exists()


def test_a_book_that_people_are_reviewing_is_left_alone() -> None:
    book = book_open(pages=3, seed=LIBRARY_SEED)
    work_off(book)
    tags_ensure(names=TAGS)
    person = User.objects.create_user("paula")
    answers_record(user=person, answers=[factories.answer(Image.objects.all()[0], TAGS[0])])

    with pytest.raises(CommandError, match="of its own"):
        shown()

    assert Answer.objects.count() == 1


def test_a_book_nobody_has_touched_yet_is_used() -> None:
    book_open(pages=PAGES, seed=LIBRARY_SEED)

    shown(pages=7)

    assert (Upload.objects.count(), Image.objects.count()) == (1, PAGES)


def test_work_that_failed_stops_the_demo_with_its_reason_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = book_open(pages=PAGES, seed=LIBRARY_SEED)
    tagger = factories.tagger(TAGS, width=WIDTH)
    failed = {"state": JobState.FAILED, "error": "The disk is full.", "finished_at": timezone.now()}
    Job.objects.filter(kind=Kind.BOOK, subject_id=book.pk).update(**failed)
    Job.objects.create(kind=Kind.PRETAG, subject_id=tagger.pk + 1, **failed)  # not in the way

    with pytest.raises(demo.DemoStuck, match=r"“Draw the picture book” failed: The disk is full\."):
        demo.demo_waiting(book)
    shown()

    assert Answer.objects.count() == ANSWERS


def test_a_training_that_fails_is_said_and_started_again() -> None:
    shown()
    Run.objects.update(state=RunState.FAILED, message="No memory left.", candidate=None)
    run = Run.objects.get()

    with pytest.raises(demo.DemoStuck, match="No memory left"):
        demo.demo_learning(run)
    shown()

    assert Run.objects.count() == 2


def test_tags_the_book_knows_nothing_about_are_not_answered() -> None:
    factories.tagger((*TAGS[:8], "fate/grand_order", "2010"), width=10)

    shown()

    assert set(Answer.objects.values_list("tag__name", flat=True)) <= set(TAGS)


def test_ctrl_c_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_upload: Upload) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "demo_waiting", interrupted)
    with pytest.raises(CommandError, match="run the same command again") as stopped:
        shown()
    assert stopped.value.returncode == 130
