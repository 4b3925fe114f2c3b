"""The fastest runtime that agrees is taken; one that is off, or does not run, never is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from worker.joytag import checkpoint
from worker.joytag.checkpoint import Checkpoint
from worker.runtimes import Runtime, choice
from worker.runtimes.choice import EXACT, LIMIT, Maker, RuntimeFacts, batch_size
from worker.runtimes.eager import Eager

CPU = torch.device("cpu")
TINY = Path(__file__).parents[2] / "golden" / "joytag-tiny"


class Off:
    """Full precision with every embedding moved."""

    def __init__(self, loaded: Checkpoint, name: str, by: float) -> None:
        self.name, self.by = name, by
        self.asked = 0
        self._exact = Eager(loaded.model, CPU)

    def embed(self, pixels: Tensor) -> Tensor:
        self.asked += 1
        return self._exact.embed(pixels) + self.by


@pytest.fixture(scope="module")
def loaded() -> Checkpoint:
    return checkpoint.load(TINY)


@pytest.fixture
def offer(loaded: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Maker]]:
    """Runtimes to choose from, each with the speed that measuring it will find."""

    def offered(
        **runtimes: tuple[Maker, float],
    ) -> dict[str, Maker]:
        makers: dict[str, Maker] = {EXACT: lambda: Eager(loaded.model, CPU)}
        makers |= {name: make for name, (make, _speed) in runtimes.items()}
        speeds = {name: speed for name, (_make, speed) in runtimes.items()}
        monkeypatch.setattr(choice, "candidates", lambda *_: makers)
        monkeypatch.setattr(choice, "_speed", lambda runtime, *_: speeds.get(runtime.name, 1.0))
        return makers

    return offered


def broken() -> Runtime:
    raise RuntimeError("this device has no such instructions")


def test_the_fastest_that_agrees_is_taken(loaded: Checkpoint, offer: Callable[..., object]) -> None:
    offer(
        near=(lambda: Off(loaded, "near", 1e-4), 20.0),
        slow=(lambda: Off(loaded, "slow", 0.0), 0.5),
        wrong=(lambda: Off(loaded, "wrong", 0.5), 99.0),
        nonsense=(lambda: Off(loaded, "nonsense", float("nan")), 99.0),
        broken=(broken, 99.0),
    )
    runtime, facts = choice.choose(loaded, CPU)
    assert runtime.name == facts.name == "near"
    assert facts.images_per_second == 20.0
    assert 0 < facts.agreement <= LIMIT


def test_where_none_is_better_full_precision_serves(
    loaded: Checkpoint, offer: Callable[..., object]
) -> None:
    offer(wrong=(lambda: Off(loaded, "wrong", 0.5), 99.0), broken=(broken, 99.0))
    runtime, facts = choice.choose(loaded, CPU)
    assert isinstance(runtime, Eager)
    assert facts == RuntimeFacts("torch, 32 bits", choice.device_name(CPU), 1.0, 0.0)


def test_what_was_measured_is_kept_and_checked_again(
    loaded: Checkpoint, offer: Callable[..., object], tmp_path: Path
) -> None:
    near, wrong = Off(loaded, "near", 1e-4), Off(loaded, "near", 0.5)
    offer(near=(lambda: near, 20.0))
    first = choice.choose(loaded, CPU, tmp_path)
    asked = near.asked
    assert choice.choose(loaded, CPU, tmp_path)[1] == first[1]
    assert near.asked == asked + 1  # looked at the probes once, was not timed
    offer(near=(lambda: wrong, 20.0))
    assert choice.choose(loaded, CPU, tmp_path)[1].name == "torch, 32 bits"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": 1, "facts": {}, "reference": []}'])
def test_a_kept_file_that_is_damaged_is_measured_anew(
    loaded: Checkpoint, offer: Callable[..., object], tmp_path: Path, content: str
) -> None:
    offer(near=(lambda: Off(loaded, "near", 1e-4), 20.0))
    choice.choose(loaded, CPU, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_text(content)
    assert choice.choose(loaded, CPU, tmp_path)[1].name == "near"
    assert json.loads(file.read_text())["name"] == "near"


def test_a_folder_that_cannot_be_written_costs_only_the_measuring(
    loaded: Checkpoint, offer: Callable[..., object], tmp_path: Path
) -> None:
    offer(near=(lambda: Off(loaded, "near", 1e-4), 20.0))
    (tmp_path / "a file").touch()
    assert choice.choose(loaded, CPU, tmp_path / "a file" / "below")[1].name == "near"


def test_the_real_candidates_are_measured_and_agree(loaded: Checkpoint) -> None:
    runtime, facts = choice.choose(loaded, CPU)
    pixels = choice.probes(loaded.config.image_size)
    exact = Eager(loaded.model, CPU).embed(pixels)
    assert choice.difference(loaded, runtime.embed(pixels), exact) <= LIMIT
    assert facts.images_per_second > 0


@pytest.mark.parametrize(("speed", "size"), [(0.4, 1), (9.0, 2), (50.0, 10), (5000.0, 32)])
def test_a_cpu_takes_a_fifth_of_a_seconds_worth_at_once(speed: float, size: int) -> None:
    assert batch_size(RuntimeFacts("", "", speed, 0.0), CPU) == size
