"""A promoted tagger that has yet to see the library: nothing goes blank, and it takes over once."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, transaction
from django.test import Client, TestCase

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.taggers.embeddings import embeddings_claim, embeddings_store, pretag_progress
from labelhub.taggers.models import Embedding, Origin, Tagger, TaggerState
from labelhub.taggers.selectors import (
    pending,
    pretag_turn,
    suggestions,
    tagger_serving,
    taggers_pretagging,
)
from labelhub.taggers.services import registration
from labelhub.taggers.services.promotion import (
    TaggerNotReady,
    tagger_promote,
    tagger_stay,
    tagger_turn_down,
    tagger_warmed,
)
from labelhub.training.services import CannotTeach, run_start
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
First = TypeVar("First")
Second = TypeVar("Second")
VECTOR = [0.0, 0.0, 0.0, 0.0]


def seen(by: Tagger, *images: Image) -> None:
    for image in images:
        factories.embedding(image, by, VECTOR)


def state_of(tagger: Tagger) -> str:
    tagger.refresh_from_db()
    return tagger.state


@pytest.fixture
def library() -> list[Image]:
    return factories.images(3)


@pytest.fixture
def old(library: list[Image]) -> Tagger:
    """The serving tagger, which has seen the library."""
    tagger = factories.tagger()
    seen(tagger, *library)
    return tagger


@pytest.fixture
def new(old: Tagger) -> Tagger:
    """A candidate, whose backbone has seen nothing."""
    return factories.tagger(serving=False)


def test_suggestions_stay_until_the_new_backbone_has_seen_everything(
    old: Tagger, new: Tagger, library: list[Image]
) -> None:
    assert tagger_promote(tagger=new).state == TaggerState.WARMING
    assert tagger_serving() == old
    for image in library:
        assert not tagger_warmed(tagger=new)
        assert suggestions(old, [image.pk], 1)
        seen(new, image)
    assert tagger_warmed(tagger=new)
    assert tagger_serving() == new
    assert state_of(old) == TaggerState.RETIRED
    assert not tagger_warmed(tagger=new)  # once is enough


def test_taking_over_rings_for_the_ranking(
    new: Tagger, library: list[Image], doorbells: list[tuple[str, int]]
) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        tagger_promote(tagger=new)
    assert [name for name, _job in doorbells] == ["worker.pretag"]
    seen(new, *library)
    doorbells.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert tagger_warmed(tagger=new)
    assert [name for name, _job in doorbells] == ["worker.rank"]


def test_an_image_the_new_backbone_cannot_read_holds_nothing_up(
    new: Tagger, library: list[Image]
) -> None:
    tagger_promote(tagger=new)
    ids = embeddings_claim(tagger=new, limit=8)
    assert not tagger_warmed(tagger=new)  # a worker has them all, and nothing is there yet
    embeddings_store(tagger=new, made={}, failed=dict.fromkeys(ids, "It is torn."))
    assert tagger_warmed(tagger=new)


def test_where_nothing_would_go_blank_it_serves_at_once() -> None:
    old, new = factories.tagger(), factories.tagger(serving=False)
    assert tagger_promote(tagger=new).state == TaggerState.SERVING  # an empty library
    factories.images(2)
    assert tagger_promote(tagger=old).state == TaggerState.SERVING  # nobody has suggestions yet


def test_where_nobody_serves_it_serves_at_once(new: Tagger, old: Tagger) -> None:
    Tagger.objects.filter(pk=old.pk).update(state=TaggerState.RETIRED)
    assert tagger_promote(tagger=new).state == TaggerState.SERVING


def test_a_head_change_is_at_once_and_touches_no_pixel(old: Tagger) -> None:
    factories.images(1)  # fresh, and to be looked at by the backbone they share
    taught = factories.taught(old)
    assert tagger_promote(tagger=taught).state == TaggerState.SERVING
    assert Embedding.objects.exclude(vector=None).count() == 3
    assert list(pending()) == [Work(Kind.PRETAG, taught.pk)]


def test_going_back_to_the_old_one_warms_only_where_images_came_since(
    old: Tagger, new: Tagger, library: list[Image]
) -> None:
    seen(new, *library)
    assert tagger_promote(tagger=new).state == TaggerState.SERVING
    (fresh,) = factories.images(1)
    seen(new, fresh)
    assert tagger_promote(tagger=old).state == TaggerState.WARMING
    assert embeddings_claim(tagger=old, limit=8) == [fresh.pk]


def test_a_warming_tagger_is_stopped_and_goes_on_from_there(
    old: Tagger, new: Tagger, library: list[Image]
) -> None:
    tagger_promote(tagger=new)
    seen(new, library[0])
    assert tagger_stay(tagger=new).state == TaggerState.CANDIDATE
    assert tagger_serving() == old
    assert list(pending()) == []
    seen(new, *library)
    assert not tagger_warmed(tagger=new)  # its last step comes too late
    with pytest.raises(TaggerNotReady):
        tagger_stay(tagger=new)
    assert tagger_promote(tagger=new).state == TaggerState.SERVING


@pytest.mark.parametrize("of", ["new", "head"])
def test_promoting_another_puts_a_warming_one_aside(old: Tagger, new: Tagger, of: str) -> None:
    tagger_promote(tagger=new)
    other = factories.taught(old) if of == "head" else factories.tagger(serving=False)
    promoted = tagger_promote(tagger=other)
    assert promoted.state == (TaggerState.SERVING if of == "head" else TaggerState.WARMING)
    assert state_of(new) == TaggerState.CANDIDATE


def test_one_that_warms_is_neither_promoted_again_nor_refused(new: Tagger, alice: User) -> None:
    tagger_promote(tagger=new)
    with pytest.raises(TaggerNotReady):
        tagger_promote(tagger=new)
    with pytest.raises(TaggerNotReady):
        tagger_turn_down(tagger=new, by=alice)
    assert state_of(new) == TaggerState.WARMING


def test_fresh_images_are_for_the_serving_backbone_first(old: Tagger, new: Tagger) -> None:
    tagger_promote(tagger=new)
    new.refresh_from_db()
    assert taggers_pretagging() == [old, new]
    assert pretag_turn(new) == new
    (fresh,) = factories.images(1)
    assert pretag_turn(new) == old  # a step of either looks at it for the serving one
    assert pretag_turn(old) == old
    assert embeddings_claim(tagger=pretag_turn(new), limit=8) == [fresh.pk]
    assert pretag_turn(new) == new


def test_a_steady_trickle_of_uploads_does_not_keep_it_from_taking_over(
    old: Tagger, new: Tagger, library: list[Image]
) -> None:
    tagger_promote(tagger=new)
    seen(new, *library)
    factories.images(1)  # neither has seen it: nothing goes blank
    assert tagger_warmed(tagger=new)
    assert list(pending()) == [Work(Kind.PRETAG, new.pk)]


def test_a_take_over_that_a_killed_worker_left_undone_is_pending(
    new: Tagger, library: list[Image]
) -> None:
    tagger_promote(tagger=new)
    seen(new, *library)
    assert list(pending()) == [Work(Kind.PRETAG, new.pk)]
    assert tagger_warmed(tagger=new)
    assert list(pending()) == []


def test_the_progress_is_of_the_whole_library_from_the_first_step(new: Tagger) -> None:
    tagger_promote(tagger=new)
    progress = pretag_progress(tagger=new, claimed=0)
    assert (progress.done, progress.total) == (0, 3)


@pytest.mark.parametrize(
    ("warming", "arriving", "gives_way"),
    [
        (Origin.PUBLISHED, Origin.LOCAL, True),
        (Origin.LOCAL, Origin.PUBLISHED, False),
        (Origin.PUBLISHED, Origin.STARTER, False),
        (Origin.STARTER, Origin.PUBLISHED, True),
    ],
)
def test_taggers_that_arrive_promote_themselves_over_a_warming_one_as_over_a_serving_one(
    library: list[Image], warming: Origin, arriving: Origin, gives_way: bool
) -> None:
    starter = factories.tagger(origin=Origin.STARTER)
    seen(starter, *library)
    first = factories.tagger(serving=False, origin=warming)
    assert first.state == TaggerState.WARMING  # promoted by itself, and the library is not empty
    second = factories.tagger(serving=False, origin=arriving)
    assert second.state == (TaggerState.WARMING if gives_way else TaggerState.CANDIDATE)
    assert state_of(first) == (TaggerState.CANDIDATE if gives_way else TaggerState.WARMING)
    assert tagger_serving() == starter


def test_teaching_starts_from_the_serving_tagger(old: Tagger, new: Tagger, bob: User) -> None:
    tagger_promote(tagger=new)
    with pytest.raises(CannotTeach) as refused:  # for want of answers, not of a tagger
        run_start(by=bob)
    assert "answer" in str(refused.value)


def test_stopping_is_for_administrators(
    new: Tagger, alice: User, bob: User, sign_in: Callable[[User], Client]
) -> None:
    path = f"/api/taggers/{new.pk}"
    assert sign_in(alice).post(f"{path}/promote").json()["state"] == "warming"
    assert sign_in(bob).post(f"{path}/stay").status_code == 403
    assert sign_in(alice).post(f"{path}/stay").json()["state"] == "candidate"
    again = sign_in(alice).post(f"{path}/stay")
    assert (again.status_code, again.json()["code"]) == (409, "tagger_not_ready")


def at_once(
    first: Callable[[], First], second: Callable[[], Second]
) -> tuple[First, Future[Second]]:
    """Two transactions: the second begins when the first is done and has not committed yet."""

    def run() -> Second:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            result = first()
            other = pool.submit(run)
            for _moment in range(1000):
                if other.done() or _somebody_waits():
                    break
                time.sleep(0.01)
            assert not other.done()
        return result, other


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_of_two_promotions_at_once_the_later_one_stands(old: Tagger, new: Tagger) -> None:
    other = factories.tagger(serving=False)
    earlier, later = at_once(
        lambda: tagger_promote(tagger=new), lambda: tagger_promote(tagger=other)
    )
    assert (earlier.state, later.result().state) == (TaggerState.WARMING, TaggerState.WARMING)
    assert (state_of(new), state_of(other)) == (TaggerState.CANDIDATE, TaggerState.WARMING)
    assert tagger_serving() == old


@pytest.mark.django_db(transaction=True)
def test_of_the_same_promotion_twice_at_once_one_is_told_to_reload(new: Tagger) -> None:
    _earlier, later = at_once(
        lambda: tagger_promote(tagger=new), lambda: tagger_promote(tagger=new)
    )
    assert isinstance(later.exception(), TaggerNotReady)
    assert state_of(new) == TaggerState.WARMING


@pytest.mark.django_db(transaction=True)
def test_stopping_one_that_takes_over_at_this_moment_comes_too_late(
    old: Tagger, new: Tagger, library: list[Image]
) -> None:
    tagger_promote(tagger=new)
    seen(new, *library)
    warmed, stopping = at_once(lambda: tagger_warmed(tagger=new), lambda: tagger_stay(tagger=new))
    assert warmed
    assert isinstance(stopping.exception(), TaggerNotReady)
    assert (state_of(old), state_of(new)) == (TaggerState.RETIRED, TaggerState.SERVING)


@pytest.mark.django_db(transaction=True)
def test_taking_over_when_it_is_being_stopped_comes_too_late(
    old: Tagger, new: Tagger, library: list[Image]
) -> None:
    tagger_promote(tagger=new)
    seen(new, *library)
    _stopped, warmed = at_once(lambda: tagger_stay(tagger=new), lambda: tagger_warmed(tagger=new))
    assert warmed.result() is False
    assert (state_of(old), state_of(new)) == (TaggerState.SERVING, TaggerState.CANDIDATE)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_end_of_it_make_it_serve_once(
    old: Tagger, new: Tagger, library: list[Image]
) -> None:
    tagger_promote(tagger=new)
    seen(new, *library)
    first, second = at_once(lambda: tagger_warmed(tagger=new), lambda: tagger_warmed(tagger=new))
    assert first
    assert second.result() is False
    assert (state_of(old), state_of(new)) == (TaggerState.RETIRED, TaggerState.SERVING)


@pytest.mark.django_db(transaction=True)
def test_a_promotion_while_a_tagger_is_being_loaded_comes_after_it(
    old: Tagger, new: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    promotions: list[Future[Tagger]] = []

    def promoted() -> Tagger:
        try:
            return tagger_promote(tagger=new)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:

        def gives_way(*_: object, **__: object) -> bool:
            promotions.append(pool.submit(promoted))
            for _moment in range(1000):
                if _somebody_waits():
                    break
                time.sleep(0.01)
            return True

        monkeypatch.setattr(registration, "_gives_way", gives_way)
        loaded = factories.tagger(serving=False)
    assert promotions[0].result().state == TaggerState.WARMING
    assert (state_of(old), state_of(loaded)) == (TaggerState.SERVING, TaggerState.CANDIDATE)
