"""The engine: any files in, one result each out, in order."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from worker.engine import AHEAD, Engine, Reader
from worker.joytag import checkpoint
from worker.joytag.checkpoint import Checkpoint, CheckpointError
from worker.joytag.preprocess import ImageError, load_image, prepare, prepare_pixels
from worker.runtimes import choice
from worker.runtimes.choice import RuntimeFacts
from worker.runtimes.eager import Half

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
    def full(source: Path, size: int) -> torch.Tensor:
        if "301" in source.name:
            raise MemoryError
        return prepare_pixels(source, size)

    monkeypatch.setattr("worker.engine.prepare_pixels", full)
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


def test_fast_is_the_chosen_runtime_and_full_precision_is_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def chosen(loaded: Checkpoint, device: torch.device, kept: Path | None) -> object:
        assert kept == tmp_path
        return Half(loaded.model, device), RuntimeFacts("half", "a CPU", 40.0, 0.001)

    monkeypatch.setattr(choice, "choose", chosen)
    exact, fast = (
        Engine.load(TAGGER, "cpu", fast=fast, kept=tmp_path if fast else None)
        for fast in (False, True)
    )
    assert (exact.facts.agreement, exact.facts.name) == (0.0, "torch, 32 bits")
    assert (fast.facts.name, fast.batch_size) == ("half", 8)
    off = np.abs(embeddings(fast.embed(PICTURES)) - embeddings(exact.embed(PICTURES))).max()
    assert 1e-5 < off < 0.1


def reader(path: Path, then: Callable[[], None] = lambda: None) -> Reader:
    def read(size: int) -> torch.Tensor:
        then()
        return prepare_pixels(path, size)

    return read


def test_a_stream_gives_every_chunk_its_results_by_number(engine: Engine, tmp_path: Path) -> None:
    expected = embeddings(engine.embed(PICTURES[:3]))
    gone = reader(tmp_path / "gone.png")
    chunks = [
        [(7, reader(PICTURES[0])), (5, gone)],
        [(2, reader(PICTURES[1]))],
        [(9, gone)],
        [(1, reader(PICTURES[2]))],
    ]
    found = list(engine.stream(chunks))
    assert [list(done) for done in found] == [[7, 5], [2], [9], [1]]
    assert isinstance(found[0][5], ImageError)
    assert isinstance(found[2][9], ImageError)
    good = [found[0][7], found[1][2], found[3][1]]
    assert np.abs(embeddings(good) - expected).max() < 1e-5


def test_a_stream_asks_the_caller_in_its_own_thread_and_only_a_little_ahead(engine: Engine) -> None:
    asked: list[int] = []
    threads: set[int] = set()

    def chunks() -> Iterator[list[tuple[int, Reader]]]:
        for number in range(8):
            asked.append(number)
            threads.add(threading.get_ident())
            yield [(number, reader(PICTURES[0]))]

    for number, done in enumerate(engine.stream(chunks())):
        assert list(done) == [number]
        assert asked[-1] <= number + AHEAD
    assert threads == {threading.get_ident()}


def test_closing_a_stream_leaves_the_rest_undone(engine: Engine) -> None:
    read: list[int] = []
    chunks = ([(n, reader(PICTURES[0], partial(read.append, n)))] for n in range(100))
    stream = engine.stream(chunks)
    next(stream)
    before = threading.active_count()
    stream.close()
    assert len(read) <= 1 + AHEAD
    assert threading.active_count() < before


def test_a_batch_that_a_gpu_cannot_hold_is_done_in_halves(engine: Engine) -> None:
    class Small:
        name = "small"
        sizes: ClassVar[list[int]] = []

        def embed(self, pixels: torch.Tensor) -> torch.Tensor:
            self.sizes.append(len(pixels))
            if len(pixels) > 2:
                raise torch.cuda.OutOfMemoryError
            return pixels.float().mean(dim=(1, 2, 3))[:, None]

    engine._runtime = Small()
    found = embeddings(engine.embed(PICTURES[:4]))
    assert Small.sizes == [4, 2, 2]
    assert len({float(each[0]) for each in found}) == 4


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
