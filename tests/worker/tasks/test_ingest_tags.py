"""The tags of sidecar files find their images."""

from __future__ import annotations

import pytest

from labelhub.images.models import Image
from labelhub.images.services import upload_close, upload_open
from labelhub.labels.models import ImportedTags
from tests.ingesting import (
    messages,
    outcomes,
    receive,
    step,
    tags_of,
    uploaded,
    work_off,
)
from tests.pictures import png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells", "decoder_ended")]


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

    assert ImportedTags.objects.count() == 1


def test_names_that_break_the_rules_are_said_and_the_others_kept() -> None:
    upload = uploaded({"a.png": png(), "a.txt": "solo, 猫, smile".encode()})

    assert tags_of(Image.objects.get()) == {"solo", "smile"}
    assert "猫" in messages(upload)["a.txt"]


def test_an_unreadable_tag_file_is_rejected_and_its_image_is_not() -> None:
    upload = uploaded({"a.png": png(), "a.txt": b"caf\xe9"})

    assert outcomes(upload) == {"a.png": "stored", "a.txt": "rejected"}
