"""Near-duplicates: exactly the pairs a full comparison finds, also among images added at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import combinations

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelhub.images.hashing import RADIUS, distance
from labelhub.images.models import DuplicatePair, Image
from labelhub.images.selectors import MANY, image_duplicates, image_list
from labelhub.images.services.duplicates import ALIKE, duplicates_lock, duplicates_record
from tests import factories

pytestmark = pytest.mark.django_db

bits = st.integers(min_value=0, max_value=63)
hashes = st.integers(min_value=-(2**63), max_value=2**63 - 1)


def add(phash: int, into: object = None) -> Image:
    with transaction.atomic():
        duplicates_lock()
        image = factories.image(into, phash=phash)  # type: ignore[arg-type]
        duplicates_record(images=[image])
    return image


def flipped(phash: int, places: set[int]) -> int:
    for place in places:
        phash ^= -(2**63) if place == 63 else 1 << place
    return phash


def add_together(phashes: list[int], into: object) -> list[Image]:
    with transaction.atomic():
        duplicates_lock()
        images = [factories.image(into, phash=phash) for phash in phashes]  # type: ignore[arg-type]
        duplicates_record(images=images)
    return images


@st.composite
def families(draw: st.DrawFn) -> list[int]:
    """Hashes of which many lie near one another, on both sides of the radius."""
    found: list[int] = []
    for root in draw(st.lists(hashes, min_size=1, max_size=3, unique=True)):
        found.append(root)
        for places in draw(st.lists(st.sets(bits, max_size=RADIUS + 3), max_size=6)):
            found.append(flipped(root, places))
    return found


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(families(), st.integers(min_value=1, max_value=8))
def test_the_pairs_are_those_of_a_full_comparison(phashes: list[int], together: int) -> None:
    with transaction.atomic():
        upload = factories.upload()
        starts = range(0, len(phashes), together)
        batches = [add_together(phashes[start : start + together], upload) for start in starts]
        images = [image for batch in batches for image in batch]
        expected = {
            (low.pk, high.pk, distance(low.phash, high.phash))
            for low, high in combinations(images, 2)
            if distance(low.phash, high.phash) <= RADIUS
        }

        found = set(DuplicatePair.objects.values_list("image_low", "image_high", "distance"))

        # Of a crowd with one hash not all are paired; everything else is exact.
        if max(phashes.count(each) for each in phashes) <= ALIKE:
            assert found == expected
        else:
            assert found <= expected
        transaction.set_rollback(True)


def test_the_lowest_hash_of_all_is_found_again() -> None:
    blank, other = add(-(2**63)), add(-(2**63) + 1)

    assert [(each.pk, far) for each, far in image_duplicates(blank)] == [(other.pk, 1)]


def test_duplicates_come_nearest_first_from_both_sides() -> None:
    far, near, middle, stranger = add(0b111), add(0b1), add(0), add(0x5555_5555_5555_5555)

    assert [(each.pk, bits) for each, bits in image_duplicates(middle)] == [
        (near.pk, 1),
        (far.pk, 3),
    ]
    assert {each.pk: each.near_duplicates for each in image_list()} == {
        far.pk: 2,
        near.pk: 2,
        middle.pk: 2,
        stranger.pk: 0,
    }


def test_a_crowd_of_blank_pictures_stays_affordable() -> None:
    upload = factories.upload()
    images = [add(-(2**63), upload) for _each in range(40)]

    pairs = DuplicatePair.objects.count()

    assert pairs <= 40 * ALIKE
    counts = {each.pk: each.near_duplicates for each in image_list()}
    assert all(counts[each.pk] >= ALIKE for each in images)


def test_a_crowd_that_comes_together_stays_affordable_too() -> None:
    images = add_together([-(2**63)] * 40, factories.upload())

    pairs = DuplicatePair.objects.count()

    assert pairs <= 40 * ALIKE
    counts = {each.pk: each.near_duplicates for each in image_list()}
    assert all(counts[each.pk] >= ALIKE for each in images)


def test_counting_ends_at_many() -> None:
    first = factories.image()
    others = [factories.image(first.upload) for _each in range(MANY + 5)]
    DuplicatePair.objects.bulk_create(
        DuplicatePair(image_low=first, image_high=other, distance=0) for other in others
    )

    assert image_list().get(pk=first.pk).near_duplicates == MANY
    assert len(image_duplicates(first)) == MANY


@pytest.mark.django_db(transaction=True)
def test_two_images_added_at_the_same_time_find_each_other() -> None:
    upload = factories.upload()
    for _round in range(5):
        together = threading.Barrier(2)

        def one(phash: int, together: threading.Barrier = together) -> None:
            together.wait()
            add(phash, upload)

        in_threads([lambda: one(0), lambda: one(0b11)])

    first, *_rest = Image.objects.order_by("pk")
    assert Image.objects.count() == 10
    assert DuplicatePair.objects.count() == 45  # every two of the ten
    assert image_list().get(pk=first.pk).near_duplicates == 9


@pytest.mark.django_db(transaction=True)
def test_an_image_that_is_not_committed_yet_is_waited_for() -> None:
    upload = factories.upload()
    added, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            add(0, upload)
            added.set()
            assert go_on.wait(10)

    def fast() -> None:
        assert added.wait(10)
        threading.Timer(0.2, go_on.set).start()
        add(0b1, upload)

    in_threads([slow, fast])

    assert DuplicatePair.objects.values_list("distance", flat=True).get() == 1


def in_threads(calls: list[Callable[[], None]]) -> None:
    """Run them side by side, each with its own connection."""
    failures: list[BaseException] = []

    def run(call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
