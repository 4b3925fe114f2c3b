"""The picture book: its pages come like other files, all of them, once, whatever is killed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from labelhub import storage
from labelhub.images import services
from labelhub.images.errors import BookDrawnHere, BookHere
from labelhub.images.models import Image, Upload
from labelhub.images.selectors import IDLE, book_images, pending
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.jobs.services import job_ring
from labelhub.jobs.work import Work
from labelhub.picturebook.book import page, page_name
from tests.ingesting import Killed, kill, on_disk, outcomes, receive, uploaded, work_off
from worker.tasks import book as task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells", "decoder_ended")]
PAGES = 6


@pytest.fixture
def book() -> Upload:
    return services.book_open(pages=PAGES, seed=7)


@pytest.fixture
def one_page_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "CHUNK_SECONDS", 0)


def draw(upload: Upload) -> Job:
    """One step of the worker; the job as it is afterwards."""
    job = job_ring(kind=Kind.BOOK, subject_id=upload.pk)
    task.book.run(job.pk)
    job.refresh_from_db()
    upload.refresh_from_db()
    return job


def works() -> list[Work]:
    return list(pending())


def test_a_book_becomes_images_with_their_domain_and_licence(book: Upload) -> None:
    job = draw(book)
    work_off(book)
    book.refresh_from_db()

    assert (job.state, job.done, job.total) == (JobState.DONE, PAGES, PAGES)
    assert outcomes(book) == {page_name(index): "stored" for index in range(PAGES)}
    assert book.finished_at is not None and works() == []
    for image_id, index in book_images(book).items():
        drawn, image = page(7, index), Image.objects.get(pk=image_id)
        with storage.open_stored(image.original_key) as file:
            assert file.read() == drawn.file()
        assert image.domain == drawn.domain.value
        assert (image.source, image.licence) == ("labelhub's picture book", "CC0-1.0")
        assert image.name == page_name(index)


def test_a_photograph_is_called_one_among_drawings() -> None:
    photo = next(index for index in range(200) if page(3, index).domain.value == "photo")
    book = services.book_open(pages=photo + 1, seed=3)

    services.page_take(upload=book, page=page(3, photo))
    services.page_take(upload=book, page=page(3, photo - 1))
    work_off(book)

    domains = dict(Image.objects.values_list("name", "domain"))
    assert domains == {page_name(photo): "photo", page_name(photo - 1): "drawn"}


@pytest.mark.usefixtures("one_page_a_step")
def test_a_step_draws_a_part_and_says_how_far_it_is(book: Upload) -> None:
    first, second = draw(book), draw(book)

    assert (first.done, second.done, second.total) == (1, 2, PAGES)
    assert second.state == JobState.RUNNING and book.closed_at is None
    assert Work(Kind.BOOK, book.pk) in works()


@pytest.mark.usefixtures("one_page_a_step")
@pytest.mark.parametrize(
    "moment",
    [
        "labelhub.storage.receive",
        "labelhub.images.services.books.file_add",
        "labelhub.images.services.receive._outcome",
        "labelhub.images.services.book_close",
        "labelhub.images.selectors.book_progress",
    ],
)
def test_a_worker_killed_while_it_draws_loses_and_doubles_nothing(
    book: Upload, files: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    for _page in range(PAGES - 1):
        draw(book)
    with monkeypatch.context() as killing:
        killing.setattr(moment, kill)
        with pytest.raises(Killed):
            draw(book)

    Job.objects.filter(kind=Kind.BOOK).delete()  # the rows of the upload alone say what is to do
    if "progress" not in moment:
        assert Work(Kind.BOOK, book.pk) in works()
    job = draw(book)
    work_off(book)

    assert (job.state, job.done) == (JobState.DONE, PAGES)
    assert outcomes(book) == {page_name(index): "stored" for index in range(PAGES)}
    assert Image.objects.count() == len(on_disk(files, "originals")) == PAGES


def test_two_workers_at_one_page_make_one_file(book: Upload, files: Path) -> None:
    first = services.page_take(upload=book, page=page(7, 0))
    second = services.page_take(upload=book, page=page(7, 0))

    assert first == second
    assert len(on_disk(files, "incoming")) == 1


def test_a_page_that_comes_again_after_the_end_is_closed_again(book: Upload) -> None:
    draw(book)
    work_off(book)

    services.page_take(upload=book, page=page(7, 0))  # a slow worker's
    assert Work(Kind.BOOK, book.pk) in works()
    draw(book)
    work_off(book)

    book.refresh_from_db()
    assert book.finished_at is not None
    assert Image.objects.count() == PAGES


@pytest.mark.usefixtures("one_page_a_step")
def test_a_book_that_waits_for_its_worker_is_not_closed_as_forgotten(book: Upload) -> None:
    draw(book)
    Upload.objects.update(heard_at=timezone.now() - 2 * IDLE)

    work_off(book)
    book.refresh_from_db()

    assert book.closed_at is None
    assert works() == [Work(Kind.BOOK, book.pk)]


def test_a_picture_that_is_here_already_is_a_duplicate(book: Upload) -> None:
    uploaded({"mine.jpg": page(7, 2).file()})

    draw(book)
    work_off(book)

    assert outcomes(book)[page_name(2)] == "duplicate"
    assert Image.objects.count() == PAGES
    assert Image.objects.get(name="mine.jpg").pk in book_images(book)


def test_a_book_is_loaded_once(book: Upload) -> None:
    with pytest.raises(BookHere, match="is being drawn"):
        services.book_open(pages=3, seed=7)
    draw(book)
    with pytest.raises(BookHere, match="in the library already"):
        services.book_open(pages=3, seed=7)
    services.book_open(pages=3, seed=8)

    assert Upload.objects.count() == 2


def test_nobody_else_sends_or_ends_its_files(book: Upload, files: Path) -> None:
    with pytest.raises(BookDrawnHere, match="start an upload of your own"):
        receive(book, page_name(3), b"not that page")
    with pytest.raises(BookDrawnHere, match="closes itself"):
        services.upload_close(upload_id=book.pk)

    book.refresh_from_db()
    assert book.closed_at is None and on_disk(files, "incoming") == []


def test_a_full_disk_stops_a_book_until_there_is_room(
    book: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as failing:
        failing.setattr(storage, "receive", full)
        with pytest.raises(OSError, match="No space"):
            draw(book)
    assert "No space left" in Job.objects.get(kind=Kind.BOOK).error

    assert draw(book).state == JobState.DONE
