"""Which runtime computes a backbone here: the fastest of those that agree, by measurement.

Each that the device may have looks at the same few pictures as torch in full precision. One whose
scores are off by more than `LIMIT`, or that does not run at all, is not used; of the others the
fastest is. The choice is kept in a file for this checkpoint, device and software, with what full
precision made of the pictures, so that whoever loads it next checks again and need not measure.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import logging
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch
from torch import Tensor

from labelhub.picturebook.book import page
from worker.joytag.checkpoint import Checkpoint
from worker.joytag.preprocess import prepare_pixels
from worker.runtimes import Runtime
from worker.runtimes.eager import Compiled, Eager, Half

log = logging.getLogger(__name__)

EXACT = "exact"
LIMIT = 5e-3  # of a raw score: the largest difference to full precision that is accepted
FORM = "1"  # of the kept file and of what is measured
PROBES, PROBE_SEED = 3, 448
ROUNDS, ROUND_SECONDS = 3, 0.3
MARGIN = 1.05
CUDA_BATCH = 128
CPU_BATCH, CPU_BATCH_SECONDS, CPU_BATCH_MOST = 4, 0.2, 32
Maker = Callable[[], Runtime]


@dataclass(frozen=True, slots=True)
class RuntimeFacts:
    """How a backbone is computed.

    Attributes:
        device: its name, as its maker calls it.
        images_per_second: measured when it was chosen, by itself.
        agreement: the largest difference of a raw score to full precision's, over all tags of the
            probe pictures; 0 for full precision itself.
    """

    name: str
    device: str
    images_per_second: float
    agreement: float


def choose(
    loaded: Checkpoint, device: torch.device, kept: Path | None = None
) -> tuple[Runtime, RuntimeFacts]:
    """The fastest runtime that agrees with full precision on this device.

    Args:
        kept: a folder for what was measured; measured again where it is None.
    """
    pixels = probes(loaded.config.image_size)
    file = kept / f"{_fingerprint(loaded, device)}.json" if kept else None
    if file and (found := _again(file, loaded, device, pixels)):
        return found
    reference = Eager(loaded.model, device).embed(pixels)
    best = _measured(EXACT, loaded, device, pixels, reference)
    assert best is not None  # it agrees with itself
    for name in candidates(loaded, device):
        measured = _measured(name, loaded, device, pixels, reference)
        if measured and _faster(measured.facts, best.facts):
            best = measured
    if file:
        _keep(file, best, reference)
    return best.runtime, best.facts


def _faster(facts: RuntimeFacts, best: RuntimeFacts) -> bool:
    """By more than measuring twice would differ: for nothing, exactness is not given away."""
    return facts.images_per_second > MARGIN * best.images_per_second


def exact(loaded: Checkpoint, device: torch.device) -> tuple[Runtime, RuntimeFacts]:
    """Full precision, unmeasured."""
    runtime = Eager(loaded.model, device)
    return runtime, RuntimeFacts(runtime.name, device_name(device), 0.0, 0.0)


def candidates(loaded: Checkpoint, device: torch.device) -> dict[str, Maker]:
    """Full precision (`EXACT`) and what may be faster than it here."""
    found: dict[str, Maker] = {EXACT: partial(Eager, loaded.model, device)}
    if device.type == "cuda":
        compiled = partial(Compiled, loaded.model, device, batch=CUDA_BATCH)
        return found | {"half": partial(Half, loaded.model, device), "compiled": compiled}
    found |= {
        "openvino": partial(_openvino, loaded, eight_bit=False),
        "openvino, 8 bits": partial(_openvino, loaded, eight_bit=True),
    }
    if has_bf16():
        found["half"] = partial(Half, loaded.model, device)
    return found


def has_bf16() -> bool:
    """Whether the CPU has instructions for bf16, which else is emulated, many times slower."""
    able = torch.cpu.get_capabilities()
    return bool(able.get("amx_bf16") or able.get("avx512_bf16"))


def batch_size(facts: RuntimeFacts, device: torch.device) -> int:
    """How many images to take at once: a GPU's fill; on a CPU, which gains nothing by more, so few
    that an image that somebody waits for does not wait long for those before it.
    """
    if device.type == "cuda":
        return CUDA_BATCH
    if not facts.images_per_second:  # nobody measured
        return CPU_BATCH
    return max(1, min(CPU_BATCH_MOST, round(facts.images_per_second * CPU_BATCH_SECONDS)))


def device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{_cpu()}, {torch.get_num_threads()} threads"


def probes(size: int) -> Tensor:
    """The pictures that runtimes are compared on: uint8 (PROBES, 3, size, size)."""
    pages = [io.BytesIO(page(PROBE_SEED, index).file()) for index in range(PROBES)]
    return torch.stack([prepare_pixels(each, size) for each in pages])


def difference(loaded: Checkpoint, embeddings: Tensor, reference: Tensor) -> float:
    """The largest difference between the raw scores of two sets of embeddings (b, d)."""
    head = loaded.model.head
    with torch.inference_mode():
        scores, exact = (head(each).sigmoid() for each in (embeddings, reference))
        off = (scores - exact).abs().max()
    return float(off) if bool(off.isfinite()) else float("inf")


@dataclass(frozen=True, slots=True)
class _Measured:
    name: str  # among the candidates
    runtime: Runtime
    facts: RuntimeFacts


def _measured(
    name: str, loaded: Checkpoint, device: torch.device, pixels: Tensor, reference: Tensor
) -> _Measured | None:
    try:
        runtime = candidates(loaded, device)[name]()
        off = difference(loaded, runtime.embed(pixels), reference)
    except Exception as error:  # a runtime that this device or model does not have
        log.warning("the runtime %s does not run here: %s", name, error)
        return None
    if off > LIMIT:
        log.warning("%s is off by %.3g in a score and is not used", runtime.name, off)
        return None
    speed = _speed(runtime, device, pixels)
    return _Measured(name, runtime, RuntimeFacts(runtime.name, device_name(device), speed, off))


def _speed(runtime: Runtime, device: torch.device, pixels: Tensor) -> float:
    """Images a second, of the quickest round: what disturbs a round only makes it slower."""
    batch = pixels
    if device.type == "cuda":
        batch = pixels.repeat(-(-CUDA_BATCH // len(pixels)), 1, 1, 1)[:CUDA_BATCH]
    best = 0.0
    for _round in range(ROUNDS):
        began, images = time.perf_counter(), 0
        while (seconds := time.perf_counter() - began) < ROUND_SECONDS or not images:
            runtime.embed(batch)
            images += len(batch)
        seconds = time.perf_counter() - began
        best = max(best, images / seconds)
    return best


def _openvino(loaded: Checkpoint, *, eight_bit: bool) -> Runtime:
    from worker.runtimes.openvino import OpenVINO  # only where it is tried

    return OpenVINO(loaded.model, threads=torch.get_num_threads(), eight_bit=eight_bit)


def _again(
    file: Path, loaded: Checkpoint, device: torch.device, pixels: Tensor
) -> tuple[Runtime, RuntimeFacts] | None:
    """What was chosen before, if it still agrees with what full precision made of the pictures."""
    try:
        content = json.loads(file.read_text())
        facts = RuntimeFacts(**content["facts"])
        reference = torch.tensor(content["reference"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    with contextlib.suppress(Exception):  # it ran once; what is wrong shows when all are measured
        runtime = candidates(loaded, device)[content["name"]]()
        if difference(loaded, runtime.embed(pixels), reference) <= LIMIT:
            return runtime, facts
    return None


def _keep(file: Path, best: _Measured, reference: Tensor) -> None:
    content = {
        "name": best.name,
        "facts": asdict(best.facts),
        "reference": reference.tolist(),
    }
    beside = file.with_suffix(f".{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(content))
        beside.replace(file)
    except OSError as error:
        log.warning("what was measured is not kept: %s", error)


def _fingerprint(loaded: Checkpoint, device: torch.device) -> str:
    """Changes with everything that a choice depends on."""
    parts = (FORM, loaded.sha256, device_name(device), torch.__version__, _openvino_version())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _openvino_version() -> str:
    try:
        return version("openvino")
    except PackageNotFoundError:  # a machine that has torch and nothing of ours
        return ""


def _cpu() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
