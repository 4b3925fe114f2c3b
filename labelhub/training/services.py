"""Starting runs, working them off in short steps, and recording what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub.accounts.models import User
from labelhub.errors import Conflict
from labelhub.images.models import Upload
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.picturebook.tags import TAGS
from labelhub.scoring.head import Head
from labelhub.scoring.prior import DEFAULT, Prior, Space
from labelhub.taggers.files import head_of
from labelhub.taggers.models import Origin, Tagger, TaggerState
from labelhub.taggers.origins import about_taught, answers_counted
from labelhub.taggers.selectors import tagger_serving, vocabulary_of
from labelhub.taggers.vocabulary import meaning_of
from labelhub.training import heldout
from labelhub.training.candidates import files_write, lesson_learned, root_of, taught_sha256
from labelhub.training.learning import (
    FOLDS,
    Agreement,
    Group,
    Judged,
    Lesson,
    Teacher,
    agreement,
    scenes_judged,
)
from labelhub.training.lessons import (
    Counts,
    counts_of,
    embeddings_for,
    embeddings_sample,
    lesson_of,
)
from labelhub.training.models import Run, RunState, RunTag
from labelhub.training.selectors import UNDER_WAY, run_get

CLAIM = timedelta(minutes=1)  # when it lapses the step is done again, which does no harm
RULES = 2  # raise it when the same answers are to make another head


class CannotTeach(Conflict):
    code = "cannot_teach"


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What a run found out, before it is recorded."""

    lesson: Lesson
    counts: Counts
    head: Head
    sha256: str
    groups: Sequence[Group]
    judged: Sequence[Judged]
    agreement: Agreement


@transaction.atomic
def run_start(*, by: User | None = None) -> Run:
    """Have the serving tagger taught by what people have answered so far.

    Raises:
        CannotTeach: nothing serves, there is nothing to learn from, or a run is under way.
    """
    base = tagger_serving()
    if base is None:
        raise CannotTeach(_("No tagger serves yet, so there is none to teach."))
    counts = counts_of(lesson_of(base), base)
    if counts.pairs == 0:
        raise CannotTeach(_nothing())
    configuration = {"rules": RULES, "prior": asdict(DEFAULT), "folds": FOLDS}
    try:
        with transaction.atomic():
            run = Run.objects.create(
                base=base, created_by=by, configuration=configuration, **asdict(counts)
            )
    except IntegrityError as error:
        raise CannotTeach(
            _("The tagger is being taught already. Wait until that is done.")
        ) from error
    job_ring(kind=Kind.TRAIN, subject_id=run.pk, by=by)
    return run


def run_claim(*, run_id: int) -> Run | None:
    """Take a run that is under way; None when another worker is at it, or it has ended."""
    now = timezone.now()
    free = Run.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lt=now), pk=run_id, state__in=UNDER_WAY
    )
    if free.update(state=RunState.RUNNING, claimed_until=now + CLAIM) != 1:
        return None
    return run_get(run_id)


def run_release(*, run: Run) -> None:
    """A step is over and another is to follow."""
    Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(claimed_until=None)


def run_fail(*, run: Run, message: str) -> None:
    Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(
        state=RunState.FAILED, message=message, claimed_until=None, finished_at=timezone.now()
    )


def scenes_wanted(run: Run) -> bool:
    """Whether the held-out scenes can judge this run: the library holds the picture book, and the
    tagger knows some of its tags.
    """
    names = {tag.name for tag in vocabulary_of(run.base)}
    return bool(names & set(TAGS)) and Upload.objects.filter(book_seed__isnull=False).exists()


def run_learn(*, run: Run) -> bool:
    """The last step: learn, compare, and record it all at once.

    Returns:
        Whether it came to that: not where scenes are missing after all, because a file was damaged;
        they are to be made again first.

    Raises:
        CannotTeach: the answers it was started for were taken back.
    """
    base = run.base
    assert base.backbone is not None
    scenes = None
    if scenes_wanted(run):
        scenes = heldout.load(base.backbone.sha256)
        if scenes is None:
            return False
    lesson = lesson_of(base)
    if not len(lesson):
        raise CannotTeach(_nothing())
    teacher, before = _teacher(run, lesson)
    head = teacher.head(lesson)
    groups: list[Group] = []
    judged: list[Judged] = []
    if scenes is not None:
        # Of two outputs that mean one tag, the one that stands for it is judged.
        names = [name or "" for name in meaning_of(base).names()]
        heads = {"before": head_of(base.sha256), "after": head}
        groups, judged = scenes_judged(scenes, names, threshold=base.threshold, **heads)
    learned = Learned(
        lesson=lesson,
        counts=counts_of(lesson, base),
        head=head,
        sha256=taught_sha256(base, head),
        groups=groups,
        judged=judged,
        agreement=agreement(teacher, before=before, after=lesson, threshold=base.threshold),
    )
    run.configuration |= {
        "root": root_of(base).sha256,
        "book": heldout.book_sha256() if scenes is not None else None,
    }
    _finish(run, learned)
    return True


