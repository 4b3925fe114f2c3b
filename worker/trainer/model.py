"""The model that a training starts from: a new one, or a tagger with a head for other tags."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from worker.joytag import checkpoint
from worker.joytag.vit import ViT, ViTConfig
from worker.trainer.errors import Refused
from worker.trainer.manifest import Manifest

# JoyTag's architecture at a size that 2 CPU cores train in an hour and a repository can carry: 64
# patches of 128-pixel pictures, 2.9 MB in fp32 with 118 tags. The stem begins with 4 x 4 patches
# that do not overlap: layers at full resolution would cost more than all the rest. Stochastic depth
# is off because a model this small is short of capacity, not overfitted.
SMALL: dict[str, object] = {
    "num_blocks": 4,
    "patch_size": 16,
    "d_model": 128,
    "mlp_dim": 256,
    "num_heads": 4,
    "stochdepth_rate": 0.0,
    "cnn_stem": (
        "conv:c=48,k=4,s=4,p=0;ln;relu;conv:c=96;ln;relu;conv:c=128;ln;relu;conv:c=128,s=1,k=1,p=0"
    ),
    "image_size": 128,
}


def read_config(path: Path | None, n_tags: int, image_size: int | None = None) -> ViTConfig:
    """A model's configuration without its n_tags (None: SMALL); raises Refused.

    Args:
        image_size: instead of the file's.
    """
    values = SMALL
    if path is not None:
        try:
            values = json.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise Refused(f"{path} cannot be read as JSON ({error}).") from error
        if not isinstance(values, dict):
            raise Refused(f"{path} must hold one JSON object of settings.")
    try:
        size = {"image_size": image_size} if image_size else {}
        return ViTConfig.from_json(json.dumps({**values, **size, "n_tags": n_tags}))
    except ValueError as error:
        raise Refused(f"{path}: {error}" if path else str(error)) from error


def new(config: ViTConfig, manifest: Manifest, seed: int) -> ViT:
    """A model with random weights, the same for the same seed, and a head that starts at each
    tag's prevalence, so that the first steps are not spent on learning that most tags are rare.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = ViT(config)
    with torch.no_grad():
        model.head.bias.copy_(torch.from_numpy(prevalence_log_odds(manifest)))
    return model


def from_tagger(
    base: checkpoint.Checkpoint, manifest: Manifest, image_size: int | None = None
) -> ViT:
    """The tagger with a head for the manifest's tags: rows that it has are kept, by name; new ones
    start at zero weight and the log-odds of their prevalence.

    Positions are computed, not learned, so a tagger can go on at another `image_size` (pixels), as
    the published one did: 224 first, then 448. Raises Refused for one that does not fit.
    """
    size = image_size or base.config.image_size
    try:
        config = dataclasses.replace(base.config, n_tags=len(manifest.tags), image_size=size)
    except ValueError as error:
        raise Refused(str(error)) from error
    model = ViT(config)
    old = base.model.state_dict()
    weight = torch.zeros(config.n_tags, config.d_model)
    bias = torch.from_numpy(prevalence_log_odds(manifest))
    rows, base_rows = shared_rows(manifest.tags, base.tags)
    weight[rows], bias[rows] = old["head.weight"][base_rows], old["head.bias"][base_rows]
    tensors: dict[str, Tensor] = {**old, "head.weight": weight, "head.bias": bias}
    model.load_state_dict(tensors, strict=True)
    return model


def shared_rows(tags: tuple[str, ...], base: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """Where the tags that both vocabularies have stand in the first and in the second."""
    at = {tag: row for row, tag in enumerate(base)}
    both = [(row, at[tag]) for row, tag in enumerate(tags) if tag in at]
    return [row for row, _ in both], [row for _, row in both]


def prevalence_log_odds(manifest: Manifest) -> NDArray[np.float32]:
    """(tags,), from the judged training pairs; half a yes and half a no are added to each."""
    rows = manifest.training_rows
    judged = manifest.judged[rows].sum(axis=0, dtype=np.float64)
    yes = manifest.positives[rows].sum(axis=0, dtype=np.float64)
    odds: NDArray[np.float32] = ((yes + 0.5) / (judged - yes + 0.5)).astype(np.float32)
    return np.log(odds)
