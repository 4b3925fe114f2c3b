"""From waiting files to images: every outcome of a file, and of an upload."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image as Pixels

from labelhub.images.models import Image, Upload
from labelhub.images.selectors import IDLE, file_list, image_duplicates, pending
from labelhub.images.services import upload_close, upload_open
from labelhub.jobs.models import Job, JobState
from tests.ingesting import (
    messages,
    on_disk,
    outcomes,
    receive,
    step,
    tags_of,
    uploaded,
    work_off,
)
from tests.pictures import HTML, SVG, animation, encoded, picture, png, png_claiming, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells", "decoder_ended")]


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
