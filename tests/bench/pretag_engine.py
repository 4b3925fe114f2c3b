"""The engine against the published example's loop, in one process on the same files.

Needs torch, Pillow and safetensors alone, so that it runs on a machine that has a GPU and nothing
of ours. Where `LABELHUB_TAGGER` names no checkpoint, the published configuration with random
weights serves: it costs the same. Without a GPU, what is written for one runs small on the CPU.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from tests.bench import example
from tests.bench.parity import PUBLISHED
from tests.bench.pictures import photographs
from tests.bench.report import SHARED, Report
from worker.engine import Engine, Reader
from worker.joytag import checkpoint
from worker.joytag.checkpoint import Checkpoint
from worker.joytag.config import ViTConfig
from worker.joytag.pixels import ImageError
from worker.joytag.preprocess import prepare_pixels
from worker.joytag.vit import ViT
from worker.runtimes import Runtime, choice
from worker.runtimes.eager import Half

LIMIT = 5e-3
FILES, ROUNDS = 8, 5
NO_GPU = "no GPU here"
DECODE_THREADS = 16
LONG_RUN = 20_000
Scores = NDArray[np.float32]  # (images, tags)
Result = TypeVar("Result")


def run(report: Report) -> None:
    loaded = tagger(report)
    with tempfile.TemporaryDirectory() as folder:
        paths = files(report, Path(folder), FILES)
        on_cpu(report, loaded, paths)
        if torch.cuda.is_available():
            on_gpu(report, loaded, paths)
        else:
            gpu_unmeasured(report, paths)


def tagger(report: Report) -> Checkpoint:
    named = os.environ.get("LABELHUB_TAGGER")
    report.context["weights"] = named or "random, in the published configuration"
    return checkpoint.load(Path(named)) if named else random_tagger(PUBLISHED)


def random_tagger(config: dict[str, Any], *, channel_scale: float | None = None) -> Checkpoint:
    torch.manual_seed(0)
    model = ViT(ViTConfig.from_json(json.dumps(config))).eval()
    if channel_scale is not None:
        for name, parameter in model.named_parameters():
            if name.endswith(".skip"):
                parameter.data.fill_(channel_scale)
    tags = tuple(f"tag_{number}" for number in range(model.config.n_tags))
    return Checkpoint(model, tags)


def files(report: Report, folder: Path, count: int) -> list[Path]:
    """Half of them drawn large, half real and small where there are any."""
    real = sorted((SHARED / "photos").glob("*.[jJ]*"))[: count // 2]
    made = photographs(folder, count - len(real))
    report.context["files"] = f"{len(made)} drawn of 1.2 to 1.9 megapixels, {len(real)} photographs"
    return [*made, *real]


def on_cpu(report: Report, loaded: Checkpoint, paths: Sequence[Path]) -> None:
    cpu = torch.device("cpu")
    engine = Engine(loaded, "cpu", fast=True)
    half = Half(loaded.model, cpu) if choice.has_bf16() else None
    head = loaded.model.head
    seconds: dict[str, list[float]] = {"example": [], "engine": [], "bf16": []}
    for _round in range(ROUNDS):
        took, theirs = timed(lambda: one_by_one(loaded.model, paths, cpu))
        seconds["example"].append(took)
        took, ours = timed(lambda: by_engine(engine, paths))
        seconds["engine"].append(took)
        if half is not None:
            took, halves = timed(partial(by_runtime, half, head, paths, engine.image_size))
            seconds["bf16"].append(took)
    times = median_ratio(seconds["example"], seconds["engine"])
    report.add("CPU, end to end, times the example's loop", f"{times:.2f}", ">= 3", ok=times >= 3)
    off = largest(ours, theirs)
    report.add(
        "CPU, largest difference of a score to 32 bits", f"{off:.2e}", "<= 5e-3", ok=off <= LIMIT
    )
    name = "CPU, torch bf16 alone, times the loop"
    if half is None:
        report.unmeasured(name, ">= 1.8", "this CPU has no bf16 instructions")
    else:
        times = median_ratio(seconds["example"], seconds["bf16"])
        report.add(name, f"{times:.2f}", ">= 1.8", ok=times >= 1.8)
        report.context["CPU, difference of bf16 alone"] = f"{largest(halves, theirs):.2e}"
    report.context["CPU runtime"] = f"{engine.facts.name} on {engine.facts.device}"
    report.context["CPU instructions"] = instructions()
    for name, rounds in seconds.items():
        if rounds:
            rate = len(paths) / statistics.median(rounds)
            report.context[f"CPU, end to end, images/s: {name}"] = f"{rate:.3f}"
    stages(report, "CPU", engine, paths)
    arithmetic(report, loaded, engine.facts.images_per_second, cpu)
    report.context["CPU, peak memory of this process, MB"] = peak_memory()
    stressed = Engine(random_tagger(PUBLISHED, channel_scale=1.0), "cpu", fast=True)
    report.context["CPU, channel scales of 1 instead of 0.1"] = (
        f"{stressed.facts.name}, off by {stressed.facts.agreement:.2e}"
    )


def on_gpu(report: Report, loaded: Checkpoint, paths: Sequence[Path]) -> None:
    gpu = torch.device("cuda")
    torch.cuda.reset_peak_memory_stats()
    engine = Engine(loaded, "cuda", fast=True)
    rate = engine.facts.images_per_second
    report.context["GPU runtime"] = f"{engine.facts.name} on {engine.facts.device}"
    report.add(
        "GPU, backbone, images/s", f"{rate:.0f}", ">= 1900 on an H200, aim 2900", ok=rate >= 1900
    )
    report.context["GPU, largest difference of a score"] = f"{engine.facts.agreement:.2e}"
    arithmetic(report, loaded, rate, gpu)
    on_device = ViT(loaded.config).to(gpu).eval()
    on_device.load_state_dict(loaded.model.state_dict())
    many = [*paths] * (2 * engine.batch_size // len(paths) + 1)
    loop, ours = [], []
    for _round in range(ROUNDS):
        loop.append(timed(lambda: one_by_one(on_device, paths, gpu))[0] / len(paths))
        ours.append(timed(lambda: by_engine(engine, many))[0] / len(many))
    times = median_ratio(loop, ours)
    report.add("GPU, end to end, times the example's loop", f"{times:.1f}", ">= 20", ok=times >= 20)
    long_run(report, engine, paths, LONG_RUN)
    report.context["GPU, peak memory, MB"] = round(torch.cuda.max_memory_allocated() / 1e6)


def gpu_unmeasured(report: Report, paths: Sequence[Path]) -> None:
    report.unmeasured("GPU, backbone, images/s", ">= 1900 on an H200, aim 2900", NO_GPU)
    report.unmeasured("GPU, end to end, times the example's loop", ">= 20", NO_GPU)
    small = PUBLISHED | {"num_blocks": 1, "image_size": 224, "n_tags": 100}
    long_run(report, Engine(random_tagger(small), "cpu", fast=True), paths, 40)


def long_run(report: Report, engine: Engine, paths: Sequence[Path], count: int) -> None:
    """Which stage bounds a long run, and by how much: each by itself, then both at once."""
    where = engine.device.type.upper()
    chosen = [paths[number % len(paths)] for number in range(count)]
    with ThreadPoolExecutor(DECODE_THREADS) as pool:
        decode = partial(prepare_pixels, size=engine.image_size)
        took, pixels = timed(lambda: list(pool.map(decode, chosen[: max(200, len(paths))])))
        reading = len(pixels) / took
    batch = torch.stack(pixels[: engine.batch_size])
    backbone = len(batch) / min(timed(lambda: engine.forward(batch))[0] for _round in range(3))
    took, found = timed(lambda: sum(len(done) for done in engine.stream(chunks(engine, chosen))))
    assert found == count
    slower, faster = sorted([(reading, "preparation"), (backbone, "the backbone")])
    report.context[f"{where}, run of {count} images with {DECODE_THREADS} decode threads"] = (
        f"{count / took:.1f} images/s; {slower[1]} bounds it: {slower[0]:.1f} images/s alone, "
        f"{faster[1]} {faster[0]:.1f} ({faster[0] / slower[0]:.1f} times)"
    )


def stages(report: Report, where: str, engine: Engine, paths: Sequence[Path]) -> None:
    took, pixels = timed(lambda: prepared_all(paths, engine.image_size))
    report.context[f"{where}, preparation alone, images/s a core"] = f"{len(paths) / took:.1f}"
    took, embeddings = timed(lambda: engine.forward(pixels))
    report.context[f"{where}, backbone alone, images/s"] = f"{len(paths) / took:.3f}"
    weight, bias = engine.head()
    took = min(timed(lambda: embeddings[0] @ weight.T + bias)[0] for _round in range(20))
    report.context[f"{where}, head of one image, ms"] = f"{took * 1000:.2f}"


def arithmetic(
    report: Report, loaded: Checkpoint, images_per_second: float, device: torch.device
) -> None:
    where = "GPU" if device.type == "cuda" else "CPU"
    each, rate = flops(loaded.config), matrix_rate(device)
    achieved = each * images_per_second
    report.context[f"{where}, GFLOP an image"] = f"{each / 1e9:.1f}"
    report.context[f"{where}, achieved GFLOP/s"] = f"{achieved / 1e9:.0f}"
    report.context[f"{where}, matrix rate measured, GFLOP/s"] = (
        f"{rate / 1e9:.0f} ({str(matrix_dtype(device)).removeprefix('torch.')})"
    )
    report.context[f"{where}, share of that rate"] = f"{achieved / rate:.0%}"


def flops(config: ViTConfig) -> float:
    """Of one image: convolutions, linear layers and attention's two products; 2 a multiply-add.

    Counted by torch on the model itself, of which nothing is computed.
    """
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        ViT(config).eval()(torch.empty(1, 3, config.image_size, config.image_size))
    return float(counter.get_total_flops())


def matrix_rate(device: torch.device) -> float:
    """Multiply-adds times two a second of one large product, the best of several."""
    side = 8192 if device.type == "cuda" else 1536
    dtype = matrix_dtype(device)
    left, right = (torch.randn(side, side, device=device).to(dtype) for _ in range(2))

    def product() -> None:
        left @ right
        if device.type == "cuda":
            torch.cuda.synchronize()

    product()
    return 2 * side**3 / min(timed(product)[0] for _round in range(10))


def matrix_dtype(device: torch.device) -> torch.dtype:
    """The shortest floating point that torch multiplies fast on this device."""
    if device.type == "cuda":
        return torch.float16
    return torch.bfloat16 if choice.has_bf16() else torch.float32


def instructions() -> str:
    """What the CPU has of the instructions that the bars were set with."""
    able = torch.cpu.get_capabilities()
    wanted = ("avx2", "avx512_f", "avx512_vnni", "avx512_bf16", "amx_bf16")
    return ", ".join(name for name in wanted if able.get(name)) or "none of note"


def one_by_one(model: ViT, paths: Iterable[Path], device: torch.device) -> Scores:
    return np.stack([example.scores(model, path, device) for path in paths])


def by_engine(engine: Engine, paths: Sequence[Path]) -> Scores:
    weight, bias = engine.head()
    found = []
    for embedding in engine.embed(paths):
        if isinstance(embedding, ImageError):
            raise embedding
        found.append(embedding)
    logits = np.stack(found) @ weight.T + bias
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)


def by_runtime(runtime: Runtime, head: torch.nn.Linear, paths: Sequence[Path], size: int) -> Scores:
    with torch.inference_mode():
        found: Scores = head(runtime.embed(prepared_all(paths, size))).sigmoid().numpy()
        return found


def prepared_all(paths: Iterable[Path], size: int) -> Tensor:
    return torch.stack([prepare_pixels(path, size) for path in paths])


def chunks(engine: Engine, paths: Sequence[Path]) -> Iterable[list[tuple[int, Reader]]]:
    numbered: list[tuple[int, Reader]] = [
        (number, partial(prepare_pixels, path)) for number, path in enumerate(paths)
    ]
    for start in range(0, len(numbered), engine.batch_size):
        yield numbered[start : start + engine.batch_size]


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def median_ratio(theirs: Sequence[float], ours: Sequence[float]) -> float:
    return statistics.median(one / other for one, other in zip(theirs, ours, strict=True))


def largest(found: Scores, reference: Scores) -> float:
    return float(np.abs(found - reference).max())


def peak_memory() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


def main() -> int:
    report = Report("pretag-engine")
    run(report)
    return report.write()


if __name__ == "__main__":
    sys.exit(main())
