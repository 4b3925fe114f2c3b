"""Taking files in: streamed, hashed, never decoded, nothing kept of what broke off."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import InMemoryStorage
from django.test import override_settings

from labelhub import storage
from labelhub.images.errors import UploadNotFound
from labelhub.images.models import Upload, UploadFile
from labelhub.images.services import file_receive, file_refuse, upload_close, upload_open
from labelhub.images.services import receive as receiving
from labelhub.posted import FileCutShort, FileTooLarge
from tests import factories
from tests.ingesting import receive
from tests.pictures import png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
State = UploadFile.State


@pytest.fixture
def upload() -> Upload:
    return upload_open(expected=3)


def stored(files: Path) -> list[Path]:
    return sorted(path for path in files.rglob("*") if path.is_file())


def test_a_file_waits_under_a_random_key_with_its_hash(upload: Upload, files: Path) -> None:
    file = receive(upload, "cats/one.png", png())

    assert (file.path, file.stem, file.state) == ("cats/one.png", "cats/one", State.WAITING)
    assert file.sha256 == hashlib.sha256(png()).hexdigest()
    assert [path.read_bytes() for path in stored(files)] == [png()]
    assert "one" not in file.key


def test_the_same_file_sent_again_is_the_same_file(upload: Upload, files: Path) -> None:
    first, again = receive(upload, "one.png", png()), receive(upload, "one.png", png())

    assert first.pk == again.pk
    assert len(stored(files)) == 1


def test_other_bytes_under_the_same_name_are_another_file(upload: Upload) -> None:
    assert receive(upload, "a.png", png(1)).pk != receive(upload, "a.png", png(2)).pk


def test_bytes_the_library_has_are_a_duplicate_at_once(upload: Upload, files: Path) -> None:
    image = factories.image(sha256=hashlib.sha256(png()).hexdigest(), name="first.png")

    file = receive(upload, "again.png", png())

    assert (file.state, file.image_id) == (State.DUPLICATE, image.pk)
    assert "“first.png”" in file.message
    assert stored(files) == []


def test_an_empty_file_is_rejected_with_a_sentence(upload: Upload, files: Path) -> None:
    file = receive(upload, "empty.png", b"")

    assert (file.state, file.message) == (State.REJECTED, "The file is empty; send the original.")
    assert stored(files) == []


def test_a_refused_file_is_noted_with_its_sentence(upload: Upload) -> None:
    file = file_refuse(upload_id=upload.pk, path="../gone.png", message="It is gone.")

    assert (file.path, file.state, file.message) == ("gone.png", State.REJECTED, "It is gone.")


@pytest.mark.parametrize("name", ["a.png", "a.zip"])
def test_a_file_over_its_limit_is_refused_and_nothing_is_kept(
    upload: Upload, files: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(receiving, "IMAGE_BYTES", 1 << 20)
    monkeypatch.setattr(receiving, "ARCHIVE_BYTES", 1 << 20)

    with pytest.raises(FileTooLarge, match="larger than 1 MB"):
        receive(upload, name, bytes((1 << 20) + 1))

    assert stored(files) == []
    assert not upload.files.exists()


def test_a_file_announced_over_the_limit_is_refused_unread(upload: Upload) -> None:
    class Unread:
        def read(self, size: int, /) -> bytes:
            raise AssertionError

    with pytest.raises(FileTooLarge):
        file_receive(upload_id=upload.pk, path="a.png", source=Unread(), length=1 << 40)


def test_a_body_cut_short_leaves_nothing(upload: Upload, files: Path) -> None:
    with pytest.raises(FileCutShort):
        file_receive(
            upload_id=upload.pk, path="a.png", source=io.BytesIO(png()), length=len(png()) + 1
        )

    assert stored(files) == []
    assert not upload.files.exists()


def test_a_connection_that_breaks_leaves_nothing(upload: Upload, files: Path) -> None:
    class Breaking:
        def __init__(self) -> None:
            self.parts: Iterator[bytes] = iter([b"a" * 1000])

        def read(self, size: int, /) -> bytes:
            for part in self.parts:
                return part
            raise OSError("connection reset")

    with pytest.raises(OSError, match="connection reset"):
        file_receive(upload_id=upload.pk, path="a.png", source=Breaking())

    assert stored(files) == []
    assert not upload.files.exists()


def test_an_unknown_upload_is_a_sentence(files: Path) -> None:
    with pytest.raises(UploadNotFound, match="no such upload"):
        file_receive(upload_id=99, path="a.png", source=io.BytesIO(b"1"))
    with pytest.raises(UploadNotFound):
        upload_close(upload_id=99)

    assert stored(files) == []


def test_another_file_opens_a_closed_upload_again(upload: Upload) -> None:
    upload_close(upload_id=upload.pk)

    receive(upload, "late.png", png())

    upload.refresh_from_db()
    assert upload.closed_at is None


def test_a_storage_that_is_no_folder_does_as_well(upload: Upload) -> None:
    remote = {
        "default": {"BACKEND": f"{InMemoryStorage.__module__}.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=remote):
        file = receive(upload, "one.png", png())
        with storage.local_file(file.key) as path:
            assert path.read_bytes() == png()
            storage.put_file("originals/one", path)
            storage.put_file("originals/one", path)
        storage.put_bytes("thumbnails/one", b"small")
        storage.put_bytes("thumbnails/one", b"small")
        storage.discard(file.key)

        with storage.open_stored("originals/one") as original:
            assert original.read() == png()
        with pytest.raises(storage.BytesGone), storage.local_file(file.key):
            pass


def test_content_is_put_once_and_completely(tmp_path: Path, files: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"content")

    for _time in range(2):
        storage.put_file("originals/ab/content", source)
        storage.put_bytes("thumbnails/ab/content", b"small")

    assert [path.relative_to(files).parts[0] for path in stored(files)] == [
        "originals",
        "thumbnails",
    ]
    assert source.read_bytes() == b"content"


def test_a_disk_without_links_gets_a_copy(
    tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"content")

    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr("labelhub.storage.os.link", refuse)

    storage.put_file("originals/ab/content", source)

    assert [path.read_bytes() for path in stored(files)] == [b"content"]
