"""A checkpoint is a directory in the published form: config.json, model.safetensors, top_tags.txt.

Loading is strict: every tensor there, none more, each of its shape, as many tags as the head has
rows. Whatever is wrong is said in a sentence before memory is spent on it. Pickled weights are not
opened, because opening them can run code. Saving is all or nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from worker.joytag.vit import ViT, ViTConfig

CONFIG, WEIGHTS, TAGS = "config.json", "model.safetensors", "top_tags.txt"
PICKLES = (".pt", ".pth", ".bin", ".ckpt", ".pkl")


class CheckpointError(Exception):
    """Why a directory cannot be used as a tagger: a sentence for the person who chose it."""


@dataclass(frozen=True)
class Checkpoint:
    model: ViT
    tags: tuple[str, ...]
    sha256: str = ""  # of model.safetensors; empty until saved

    @property
    def config(self) -> ViTConfig:
        return self.model.config


def load(directory: Path) -> Checkpoint:
    """Loads a tagger in float32, on the CPU, in eval mode; raises CheckpointError."""
    _require_files(directory)
    try:
        config = ViTConfig.from_json(_text(directory / CONFIG))
    except ValueError as error:
        raise CheckpointError(str(error)) from error
    tags = _read_tags(directory / TAGS, config)
    with torch.device("meta"):  # no memory yet: the shapes are compared first
        model = ViT(config)
    try:
        tensors = _read_tensors(directory / WEIGHTS, model, config)
        with (directory / WEIGHTS).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            f"{WEIGHTS} cannot be read ({error}): it is damaged or cut short; fetch it again."
        ) from error
    model.load_state_dict(tensors, strict=True, assign=True)
    return Checkpoint(model.eval(), tags, sha256)


def save(checkpoint: Checkpoint, directory: Path) -> str:
    """Writes the directory, which must not exist or be empty; returns the weights' SHA-256."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    if directory.exists() and any(directory.iterdir()):
        raise CheckpointError(f"{directory} is not empty; a saved tagger is never overwritten.")
    temporary = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    try:
        tensors = {
            name: tensor.detach().cpu().contiguous()
            for name, tensor in checkpoint.model.state_dict().items()
        }
        save_file(tensors, temporary / WEIGHTS, metadata={"format": "pt"})
        (temporary / CONFIG).write_text(checkpoint.config.to_json(), encoding="utf-8")
        (temporary / TAGS).write_text("\n".join(checkpoint.tags), encoding="utf-8")
        for path in temporary.iterdir():
            path.chmod(0o644)
            with path.open("rb") as file:
                os.fsync(file.fileno())
        temporary.chmod(0o755)
        with (temporary / WEIGHTS).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        temporary.rename(directory)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return sha256


def _require_files(directory: Path) -> None:
    if directory.suffix in PICKLES:
        raise CheckpointError(_pickled(directory.name))
    if not directory.is_dir():
        raise CheckpointError(
            f"{directory} is not a directory; name the one that holds {CONFIG}, {WEIGHTS}, {TAGS}."
        )
    for name in (CONFIG, TAGS, WEIGHTS):
        if (directory / name).is_file():
            continue
        pickles = [path.name for path in sorted(directory.iterdir()) if path.suffix in PICKLES]
        if name == WEIGHTS and pickles:
            raise CheckpointError(_pickled(pickles[0]))
        raise CheckpointError(f"{name} is missing in {directory}; put it there or fetch it again.")


def _pickled(name: str) -> str:
    return (
        f"{name} is a pickle, which can run code when it is opened, so it is not; "
        f"convert the weights to {WEIGHTS}."
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{path.name} cannot be read as text ({error}).") from error


def _read_tags(path: Path, config: ViTConfig) -> tuple[str, ...]:
    tags = tuple(line.strip() for line in _text(path).split("\n") if line.strip())
    if len(tags) != config.n_tags:
        raise CheckpointError(
            f"{TAGS} holds {len(tags):,} tags, but {CONFIG} says {config.n_tags:,}; "
            "they do not belong together."
        )
    tag, count = Counter(tags).most_common(1)[0]
    if count > 1:
        raise CheckpointError(f"{TAGS} holds the tag {tag!r} {count} times; a tag is one output.")
    return tags


def _read_tensors(path: Path, model: ViT, config: ViTConfig) -> dict[str, Tensor]:
    expected = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    with safe_open(path, framework="pt", device="cpu") as file:
        shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118 (not a dict)
        _compare(shapes, expected, config)
        tensors: dict[str, Tensor] = {}
        for name in expected:
            tensor = file.get_tensor(name)
            if not tensor.is_floating_point():
                raise CheckpointError(f"{WEIGHTS}: {name} holds {tensor.dtype}, not floats.")
            # A copy, so that nobody who writes to the file afterwards changes the tagger.
            tensors[name] = tensor.to(torch.float32, copy=True)
            if not bool(tensors[name].isfinite().all()):
                raise CheckpointError(f"{WEIGHTS}: {name} holds values that are no numbers.")
    return tensors


def _compare(
    shapes: dict[str, tuple[int, ...]], expected: dict[str, tuple[int, ...]], config: ViTConfig
) -> None:
    if missing := [name for name in expected if name not in shapes]:
        raise CheckpointError(
            f"{WEIGHTS} lacks {_named(missing)}; it is not whole, or not of this {CONFIG}."
        )
    if extra := sorted(set(shapes) - set(expected)):
        raise CheckpointError(
            f"{WEIGHTS} holds {_named(extra)}, which a tagger of this {CONFIG} does not have."
        )
    rows = shapes["head.weight"][:1]
    if rows != (config.n_tags,) and shapes["head.weight"][1:] == (config.d_model,):
        raise CheckpointError(
            f"The head of {WEIGHTS} has {rows[0]:,} rows, but {CONFIG} and {TAGS} have "
            f"{config.n_tags:,} tags; they do not belong together."
        )
    for name, shape in expected.items():
        if shapes[name] != shape:
            raise CheckpointError(
                f"{WEIGHTS}: {name} has the shape {shapes[name]}, but {CONFIG} makes it {shape}."
            )


def _named(names: list[str]) -> str:
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return f"the tensor {names[0]}{more}"
