"""The demo: the picture book in an empty library, past answers of three simulated people, and a
first training, so that there is something to look at and to promote.

Everything goes through the services that the API uses. What is done is known from the rows: each
answer's id follows from who was asked what. So it may be killed anywhere and run again, and goes on
where it stopped.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from labelhub.accounts.models import Role, User
from labelhub.errors import Conflict, LabelhubError
from labelhub.images.models import Image, Upload
from labelhub.images.selectors import book_get, book_images, book_progress, upload_progress
from labelhub.images.services import book_open
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.jobs.services import job_retry
from labelhub.labels.models import Answer, How, Retraction, Verdict, View
from labelhub.labels.selectors import today
from labelhub.labels.services import NewAnswer
from labelhub.picturebook.book import LIBRARY_PAGES, LIBRARY_SEED, page
from labelhub.picturebook.tags import TAGS
from labelhub.progress.people import Person, readers
from labelhub.review.models import Card, Question
from labelhub.review.services import answers_take, undo_take
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import embeddings_of, pretagged_count, tagger_serving
from labelhub.training.models import Run, RunState
from labelhub.training.services import run_start

ANSWERS = 300
SIMULATED = "simulated"  # said in `Answer.shown`: nobody takes these answers for people's
ONE_UNDONE_OF = 60
_IDS = uuid.UUID("6f1f7c0e-6a52-4a4e-9a0c-2f4a3a0f7a11")


class NotForDemo(Conflict):
    code = "not_for_demo"


class DemoStuck(LabelhubError):
    code = "demo_stuck"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the demo waits for: `done` of `total` things named by `what`."""

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the queue about a page of the book, as its card shows it."""

    image_id: int
    index: int
    tag: str
    shown: dict[str, object]


def demo_begin(*, pages: int = LIBRARY_PAGES) -> Upload:
    """The picture book's upload, sent for where it is not here yet. What failed is tried again.

    Raises:
        NotForDemo: the library holds something of somebody's.
    """
    upload = book_get(LIBRARY_SEED)
    if not _simulated().exists():
        others = Image.objects.exclude(upload=upload) if upload else Image.objects.all()
        if others.exists() or Answer.objects.exists():
            raise NotForDemo(
                _(
                    "This library holds images or answers of its own, and the demo would add made-"
                    "up answers to them. Nothing was changed. Show the demo in another library: "
                    "“LABELHUB_HOME=~/labelhub-demo make demo”."
                )
            )
    if upload is None:
        return book_open(pages=pages, seed=LIBRARY_SEED)
    for job in _failed(upload):
        job_retry(job=job)
    return upload


def demo_waiting(upload: Upload) -> Waiting | None:
    """What is still to be done before questions can be answered; None when nothing is.

    Raises:
        DemoStuck: a job failed that a person must look at.
    """
    for job in _failed(upload):
        raise DemoStuck(
            _("“%(job)s” failed: %(error)s Put that right and run this again.")
            % {"job": job.get_kind_display(), "error": job.error}
        )
    upload.refresh_from_db()
    if upload.closed_at is None:
        drawn = book_progress(upload, claimed=0)
        return Waiting(_("pages drawn"), drawn.done, drawn.total)
    if upload.finished_at is None:
        checked = upload_progress(upload.pk, claimed=0)
        return Waiting(_("pages checked"), checked.done, checked.total)
    tagger = tagger_serving()
    if tagger is None:
        return Waiting(_("taggers loaded"), 0, 1)
    images = Image.objects.count()
    seen = embeddings_of(tagger).exclude(vector=None, error="").count()
    if seen < images:
        return Waiting(_("images pre-tagged"), seen, images)
    cards, made = Card.objects.filter(tagger=tagger).count(), pretagged_count(tagger)
    return Waiting(_("images ranked"), cards, made) if cards < made else None


def demo_answer(*, upload: Upload, answers: int = ANSWERS) -> int:
    """Record what the simulated people answered, and what they took back; how many were new."""
    given: dict[Person, list[Asked]] = defaultdict(list)
    planned = _plan(_cards(upload, _tagger()), answers)
    for person, asked in planned:
        given[person].append(asked)
    undone = {_id(person, asked) for person, asked in planned[25::ONE_UNDONE_OF]}
    return sum(_record(upload, person, given[person], undone) for person in given)


def demo_teach() -> Run:
    """The first training, started where there was none.

    Raises:
        CannotTeach: the answers are not enough to learn from.
    """
    runs = Run.objects.exclude(state=RunState.FAILED).order_by("pk")
    return runs.first() or run_start()


def demo_learning(run: Run) -> Waiting | None:
    """How far the training is; None when it is done, and `run` is then as it ended.

    Raises:
        DemoStuck: it failed.
    """
    run.refresh_from_db()
    if run.state == RunState.FAILED:
        raise DemoStuck(
            _("The training failed: %s Put that right and run this again.") % run.message
        )
    if run.state == RunState.DONE:
        return None
    job = Job.objects.filter(kind=Kind.TRAIN, subject_id=run.pk).order_by("-pk").first()
    return Waiting(
        _("steps of the training"), job.done if job else 0, max(job.total if job else 0, 1)
    )


def _plan(cards: Iterable[list[Asked]], answers: int) -> list[tuple[Person, Asked]]:
    """Who is asked what, from the top of the queue on."""
    planned: list[tuple[Person, Asked]] = []
    for place, card in enumerate(cards):
        planned += [(person, asked) for person in readers(place) for asked in card]
        if len(planned) >= answers:
            break
    return planned[:answers]


def _cards(upload: Upload, tagger: Tagger) -> Iterator[list[Asked]]:
    """The queue as it was before anybody answered, of what the book can answer."""
    pages = book_images(upload)
    cards = Card.objects.filter(tagger=tagger, image_id__in=pages).order_by("doubt", "pk")
    asked: dict[int, list[Question]] = defaultdict(list)
    questions = Question.objects.filter(tagger=tagger, image_id__in=pages)
    for question in questions.select_related("tag").order_by("distance", "pk"):
        asked[question.image_id].append(question)
    for card in cards:
        found = [
            Asked(
                image_id=card.image_id,
                index=pages[card.image_id],
                tag=question.tag.name,
                shown={
                    "tagger_id": tagger.pk,
                    "score": question.score,
                    "position": position,
                    "questions": len(asked[card.image_id]),
                    SIMULATED: True,
                },
            )
            for position, question in enumerate(asked[card.image_id])
            if question.tag.name in TAGS
        ]
        if found:
            yield found


def _record(upload: Upload, person: Person, given: list[Asked], undone: set[uuid.UUID]) -> int:
    user, _made = User.objects.get_or_create(
        username=person.username,
        defaults={"role": Role.ANNOTATOR, "password": make_password(None)},
    )
    assert upload.book_seed is not None
    said = [person.says(page(upload.book_seed, asked.index), asked.tag) for asked in given]
    times = person.times([seconds for _verdict, seconds in said], today())
    cards: dict[int, list[NewAnswer]] = defaultdict(list)
    for asked, (verdict, seconds), at in zip(given, said, times, strict=True):
        answer = NewAnswer(
            id=_id(person, asked),
            image_id=asked.image_id,
            tag=asked.tag,
            verdict=Verdict(verdict),
            at_full_size=False,
            seconds=round(seconds, 2),
            view=View.CARD,
            how=How.ASKED,
            shown=asked.shown,
            at=at,
        )
        cards[asked.image_id].append(answer)
    recorded = sum(answers_take(user=user, answers=answers) for answers in cards.values())
    for answer_id in undone & {answer.id for answers in cards.values() for answer in answers}:
        if not Retraction.objects.filter(answer_id=answer_id).exists():
            undo_take(user=user, answer_ids=[answer_id])
    return recorded


def _id(person: Person, asked: Asked) -> uuid.UUID:
    return uuid.uuid5(_IDS, f"{person.username} {asked.index} {asked.tag}")


def _simulated() -> QuerySet[Answer]:
    return Answer.objects.filter(**{f"shown__{SIMULATED}": True})


def _tagger() -> Tagger:
    """Whose questions the demo answers: one tagger's, also when another has taken over since."""
    before = _simulated().first()
    chosen = Tagger.objects.filter(pk=before.shown["tagger_id"]).first() if before else None
    tagger = chosen or tagger_serving()
    assert tagger is not None  # `demo_waiting` waited for it
    return tagger


def _failed(upload: Upload) -> list[Job]:
    """The work towards the demo that waits for a person."""
    tagger = tagger_serving()
    ours = Q(kind__in=[Kind.BOOK, Kind.INGEST], subject_id=upload.pk)
    if tagger is None:
        ours |= Q(kind=Kind.REGISTER)
    else:
        ours |= Q(kind__in=[Kind.PRETAG, Kind.RANK], subject_id=tagger.pk)
    newest = Job.objects.filter(ours).order_by("kind", "subject_id", "-pk")
    last = newest.distinct("kind", "subject_id")
    return [job for job in last if job.state == JobState.FAILED]
