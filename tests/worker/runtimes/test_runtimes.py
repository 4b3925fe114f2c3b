"""Every runtime computes the same backbone, to within its precision."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor

from worker.joytag import checkpoint
from worker.joytag.checkpoint import Checkpoint
from worker.joytag.vit import ViT, ViTConfig
from worker.runtimes import Runtime
from worker.runtimes.choice import difference, probes
from worker.runtimes.eager import Compiled, Eager, Half, folded
from worker.runtimes.openvino import OpenVINO

CPU = torch.device("cpu")
TINY = Path(__file__).parents[2] / "golden" / "joytag-tiny"
# The published architecture, fewer and narrower blocks.
SMALL = {
    "num_blocks": 2,
    "patch_size": 16,
    "d_model": 96,
    "mlp_dim": 384,
    "num_heads": 3,
    "stochdepth_rate": 0.05,
    "cnn_stem": "conv:c=16;ln;relu;conv:c=24;ln;relu;conv:c=32;ln;relu;conv:c=48;ln;relu;"
    "conv:c=96,s=1,k=1,p=0",
    "image_size": 96,
    "n_tags": 50,
}


@pytest.fixture(params=["golden", "small"])
def loaded(request: pytest.FixtureRequest) -> Checkpoint:
    if request.param == "golden":
        return checkpoint.load(TINY)
    torch.manual_seed(1)
    model = ViT(ViTConfig.from_json(json.dumps(SMALL))).eval()
    with torch.no_grad():  # so that a scale or a shift left out shows
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return Checkpoint(model, tuple(map(str, range(50))))


@pytest.fixture
def pixels(loaded: Checkpoint) -> Tensor:
    return probes(loaded.config.image_size)


def off(loaded: Checkpoint, runtime: Runtime, pixels: Tensor) -> float:
    exact = Eager(loaded.model, CPU).embed(pixels)
    found = runtime.embed(pixels)
    assert found.shape == exact.shape == (len(pixels), loaded.config.d_model)
    assert found.dtype == torch.float32
    return difference(loaded, found, exact)


def test_openvino_in_full_precision_is_exact(loaded: Checkpoint, pixels: Tensor) -> None:
    assert off(loaded, OpenVINO(loaded.model, threads=2, eight_bit=False), pixels) < 1e-5


SIGNALLED = """
import gc, signal, sys, threading
from pathlib import Path
from worker.joytag import checkpoint
from worker.runtimes.openvino import OpenVINO

held = [OpenVINO(checkpoint.load(Path(sys.argv[1])).model, threads=1, eight_bit=False)]

def drop():
    held.clear()
    gc.collect()

dropping = threading.Thread(target=drop)
dropping.start()
dropping.join()
signal.signal(signal.SIGUSR1, lambda *_: print("handled"))
signal.raise_signal(signal.SIGUSR1)
"""


def test_openvino_dropped_in_another_thread_leaves_signals_as_they_were() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SIGNALLED, str(TINY)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "handled\n"), done.stderr


def test_openvino_with_eight_bits_rounds_and_stays_near(loaded: Checkpoint, pixels: Tensor) -> None:
    assert 1e-6 < off(loaded, OpenVINO(loaded.model, threads=2, eight_bit=True), pixels) < 0.02


def test_half_precision_rounds_and_stays_near(loaded: Checkpoint, pixels: Tensor) -> None:
    assert 1e-6 < off(loaded, Half(loaded.model, CPU), pixels) < 0.02


def test_a_compiled_one_fills_batches_up_and_gives_back_only_what_was_asked(
    loaded: Checkpoint, pixels: Tensor
) -> None:
    half = Half(loaded.model, CPU).embed(pixels)
    compiled = Compiled(loaded.model, CPU, batch=2, backend="eager").embed(pixels)
    torch.testing.assert_close(compiled, half, rtol=0.02, atol=0.02)


def test_many_images_come_back_in_order(loaded: Checkpoint, pixels: Tensor) -> None:
    runtime = OpenVINO(loaded.model, threads=2, eight_bit=False)
    many = pixels.repeat(7, 1, 1, 1)
    torch.testing.assert_close(runtime.embed(many), runtime.embed(pixels).repeat(7, 1))


def test_folding_leaves_the_model_as_it_was(loaded: Checkpoint) -> None:
    before = {name: each.clone() for name, each in loaded.model.state_dict().items()}
    folded(loaded.model)
    for name, each in loaded.model.state_dict().items():
        assert torch.equal(each, before[name])


def test_the_probes_are_pictures_that_differ() -> None:
    first, second, third = probes(64)
    assert not torch.equal(first, second)
    assert not torch.equal(second, third)
