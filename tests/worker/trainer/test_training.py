"""The command from pictures to a tagger: it learns, it is repeatable, and no kill changes it."""

from __future__ import annotations

import errno
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.worker.trainer.conftest import TAGS
from worker.engine import Engine
from worker.joytag import checkpoint
from worker.trainer import loop, saving
from worker.trainer.__main__ import main
from worker.trainer.losses import focal_loss_sum

ROOT = Path(__file__).parents[3]
STEPS, BATCH = 24, 16


def command(scenes: Path, out: Path, **changes: Any) -> list[str]:
    options: dict[str, Any] = {
        "model": scenes.parent / "tiny.json",
        "samples": STEPS * BATCH,
        "batch": BATCH,
        "lr": 0.02,
        "warmup": 32,
        "threads": 1,
        "device": "cpu",
        "seed": 3,
    } | {name: value for name, value in changes.items() if value is not None}
    if "init" in options:
        del options["model"]
    words = [str(scenes), "--out", str(out)]
    for name, value in options.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    return words


def weights(out: Path) -> bytes:
    return (out / "final" / "model.safetensors").read_bytes()


def log(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def whole(scenes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training that nobody interrupted."""
    out = tmp_path_factory.mktemp("training") / "whole"
    assert main(command(scenes, out)) == 0
    return out


def test_it_leaves_a_tagger_in_the_published_form(whole: Path, scenes: Path) -> None:
    loaded = checkpoint.load(whole / "final")
    assert loaded.tags == TAGS
    assert sorted(path.name for path in (whole / "final").iterdir()) == [
        "config.json",
        "model.safetensors",
        "top_tags.txt",
    ]
    (embedding,) = Engine.load(whole / "final", "cpu").embed([scenes.parent / "pages" / "000.png"])
    assert isinstance(embedding, np.ndarray) and np.isfinite(embedding).all()
    assert sorted(path.name for path in whole.iterdir()) == [
        ".lock",
        "cache",
        "final",
        "log.jsonl",
        "metrics.json",
        f"samples-{STEPS * BATCH:09d}",
    ]


def test_it_reports_what_it_did(whole: Path) -> None:
    report = json.loads((whole / "metrics.json").read_text())
    assert report["threshold"] == 0.4
    assert report["samples"] == STEPS * BATCH
    assert report["seed"] == 3
    assert report["seconds"] > 0
    assert report["settings"]["lr"] == 0.02
    assert report["configuration"]["image_size"] == 32
    assert set(report["versions"]) == {"torch", "torchvision", "timm", "numpy", "pillow"}
    assert report["weights_sha256"] == checkpoint.load(whole / "final").sha256
    assert len(report["manifest_sha256"]) == 64
    assert list(report["groups"]) == ["all", "flat", "square"]
    assert report["groups"]["all"]["tags"] == 3  # one of the four is nowhere
    assert list(report["tags"]) == list(TAGS)
    assert report["settings"]["threads"] == 1
    lines = log(whole)
    assert [line["samples"] for line in lines] == [BATCH * (step + 1) for step in range(STEPS)]
    assert set(lines[0]) == {"samples", "loss", "lr", "gradient_norm", "seconds"}
    assert lines[-1]["lr"] < lines[0]["lr"]


def test_the_same_seed_makes_the_same_bytes_and_another_does_not(
    whole: Path, scenes: Path, tmp_path: Path
) -> None:
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    assert main(command(scenes, tmp_path / "again", save_every=100)) == 0
    assert weights(tmp_path / "again") == weights(whole)
    assert main(command(scenes, tmp_path / "other", seed=4)) == 0
    assert weights(tmp_path / "other") != weights(whole)
    # The caller's torch is as it was.
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), state)
    assert not torch.are_deterministic_algorithms_enabled()


KILLED_WHILE_SAVING = """
import os, signal, sys, torch
from worker.trainer.__main__ import main

real, calls = torch.save, []

def save(state, file):
    calls.append(state)
    if len(calls) == 3:
        file.write(b"half of it")
        file.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    real(state, file)

torch.save = save
main(sys.argv[1:])
"""


def test_a_training_killed_while_it_saves_goes_on_to_the_same_bytes(
    whole: Path, scenes: Path, tmp_path: Path
) -> None:
    out = tmp_path / "killed"
    words = command(scenes, out, save_every=5 * BATCH)
    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_SAVING, *words], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    assert saving.newest(out) == out / f"samples-{10 * BATCH:09d}"
    assert (out / ".saving" / f"samples-{15 * BATCH:09d}" / "training.pt").exists()
    with (out / "log.jsonl").open("a") as file:
        file.write('{"samples": 99999, "loss": 1}\n{"samp')
    assert main(words) == 0
    assert weights(out) == weights(whole)
    assert [line["samples"] for line in log(out)] == sorted({x["samples"] for x in log(out)})
    assert log(out)[-1]["samples"] == STEPS * BATCH
    assert not (out / ".saving").exists()
    assert len(list(out.glob("samples-*"))) == 1


def test_a_training_stopped_at_any_checkpoint_goes_on_to_the_same_bytes(
    whole: Path, scenes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stop(Exception):
        pass

    def stopping(self: loop.Training, out: Path) -> None:
        real(self, out)
        raise Stop

    def stopping_before_removal(folder: Path) -> None:
        raise Stop

    real = loop.Training.save
    out = tmp_path / "stopped"
    words = command(scenes, out, save_every=7 * BATCH)
    with monkeypatch.context() as patched:
        patched.setattr(loop.Training, "save", stopping)
        with pytest.raises(Stop):
            main(words)
        # The next one is in its place, the one before not yet away.
        patched.setattr(saving, "_sync", stopping_before_removal)
        with pytest.raises(Stop):
            main(words)
    assert len(list(out.glob("samples-*"))) == 2
    assert saving.newest(out) == out / f"samples-{14 * BATCH:09d}"
    assert main(words) == 0
    assert weights(out) == weights(whole)
    assert len(list(out.glob("samples-*"))) == 1


def test_what_a_training_saves_is_read_without_running_code(whole: Path) -> None:
    found = saving.newest(whole)
    assert found is not None
    _, state = saving.load(found)
    assert state["step"] == STEPS
    assert checkpoint.load(found).sha256 == checkpoint.load(whole / "final").sha256


def test_a_finished_training_is_not_done_again(
    whole: Path, scenes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = Path(shutil.copytree(whole, tmp_path / "finished"))
    (out / "metrics.json").unlink()
    monkeypatch.setattr(loop.Training, "_learn", lambda *_: pytest.fail("it learned again"))
    assert main(command(scenes, out)) == 0
    assert weights(out) == weights(whole)
    assert json.loads((out / "metrics.json").read_text())["samples"] == STEPS * BATCH


def test_other_settings_do_not_go_on_with_a_training(
    whole: Path, scenes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = Path(shutil.copytree(whole, tmp_path / "other"))
    assert main(command(scenes, out, lr=0.001)) == 1
    assert "with other settings or another manifest (lr was 0.02)" in capsys.readouterr().err
    shutil.rmtree(next(out.glob("samples-*")))
    assert main(command(scenes, out, lr=0.001)) == 1
    assert "not the training that made it" in capsys.readouterr().err
    assert weights(out) == weights(whole)


def test_two_trainings_do_not_write_to_one_folder(
    scenes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with saving.writing(tmp_path / "out"):
        assert main(command(scenes, tmp_path / "out")) == 1
    assert "Another training is writing to" in capsys.readouterr().err


def test_a_batch_computed_in_parts_is_the_same_step(
    whole: Path, scenes: Path, tmp_path: Path
) -> None:
    for name, part in (("whole", None), ("parts", 4)):
        options = {"samples": BATCH, "device_batch": part, "augment": "none"}
        tiny = json.loads((scenes.parent / "tiny.json").read_text()) | {"stochdepth_rate": 0.0}
        (tmp_path / "tiny.json").write_text(json.dumps(tiny))
        words = command(scenes, tmp_path / name, model=tmp_path / "tiny.json", **options)
        assert main(words) == 0
    (first,), (second,) = log(tmp_path / "whole"), log(tmp_path / "parts")
    assert second["loss"] == pytest.approx(first["loss"], rel=1e-5)
    assert second["gradient_norm"] == pytest.approx(first["gradient_norm"], rel=1e-4)


def test_a_loss_that_is_no_number_stops_it_with_a_sentence(
    scenes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = lambda *values: focal_loss_sum(*values) * float("nan")  # noqa: E731
    monkeypatch.setattr(loop, "focal_loss_sum", broken)
    assert main(command(scenes, tmp_path / "out")) == 1
    said = capsys.readouterr().err
    assert "The loss is no number any more after 0 samples" in said and "--lr" in said
    assert not (tmp_path / "out" / "final").exists()


def test_a_full_disk_stops_it_with_a_sentence_and_the_same_command_goes_on(
    whole: Path,
    scenes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(state: object, file: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    out = tmp_path / "out"
    words = command(scenes, out, save_every=10 * BATCH)
    with monkeypatch.context() as patched:
        patched.setattr(torch, "save", full)
        assert main(words) == 1
    said = capsys.readouterr().err
    assert "No space left on device" in said and "give the same command again" in said
    assert saving.newest(out) is None
    assert main(words) == 0
    assert weights(out) == weights(whole)


def test_an_interrupted_training_says_how_to_go_on(
    scenes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loop.Training, "_learn", interrupted)
    assert main(command(scenes, tmp_path / "out")) == 130
    assert "the same command goes on" in capsys.readouterr().err


def test_it_learns_what_there_is_to_see(scenes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    changes = {"samples": 300 * 16, "augment": "none", "cache_dir": tmp_path / "cache"}
    assert main(command(scenes, out, **changes)) == 0
    report = json.loads((out / "metrics.json").read_text())
    assert log(out)[-1]["loss"] < log(out)[0]["loss"] / 4
    # Always saying yes has a macro F1 of about 0.57 here.
    assert report["groups"]["all"]["f1"] > 0.85
    # A tagger that knows these things already goes on from there: as good before it learns.
    evaluated = tmp_path / "evaluated"
    words = [str(scenes), "--out", str(evaluated), "--init", str(out / "final")]
    assert main([*words, "--evaluate-only", "--no-cache"]) == 0
    again = json.loads((evaluated / "metrics.json").read_text())
    assert again["groups"] == report["groups"] and again["tags"] == report["tags"]
    assert main([*words, "--evaluate-only", "--image-size", "64"]) == 0
    assert json.loads((evaluated / "metrics.json").read_text())["configuration"]["image_size"] == 64
    tuned = tmp_path / "tuned"
    assert main(command(scenes, tuned, init=out / "final", samples=16, augment="none")) == 0
    assert log(tuned)[0]["loss"] < log(out)[0]["loss"] / 4
