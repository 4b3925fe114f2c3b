"""Zip files that mean harm: each bad member is refused alone, each bad archive whole."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from labelhub.images import archives
from labelhub.images.archives import Archive, ArchiveError
from tests.pictures import png, zipped

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(data: bytes) -> Path:
        path = tmp_path / "incoming"
        path.write_bytes(data)
        return path

    return written


def read(path: Path) -> dict[str, bytes | str]:
    """What each member holds, or the sentence that refuses it."""
    found: dict[str, bytes | str] = {}
    with Archive(path) as archive:
        for member in archive.members():
            try:
                if member.refusal:
                    raise ArchiveError(member.refusal)
                with archive.open(member) as stream:
                    found[member.name] = stream.read()
            except ArchiveError as error:
                found[member.name] = str(error)
    return found


def named(name: str, **attributes: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("placeholder")
    info.filename = name
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info


LINK = 0o120777 << 16
DEVICE = 0o020666 << 16


@pytest.mark.parametrize(
    ("info", "sentence"),
    [
        (named("../../outside.png"), "leads outside"),
        (named("a/../../outside.png"), "leads outside"),
        (named("/etc/outside.png"), "absolute"),
        (named("C:/outside.png"), "absolute"),
        (named(r"..\outside.png"), "characters"),
        (named(r"\\server\outside.png"), "characters"),
        (named("link.png", external_attr=LINK), "link"),
        (named("device.png", external_attr=DEVICE), "device"),
        (named("inner.zip"), "inside an archive"),
        (named("inner.tar"), "inside an archive"),
        (named("packed.png", compress_type=zipfile.ZIP_LZMA), "plain zip"),
        (named("packed.png", compress_type=zipfile.ZIP_BZIP2), "plain zip"),
    ],
    ids=lambda value: value.filename if isinstance(value, zipfile.ZipInfo) else "",
)
def test_a_hostile_member_is_refused_and_the_rest_goes_on(
    write: Write, info: zipfile.ZipInfo, sentence: str
) -> None:
    found = read(write(zipped([("first.png", b"1"), (info, b"2"), ("last.png", b"3")])))

    assert found["first.png"] == b"1"
    assert found["last.png"] == b"3"
    refusal = found[info.filename]
    assert isinstance(refusal, str) and sentence in refusal


def test_an_encrypted_member_is_refused(write: Write) -> None:
    data = bytearray(zipped({"secret.png": b"1", "open.png": b"2"}))
    # The flags of the first member, in its own header and in the list at the end.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1

    found = read(write(bytes(data)))

    assert "encrypted" in str(found["secret.png"])
    assert found["open.png"] == b"2"


def test_a_member_with_wrong_bytes_is_refused(write: Write) -> None:
    data = zipped({"broken.png": b"A" * 100, "whole.png": b"2"}, zipfile.ZIP_STORED)

    found = read(write(data.replace(b"A" * 100, b"B" * 100)))

    assert "damaged" in str(found["broken.png"])
    assert found["whole.png"] == b"2"


def test_a_bomb_is_refused_by_what_it_announces(write: Write) -> None:
    found = read(write(zipped({"bomb.png": bytes(archives.RATIO_FROM + 1), "whole.png": b"2"})))

    assert "times its size" in str(found["bomb.png"])
    assert found["whole.png"] == b"2"


def test_a_bomb_that_announces_little_is_cut_off(write: Write) -> None:
    data = bytearray(zipped({"bomb.png": bytes(20 << 20)}))
    for place in (22, data.index(b"PK\x01\x02") + 24):
        struct.pack_into("<L", data, place, 1000)

    assert "damaged" in str(read(write(bytes(data)))["bomb.png"])


def test_a_member_over_the_limit_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MEMBER_BYTES", 1 << 20)

    found = read(write(zipped({"big.png": bytes(2 << 20), "small.png": b"2"}, zipfile.ZIP_STORED)))

    assert "larger than 1 MB" in str(found["big.png"])
    assert found["small.png"] == b"2"


def test_what_is_beyond_the_total_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "TOTAL_BYTES", 2500)

    found = read(write(zipped({f"{i}.png": bytes(1000) for i in range(4)})))

    assert [len(value) for name, value in found.items() if name in ("0.png", "1.png")] == [1000] * 2
    assert "send the rest" in str(found["2.png"]) and "send the rest" in str(found["3.png"])


def test_too_many_members_are_counted_before_they_are_held(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(zip_of(11))
    monkeypatch.setattr(archives, "MEMBERS_LIMIT", 10)
    monkeypatch.setattr(zipfile, "ZipFile", None)

    with pytest.raises(ArchiveError, match="more than 10 files"):
        Archive(path)


def test_as_many_as_are_allowed_are_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MEMBERS_LIMIT", 10)

    assert len(read(write(zip_of(10)))) == 10


def test_folders_and_system_leftovers_are_passed_over(write: Write) -> None:
    names = ["a/", "a/1.png", "__MACOSX/a/._1.png", ".DS_Store", "a/Thumbs.db", "a/.hidden/2.png"]

    assert list(
        read(write(zipped({name: b"" if name[-1] == "/" else b"1" for name in names})))
    ) == ["a/1.png"]


def test_duplicate_and_foreign_names_are_all_there(write: Write) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped([("猫.png", b"1"), ("猫.png", b"2")])

    with Archive(write(data)) as archive:
        assert [(each.index, each.name) for each in archive.members()] == [
            (0, "猫.png"),
            (1, "猫.png"),
        ]


def test_reading_goes_on_from_a_place(write: Write) -> None:
    with Archive(write(zip_of(5))) as archive:
        assert [each.index for each in archive.members(start=3)] == [3, 4]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:-10],
        lambda data: b"PK\x03\x04",
        lambda data: b"PK\x05\x06" + bytes(10),
        lambda data: data.replace(b"PK\x01\x02", b"PK\x01\xff"),
        lambda data: data[:-10] + b"\xff" * 10,
    ],
    ids=["half", "tail", "magic", "end", "list", "lengths"],
)
def test_a_damaged_archive_is_refused_with_a_sentence(
    write: Write, damage: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(ArchiveError, match="damaged or cut short"):
        Archive(write(damage(zipped({"a.png": png(), "b.png": png()}))))


def test_a_zip_with_a_zip64_end_is_counted(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 3)
    data = zip_of(5)
    assert b"PK\x06\x06" in data
    monkeypatch.setattr(archives, "MEMBERS_LIMIT", 4)

    with pytest.raises(ArchiveError, match="more than 4 files"):
        Archive(write(data))


def zip_of(count: int) -> bytes:
    return zipped({f"{index}.png": b"1" for index in range(count)})
