"""The engine: any files in, one result each out, in order."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from worker.engine import Engine
from worker.joytag import checkpoint
from worker.joytag.checkpoint import CheckpointError
from worker.joytag.preprocess import ImageError, load_image, prepare

GOLDEN = Path(__file__).parents[1] / "golden"
TAGGER = GOLDEN / "joytag-tiny"
PICTURES = sorted((GOLDEN / "preprocess").glob("*.png"))


@pytest.fixture
def engine() -> Engine:
    return Engine.load(TAGGER, "cpu")


def embeddings(results: list[NDArray[np.float32] | ImageError]) -> NDArray[np.float32]:
    good = [result for result in results if not isinstance(result, ImageError)]
    assert len(good) == len(results)
    return np.stack(good)


def test_it_says_what_it_is(engine: Engine) -> None:
    assert len(engine.tags) == 12
    assert engine.tags[5] == "fate/grand_order"
    assert engine.width == 48
    weights = (TAGGER / "model.safetensors").read_bytes()
    assert engine.sha256 == hashlib.sha256(weights).hexdigest()
    assert engine.device.type == "cpu"


def test_a_file_gets_the_models_embedding(engine: Engine) -> None:
    model = checkpoint.load(TAGGER).model
    with torch.inference_mode():
        expected = model(torch.stack([prepare(load_image(path), 64) for path in PICTURES]))
    found = embeddings(engine.embed(PICTURES))
    assert found.dtype == np.float32
    assert np.abs(found - expected.embeddings.numpy()).max() < 1e-5
    weights, bias = engine.head()
    assert weights.shape == (12, 48)
    assert np.abs(found @ weights.T + bias - expected.logits.numpy()).max() < 1e-5


def test_a_bad_image_is_its_own_result_and_never_its_batchs(engine: Engine, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"not an image")
    sources = [bad, PICTURES[0], tmp_path / "gone.png", PICTURES[1], PICTURES[2], bad, PICTURES[3]]
    results = engine.embed(sources)
    kinds = [isinstance(result, ImageError) for result in results]
    assert kinds == [True, False, True, False, False, True, False]
    assert "no such file" in str(results[2])
    alone = embeddings(engine.embed(PICTURES[:4]))
    found = embeddings([result for result in results if not isinstance(result, ImageError)])
    assert np.abs(found - alone).max() < 1e-5


def test_results_keep_their_order_over_many_batches(engine: Engine) -> None:
    sources = [PICTURES[i * 3 % len(PICTURES)] for i in range(3 * engine.batch_size + 1)]
    found = embeddings(engine.embed(sources))
    for path in PICTURES:
        same = found[[source == path for source in sources]]
        assert np.abs(same - embeddings(engine.embed([path]))).max() < 1e-5
    assert np.abs(found[0] - found[1]).max() > 1e-3


def test_nothing_and_nothing_readable(engine: Engine) -> None:
    assert engine.embed([]) == []
    results = engine.embed([io.BytesIO(b""), io.BytesIO(b"x")])
    assert all(isinstance(result, ImageError) for result in results)


def test_streams_serve_as_well_as_paths(engine: Engine) -> None:
    streams = [io.BytesIO(path.read_bytes()) for path in PICTURES]
    assert np.array_equal(embeddings(engine.embed(streams)), embeddings(engine.embed(PICTURES)))


def test_a_picture_too_large_to_prepare_costs_only_itself(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(image: Image.Image, size: int) -> torch.Tensor:
        if image.width == 301:
            raise MemoryError
        return prepare(image, size)

    monkeypatch.setattr("worker.engine.prepare", full)
    results = engine.embed(PICTURES)
    assert [str(result) for result in results if isinstance(result, ImageError)] == [
        "There is not enough memory to prepare the image; save it smaller."
    ]


def test_the_callers_head_is_a_copy(engine: Engine) -> None:
    engine.head()[0][:] = 0
    assert np.abs(engine.head()[0]).max() > 0


def test_a_directory_that_is_no_tagger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"config\.json is missing"):
        Engine.load(tmp_path)


def test_fast_is_half_precision_where_the_processor_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = embeddings(Engine.load(TAGGER, "cpu").embed(PICTURES))
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"avx512_bf16": True})
    half = embeddings(Engine.load(TAGGER, "cpu", fast=True).embed(PICTURES))
    assert half.dtype == np.float32
    assert 1e-5 < np.abs(half - exact).max() < 0.1
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"avx512_bf16": False})
    assert np.array_equal(embeddings(Engine.load(TAGGER, "cpu", fast=True).embed(PICTURES)), exact)


def test_a_call_leaves_no_thread_and_no_open_file(engine: Engine) -> None:
    descriptors = Path(f"/proc/{os.getpid()}/fd")
    engine.embed(PICTURES)
    before = len(list(descriptors.iterdir()))
    engine.embed([*PICTURES, TAGGER / "config.json"])
    assert len(list(descriptors.iterdir())) == before


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_is_taken_and_agrees() -> None:
    exact = embeddings(Engine.load(TAGGER, "cpu").embed(PICTURES))
    engine = Engine.load(TAGGER)
    assert engine.device.type == "cuda"
    assert np.abs(embeddings(engine.embed(PICTURES)) - exact).max() < 1e-4
    half = embeddings(Engine.load(TAGGER, fast=True).embed(PICTURES))
    assert np.abs(half - exact).max() < 0.05
