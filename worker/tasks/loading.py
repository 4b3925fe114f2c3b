"""What registering a tagger does with its tensors: imports torch."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from labelhub.scoring.calibration import THRESHOLD, Calibration
from labelhub.scoring.head import Head
from labelhub.scoring.published import NAME, published_lines
from labelhub.taggers.files import CHECKPOINT_FILES, checkpoint_sha256, tagger_home
from labelhub.taggers.models import Tagger
from labelhub.taggers.services.registration import Loaded
from labelhub.tags.names import BadTagName, canonical
from worker.joytag import checkpoint
from worker.joytag.checkpoint import Checkpoint, CheckpointError

PREPARATION = "white pad, bicubic, CLIP mean and std; 1"  # part of what a backbone is


def load(tagger: Tagger) -> Loaded:
    """Load the tagger's checkpoint strictly, and make its own copy of it.

    Raises:
        ValueError: with the sentence that says why the checkpoint is refused.
    """
    try:
        return _load(Path(tagger.source))
    except (CheckpointError, BadTagName) as error:
        raise ValueError(str(error)) from error


def _load(source: Path) -> Loaded:
    found = checkpoint.load(source)
    for name in found.tags:
        if canonical(name) != name:
            raise CheckpointError(
                f"top_tags.txt has the tag “{name}”; labelhub writes it “{canonical(name)}”. "
                "Rename it there and register the tagger again."
            )
    sha256 = checkpoint_sha256(source)
    _copy(source, sha256, found)
    return Loaded(
        sha256=sha256,
        backbone_sha256=_backbone_sha256(found),
        width=found.config.d_model,
        image_size=found.config.image_size,
        tags=found.tags,
    )


def _copy(source: Path, sha256: str, found: Checkpoint) -> None:
    """The tagger's own copy, complete or not there at all."""
    home = tagger_home(sha256)
    if home.exists():
        return
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=".loading-") as folder:
        made = Path(folder) / "tagger"
        made.mkdir()
        for name in CHECKPOINT_FILES:
            shutil.copyfile(source / name, made / name)
        _head(source, found).save(made / "head.safetensors")
        made.replace(home)


def _head(source: Path, found: Checkpoint) -> Head:
    """The head, with each tag's line where its published figures lie beside the checkpoint."""
    linear = found.model.head
    focal = found.config.loss_type == "focal2"
    head = Head(
        weight=np.ascontiguousarray(linear.weight.detach().numpy()),
        bias=np.ascontiguousarray(linear.bias.detach().numpy()),
        calibration=Calibration.FOCAL if focal else Calibration.NONE,
    )
    try:
        text = (source / NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return head
    lines = published_lines(text, found.tags, otherwise=head.line_at(THRESHOLD))
    return replace(head, measured=lines)


def _backbone_sha256(found: Checkpoint) -> str:
    """What embeddings depend on: all weights but the head's, image size, preparation."""
    whole = hashlib.sha256(f"{PREPARATION}; {found.config.image_size}".encode())
    for name, tensor in sorted(found.model.state_dict().items()):
        if not name.startswith("head."):
            whole.update(name.encode())
            whole.update(tensor.detach().contiguous().numpy().tobytes())
    return whole.hexdigest()
