"""The tagger that stands in where none is to be had: real in every part, and meaningless."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from worker.engine import Engine
from worker.joytag import checkpoint, untrained


def test_it_is_a_small_checkpoint_in_the_published_form(tmp_path: Path) -> None:
    directory = untrained.write(tmp_path / "new" / "untrained")
    loaded = checkpoint.load(directory)
    assert sum(path.stat().st_size for path in directory.iterdir()) < 3_000_000
    assert loaded.config.image_size == 224
    assert 50 <= len(loaded.tags) <= 70
    assert {"1girl", "solo", "smile", "apron", "watermark", "outdoors"} <= set(loaded.tags)
    assert all(tag == tag.lower().strip() and " " not in tag for tag in loaded.tags)


def test_a_seed_always_makes_the_same_one(tmp_path: Path) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    untrained.write(tmp_path / "a")
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    untrained.write(tmp_path / "b")
    untrained.write(tmp_path / "c", seed=1)
    a, b, c = ((tmp_path / name / "model.safetensors").read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_one_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    directory = untrained.write(tmp_path / "untrained")
    sha256 = checkpoint.load(directory).sha256
    assert checkpoint.load(untrained.write(directory, seed=1)).sha256 == sha256


def test_its_scores_are_no_numbers_to_trust_but_differ_between_images(tmp_path: Path) -> None:
    engine = Engine.load(untrained.write(tmp_path / "untrained"), "cpu")
    paths = []
    for number in range(6):
        image = Image.effect_noise((40 + 30 * number, 200), 20 * number).convert("RGB")
        paths.append(tmp_path / f"{number}.png")
        image.rotate(number * 30, fillcolor=(40 * number, 0, 200)).save(paths[-1])
    weights, bias = engine.head()
    embeddings = np.array(engine.embed(paths), dtype=np.float32)
    scores = 1 / (1 + np.exp(-(embeddings @ weights.T + bias)))
    assert scores.std(axis=0).mean() > 0.02
    assert scores.mean() == pytest.approx(0.2, abs=0.15)