def _teacher(run: Run, lesson: Lesson) -> tuple[Teacher, Lesson]:
    """Who teaches this run's lesson, and the lesson that its base had learned before."""
    base = run.base
    before = lesson_learned(base)
    images, embeddings = embeddings_for(base, [lesson, before])
    teacher = Teacher(
        root=head_of(root_of(base).sha256),
        images=images,
        embeddings=embeddings,
        space=Space.of(embeddings_sample(base)),
        prior=Prior(**run.configuration["prior"]),
        threshold=base.threshold,
    )
    return teacher, before.only(np.isin(before.images, images))


def _finish(run: Run, learned: Learned) -> None:
    """Files first, then all rows in one transaction: killed anywhere, nothing is there twice."""
    same = _same(run.base, learned)
    if same is None:
        facts = {
            "run": run.pk,
            "base": run.base.sha256,
            **asdict(learned.counts),
            **run.configuration,
        }
        files_write(
            base=run.base,
            sha256=learned.sha256,
            head=learned.head,
            lesson=learned.lesson,
            facts=facts,
        )
    with transaction.atomic():
        if not Run.objects.select_for_update().filter(pk=run.pk, state=RunState.RUNNING).exists():
            return  # it lapsed, and another worker has finished it
        same = _same(run.base, learned)
        message = ""
        if same is not None:
            message = _("Nothing changed: “%s” is just what these answers make.") % same.name
        RunTag.objects.bulk_create(_tags(run, learned))
        Run.objects.filter(pk=run.pk).update(
            state=RunState.DONE,
            message=message,
            candidate=None if same else _candidate(run, learned),
            configuration=run.configuration,
            **asdict(learned.counts),
            scenes=[asdict(group) for group in learned.groups],
            unseen=asdict(learned.agreement),
            claimed_until=None,
            finished_at=timezone.now(),
        )


def _same(base: Tagger, learned: Learned) -> Tagger | None:
    """The tagger that is already here with this very head, if there is one."""
    before = head_of(base.sha256)
    unmoved = np.array_equal(before.weight, learned.head.weight)
    if unmoved and np.array_equal(before.bias, learned.head.bias):
        return base
    return Tagger.objects.filter(sha256=learned.sha256).first()


def _candidate(run: Run, learned: Learned) -> Tagger:
    root, counts = root_of(run.base), learned.counts
    facts = {
        "root": root.name[:120],
        "day": timezone.now().date(),
        "answers": answers_counted(counts.pairs),
    }
    return Tagger.objects.create(
        name=_("%(root)s, taught %(day)s (%(answers)s)") % facts,
        origin=Origin.TAUGHT,
        state=TaggerState.CANDIDATE,
        about=about_taught(
            root=root.name, pairs=counts.pairs, images=counts.images, people=counts.people
        ),
        source=_("run %d") % run.pk,
        sha256=learned.sha256,
        threshold=run.base.threshold,
        backbone=run.base.backbone,
        vocabulary=run.base.vocabulary,
    )


def _tags(run: Run, learned: Learned) -> list[RunTag]:
    """A row for each tag that was taught or that the scenes judge."""
    tags = vocabulary_of(run.base)
    pairs = np.bincount(learned.lesson.positions, minlength=len(tags))
    yes = np.bincount(learned.lesson.positions[learned.lesson.yes], minlength=len(tags))
    judged = {each.position: each for each in learned.judged}
    rows = []
    for position in sorted({*np.flatnonzero(pairs).tolist(), *judged}):
        row = RunTag(
            run=run,
            tag_id=tags[position].id,
            pairs=int(pairs[position]),
            yes=int(yes[position]),
        )
        if found := judged.get(position):
            row.positives = found.positives
            row.before_hits, row.before_alarms = found.before_hits, found.before_alarms
            row.after_hits, row.after_alarms = found.after_hits, found.after_alarms
        rows.append(row)
    return rows


def _nothing() -> str:
    return _(
        "There is nothing to learn from yet: answer some questions about images that the serving "
        "tagger has pre-tagged."
    )
