"""Wherever a worker is killed while it takes files in, nothing is lost and nothing doubled."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from labelhub import storage
from labelhub.images import services
from labelhub.images.models import Image
from labelhub.images.selectors import file_bytes, pending
from labelhub.images.services import receive as receive_service
from labelhub.images.services import settle, upload_close, upload_open
from labelhub.jobs.models import Job
from tests.ingesting import (
    Killed,
    kill,
    lapse,
    messages,
    on_disk,
    outcomes,
    receive,
    step,
    tags_of,
    uploaded,
    work_off,
)
from tests.pictures import png, zipped
from worker.decoder.parent import DecoderDied
from worker.tasks import ingest as task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells", "decoder_ended")]


def test_an_unpacking_that_was_interrupted_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settle, "UNPACK_SECONDS", 0.0)
    monkeypatch.setattr(task, "STEP_SECONDS", 0.0)
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
    monkeypatch.setattr(settle, "MEMBERS_TOGETHER", 2)
    with monkeypatch.context() as killing:
        calls: list[object] = []

        def killed(**arguments: object) -> None:
            calls.append(arguments)
            if len(calls) == 2:
                raise Killed
            receive_service.members_add(**arguments)  # type: ignore[arg-type]

        killing.setattr("labelhub.images.services.settle.members_add", killed)
        with pytest.raises(Killed):
            step(upload)
    lapse(upload)

    work_off(upload)

    assert Image.objects.count() == 6
    assert upload.files.count() == 7


def test_a_disk_that_fills_while_unpacking_is_not_filled_with_what_nobody_knows(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = upload_open(expected=1)
    receive(upload, "all.zip", zipped({f"{seed}.png": png(seed) for seed in range(6)}))
    upload_close(upload_id=upload.pk)
    with monkeypatch.context() as full:
        taken: list[storage.Received] = []

        def receive_some(source: storage.Readable, *, limit: int) -> storage.Received:
            if len(taken) == 3:
                raise OSError(errno.ENOSPC, "No space left on device")
            taken.append(_receive(source, limit=limit))
            return taken[-1]

        _receive = storage.receive
        full.setattr(storage, "receive", receive_some)
        with pytest.raises(OSError, match="No space left"):
            step(upload)
        assert len(taken) == 3
    assert len(on_disk(files, "incoming")) == 1  # the archive itself

    work_off(upload)

    assert Image.objects.count() == 6
    assert on_disk(files, "incoming") == []


@pytest.mark.parametrize("moment", ["before storing", "while storing", "before commit"])
def test_a_worker_killed_at_an_image_loses_and_doubles_nothing(
    monkeypatch: pytest.MonkeyPatch, files: Path, moment: str
) -> None:
    upload = upload_open(expected=2)
    receive(upload, "a.png", png(1))
    receive(upload, "b.png", png(2))
    upload_close(upload_id=upload.pk)
    target = {
        "before storing": "labelhub.storage.put_file",
        "while storing": "labelhub.storage.put_bytes",
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
        first = services.image_keep(file=file, path=path, facts=facts)
        second = services.image_keep(file=file, path=path, facts=facts)
        services.images_store(new=[first])
        services.images_store(new=[second])

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


def test_what_was_read_before_the_storage_failed_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = upload_open(expected=3)
    for seed in range(3):
        receive(upload, f"{seed}.png", png(seed))
    put_file = storage.put_file

    def full(key: str, path: Path) -> None:
        if len(kept) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        kept.append(key)
        put_file(key, path)

    kept: list[str] = []
    with monkeypatch.context() as failing:
        failing.setattr(storage, "put_file", full)
        with pytest.raises(OSError, match="No space"):
            step(upload)
    assert outcomes(upload) == {"0.png": "stored", "1.png": "stored", "2.png": "waiting"}
    work_off(upload)
    assert Image.objects.count() == 3


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
    upload = upload_open(expected=1)
    receive(upload, "0.png", png(0))
    slow = services.files_claim(upload_id=upload.pk)
    lapse(upload)
    fast = services.files_claim(upload_id=upload.pk)

    services.files_release(claim=slow)
    assert services.files_claim(upload_id=upload.pk).files == []
    services.files_release(claim=fast)
    assert len(services.files_claim(upload_id=upload.pk).files) == 1


def test_what_a_killed_worker_held_is_taken_alone_and_after_the_rest() -> None:
    upload = upload_open(expected=4)
    for seed in range(2):
        receive(upload, f"{seed}.png", png(seed))
    services.files_claim(upload_id=upload.pk)
    lapse(upload)
    for seed in range(2, 4):
        receive(upload, f"{seed}.png", png(seed))

    claims = [services.files_claim(upload_id=upload.pk) for _time in range(4)]

    taken = [[file.path for file in claim.files] for claim in claims]
    assert taken == [["2.png", "3.png"], ["0.png"], ["1.png"], []]


def test_of_a_batch_killed_over_and_over_only_the_file_to_blame_is_rejected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = upload_open(expected=5)
    for seed in range(5):
        receive(upload, "poison.png" if seed == 2 else f"{seed}.png", png(seed))
    upload_close(upload_id=upload.pk)
    decode, kills = task.decoder.decode, []

    def deadly(path: Path, name: str) -> object:
        if name == "poison.png":
            kills.append(name)
            raise Killed
        return decode(path, name)

    monkeypatch.setattr(task.decoder, "decode", deadly)
    for _time in range(3):
        with pytest.raises(Killed):
            step(upload)
        lapse(upload)

    work_off(upload)

    assert outcomes(upload).pop("poison.png") == "rejected"
    assert set(outcomes(upload).values()) == {"stored", "rejected"}
    assert Image.objects.count() == 4 and len(kills) == 3


def test_files_given_back_can_be_claimed_at_once() -> None:
    upload = upload_open(expected=3)
    for seed in range(3):
        receive(upload, f"{seed}.png", png(seed))
    claim = services.files_claim(upload_id=upload.pk)

    services.files_release(claim=claim, after=claim.files[0])

    again = services.files_claim(upload_id=upload.pk)
    assert [file.path for file in again.files] == ["1.png", "2.png"]
