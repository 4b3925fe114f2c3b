"""From answers to a candidate: what is learned from, what is recorded, and that killing a worker
anywhere doubles nothing.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.labels.models import How, Verdict
from labelhub.review.models import Card
from labelhub.review.selectors import pending as review_pending
from labelhub.review.services import (
    answers_take,
    completion_take,
    images_rank,
    tags_take,
    undo_take,
)
from labelhub.taggers.files import head_of, tagger_home
from labelhub.taggers.models import Embedding, Origin, Tagger, TaggerState
from labelhub.taggers.selectors import run_of, suggestions, tagger_serving
from labelhub.taggers.services.promotion import tagger_promote, tagger_turn_down
from labelhub.tags.models import Implication, Tag
from labelhub.tags.services import vocabulary_bump
from labelhub.training import services
from labelhub.training.lessons import SAMPLE, Counts, counts_of, embeddings_sample, lesson_of
from labelhub.training.models import Run, RunState, RunTag
from labelhub.training.selectors import pending
from labelhub.training.services import (
    CannotTeach,
    run_claim,
    run_fail,
    run_learn,
    run_release,
    run_start,
    scenes_wanted,
)
from tests import factories, scenes
from tests.ingesting import Killed, kill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
WIDTH = 4


@pytest.fixture
def tagger() -> Tagger:
    return factories.tagger(width=WIDTH)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scenes.few(monkeypatch, tmp_path)


def library(tagger: Tagger, count: int = 20) -> list[Image]:
    """Images whose first number is positive for every other one."""
    images, random = factories.images(count), np.random.default_rng(1)
    for number, image in enumerate(images):
        vector = random.normal(size=WIDTH)
        vector[0] = abs(vector[0]) * (1 if number % 2 else -1)
        factories.embedding(image, tagger, vector.tolist())
    return images


def answer(by: User, images: list[Image], tag: str = "1girl") -> None:
    """Truthfully: the tag is where the first number is positive."""
    answers_take(
        user=by,
        answers=[
            factories.answer(image, tag, Verdict.YES if number % 2 else Verdict.NO)
            for number, image in enumerate(images)
        ],
    )


def learned(run: Run) -> Run:
    claimed = run_claim(run_id=run.pk)
    assert claimed is not None
    assert run_learn(run=claimed)
    return Run.objects.select_related("base", "candidate").get(pk=run.pk)


def lapse() -> None:
    Run.objects.update(claimed_until=timezone.now() - timedelta(hours=1))


def test_answers_become_a_candidate_with_the_same_backbone(
    tagger: Tagger, bob: User, carol: User
) -> None:
    images = library(tagger)
    answer(bob, images[:12])
    answer(carol, images[8:])
    run = learned(run_start(by=bob))
    assert (run.state, run.message, run.claimed_until) == (RunState.DONE, "", None)
    assert (run.pairs, run.images, run.people, run.tags_taught) == (20, 20, 2, 1)
    candidate = run.candidate
    assert candidate is not None
    assert run_of(candidate) == run.pk
    assert (candidate.state, candidate.origin) == (TaggerState.CANDIDATE, Origin.TAUGHT)
    assert (candidate.backbone, candidate.vocabulary) == (tagger.backbone, tagger.vocabulary)
    assert candidate.name.startswith(f"{tagger.name}, taught 20")
    assert candidate.name.endswith("(20 answers)")
    assert candidate.about.endswith("taught by 2 people: 20 answers on 20 images.")
    names = {path.name for path in tagger_home(candidate.sha256).iterdir()}
    assert names == {"head.safetensors", "config.json", "top_tags.txt", "lesson.npz", "taught.json"}
    before, after = head_of(tagger.sha256), head_of(candidate.sha256)
    assert after.weight[0, 0] > before.weight[0, 0]
    np.testing.assert_array_equal(after.weight[1:], before.weight[1:])
    assert tagger_serving() == tagger  # an administrator decides


def test_unseen_answers_are_recorded_and_scenes_only_where_the_book_is_here(
    tagger: Tagger, bob: User
) -> None:
    answer(bob, library(tagger, 60))
    run = run_start(by=bob)
    assert not scenes_wanted(run)
    run = learned(run)
    assert run.scenes == []
    assert run.unseen is not None
    assert run.unseen["pairs"] == 60
    assert run.unseen["after"] >= run.unseen["before"] > 0.5
    (row,) = RunTag.objects.filter(run=run)
    assert (row.tag.name, row.pairs, row.yes, row.before_hits) == ("1girl", 60, 30, None)


def test_scenes_are_judged_before_and_after(tagger: Tagger, bob: User) -> None:
    assert tagger.backbone is not None
    answer(bob, library(tagger))
    upload = Image.objects.latest("pk").upload
    upload.book_seed = 1
    upload.save()
    run = run_start(by=bob)
    assert scenes_wanted(run)
    claimed = run_claim(run_id=run.pk)
    assert claimed is not None
    assert not run_learn(run=claimed)  # nobody has looked at the scenes yet
    run_release(run=claimed)
    seen = scenes.embedded(tagger.backbone.sha256, WIDTH)
    run = learned(run)
    groups = {group["group"]: group for group in run.scenes}
    assert groups["all"]["images"] == 12
    assert groups["photo"]["images"] == 4
    row = RunTag.objects.get(run=run, tag__name="1girl")
    assert run.candidate is not None
    line = np.log(tagger.threshold / (1 - tagger.threshold))
    for head, hits, alarms in (
        (head_of(tagger.sha256), row.before_hits, row.before_alarms),
        (head_of(run.candidate.sha256), row.after_hits, row.after_alarms),
    ):
        logits = seen @ head.weight[0] + head.bias[0]
        assert hits is not None
        assert alarms is not None
        assert hits + alarms == np.count_nonzero(logits > line)
    # tags of the book and the vocabulary that nobody was asked about are judged as well
    untaught = RunTag.objects.filter(run=run, pairs=0)
    assert untaught.exclude(before_hits=None).exists()


def test_what_is_not_clear_or_not_seen_is_not_learned_from(
    tagger: Tagger, bob: User, carol: User
) -> None:
    seen, disputed, unsure, *_rest = library(tagger)
    unseen = factories.image()
    strange = factories.tagger(["never_heard"], serving=False)
    assert strange.vocabulary is not None
    answers = [
        factories.answer(seen, "solo"),
        factories.answer(seen, "never_heard"),
        factories.answer(disputed, "solo"),
        factories.answer(unsure, "solo", Verdict.UNSURE),
        factories.answer(unseen, "solo"),
    ]
    answers_take(user=bob, answers=answers)
    answers_take(user=carol, answers=[factories.answer(disputed, "solo", Verdict.NO)])
    found = lesson_of(tagger)
    position = factories.TAGS.index("solo")
    assert list(zip(found.images, found.positions, found.yes, strict=True)) == [
        (seen.pk, position, True)
    ]
    assert counts_of(found, tagger) == Counts(pairs=1, images=1, people=1, tags_taught=1)


def test_imports_which_never_say_no_are_not_learned_from(tagger: Tagger, bob: User) -> None:
    images = library(tagger)
    tags_take(image_id=images[0].pk, names=["solo", "1girl"], origin="a sidecar")
    with pytest.raises(CannotTeach, match="answer some questions"):
        run_start(by=bob)
    answer(bob, images[:4])  # "no" to the imported 1girl among them: answers beat imports
    found = lesson_of(tagger)
    assert found.yes.tolist() == [False, True, False, True]
    assert set(found.positions) == {factories.TAGS.index("1girl")}


def test_accepted_answers_are_learned_from_and_what_follows_from_answers_is_not(
    tagger: Tagger, bob: User
) -> None:
    tags = {tag.name: tag for tag in Tag.objects.all()}
    Implication.objects.create(antecedent=tags["apron"], consequent=tags["solo"])
    vocabulary_bump()
    (image, *_rest) = library(tagger)
    answers_take(user=bob, answers=[factories.answer(image, "apron", how=How.ACCEPTED)])
    completion_take(user=bob, image_id=image.pk, complete=True)
    found = lesson_of(tagger)
    assert [factories.TAGS[at] for at in found.positions] == ["apron"]
    assert counts_of(found, tagger) == Counts(pairs=1, images=1, people=1, tags_taught=1)


def test_without_a_tagger_or_answers_there_is_nothing_to_start(bob: User) -> None:
    with pytest.raises(CannotTeach, match="No tagger serves"):
        run_start(by=bob)
    library(factories.tagger(width=WIDTH))
    with pytest.raises(CannotTeach, match="nothing to learn from"):
        run_start(by=bob)


def test_one_run_at_a_time(tagger: Tagger, bob: User) -> None:
    answer(bob, library(tagger))
    first = run_start(by=bob)
    with pytest.raises(CannotTeach, match="already"):
        run_start(by=bob)
    run_claim(run_id=first.pk)
    with pytest.raises(CannotTeach, match="already"):
        run_start(by=bob)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(base=tagger)
    run_fail(run=first, message="It broke.")
    first.refresh_from_db()
    assert (first.state, first.message) == (RunState.FAILED, "It broke.")
    assert run_start(by=bob) != first


def test_a_run_is_worked_on_by_one_worker_at_a_time(tagger: Tagger, bob: User) -> None:
    answer(bob, library(tagger))
    run = run_start(by=bob)
    assert list(pending()) == [Work(Kind.TRAIN, run.pk)]
    assert run_claim(run_id=run.pk)
    assert run_claim(run_id=run.pk) is None
    assert list(pending()) == []
    lapse()
    assert list(pending()) == [Work(Kind.TRAIN, run.pk)]
    learned(run)
    assert list(pending()) == []
    assert run_claim(run_id=run.pk) is None


@pytest.mark.parametrize("where", ["files_write", "_candidate", "_tags"])
def test_killed_anywhere_a_run_makes_one_candidate(
    tagger: Tagger, bob: User, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    answer(bob, library(tagger))
    run = run_start(by=bob)
    with monkeypatch.context() as patched, pytest.raises(Killed), transaction.atomic():
        patched.setattr(services, where, kill)
        learned(run)
    lapse()
    run = learned(run)
    assert run.state == RunState.DONE
    assert run.candidate == Tagger.objects.get(origin=Origin.TAUGHT)
    assert RunTag.objects.filter(run=run).count() == 1


def test_a_worker_whose_claim_lapsed_comes_too_late(tagger: Tagger, bob: User) -> None:
    answer(bob, library(tagger))
    run = run_start(by=bob)
    slow = run_claim(run_id=run.pk)
    assert slow is not None
    lapse()
    done = learned(run)
    assert run_learn(run=slow)
    again = Run.objects.get(pk=run.pk)
    assert (again.finished_at, again.candidate) == (done.finished_at, done.candidate)
    assert RunTag.objects.count() == 1


def test_the_same_answers_again_make_no_other_tagger(tagger: Tagger, bob: User) -> None:
    answer(bob, library(tagger))
    first = learned(run_start(by=bob))
    assert first.candidate is not None
    again = learned(run_start(by=bob))
    assert (again.state, again.candidate) == (RunState.DONE, None)
    assert first.candidate.name in again.message
    # also where it serves meanwhile: what was learned once is not learned twice
    tagger_promote(tagger=first.candidate)
    third = learned(run_start(by=bob))
    assert (third.base, third.candidate) == (first.candidate, None)
    assert first.candidate.name in third.message
    assert third.unseen is not None
    assert third.unseen["before"] == third.unseen["after"]


def test_more_answers_are_learned_on_top_of_the_untaught_head(tagger: Tagger, bob: User) -> None:
    """However many runs it takes: the head depends on the answers, not on the runs between."""
    images = library(tagger)
    answer(bob, images[:10])
    first = learned(run_start(by=bob)).candidate
    assert first is not None
    tagger_promote(tagger=first)
    answer(bob, images[10:])
    second = learned(run_start(by=bob)).candidate
    assert second is not None
    assert second.name.startswith(f"{tagger.name}, taught")
    tagger_promote(tagger=tagger)
    at_once = learned(run_start(by=bob))
    assert at_once.candidate is None
    assert second.name in at_once.message


def test_answers_that_were_taken_back_fail_the_run_with_a_sentence(
    tagger: Tagger, bob: User
) -> None:
    (image, *_rest) = library(tagger)
    only = factories.answer(image, "solo")
    answers_take(user=bob, answers=[only])
    run = run_start(by=bob)
    undo_take(user=bob, answer_ids=[only.id])
    with pytest.raises(CannotTeach, match="nothing to learn from"):
        learned(run)


def test_promoting_a_taught_tagger_changes_what_is_asked_without_a_look_at_a_pixel(
    tagger: Tagger, bob: User, doorbells: list[tuple[str, int]]
) -> None:
    images = library(tagger)
    images_rank(tagger=tagger)
    answer(bob, images[:12])
    candidate = learned(run_start(by=bob)).candidate
    assert candidate is not None
    embeddings = list(Embedding.objects.order_by("pk").values())
    last = images[-1].pk
    before = {each.tag.name: each.score for each in suggestions(tagger, [last], 8)[last]}
    doorbells.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        tagger_promote(tagger=candidate)
    assert [name for name, _job in doorbells] == ["worker.rank"]
    serving = tagger_serving()
    assert serving == candidate
    after = {each.tag.name: each.score for each in suggestions(serving, [last], 8)[last]}
    assert after["1girl"] > before["1girl"]
    assert list(review_pending()) == [Work(Kind.RANK, candidate.pk)]
    progress = images_rank(tagger=candidate)
    assert progress.done == progress.total == len(images)
    assert Card.objects.filter(tagger=candidate).count() == len(images)
    assert list(Embedding.objects.order_by("pk").values()) == embeddings


def test_a_refused_candidate_stays_the_runs(tagger: Tagger, alice: User) -> None:
    answer(alice, library(tagger))
    run = learned(run_start(by=alice))
    assert run.candidate is not None
    tagger_turn_down(tagger=run.candidate, by=alice, reason="Too eager.")
    again = learned(run_start(by=alice))
    assert again.candidate is None
    assert run.candidate.name in again.message


def test_a_large_library_is_sampled(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SAMPLE >= 20_000
    library(tagger, 20)
    assert embeddings_sample(tagger).shape == (20, WIDTH)
    monkeypatch.setattr("labelhub.training.lessons.SAMPLE", 7)
    assert 5 <= len(embeddings_sample(tagger)) <= 7
