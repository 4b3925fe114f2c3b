"""Workers that are killed over a file of labels lose and double nothing, and never share one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from labelhub import storage
from labelhub.accounts.models import User
from labelhub.labels.imports import readers, selectors, services, work
from labelhub.labels.imports.meaning import Meaning, meaning
from labelhub.labels.imports.rows import Problem, Row
from labelhub.labels.imports.work import import_step
from labelhub.labels.models import ImportedTags, LabelImport
from labelhub.labels.services import labels_derive
from labelhub.storage import local_file
from labelhub.tags.models import ImportState
from tests import factories
from tests.label_files import csv, derived, effects, everything, sent, stepped, truth

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbells")]


class Killed(BaseException):
    """Stands for the end of the process: nothing may catch it."""


@pytest.mark.parametrize("last_act", ["labels_derive", "follow"])
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    bob: User, monkeypatch: pytest.MonkeyPatch, last_act: str
) -> None:
    monkeypatch.setattr(work, "ROWS_AT_ONCE", 3)
    images = factories.images(10)
    found = stepped(sent(bob, csv(dict.fromkeys(images, "solo, smile"))))
    services.import_apply(import_id=found.pk, by=bob)
    followed: list[int] = []

    def follow(image_ids: Collection[int]) -> None:
        if last_act == "follow" and len(followed) >= 3:
            raise Killed
        followed.extend(image_ids)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        if last_act == "labels_derive":
            calls = iter(range(9))

            def dying(*, image_ids: Collection[int]) -> int:
                if next(calls) == 2:
                    raise Killed
                return labels_derive(image_ids=image_ids)

            patch.setattr(work, "labels_derive", dying)
        import_step(import_id=found.pk, follow=follow)
    done = {"labels_derive": 6, "follow": 3}[last_act]
    assert LabelImport.objects.get().rows_done == done
    assert ImportedTags.objects.count() == done
    # The claim of one that was really killed stays until it lapses.
    LabelImport.objects.update(claimed_until="2000-01-01T00:00Z")
    assert [each.subject_id for each in selectors.pending()] == [found.pk]

    found = stepped(found)
    assert (found.state, found.rows_done) == (ImportState.APPLIED, 10)
    assert ImportedTags.objects.count() == 10
    assert all(len(truth(image)) == 2 for image in images)
    assert list(selectors.pending()) == []


def test_a_worker_killed_while_it_reads_is_followed_by_another(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "ROWS_AT_ONCE", 3)
    found = sent(bob, csv(dict.fromkeys(factories.images(10), "solo, new")))
    looks = iter(range(9))

    def dying(*rows: Any, complete: bool) -> Meaning:
        if next(looks) == 2:
            raise Killed
        return meaning(*rows, complete=complete)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(work, "meaning", dying)
        import_step(import_id=found.pk, follow=lambda _ids: None)
    assert (LabelImport.objects.get().state, LabelImport.objects.get().rows_done) == ("reading", 6)
    found = stepped(found)
    assert (found.state, found.rows_done, found.preview["rows"]) == ("ready", 0, 10)
    assert effects(found)["labels that become positive"] == 20


def test_one_worker_at_a_time(bob: User) -> None:
    found = stepped(sent(bob, csv({factories.image(): "solo"})))
    services.import_apply(import_id=found.pk, by=bob)

    def follow(image_ids: Collection[int]) -> None:
        assert import_step(import_id=found.pk, follow=lambda _ids: None).claimed == 0

    assert import_step(import_id=found.pk, follow=follow).claimed == 1
    assert selectors.import_get(found.pk).state == ImportState.APPLIED


def test_a_worker_whose_claim_lapsed_writes_nothing_more(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "ROWS_AT_ONCE", 3)
    found = stepped(sent(bob, csv(dict.fromkeys(factories.images(10), "solo"))))
    services.import_apply(import_id=found.pk, by=bob)
    looks = iter(range(9))

    def slow(*rows: Any, complete: bool) -> Meaning:
        if next(looks) == 1:  # so slow that another worker has taken the file
            LabelImport.objects.update(claimed_until="2100-01-01T00:00Z")
        return meaning(*rows, complete=complete)

    monkeypatch.setattr(work, "meaning", slow)
    assert import_step(import_id=found.pk, follow=lambda _ids: None).claimed == 0
    assert ImportedTags.objects.count() == LabelImport.objects.get().rows_done == 3


def half_applied(by: User, monkeypatch: pytest.MonkeyPatch) -> LabelImport:
    """Six of its ten rows."""
    monkeypatch.setattr(work, "ROWS_AT_ONCE", 6)
    monkeypatch.setattr(work, "SKIPPED_AT_ONCE", 2)
    found = stepped(sent(by, csv(dict.fromkeys(factories.images(10), "solo"))))
    services.import_apply(import_id=found.pk, by=by)
    with monkeypatch.context() as patch:
        patch.setattr(work, "STEP_SECONDS", -1.0)
        patch.setattr(work, "SKIPPING", 0)
        import_step(import_id=found.pk, follow=lambda _ids: None)
    found.refresh_from_db()
    assert found.rows_done == 6
    return found


def test_a_worker_stays_at_a_file_that_is_long_in_coming_and_in_being_passed_over(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = half_applied(bob, monkeypatch)
    held: list[tuple[Any, int]] = []

    def look() -> None:
        row = LabelImport.objects.get()
        held.append((row.claimed_until, row.rows_done))

    @contextmanager
    def coming(key: str) -> Iterator[Path]:
        look()
        with local_file(key) as path:
            yield path

    def watched(form: str, path: Path) -> Iterator[Row | Problem]:
        for row in readers.read(form, path):
            look()
            yield row

    monkeypatch.setattr(storage, "local_file", coming)
    monkeypatch.setattr(work, "read", watched)
    began = timezone.now()
    assert import_step(import_id=found.pk, follow=lambda _ids: None).claimed == 4
    fetching, *passing = held[:7]
    assert fetching[0] > began + timedelta(minutes=11)  # none is cut off before that
    claims = [until for until, _done in passing]
    assert claims == sorted(claims) and len(set(claims)) == 3
    assert began + work.CLAIM < claims[0] < fetching[0]
    assert {done for _until, done in held[:7]} == {6}


@pytest.mark.parametrize("passed", [0, 3])
def test_a_worker_whose_claim_lapsed_passes_over_no_more(
    bob: User, monkeypatch: pytest.MonkeyPatch, passed: int
) -> None:
    found = half_applied(bob, monkeypatch)
    seen: list[int] = []

    def others() -> None:
        if len(seen) == passed:
            LabelImport.objects.update(claimed_until="2100-01-01T00:00Z")

    @contextmanager
    def coming(key: str) -> Iterator[Path]:
        others()
        with local_file(key) as path:
            yield path

    def watched(form: str, path: Path) -> Iterator[Row | Problem]:
        for row in readers.read(form, path):
            seen.append(1)
            others()
            yield row

    monkeypatch.setattr(storage, "local_file", coming)
    monkeypatch.setattr(work, "read", watched)
    progress = import_step(import_id=found.pk, follow=lambda _ids: None)
    assert (progress.claimed, progress.done) == (0, 0)
    assert len(seen) == {0: 0, 3: 4}[passed]
    row = LabelImport.objects.get()
    assert (row.rows_done, row.claimed_until) == (6, datetime(2100, 1, 1, tzinfo=UTC))


def test_a_file_that_another_worker_has_by_now_is_not_read(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = sent(bob, csv({factories.image(): "solo"}))

    @contextmanager
    def slow(key: str) -> Iterator[Path]:
        LabelImport.objects.update(claimed_until="2100-01-01T00:00Z")
        yield Path("/nowhere")

    monkeypatch.setattr(storage, "local_file", slow)
    import_step(import_id=found.pk, follow=lambda _ids: None)
    row = LabelImport.objects.get()
    assert (row.state, row.claimed_until) == ("reading", datetime(2100, 1, 1, tzinfo=UTC))


def test_a_file_whose_reading_is_cut_off_for_its_time_is_kept_and_read_again(
    bob: User, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = sent(bob, csv({factories.image(): "solo"}))

    def slow(*_rows: Any, complete: bool) -> Meaning:
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch, pytest.raises(SoftTimeLimitExceeded):
        patch.setattr(work, "meaning", slow)
        import_step(import_id=found.pk, follow=lambda _ids: None)
    found.refresh_from_db()
    assert (found.state, found.claimed_until) == (ImportState.READING, None)
    assert (files / found.key).exists()
    assert stepped(found).state == ImportState.READY


def test_taken_back_while_it_is_applied_it_stops_and_goes_on_when_restored(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "ROWS_AT_ONCE", 3)
    before = everything()
    found = stepped(sent(bob, csv(dict.fromkeys(factories.images(10), "solo"))))
    services.import_apply(import_id=found.pk, by=bob)
    looks = iter(range(9))

    def stopped(*rows: Any, complete: bool) -> Meaning:
        if next(looks) == 1:
            services.import_retract(import_id=found.pk, by=bob)
        return meaning(*rows, complete=complete)

    with monkeypatch.context() as patch:
        patch.setattr(work, "meaning", stopped)
        progress = import_step(import_id=found.pk, follow=lambda _ids: None)
    assert (progress.claimed, progress.done, progress.total) == (0, 1, 1)
    assert ImportedTags.objects.count() == 3
    assert LabelImport.objects.get().state == ImportState.RETRACTED
    assert list(selectors.pending()) == []
    derived()
    assert everything() == before

    assert services.import_restore(import_id=found.pk, by=bob).state == ImportState.APPLYING
    assert stepped(found).state == ImportState.APPLIED
    derived()
    assert len(everything()) == 10


def test_a_file_whose_bytes_go_while_it_is_applied_counts_for_nothing(
    bob: User, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "ROWS_AT_ONCE", 3)
    monkeypatch.setattr(work, "STEP_SECONDS", -1.0)
    monkeypatch.setattr(work, "SKIPPING", 0)
    before = everything()
    found = stepped(sent(bob, csv(dict.fromkeys(factories.images(10), "solo"))))
    services.import_apply(import_id=found.pk, by=bob)
    import_step(import_id=found.pk, follow=lambda _ids: None)
    assert len(everything()) == 3
    (files / found.key).unlink()
    progress = import_step(import_id=found.pk, follow=lambda _ids: None)
    assert progress.done == progress.total
    found.refresh_from_db()
    assert (found.state, found.claimed_until) == (ImportState.RETRACTED, None)
    assert "gone from the storage" in found.message
    derived()
    assert everything() == before
