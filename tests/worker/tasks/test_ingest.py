"""From waiting files to images: every outcome, and the same one wherever a worker is killed."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image as Pixels

from labelhub.images import services, storage
from labelhub.images.models import Image, Upload, UploadFile
from labelhub.images.selectors import IDLE, file_bytes, file_list, image_duplicates, pending
from labelhub.images.services import receive as receive_service
from labelhub.images.services import settle, upload_close, upload_open
from labelhub.jobs.models import Job, JobState
from labelhub.labels.models import ImportedTag
from tests.ingesting import outcomes, receive, step, uploaded, work_off
from tests.pictures import HTML, SVG, animation, encoded, picture, png, png_claiming, zipped
from worker.decoder import DecoderDied
from worker.tasks import ingest as task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


@pytest.fixture(autouse=True, scope="module")
def decoder_ended() -> Iterator[None]:
    yield
    task.decoder.close()


def messages(upload: Upload) -> dict[str, str]:
    return dict(upload.files.values_list("path", "message"))


def on_disk(files: Path, folder: str) -> list[bytes]:
    return [path.read_bytes() for path in (files / folder).rglob("*") if path.is_file()]


def tags_of(image: Image) -> set[str]:
    return set(ImportedTag.objects.filter(image=image).values_list("tag__name", flat=True))


def test_a_picture_becomes_an_image_with_all_that_is_known_of_it(files: Path) -> None:
    data = encoded(picture(1, (640, 480)), "JPEG")

    upload = uploaded({"cats/one.jpg": data}, source="camera", licence="CC0", rating="g")

    image = Image.objects.get()
    assert outcomes(upload) == {"cats/one.jpg": "stored"}
    assert (image.name, image.format, image.width, image.height) == ("one.jpg", "JPEG", 640, 480)
    assert (image.source, image.licence, image.rating, image.domain) == ("camera", "CC0", "g", "")
    assert (image.bytes, image.upload_id) == (len(data), upload.pk)
    assert on_disk(files, "originals") == [data]
    with Pixels.open(io.BytesIO(on_disk(files, "thumbnails")[0])) as thumbnail:
        assert thumbnail.size == (512, 384)
    assert on_disk(files, "incoming") == []
    assert upload.finished_at is not None
    assert Job.objects.get().state == JobState.DONE


def test_the_same_bytes_twice_are_one_image_and_a_sentence(files: Path) -> None:
    upload = uploaded({"a.png": png(), "b/a copy.png": png()})

    assert outcomes(upload) == {"a.png": "stored", "b/a copy.png": "duplicate"}
    assert "“a.png”" in messages(upload)["b/a copy.png"]
    assert len(on_disk(files, "originals")) == 1


def test_the_same_upload_again_adds_nothing(files: Path) -> None:
    pictures = {f"{seed}.png": png(seed) for seed in range(3)}
    uploaded(pictures)

    again = uploaded(pictures)

    assert set(outcomes(again).values()) == {"duplicate"}
    assert Image.objects.count() == 3
    assert on_disk(files, "incoming") == []


def test_near_duplicates_are_found_and_shown() -> None:
    original = picture(7, (400, 300))
    smaller = encoded(original.resize((200, 150)), "JPEG", quality=60)

    upload = uploaded({"a.png": encoded(original), "b.jpg": smaller, "c.png": png(8)})

    first, second, _other = Image.objects.order_by("pk")
    assert [image.pk for image, _distance in image_duplicates(first)] == [second.pk]
    shown = {file.path: file.near_duplicates for file in file_list(upload)}
    assert shown == {"a.png": 1, "b.jpg": 1, "c.png": 0}


def test_every_bad_file_gets_its_sentence_and_the_rest_goes_on(files: Path) -> None:
    jpeg = encoded(picture(1, (200, 200)), "JPEG")

    upload = uploaded(
        {
            "truncated.jpg": jpeg[: len(jpeg) // 2],
            "empty.png": b"",
            "huge.png": png_claiming(100_000, 100_000),
            "notes.pdf": b"%PDF-1.7",
            "drawing.svg": SVG,
            "page.jpg": HTML,
            "moving.gif": animation("GIF"),
            "photos.rar": b"Rar!\x1a\x07",
            "broken.zip": zipped({"a.png": png()})[:50],
            "good.png": png(),
            "named.jpg": png(2),
        }
    )

    said = messages(upload)
    for path, words in {
        "truncated.jpg": "cut short or damaged",
        "empty.png": "empty",
        "huge.png": "megapixels",
        "notes.pdf": "not an image",
        "drawing.svg": "SVG",
        "page.jpg": "web page",
        "moving.gif": "animated",
        "photos.rar": "Only zip archives",
        "broken.zip": "damaged or cut short",
    }.items():
        assert words in said[path] and said[path].endswith("."), path
        assert outcomes(upload)[path] == "rejected"
    assert outcomes(upload)["good.png"] == outcomes(upload)["named.jpg"] == "stored"
    assert said["named.jpg"] == "The file is a PNG image although its name ends in .jpg."
    assert len(on_disk(files, "originals")) == len(on_disk(files, "thumbnails")) == 2
    assert on_disk(files, "incoming") == []


def test_a_zip_is_unpacked_and_its_bad_members_are_refused_alone(files: Path) -> None:
    data = zipped(
        [
            ("cats/one.png", png(1)),
            ("../outside.png", png(2)),
            ("inner.png", zipped({"deep.png": png(3)})),
            ("cats/one.txt", b"solo, fate/grand order"),
            ("page.jpg", HTML),
            ("two.png", png(4)),
        ]
    )

    upload = uploaded({"all.zip": data})

    assert outcomes(upload) == {
        "all.zip": "archive",
        "cats/one.png": "stored",
        "outside.png": "rejected",
        "inner.png": "rejected",
        "cats/one.txt": "sidecar",
        "page.jpg": "rejected",
        "two.png": "stored",
    }
    assert messages(upload)["all.zip"] == "6 files unpacked."
    assert "archive inside" in messages(upload)["inner.png"]
    assert tags_of(Image.objects.get(name="one.png")) == {"solo", "fate/grand_order"}
    assert on_disk(files, "incoming") == []


def test_an_unpacking_that_was_interrupted_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settle, "UNPACK_SECONDS", 0.0)
    upload = upload_open(expected=1)
    receive(upload, "all.zip", zipped({f"{seed}.png": png(seed) for seed in range(6)}))

    step(upload)
    assert upload.files.count() == 2
    upload_close(upload_id=upload.pk)
    work_off(upload)

    assert sorted(outcomes(upload)) == [*(f"{seed}.png" for seed in range(6)), "all.zip"]
    assert Image.objects.count() == 6


def test_a_worker_killed_while_unpacking_loses_and_doubles_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = upload_open(expected=1)
    receive(upload, "all.zip", zipped({f"{seed}.png": png(seed) for seed in range(6)}))
    upload_close(upload_id=upload.pk)
    with monkeypatch.context() as killing:
        calls: list[object] = []

        def killed(**arguments: object) -> UploadFile:
            calls.append(arguments)
            if len(calls) == 4:
                raise Killed
            return receive_service.file_add(**arguments)  # type: ignore[arg-type]

        killing.setattr("labelhub.images.services.settle.file_add", killed)
        with pytest.raises(Killed):
            step(upload)
    lapse(upload)

    work_off(upload)

    assert Image.objects.count() == 6
    assert upload.files.count() == 7


@pytest.mark.parametrize("moment", ["before storing", "while storing", "before commit"])
def test_a_worker_killed_at_an_image_loses_and_doubles_nothing(
    monkeypatch: pytest.MonkeyPatch, files: Path, moment: str
) -> None:
    upload = upload_open(expected=2)
    receive(upload, "a.png", png(1))
    receive(upload, "b.png", png(2))
    upload_close(upload_id=upload.pk)
    target = {
        "before storing": "labelhub.images.storage.put_file",
        "while storing": "labelhub.images.storage.put_bytes",
        "before commit": "labelhub.images.services.settle.duplicates_record",
    }[moment]
    with monkeypatch.context() as killing:
        killing.setattr(target, kill)
        with pytest.raises(Killed):
            step(upload)
    assert not Image.objects.exists()
    assert [work.subject_id for work in pending()] == []  # the claim still stands
    lapse(upload)
    assert [work.subject_id for work in pending()] == [upload.pk]

    work_off(upload)

    assert outcomes(upload) == {"a.png": "stored", "b.png": "stored"}
    assert len(on_disk(files, "originals")) == 2
    assert on_disk(files, "incoming") == []


def test_two_workers_at_the_same_file_make_one_image() -> None:
    upload = upload_open(expected=1)
    file = receive(upload, "a.png", png())
    with file_bytes(file) as path:
        facts = task._facts(file, path)
        services.image_store(file=file, path=path, facts=facts)
        path.write_bytes(png())
        services.image_store(file=file, path=path, facts=facts)

    assert outcomes(upload) == {"a.png": "stored"}
    assert Image.objects.count() == 1


def test_bytes_that_vanished_are_a_sentence() -> None:
    upload = upload_open(expected=2)
    file = receive(upload, "a.png", png(1))
    receive(upload, "b.png", png(2))
    storage.discard(file.key)
    upload_close(upload_id=upload.pk)

    work_off(upload)

    assert outcomes(upload) == {"a.png": "rejected", "b.png": "stored"}
    assert "gone from the storage" in messages(upload)["a.png"]


def test_a_file_the_decoder_dies_of_is_rejected_after_three_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decode, names = task.decoder.decode, []

    def dying(path: Path, name: str) -> object:
        names.append(name)
        if name == "poison.png":
            raise DecoderDied
        return decode(path, name)

    monkeypatch.setattr(task.decoder, "decode", dying)

    upload = uploaded({"poison.png": png(1), "good.png": png(2)})

    assert outcomes(upload) == {"poison.png": "rejected", "good.png": "stored"}
    assert "stopped the worker 3 times" in messages(upload)["poison.png"]
    assert names.count("poison.png") == 3


def test_a_file_that_kills_its_worker_every_time_is_rejected_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = upload_open(expected=2)
    receive(upload, "poison.png", png(1))
    receive(upload, "good.png", png(2))
    upload_close(upload_id=upload.pk)
    with monkeypatch.context() as killing:
        killing.setattr(task.decoder, "decode", kill)
        for _time in range(3):
            with pytest.raises(Killed):
                step(upload)
            lapse(upload)

    work_off(upload)

    assert outcomes(upload) == {"poison.png": "rejected", "good.png": "stored"}


def test_a_full_disk_is_not_blamed_on_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = upload_open(expected=1)
    receive(upload, "a.png", png())
    upload_close(upload_id=upload.pk)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as failing:
        failing.setattr(storage, "put_file", full)
        for _time in range(4):
            with pytest.raises(OSError, match="No space"):
                step(upload)
    assert "No space left" in Job.objects.get().error

    work_off(upload)

    assert outcomes(upload) == {"a.png": "stored"}


@pytest.mark.parametrize("order", [("a.txt", "a.png"), ("a.png", "a.txt")])
@pytest.mark.parametrize("together", [True, False])
def test_tags_find_their_image_in_either_order(order: tuple[str, str], together: bool) -> None:
    data = {"a.png": png(), "a.txt": b"solo, long hair, 2010, \\m/"}
    upload = upload_open(expected=2)
    for path in order:
        receive(upload, path, data[path])
        if not together:
            step(upload)
    upload_close(upload_id=upload.pk)
    work_off(upload)

    assert tags_of(Image.objects.get()) == {"solo", "long_hair", "2010", "\\m/"}
    assert outcomes(upload) == {"a.png": "stored", "a.txt": "sidecar"}
    assert messages(upload)["a.txt"] == "4 tags."


def test_tags_go_to_the_image_of_the_same_name_alone() -> None:
    upload = uploaded(
        {
            "x/a.png": png(1),
            "x/a.jpg.txt": b"nobody",
            "x/a.png.txt": b"whole_name",
            "y/a.png": png(2),
            "y/a.txt": b"same_stem",
            "a.txt": b"other_folder",
        }
    )

    first, second = Image.objects.order_by("pk")
    assert tags_of(first) == {"whole_name"}
    assert tags_of(second) == {"same_stem"}
    said = messages(upload)
    assert said["a.txt"] == said["x/a.jpg.txt"] == "1 tag, but no image of this name came with it."


def test_a_duplicate_gets_the_tags_that_came_with_it() -> None:
    uploaded({"a.png": png()})

    uploaded({"b.png": png(), "b.txt": b"solo"})

    assert tags_of(Image.objects.get()) == {"solo"}


def test_tags_are_given_once_however_often_they_come() -> None:
    files = {"a.png": png(), "a.txt": b"solo"}
    for _time in range(2):
        uploaded(files)

    assert ImportedTag.objects.count() == 1


def test_names_that_break_the_rules_are_said_and_the_others_kept() -> None:
    upload = uploaded({"a.png": png(), "a.txt": "solo, 猫, smile".encode()})

    assert tags_of(Image.objects.get()) == {"solo", "smile"}
    assert "猫" in messages(upload)["a.txt"]


def test_an_unreadable_tag_file_is_rejected_and_its_image_is_not() -> None:
    upload = uploaded({"a.png": png(), "a.txt": b"caf\xe9"})

    assert outcomes(upload) == {"a.png": "stored", "a.txt": "rejected"}


def test_tags_a_killed_worker_did_not_hand_on_are_handed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = upload_open(expected=2)
    receive(upload, "a.png", png())
    receive(upload, "a.txt", b"solo")
    upload_close(upload_id=upload.pk)
    with monkeypatch.context() as killing:
        killing.setattr(services, "sidecar_apply", kill)
        with pytest.raises(Killed):
            step(upload)
    assert [work.subject_id for work in pending()] == [upload.pk]

    work_off(upload)

    assert tags_of(Image.objects.get()) == {"solo"}


def test_what_is_expected_counts_until_the_upload_is_closed() -> None:
    upload = upload_open(expected=3)
    receive(upload, "a.png", png())

    job = step(upload)
    assert (job.done, job.total, job.state) == (1, 3, JobState.RUNNING)

    upload_close(upload_id=upload.pk)
    job = step(upload)
    assert (job.done, job.total, job.state) == (1, 1, JobState.DONE)


def test_an_upload_nobody_adds_to_is_closed_and_finished() -> None:
    upload = upload_open(expected=3)
    receive(upload, "a.png", png())
    work_off(upload)
    assert list(pending()) == []
    Upload.objects.update(heard_at=timezone.now() - IDLE - timedelta(seconds=1))
    assert [work.subject_id for work in pending()] == [upload.pk]

    job = work_off(upload)

    upload.refresh_from_db()
    assert upload.closed_at and upload.finished_at
    assert (job.done, job.total, job.state) == (1, 1, JobState.DONE)
    assert list(pending()) == []


def test_bytes_nobody_knows_are_swept_after_a_day(files: Path) -> None:
    uploaded({"a.png": png(1)})
    waiting = receive(upload_open(expected=1), "waiting.png", png(2))
    old = timezone.now().timestamp() - 100_000
    for name in ("forgotten", "fresh", Path(waiting.key).name):
        path = files / "incoming" / name
        path.touch()
        if name != "fresh":
            os.utime(path, (old, old))

    uploaded({"b.png": png(3)})

    left = {path.name for path in (files / "incoming").iterdir()}
    assert left == {"fresh", Path(waiting.key).name}


def test_claims_keep_workers_apart() -> None:
    upload = upload_open(expected=5)
    for seed in range(5):
        receive(upload, f"{seed}.png", png(seed))

    first = services.files_claim(upload_id=upload.pk, limit=3)
    second = services.files_claim(upload_id=upload.pk, limit=3)
    third = services.files_claim(upload_id=upload.pk, limit=3)

    assert [file.path for file in first.files] == ["0.png", "1.png", "2.png"]
    assert [file.path for file in second.files] == ["3.png", "4.png"]
    assert third.files == []


@pytest.mark.django_db(transaction=True)  # a claim is known by the time of its transaction
def test_a_claim_that_lapsed_is_lost_to_its_first_holder() -> None:
    upload = upload_open(expected=2)
    receive(upload, "0.png", png(0))
    receive(upload, "1.png", png(1))
    slow = services.files_claim(upload_id=upload.pk)
    lapse(upload)
    fast = services.files_claim(upload_id=upload.pk)

    assert not services.file_begin(claim=slow, file=slow.files[0])
    assert services.file_begin(claim=fast, file=fast.files[0])
    assert not services.file_begin(claim=slow, file=slow.files[1])


def test_files_given_back_can_be_claimed_at_once() -> None:
    upload = upload_open(expected=3)
    for seed in range(3):
        receive(upload, f"{seed}.png", png(seed))
    claim = services.files_claim(upload_id=upload.pk)
    services.file_begin(claim=claim, file=claim.files[0])

    services.files_release(claim=claim, after=claim.files[0])

    again = services.files_claim(upload_id=upload.pk)
    assert [file.path for file in again.files] == ["1.png", "2.png"]


class Killed(BaseException):
    """What a kill looks like from inside: nothing gets to clean up."""


def kill(*_args: object, **_kwargs: object) -> None:
    raise Killed


def lapse(upload: Upload) -> None:
    """Let a minute pass for the claims on an upload."""
    UploadFile.objects.filter(upload=upload, claimed_until__isnull=False).update(
        claimed_until=timezone.now() - timedelta(seconds=1)
    )
