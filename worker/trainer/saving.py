"""Checkpoints of a training under way: whole or not there, whenever the process is killed.

A checkpoint is a directory OUT/samples-000012800 in the published form (any reader of taggers can
open it) with `training.pt` beside the weights: the optimizer, the random numbers' state and what
was set. It is made under OUT/.saving and moved into place; the one before it goes afterwards.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from worker.joytag import checkpoint
from worker.joytag.checkpoint import Checkpoint, CheckpointError
from worker.trainer.errors import TrainingError

STATE, STAGING, FINAL, LOG, METRICS = (
    "training.pt",
    ".saving",
    "final",
    "log.jsonl",
    "metrics.json",
)
State = dict[str, Any]  # plain values and tensors only: it is read without running code


@contextlib.contextmanager
def writing(out: Path) -> Iterator[None]:
    """The folder for a training, made if need be, for this process alone; raises TrainingError.

    What a killed process left half-made in it is removed.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / ".lock").open("w")
    except OSError as error:
        raise TrainingError(f"{out} cannot be written to ({error.strerror}).") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TrainingError(
                f"Another training is writing to {out}; wait for it, or give another --out."
            ) from error
        shutil.rmtree(out / STAGING, ignore_errors=True)
        (out / STAGING).mkdir()
        yield
        shutil.rmtree(out / STAGING, ignore_errors=True)


def newest(out: Path) -> Path | None:
    found = sorted(out.glob("samples-*"))
    return found[-1] if found else None


def save(out: Path, samples: int, model: Checkpoint, state: State) -> Path:
    """Saves the training after so many samples and removes the checkpoint before."""
    target = out / f"samples-{samples:09d}"
    staged = out / STAGING / target.name
    with _explained(out):
        checkpoint.save(model, staged)
        with (staged / STATE).open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        staged.rename(target)
        _sync(out)
    remove_older(out, target)
    return target


def remove_older(out: Path, target: Path) -> None:
    for older in out.glob("samples-*"):
        if older != target:
            # First out of the name that readers look for, so that no half of it is ever found.
            shutil.rmtree(older.rename(out / STAGING / f"old-{older.name}"))


def save_final(out: Path, model: Checkpoint) -> str:
    """Saves OUT/final unless it is there; returns the SHA-256 of its weights."""
    if not (out / FINAL).is_dir():
        with _explained(out):
            checkpoint.save(model, out / STAGING / FINAL)
            (out / STAGING / FINAL).rename(out / FINAL)
            _sync(out)
    return checkpoint.load(out / FINAL).sha256


def load(directory: Path) -> tuple[Checkpoint, State]:
    """A checkpoint of a training; raises TrainingError."""
    try:
        loaded = checkpoint.load(directory)
        state: State = torch.load(directory / STATE, map_location="cpu", weights_only=True)
    except (CheckpointError, OSError, RuntimeError, pickle.UnpicklingError) as error:
        raise TrainingError(
            f"{directory} cannot be gone on from ({error}); remove it to start anew."
        ) from error
    return loaded, state


def write_json(path: Path, values: object) -> None:
    """Writes the file whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    partial.rename(path)


def cut_log(path: Path, samples: int) -> None:
    """Leaves of the log what belongs to the samples of the checkpoint that is gone on from."""
    if not path.is_file():
        return
    kept: list[str] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        try:
            if json.loads(line)["samples"] <= samples:
                kept.append(line + "\n")
        except (ValueError, KeyError, TypeError):  # the line that the kill cut short
            continue
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text("".join(kept), encoding="utf-8")
    partial.rename(path)


@contextlib.contextmanager
def _explained(out: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, SafetensorError, RuntimeError) as error:  # each writer raises its own kind
        raise TrainingError(
            f"The training cannot be saved in {out} ({error}); what was saved before is kept. "
            "Make room there, then give the same command again."
        ) from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
