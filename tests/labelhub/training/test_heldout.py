"""The scenes nobody learns from, as a backbone sees them: kept in files that may be lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from labelhub.picturebook.book import Domain, held_out
from labelhub.picturebook.tags import TAGS
from labelhub.training import heldout
from tests import scenes
from tests.ingesting import Killed, kill

BACKBONE = "b" * 64


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    scenes.few(monkeypatch, tmp_path)
    return tmp_path / BACKBONE


def test_what_is_stored_comes_back_with_the_scenes_truth() -> None:
    assert heldout.missing(BACKBONE) == [0, 1, 2]
    assert heldout.load(BACKBONE) is None
    stored = scenes.embedded(BACKBONE, width=5)
    assert heldout.missing(BACKBONE) == []
    found = heldout.load(BACKBONE)
    assert found is not None
    np.testing.assert_array_equal(found.embeddings, stored)
    pages = held_out(drawn=scenes.DRAWN, photo=scenes.PHOTOS)
    assert found.photo.tolist() == [page.domain == Domain.PHOTO for page in pages]
    for row, page in zip(found.truth, pages, strict=True):
        assert {TAGS[at] for at in np.flatnonzero(row)} == page.truth


def test_a_killed_writer_leaves_no_half_chunk(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Path, "replace", kill)
        heldout.store(BACKBONE, 1, np.zeros((4, 5), dtype=np.float32))
    assert 1 in heldout.missing(BACKBONE)
    assert list(few.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"no zip", None])
def test_a_damaged_chunk_is_made_again(few: Path, damage: bytes | None) -> None:
    scenes.embedded(BACKBONE, width=5)
    chunk = few / "001.npz"
    chunk.write_bytes(chunk.read_bytes()[:-40] if damage is None else damage)
    assert heldout.load(BACKBONE) is None
    assert heldout.missing(BACKBONE) == [1]


def test_a_chunk_is_as_long_as_its_scenes() -> None:
    with pytest.raises(ValueError, match="4 scenes"):
        heldout.store(BACKBONE, 0, np.zeros((3, 5), dtype=np.float32))


def test_the_whole_book_fills_its_chunks_and_its_name_is_its_codes() -> None:
    assert heldout.book_sha256() == heldout.book_sha256()
    assert len(heldout.book_sha256()) == 64
