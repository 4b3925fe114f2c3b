"""Kept pixels are those the engine sees; the cache is used again and never stale."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.worker.trainer.conftest import Write
from worker.joytag.preprocess import load_image, normalised, prepare
from worker.trainer import manifest
from worker.trainer.errors import TrainingError
from worker.trainer.pictures import Files, decode, pictures


@pytest.fixture
def read(write: Write, tmp_path: Path) -> manifest.Manifest:
    chance = np.random.default_rng(5)
    for name, size in (("a.png", (90, 64)), ("b.png", (32, 32)), ("c.png", (20, 51))):
        noise = chance.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        Image.fromarray(noise).save(tmp_path / name)
    names = ("a.png", "b.png", "c.png")
    lines = [{"image": name, "tags": [], "split": "train"} for name in names]
    return manifest.read(write(lines))


def test_normalised_they_are_what_the_engine_sees(read: manifest.Manifest) -> None:
    kept = pictures(read, 32, None, threads=2)[np.array([0, 1, 2])]
    assert kept.shape == (3, 32, 32, 3)
    seen = torch.stack([prepare(load_image(read.folder / name), 32) for name in read.images])
    ours = normalised(torch.from_numpy(kept).permute(0, 3, 1, 2))
    torch.testing.assert_close(ours, seen, rtol=0, atol=1e-5)


def test_the_cache_holds_the_same_pixels_and_is_filled_once(
    read: manifest.Manifest, tmp_path: Path
) -> None:
    rows = np.array([2, 0, 2])
    decoded = pictures(read, 32, None, threads=1)
    assert isinstance(decoded, Files)
    np.testing.assert_array_equal(
        pictures(read, 32, tmp_path / "cache", threads=2)[rows], decoded[rows]
    )
    (file,) = (tmp_path / "cache").iterdir()
    written = file.stat().st_mtime_ns
    pictures(read, 32, tmp_path / "cache", threads=1)
    assert [path.stat().st_mtime_ns for path in (tmp_path / "cache").iterdir()] == [written]


def test_a_changed_image_is_decoded_anew(read: manifest.Manifest, tmp_path: Path) -> None:
    pictures(read, 32, tmp_path / "cache", threads=1)
    changed = read.folder / "b.png"
    Image.new("RGB", (32, 32), "red").save(changed)
    os.utime(changed, ns=(1, 1))
    kept = pictures(read, 32, tmp_path / "cache", threads=1)[np.array([1])]
    assert (kept == np.array([255, 0, 0])).all()


def test_an_image_that_cannot_be_read_is_named_and_leaves_no_cache(
    read: manifest.Manifest, tmp_path: Path
) -> None:
    (read.folder / "b.png").write_text("no picture")
    with pytest.raises(TrainingError, match=r"b\.png: This is not an image"):
        pictures(read, 32, tmp_path / "cache", threads=1)
    assert list((tmp_path / "cache").iterdir()) == []
    with pytest.raises(TrainingError, match=r"b\.png"):
        decode(read.folder / "b.png", 32)
