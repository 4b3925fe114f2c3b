"""`manage.py import_images`: what lies on this machine, through the same rows as an upload."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from labelhub.images import services
from labelhub.images.folders import files_under
from labelhub.images.models import Image, Upload, UploadFile
from labelhub.images.selectors import upload_counts
from labelhub.labels.models import ImportedTags, Label
from labelhub.management.commands import import_images
from tests.ingesting import step
from tests.pictures import HTML, encoded, picture, png, zipped
from worker.tasks import ingest as task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


@pytest.fixture(autouse=True, scope="module")
def decoder_ended() -> Iterator[None]:
    yield
    task.decoder.close()


@pytest.fixture(autouse=True)
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever the command looks how far the workers are, they have done a step."""

    def looked(uploads: list[Upload]) -> dict[int, dict[str, int]]:
        step(uploads[0])
        return upload_counts(uploads)

    monkeypatch.setattr(import_images, "upload_counts", looked)
    monkeypatch.setattr(import_images, "POLL_SECONDS", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cats"
    made.mkdir()
    return made


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def imported(*paths: Path, **options: object) -> str:
    out = io.StringIO()
    call_command("import_images", *map(str, paths), stdout=out, **options)
    return out.getvalue()


def states() -> dict[str, str]:
    return dict(UploadFile.objects.values_list("path", "state"))


def test_a_folder_is_imported_with_its_tags_and_summed_up(folder: Path) -> None:
    original = picture(9, (300, 200))
    put(
        folder,
        {
            "one.png": png(1),
            "one.txt": b"solo, long hair",
            "more/two.png": encoded(original),
            "more/two-small.jpg": encoded(original.resize((150, 100)), "JPEG"),
            "more/one again.png": png(1),
            "more/page.jpg": HTML,
            ".hidden.png": png(3),
            ".git/four.png": png(4),
            "all.zip": zipped({"five.png": png(5)}),
        },
    )

    said = imported(folder, source="my disk", licence="CC0", rating="s", domain="drawn")

    assert said.splitlines() == [
        "Imported: 4 new images, 1 in the library already, 2 of the new ones look like others, "
        "1 tag file, 1 rejected.",
        "  cats/more/page.jpg: This is a web page, not an image; save the picture itself.",
    ]
    assert not {path for path in states() if "hidden" in path or "four" in path}
    assert set(Image.objects.values_list("source", "licence", "rating", "domain")) == {
        ("my disk", "CC0", "s", "drawn")
    }
    assert set(Label.objects.values_list("tag__name", flat=True)) == {"solo", "long_hair"}


def test_importing_again_adds_nothing(folder: Path) -> None:
    put(folder, {"one.png": png(1), "one.txt": b"solo", "two.png": png(2)})
    imported(folder)

    said = imported(folder)

    assert "0 new images, 2 in the library already" in said
    assert (Image.objects.count(), ImportedTags.objects.count()) == (2, 1)


def test_single_files_are_imported_under_their_name(folder: Path) -> None:
    put(folder, {"one.png": png(1), "two.png": png(2)})

    imported(folder / "one.png", folder / "two.png")

    assert states() == {"one.png": "stored", "two.png": "stored"}


def test_links_never_lead_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    put(folder, {"one.png": png(1), "sub/two.png": png(2)})
    put(tmp_path, {"outside/secret.png": png(3)})
    (folder / "inside.png").symlink_to(folder / "one.png")
    (folder / "out.png").symlink_to(tmp_path / "outside" / "secret.png")
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "again").symlink_to(folder / "sub")
    (folder / "nowhere.png").symlink_to(folder / "missing.png")
    os.mkfifo(folder / "pipe.png")

    said = imported(folder)

    assert states() == {
        "cats/one.png": "duplicate",
        "cats/inside.png": "stored",
        "cats/sub/two.png": "stored",
        "cats/out.png": "rejected",
        "cats/out": "rejected",
        "cats/again": "rejected",
        "cats/nowhere.png": "rejected",
        "cats/pipe.png": "rejected",
    }
    assert "cats/out.png: It is a link that leads out of the folder" in said
    assert "cats/nowhere.png: It is not there any more" in said
    assert "cats/pipe.png: It is not a regular file." in said
    assert not Image.objects.filter(name="secret.png").exists()


def test_a_file_that_vanishes_meanwhile_is_a_line_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, {"one.png": png(1), "two.png": png(2)})
    receive = services.file_receive

    def vanishing(**arguments: object) -> UploadFile:
        (folder / "two.png").unlink()
        return receive(**arguments)  # type: ignore[arg-type]

    listed = list(files_under(folder))
    monkeypatch.setattr(import_images, "files_under", lambda _root: listed)
    monkeypatch.setattr(services, "file_receive", vanishing)

    said = imported(folder)

    assert states() == {"cats/one.png": "stored", "cats/two.png": "rejected"}
    assert "cats/two.png: The file cannot be read (No such file or directory)." in said


def test_a_file_whose_reading_fails_is_a_line_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, {"one.png": png(1), "two.png": png(2)})

    def failing(source: import_images.Source, size: int) -> bytes:
        if "two" in source._file.name:
            raise import_images.Unreadable("Input/output error")
        return source._file.read(size)

    monkeypatch.setattr(import_images.Source, "read", failing)

    said = imported(folder)

    assert states() == {"cats/one.png": "stored", "cats/two.png": "rejected"}
    assert "Input/output error" in said


def test_a_name_that_is_not_utf8_is_imported(folder: Path) -> None:
    (Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.png"))).write_bytes(png())

    imported(folder)

    assert states() == {"cats/caf.png": "stored"}


def test_an_interrupted_import_is_finished_by_running_it_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, {f"{seed}.png": png(seed) for seed in range(4)})
    receive = services.file_receive
    taken: list[object] = []

    def interrupted(**arguments: object) -> UploadFile:
        if len(taken) == 2:
            raise KeyboardInterrupt
        taken.append(arguments)
        return receive(**arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as interrupting:
        interrupting.setattr(services, "file_receive", interrupted)
        with pytest.raises(CommandError, match="run the same command again") as stopped:
            imported(folder)
    assert stopped.value.returncode == 130
    assert Upload.objects.get().closed_at is not None

    imported(folder)

    assert Image.objects.count() == 4


def test_a_full_disk_stops_the_import_with_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, {"one.png": png()})

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(services, "file_receive", full)

    with pytest.raises(CommandError, match="cats/one.png failed .No space left on device"):
        imported(folder)


@pytest.mark.django_db(transaction=True)  # it closes the connection
def test_a_restart_of_postgres_is_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, {"one.png": png()})
    receive, failures = services.file_receive, [OperationalError("the database system is starting")]

    def flaky(**arguments: object) -> UploadFile:
        if failures:
            raise failures.pop()
        return receive(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "file_receive", flaky)

    assert "1 new image," in imported(folder)


def test_without_waiting_the_files_are_left_to_the_workers(folder: Path) -> None:
    put(folder, {"one.png": png()})

    assert imported(folder, wait=False) == ""
    assert states() == {"cats/one.png": "waiting"}


def test_a_path_that_is_not_there_is_refused_before_anything(folder: Path) -> None:
    put(folder, {"one.png": png()})

    with pytest.raises(CommandError, match="nothing at .*elsewhere"):
        imported(folder, folder / "elsewhere")
    (folder / "empty").mkdir()
    with pytest.raises(CommandError, match="no files"):
        imported(folder / "empty")

    assert not Upload.objects.exists()
