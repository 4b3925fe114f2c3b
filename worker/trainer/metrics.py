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

from worker.joytag.vit import ViT
from worker.trainer.data import normalised
from worker.trainer.manifest import ALL, Manifest
from worker.trainer.pictures import Pictures

THRESHOLD = 0.4
EPS = 1e-8


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


Arrays = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


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
    predicted = logits > np.log(THRESHOLD / (1 - THRESHOLD))
    truth, judged = manifest.positives[rows], manifest.judged[rows]
    groups = np.array([manifest.groups[row] or "" for row in rows])
    masks = {ALL: np.ones(len(rows), dtype=np.bool_)}
    masks |= {str(name): groups == name for name in np.unique(groups) if name}
    precision, recall, f1 = per_tag(predicted, truth, judged)
    by_tag: dict[str, TagFigures] = {}
    for column, tag in enumerate(manifest.tags):
        by_tag[tag] = {
            "judged": int(judged[:, column].sum()),
            "positives": int((truth & judged)[:, column].sum()),
            "precision": float(precision[column]),
            "recall": float(recall[column]),
            "f1": float(f1[column]),
        }
    means = {name: _means(predicted, truth, judged, mask) for name, mask in masks.items()}
    return {"groups": means, "tags": by_tag}


def per_tag(
    predicted: NDArray[np.bool_], truth: NDArray[np.bool_], judged: NDArray[np.bool_]
) -> Arrays:
    """Precision, recall and F1, (tags,) each, from (n, tags)."""
    true_positives = (predicted & truth & judged).sum(axis=0)
    false_positives = (predicted & ~truth & judged).sum(axis=0)
    false_negatives = (~predicted & truth & judged).sum(axis=0)
    precision = true_positives / (true_positives + false_positives + EPS)
    recall = true_positives / (true_positives + false_negatives + EPS)
    return precision, recall, 2 * precision * recall / (precision + recall + EPS)


def _means(
    predicted: NDArray[np.bool_],
    truth: NDArray[np.bool_],
    judged: NDArray[np.bool_],
    mask: NDArray[np.bool_],
) -> Means:
    arrays = per_tag(predicted[mask], truth[mask], judged[mask])
    counted = (truth[mask] & judged[mask]).any(axis=0)  # (tags,)
    precision, recall, f1 = (_mean(values[counted]) for values in arrays)
    return {
        "images": int(mask.sum()),
        "tags": int(counted.sum()),
        "precision": precision,
        "recall": recall,
        "f1": f1,
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
