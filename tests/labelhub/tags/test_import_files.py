"""A file about the vocabulary from its arrival to its end, with workers that are killed."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.posted import FileCutShort
from labelhub.tags.imports import work as importing
from labelhub.tags.imports.files import (
    FOLDER,
    ImportNotFound,
    ImportNotReady,
    import_add,
    import_apply,
    import_discard,
    import_get,
    pending,
)
from labelhub.tags.imports.plan import PROBLEMS_KEPT, Plan
from labelhub.tags.imports.work import import_step
from labelhub.tags.models import (
    ChangeKind,
    ImportState,
    Tag,
    TagChange,
    VocabularyForm,
    VocabularyImport,
)
from labelhub.tags.services import tags_ensure, vocabulary_lock
from tests.labelhub.tags.taking import apply, curator, read, step, take

pytestmark = pytest.mark.django_db
TAGS = VocabularyForm.TAGS
FILE = "smile,0,3,\n"


class Killed(BaseException):
    """As a process ends that is killed: nothing catches it."""


def works() -> list[Work]:
    return list(pending())


def abandon() -> None:
    """The claims of killed workers lapse."""
    VocabularyImport.objects.update(claimed_until=timezone.now())


def test_a_file_is_rung_for_read_and_applied(doorbells: list[tuple[str, int]], files: Path) -> None:
    made = import_add(
        form=TAGS, name="tags.csv", source=io.BytesIO(FILE.encode()), length=None, by=curator()
    )
    work = Work(Kind.VOCABULARY, made.pk)
    assert works() == [work]
    step(made)
    assert import_get(made.pk).state == ImportState.READY
    assert works() == []
    import_apply(import_id=made.pk, by=curator())
    assert works() == [work]
    followed: list[TagChange] = []
    step(made, followed)
    assert works() == []
    assert import_get(made.pk).state == ImportState.APPLIED
    (change,) = followed
    assert (change.kind, change.user) == (ChangeKind.IMPORT, curator())
    assert change.details["effects"][0]["count"] == 1
    assert not default_storage.exists(made.key)
    step(made)
    assert TagChange.objects.count() == 1


def test_a_file_cut_short_is_not_kept(doorbells: list[tuple[str, int]], files: Path) -> None:
    with pytest.raises(FileCutShort):
        import_add(form=TAGS, name="x", source=io.BytesIO(b"a"), length=2, by=curator())
    assert not [path for path in files.rglob("*") if path.is_file()]


@pytest.mark.usefixtures("doorbells")
@pytest.mark.parametrize("moment", ["_plan", "_shown"])
def test_a_worker_killed_while_it_reads_is_followed_by_another(
    monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    made = import_add(
        form=TAGS, name="x", source=io.BytesIO(FILE.encode()), length=None, by=curator()
    )
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(importing, moment, _kill)
        step(made)
    assert works() == []  # as long as its claim holds
    abandon()
    assert works() == [Work(Kind.VOCABULARY, made.pk)]
    step(made)
    assert import_get(made.pk).state == ImportState.READY


@pytest.mark.usefixtures("doorbells")
@pytest.mark.parametrize("moment", ["_plan", "vocabulary_bump", "_touched", "_shown", "_forget"])
def test_a_worker_killed_while_it_applies_has_done_all_or_nothing(
    monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    found = read(TAGS, FILE)
    import_apply(import_id=found.pk, by=curator())
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(importing, moment, _kill)
        step(found)
    if moment == "_forget":
        assert import_get(found.pk).state == ImportState.APPLIED
    else:
        assert not Tag.objects.exists() and not TagChange.objects.exists()
        abandon()
        step(found)
    assert Tag.objects.get().name == "smile"
    assert TagChange.objects.count() == 1


@pytest.mark.usefixtures("doorbells")
def test_an_error_while_applying_changes_nothing_and_it_can_be_tried_again() -> None:
    found = read(TAGS, FILE)
    import_apply(import_id=found.pk, by=curator())

    def fail(change: TagChange) -> None:
        raise ValueError

    with pytest.raises(ValueError):
        import_step(import_id=found.pk, follow=fail)
    found = import_get(found.pk)
    assert (found.state, Tag.objects.count()) == (ImportState.READY, 0)
    assert "Nothing was changed" in found.message
    assert apply(found).state == ImportState.APPLIED


@pytest.mark.usefixtures("doorbells")
def test_a_file_whose_bytes_are_gone_is_refused() -> None:
    made = import_add(
        form=TAGS, name="x", source=io.BytesIO(FILE.encode()), length=None, by=curator()
    )
    default_storage.delete(made.key)
    step(made)
    found = import_get(made.pk)
    assert (found.state, "send it again" in found.message) == (ImportState.REFUSED, True)


@pytest.mark.usefixtures("doorbells")
def test_only_what_is_ready_is_applied_and_only_what_is_not_applied_is_forgotten() -> None:
    found = read(TAGS, FILE)
    apply(found)
    with pytest.raises(ImportNotReady, match="is applied"):
        import_apply(import_id=found.pk, by=curator())
    with pytest.raises(ImportNotReady, match="part of the history"):
        import_discard(import_id=found.pk)
    other = read(TAGS, FILE)
    import_discard(import_id=other.pk)
    assert not default_storage.exists(other.key)
    with pytest.raises(ImportNotFound):
        import_discard(import_id=other.pk)
    with pytest.raises(ImportNotFound):
        import_get(other.pk)


@pytest.mark.usefixtures("doorbells")
def test_bytes_that_no_row_knows_go_after_a_day(files: Path) -> None:
    kept = read(TAGS, FILE)
    lost = files / FOLDER / "lost"
    lost.write_bytes(b"x")
    old = time.time() - 2 * 86_400
    for path in (lost, files / kept.key):
        os.utime(path, (old, old))
    read(TAGS, FILE)
    assert not lost.exists()
    assert default_storage.exists(kept.key)


@pytest.mark.usefixtures("doorbells")
def test_problems_are_all_counted_and_the_first_kept() -> None:
    found = take(TAGS, FILE + "bad\n" * (PROBLEMS_KEPT + 5))
    assert found.preview["problem_count"] == PROBLEMS_KEPT + 5
    assert len(found.problems) == PROBLEMS_KEPT
    assert Tag.objects.count() == 1


@pytest.mark.usefixtures("doorbells")
def test_a_line_without_end_is_one_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelhub.tags.imports.reading.LONGEST_LINE", 100)
    found = take(TAGS, FILE + "x" * 1000 + "\ngrin,0,1,\n" + "y" * 200)
    assert [each["line"] for each in found.problems] == [2, 4]
    assert Tag.objects.count() == 2


def _kill(*_args: object, **_more: object) -> None:
    raise Killed


def test_a_file_is_read_before_the_vocabulary_is_locked_and_again_where_that_has_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tags_ensure(names=["a", "b"])
    locks, plans = vocabulary_lock, importing._plan
    happened: list[str] = []

    def lock() -> None:
        happened.append("lock")
        tags_ensure(names=meanwhile)
        locks()

    def plan(found: VocabularyImport) -> Plan:
        happened.append("plan")
        return plans(found)

    meanwhile: list[str] = []
    line = '{"antecedent_name": "%s", "consequent_name": "%s", "status": "active"}\n'
    first = read(VocabularyForm.IMPLICATIONS, line % ("a", "b"))
    second = read(VocabularyForm.IMPLICATIONS, line % ("a", "late"))
    monkeypatch.setattr(importing, "vocabulary_lock", lock)
    monkeypatch.setattr(importing, "_plan", plan)
    assert apply(first).problems == []
    assert happened == ["plan", "lock"]
    happened.clear()
    meanwhile.append("late")
    assert apply(second).problems == []
    assert happened == ["plan", "lock", "plan"]
