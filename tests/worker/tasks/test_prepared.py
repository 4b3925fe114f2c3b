"""The copy beside a large original: exactly its prepared pixels, and made again if it is broken."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from django.core.files.storage import InMemoryStorage
from django.test import override_settings
from PIL import Image as Pictures

from labelhub import storage
from labelhub.images.models import Image
from tests import factories
from tests.pictures import encoded, picture
from worker.joytag.pixels import ImageError
from worker.joytag.preprocess import Pixels, prepare_pixels
from worker.tasks import prepared

pytestmark = pytest.mark.django_db
SIZE = 448
LARGE = (900, 600)


def stored(data: bytes, size: tuple[int, int]) -> Image:
    image = factories.image(width=size[0], height=size[1])
    storage.put_bytes(image.original_key, data)
    return image


def large(seed: int = 1) -> tuple[Image, Pixels]:
    """An image worth a copy, and its prepared pixels."""
    data = encoded(picture(seed, LARGE), "JPEG", quality=90)
    return stored(data, LARGE), prepare_pixels(io.BytesIO(data), SIZE)


def copies(files: Path) -> list[Path]:
    return [path for path in (files / "prepared").rglob("*") if path.is_file()]


def test_the_first_pass_keeps_what_later_passes_read(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, expected = large()

    first = prepared.reader(image)(SIZE)

    assert torch.equal(first, expected)
    [copy] = copies(files)
    assert str(copy.relative_to(files)) == image.prepared_key(SIZE)
    monkeypatch.setattr(prepared, "open_stored", None)  # would fail if it were called
    second = prepared.reader(image)(SIZE)
    assert torch.equal(second, expected)
    assert (second.dtype, second.shape) == (torch.uint8, (3, SIZE, SIZE))


def test_small_originals_and_other_sizes_have_no_copy(files: Path) -> None:
    data = encoded(picture(2, (600, 600)))
    small = stored(data, (600, 600))
    image, _expected = large()

    assert torch.equal(prepared.reader(small)(SIZE), prepare_pixels(io.BytesIO(data), SIZE))
    prepared.reader(image)(64)

    assert copies(files) == []


def test_odd_kinds_of_pixels_come_back_the_same(files: Path) -> None:
    for number, (kind, mode) in enumerate([("PNG", "RGBA"), ("PNG", "L"), ("TIFF", "CMYK")]):
        data = encoded(picture(number, (700, 950), mode), kind)
        image = stored(data, (700, 950))

        passes = [prepared.reader(image)(SIZE) for _pass in range(2)]

        assert all(torch.equal(each, prepare_pixels(io.BytesIO(data), SIZE)) for each in passes)
    assert len(copies(files)) == 3


def damages() -> dict[str, bytes]:
    whole = encoded(picture(1, (SIZE, SIZE)), "PNG", compress_level=0)
    middle = len(whole) // 2
    return {
        "empty": b"",
        "cut short": whole[:middle],
        "one bit": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "another size": encoded(picture(1, (SIZE, SIZE - 1))),
        "another kind": encoded(picture(1, (SIZE, SIZE), "L")),
        "another format": encoded(picture(1, (SIZE, SIZE)), "JPEG"),
    }


@pytest.mark.parametrize("damage", damages())
def test_a_damaged_copy_is_made_again(files: Path, damage: str) -> None:
    image, expected = large()
    storage.prepared_write(image.prepared_key(SIZE), damages()[damage])

    assert torch.equal(prepared.reader(image)(SIZE), expected)

    [copy] = copies(files)
    with Pictures.open(copy) as kept:
        assert np.array_equal(np.array(kept), expected.permute(1, 2, 0).numpy())


def test_a_full_disk_costs_only_the_copy(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(prepared, "prepared_write", full)
    image, expected = large()

    assert torch.equal(prepared.reader(image)(SIZE), expected)
    assert copies(files) == []


def test_a_missing_or_broken_original_is_a_sentence_and_leaves_no_copy(files: Path) -> None:
    missing = factories.image(width=LARGE[0], height=LARGE[1])
    broken = stored(encoded(picture(1, LARGE), "JPEG")[:2000], LARGE)

    with pytest.raises(ImageError, match="missing from the storage"):
        prepared.reader(missing)(SIZE)
    with pytest.raises(ImageError, match="cut short or damaged"):
        prepared.reader(broken)(SIZE)

    assert copies(files) == []


def test_a_folder_that_is_not_there_is_no_fault_of_the_image(files: Path) -> None:
    with pytest.raises(OSError, match="mounted"):
        prepared.reader(factories.image())(SIZE)
    assert not files.exists()


def test_a_storage_that_is_no_folder_does_as_well() -> None:
    remote = {"default": {"BACKEND": f"{InMemoryStorage.__module__}.InMemoryStorage"}}
    with override_settings(STORAGES=remote):
        image, expected = large()
        storage.prepared_write(image.prepared_key(SIZE), b"damaged")

        passes = [prepared.reader(image)(SIZE) for _pass in range(2)]

        assert all(torch.equal(each, expected) for each in passes)
        assert storage.prepared_read(image.prepared_key(SIZE)) is not None
