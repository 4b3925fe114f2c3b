"""Whose turn an image is, that nothing is embedded twice or lost, and what counting costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.db.models import F
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.images.models import Image, Upload, UploadFile
from labelhub.jobs.models import Job, Kind
from labelhub.taggers import embeddings
from labelhub.taggers.embeddings import (
    ATTEMPTS_ALLOWED,
    URGENT_FILES,
    embeddings_claim,
    embeddings_reclaim,
    embeddings_release,
    embeddings_store,
    images_expect,
    pretag_progress,
    runtime_note,
)
from labelhub.taggers.models import Backbone, Embedding, Runtime, Tagger, TaggerState
from labelhub.taggers.selectors import embeddings_by_image, pending, pretag_waits, urgent_waits
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


def vector(*numbers: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(numbers, dtype=np.float32)


def lapse() -> None:
    Embedding.objects.update(claimed_until=timezone.now() - timedelta(hours=1))


def claim(tagger: Tagger) -> list[int]:
    """What the next worker looks at."""
    return embeddings_claim(tagger=tagger, limit=8) or embeddings_reclaim(tagger=tagger)


def stored(image: Image, upload: Upload, **about: object) -> UploadFile:
    """A file of an upload that became an image."""
    return UploadFile.objects.create(
        upload=upload, path=image.name, stem=image.name, state="stored", image=image, **about
    )


def sent(images: list[Image], *, expected: int) -> list[int]:
    """Files that became these images, of an upload of so many."""
    upload = Upload.objects.create(expected=expected)
    return [stored(image, upload).pk for image in images]


def warming() -> Tagger:
    tagger = factories.tagger(serving=False)
    Tagger.objects.filter(pk=tagger.pk).update(state=TaggerState.WARMING)
    tagger.refresh_from_db()
    return tagger


def test_two_workers_never_claim_the_same_image() -> None:
    tagger, images = factories.tagger(), factories.images(5)
    first = embeddings_claim(tagger=tagger, limit=3)
    second = embeddings_claim(tagger=tagger, limit=3)
    assert sorted(first + second) == [image.pk for image in images]
    assert embeddings_claim(tagger=tagger, limit=3) == []


def test_what_a_killed_worker_held_comes_back_one_image_at_a_time() -> None:
    tagger, images = factories.tagger(), factories.images(2)
    assert len(claim(tagger)) == 2
    lapse()
    assert claim(tagger) == [images[0].pk]
    assert claim(tagger) == [images[1].pk]
    assert claim(tagger) == []


def test_an_image_that_kills_workers_is_given_up_and_the_rest_goes_on() -> None:
    tagger, (image,) = factories.tagger(), factories.images(1)
    for _death in range(ATTEMPTS_ALLOWED):
        assert claim(tagger) == [image.pk]
        lapse()
    assert claim(tagger) == []
    assert "three times" in Embedding.objects.get(image=image).error
    progress = pretag_progress(tagger=tagger, claimed=0)
    assert (progress.done, progress.total) == (1, 1)


def test_storing_twice_is_storing_once_and_a_bad_image_keeps_its_sentence() -> None:
    tagger, (good, bad) = factories.tagger(), factories.images(2)
    embeddings_claim(tagger=tagger, limit=8)
    for _twice in range(2):
        embeddings_store(
            tagger=tagger, made={good.pk: vector(1, 2, 3, 4)}, failed={bad.pk: "It is torn."}
        )
    assert Embedding.objects.count() == 2
    assert Embedding.objects.get(image=bad).error == "It is torn."
    assert list(pending()) == []


def test_an_embedding_is_stored_in_half_precision_with_what_computed_it() -> None:
    tagger, (image,) = factories.tagger(), factories.images(1)
    assert tagger.backbone is not None
    runtime = runtime_note(
        backbone=tagger.backbone, name="half", device="a chip", images_per_second=5, agreement=0.001
    )
    embeddings_claim(tagger=tagger, limit=8)
    made = vector(0.1, -2.5, 1000, 6e-5)
    embeddings_store(tagger=tagger, made={image.pk: made}, failed={}, runtime=runtime)
    found = embeddings_by_image(tagger, [image.pk])[image.pk]
    assert found.tolist() == made.astype(np.float16).tolist()
    row = Embedding.objects.get(image=image)
    assert (row.runtime, row.claimed_until, row.urgent) == (runtime, None, False)


def test_an_embedding_that_is_stored_stays_whoever_comes_late() -> None:
    tagger, (image,) = factories.tagger(), factories.images(1)
    embeddings_claim(tagger=tagger, limit=8)
    embeddings_store(tagger=tagger, made={image.pk: vector(1, 2, 3, 4)}, failed={})
    embeddings_store(tagger=tagger, made={image.pk: vector(4, 3, 2, 1)}, failed={})
    embeddings_store(tagger=tagger, made={}, failed={image.pk: "It is torn."})
    assert embeddings_by_image(tagger, [image.pk])[image.pk].tolist() == [1, 2, 3, 4]
    assert Embedding.objects.get().error == ""


def test_an_embedding_that_is_no_number_is_its_images_own_trouble() -> None:
    tagger, images = factories.tagger(), factories.images(3)
    embeddings_claim(tagger=tagger, limit=8)
    numbers = [vector(1, 2, 3, 4), vector(1, np.nan, 3, 4), vector(1, 2, 1e30, 4)]
    made = {image.pk: found for image, found in zip(images, numbers, strict=True)}
    embeddings_store(tagger=tagger, made=made, failed={})
    errors = Embedding.objects.order_by("image").values_list("error", flat=True)
    assert ["finite" in error for error in errors] == [False, True, True]


def test_nothing_to_store_is_no_trouble() -> None:
    embeddings_store(tagger=factories.tagger(), made={}, failed={})


def test_a_runtime_is_noted_once_and_kept_up_to_date() -> None:
    backbone = factories.tagger().backbone
    assert backbone is not None
    for speed in (5.0, 5.0, 7.0):
        runtime_note(
            backbone=backbone, name="half", device="a chip", images_per_second=speed, agreement=0
        )
    assert Runtime.objects.get().images_per_second == 7.0


def test_images_are_noted_for_every_backbone_at_work_and_their_jobs_rung(
    doorbells: list[tuple[str, int]],
) -> None:
    serving, new, _candidate = factories.tagger(), warming(), factories.tagger(serving=False)
    images = factories.images(3)
    doorbells.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        for _twice in range(2):
            images_expect(sent(images, expected=URGENT_FILES))
    for tagger in (serving, new):
        rows = Embedding.objects.filter(backbone=tagger.backbone).order_by("image")
        assert list(rows.values_list("image", flat=True)) == [image.pk for image in images]
    assert Embedding.objects.count() == 6
    subjects = dict(Job.objects.filter(kind=Kind.PRETAG).values_list("pk", "subject_id"))
    assert {subjects[job] for _name, job in doorbells} == {serving.pk, new.pk}


def test_images_of_a_small_upload_go_ahead_for_the_tagger_that_serves() -> None:
    serving, new = factories.tagger(), warming()
    many, few = factories.images(3), factories.images(2)
    images_expect(sent(many, expected=URGENT_FILES + 1))
    assert not urgent_waits()
    images_expect(sent(few, expected=2))
    assert urgent_waits()
    claimed = [embeddings_claim(tagger=serving, limit=3) for _chunk in range(2)]
    assert claimed == [[image.pk for image in few], [image.pk for image in many]]
    assert not Embedding.objects.filter(backbone=new.backbone, urgent=True).exists()


def test_an_image_that_waits_already_becomes_urgent_when_somebody_sends_it() -> None:
    tagger, images = factories.tagger(), factories.images(3)
    images_expect(sent(images, expected=1000))
    images_expect(sent(images[2:], expected=1))
    assert embeddings_claim(tagger=tagger, limit=1) == [images[2].pk]
    embeddings_store(tagger=tagger, made={images[2].pk: vector(1, 2, 3, 4)}, failed={})
    images_expect(sent(images[2:], expected=1))
    assert not Embedding.objects.filter(urgent=True).exists()


def test_members_of_an_archive_are_not_urgent() -> None:
    factories.tagger()
    upload = Upload.objects.create(expected=1)
    archive = UploadFile.objects.create(upload=upload, path="a.zip", stem="a", state="archive")
    member = stored(factories.image(), upload, parent=archive, index=0)
    images_expect([member.pk])
    assert Embedding.objects.get().urgent is False


def test_files_that_became_no_image_are_not_expected() -> None:
    factories.tagger()
    upload = Upload.objects.create(expected=1)
    file = UploadFile.objects.create(upload=upload, path="a.txt", stem="a", state="rejected")
    images_expect([file.pk])
    assert not Embedding.objects.exists()


def test_an_urgent_image_that_a_worker_died_of_is_taken_again_before_the_rest() -> None:
    tagger, images = factories.tagger(), factories.images(3)
    images_expect(sent(images[:2], expected=1000))
    images_expect(sent(images[2:], expected=1))
    assert embeddings_claim(tagger=tagger, limit=1) == [images[2].pk]
    assert embeddings_claim(tagger=tagger, limit=1) == [images[0].pk]
    lapse()
    assert embeddings_reclaim(tagger=tagger, urgent=True) == [images[2].pk]
    assert embeddings_reclaim(tagger=tagger, urgent=True) == []
    assert embeddings_claim(tagger=tagger, limit=8) == [images[1].pk]


def earlier() -> None:
    """An hour passes."""
    Embedding.objects.update(claimed_until=F("claimed_until") - timedelta(hours=1))


@pytest.mark.parametrize("blameless", [True, False])
def test_what_is_given_back_is_taken_again_at_once_and_alone(blameless: bool) -> None:
    tagger, images = factories.tagger(), factories.images(2)
    ids = [image.pk for image in images]
    assert embeddings_claim(tagger=tagger, limit=8) == ids
    embeddings_release(tagger=tagger, image_ids=ids, blameless=blameless)
    earlier()
    assert embeddings_claim(tagger=tagger, limit=8) == []
    assert claim(tagger) == ids[:1]


def test_what_nobody_blames_is_never_given_up_and_lets_the_others_go_first() -> None:
    tagger, images = factories.tagger(), factories.images(3)
    ids = [image.pk for image in images]
    embeddings_claim(tagger=tagger, limit=8)
    embeddings_release(tagger=tagger, image_ids=ids, blameless=True)
    taken = []
    for _time in range(3 * ATTEMPTS_ALLOWED):
        earlier()
        taken += (alone := embeddings_reclaim(tagger=tagger))
        embeddings_release(tagger=tagger, image_ids=alone, blameless=True)
    assert taken == ids * ATTEMPTS_ALLOWED
    assert not Embedding.objects.exclude(error="").exists()


def test_what_somebody_waits_for_does_not_hold_up_all_others_for_ever() -> None:
    tagger, (image,) = factories.tagger(), factories.images(1)
    images_expect(sent([image], expected=1))
    assert embeddings_claim(tagger=tagger, limit=8) == [image.pk]
    for urgent in (True, False):
        embeddings_release(tagger=tagger, image_ids=[image.pk], blameless=True)
        earlier()
        assert urgent_waits() == urgent
        assert embeddings_reclaim(tagger=tagger, urgent=urgent) == [image.pk]


def test_images_older_than_a_backbone_are_noted_some_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embeddings, "INSERT_AT_ONCE", 3)
    images = factories.images(7)
    Image.objects.update(created_at=timezone.now() - timedelta(hours=1))
    tagger = factories.tagger()
    assert pretag_waits(tagger)
    seen = [embeddings_claim(tagger=tagger, limit=8) for _chunk in range(4)]
    assert [len(each) for each in seen] == [3, 3, 1, 0]
    assert sum(seen, []) == [image.pk for image in images]
    assert Backbone.objects.get().noted_to == images[-1].pk
    tagger.refresh_from_db()
    assert not pretag_waits(tagger)


def test_an_image_that_was_never_noted_is_found_among_those_that_were() -> None:
    tagger, images = factories.tagger(), factories.images(3)
    images_expect(sent([images[0], images[2]], expected=1000))
    while embeddings_claim(tagger=tagger, limit=8):
        pass  # its worker was killed before it noted the second image
    assert Embedding.objects.count() == 3
    # Too young to be sure that none comes between them.
    assert Backbone.objects.get().noted_to == 0


def test_progress_counts_images_that_nobody_has_noted_yet() -> None:
    tagger, images = factories.tagger(), factories.images(3)
    images_expect(sent(images[:2], expected=1000))
    assert pretag_progress(tagger=tagger, claimed=0).total == 3
    embeddings_store(
        tagger=tagger,
        made={image.pk: vector(1, 2, 3, 4) for image in images[:2]},
        failed={},
    )
    progress = pretag_progress(tagger=tagger, claimed=2)
    assert progress.done < progress.total
    embeddings_claim(tagger=tagger, limit=8)
    embeddings_store(tagger=tagger, made={}, failed={images[2].pk: "It is torn."})
    progress = pretag_progress(tagger=tagger, claimed=1)
    assert (progress.claimed, progress.done, progress.total) == (1, 3, 3)


def test_a_slow_count_serves_for_a_while_and_never_says_that_all_is_done_too_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embeddings, "QUICK", -1.0)  # every count is a slow one
    monkeypatch.setattr(embeddings, "COUNTING", 1e-6)
    tagger, images = factories.tagger(), factories.images(4)
    images_expect(sent(images, expected=1000))
    first = pretag_progress(tagger=tagger, claimed=0)
    made = {image.pk: vector(1, 2, 3, 4) for image in images[:3]}
    embeddings_store(tagger=tagger, made=made, failed={})
    with CaptureQueriesContext(connection) as queries:
        second = pretag_progress(tagger=tagger, claimed=3)
    assert (first.done, first.total) == (0, 4)
    assert (second.done, second.total) == (0, 4)
    assert not any("COUNT" in query["sql"] for query in queries)
    made = {images[3].pk: vector(1, 2, 3, 4)}
    embeddings_store(tagger=tagger, made=made, failed={})
    last = pretag_progress(tagger=tagger, claimed=1)
    assert (last.done, last.total) == (4, 4)


def test_an_image_that_could_not_be_looked_at_is_looked_at_again_when_somebody_asks(
    carol: User, sign_in: Callable[[User], Client], doorbells: list[tuple[str, int]]
) -> None:
    tagger, images = factories.tagger(), factories.images(2)
    images_expect(sent(images, expected=1000))
    ids = embeddings_claim(tagger=tagger, limit=2)
    failed = dict.fromkeys(ids, "Its file is missing.")
    embeddings_store(tagger=tagger, made={}, failed=failed)
    assert not pretag_waits(tagger)
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = sign_in(carol).post(f"/api/images/{ids[1]}/pretag")
    assert answer.status_code == 200
    assert answer.json()["pretag_error"] == ""
    assert doorbells[-1][0] == "worker.pretag"
    assert embeddings_claim(tagger=tagger, limit=2) == [ids[1]]
    assert embeddings_claim(tagger=tagger, limit=2) == []
