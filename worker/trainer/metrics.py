"""How well a tagger does on the validation images, by the published definition.

Per tag, over the judged pairs only, with TP, FP and FN at score > 0.4: P = TP / (TP + FP + 1e-8),
R = TP / (TP + FN + 1e-8), F1 = 2PR / (P + R + 1e-8). A group's figures are plain means over tags,
of which those without a positive in that group are left out: their F1 is 0 whatever the tagger
does. How many tags were counted is given as `tags`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import torch
from numpy.typing import NDArray

from labelhub.scoring.metrics import Counts, count
from worker.joytag.preprocess import normalised
from worker.joytag.vit import ViT
from worker.trainer.manifest import ALL, Manifest
from worker.trainer.pictures import Pictures

THRESHOLD = 0.4


class Means(TypedDict):
    images: int
    tags: int  # with a positive in the group
    precision: float
    recall: float
    f1: float


class TagFigures(TypedDict):
    judged: int
    positives: int
    precision: float
    recall: float
    f1: float


class Figures(TypedDict):
    groups: dict[str, Means]
    tags: dict[str, TagFigures]


def predict(
    model: ViT, pictures: Pictures, rows: NDArray[np.int64], *, chunk: int
) -> NDArray[np.float32]:
    """The logits (rows, tags) in eval mode; leaves the model in the mode it was in."""
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    logits = np.empty((len(rows), model.config.n_tags), dtype=np.float32)
    with torch.inference_mode():
        for start in range(0, len(rows), chunk):
            pixels = np.ascontiguousarray(pictures[rows[start : start + chunk]])
            images = torch.from_numpy(pixels).to(device).permute(0, 3, 1, 2)
            logits[start : start + chunk] = model(normalised(images)).logits.float().cpu().numpy()
    model.train(was_training)
    return logits


def figures(manifest: Manifest, rows: NDArray[np.int64], logits: NDArray[np.float32]) -> Figures:
    """Figures per group ("all" first) and per tag; logits (rows, tags)."""
    truth, judged = manifest.positives[rows], manifest.judged[rows]
    groups = np.array([manifest.groups[row] or "" for row in rows])
    masks = {ALL: np.ones(len(rows), dtype=np.bool_)}
    masks |= {str(name): groups == name for name in np.unique(groups) if name}
    counts = {
        name: _counts(logits[mask], truth[mask], judged[mask]) for name, mask in masks.items()
    }
    found = counts[ALL]
    precision, recall, f1 = found.precision, found.recall, found.f1
    by_tag: dict[str, TagFigures] = {
        tag: {
            "judged": int(judged[:, column].sum()),
            "positives": int(found.positives[column]),
            "precision": float(precision[column]),
            "recall": float(recall[column]),
            "f1": float(f1[column]),
        }
        for column, tag in enumerate(manifest.tags)
    }
    means = {name: _means(counts[name], int(mask.sum())) for name, mask in masks.items()}
    return {"groups": means, "tags": by_tag}


def _counts(
    logits: NDArray[np.float32], truth: NDArray[np.bool_], judged: NDArray[np.bool_]
) -> Counts:
    """Decisions by tag from (n, tags), of the judged pairs alone."""
    # What is decided "no" and is not there counts nowhere.
    decided = np.where(judged, logits, -np.inf).astype(np.float32)
    line = float(np.log(THRESHOLD / (1 - THRESHOLD)))
    return count(decided, truth & judged, line)


def _means(counts: Counts, images: int) -> Means:
    there = counts.positives > 0  # (tags,)
    return {
        "images": images,
        "tags": int(there.sum()),
        "precision": _mean(counts.precision[there]),
        "recall": _mean(counts.recall[there]),
        "f1": counts.macro_f1(),
    }


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else 0.0


def table(found: Figures) -> Sequence[str]:
    """The groups' figures as lines for people."""
    return [
        f"{name}: F1 {means['f1']:.3f}, precision {means['precision']:.3f}, "
        f"recall {means['recall']:.3f} ({means['images']:,} images, {means['tags']:,} tags)"
        for name, means in found["groups"].items()
    ]
