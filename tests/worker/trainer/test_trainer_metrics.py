"""The figures, against counts made by hand."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.worker.trainer.conftest import TINY
from worker.joytag.vit import ViT, ViTConfig
from worker.trainer import metrics
from worker.trainer.manifest import Manifest

T, F = True, False
# Rows: images. Columns: found and missed, all right, never there, judged in part.
TRUTH = np.array([[T, T, F, T], [T, F, F, F], [F, T, F, F], [T, F, F, F]])
JUDGED = np.array([[T, T, T, T], [T, T, T, T], [T, T, T, F], [T, T, T, F]])
PREDICTED = np.array([[T, T, F, T], [F, F, F, F], [T, T, T, T], [F, F, F, T]])


def manifest_of(truth: np.ndarray, judged: np.ndarray, groups: tuple[str | None, ...]) -> Manifest:
    return Manifest(
        folder=Path(),
        tags=("a", "b", "c", "d"),
        images=tuple(str(row) for row in range(len(truth))),
        positives=truth,
        judged=judged,
        validation=np.ones(len(truth), dtype=np.bool_),
        groups=groups,
        sha256="",
    )


MANIFEST = manifest_of(TRUTH, JUDGED, ("drawn", "drawn", "photo", None))
ROWS = np.arange(4)
LOGITS = np.where(PREDICTED, -0.40, -0.41).astype(np.float32)  # sigmoid 0.4013 and 0.3989


def test_per_tag_figures_count_only_judged_pairs() -> None:
    tags = metrics.figures(MANIFEST, ROWS, LOGITS)["tags"]
    # a: 1 found, 1 wrong, 2 missed
    assert tags["a"] == pytest.approx(
        {"judged": 4, "positives": 3, "precision": 1 / 2, "recall": 1 / 3, "f1": 0.4}, abs=1e-6
    )
    assert tags["b"]["f1"] == pytest.approx(1, abs=1e-6)
    assert tags["c"] == {"judged": 4, "positives": 0, "precision": 0, "recall": 0, "f1": 0}
    # d: its two wrong ones were not judged
    assert tags["d"]["judged"] == 2
    assert tags["d"]["f1"] == pytest.approx(1, abs=1e-6)


def test_means_leave_out_tags_without_a_positive_in_the_group_and_say_how_many_count() -> None:
    groups = metrics.figures(MANIFEST, ROWS, LOGITS)["groups"]
    assert list(groups) == ["all", "drawn", "photo"]
    assert (groups["all"]["images"], groups["all"]["tags"]) == (4, 3)
    assert groups["all"]["f1"] == pytest.approx((0.4 + 1 + 1) / 3, abs=1e-6)
    assert groups["all"]["precision"] == pytest.approx((1 / 2 + 1 + 1) / 3, abs=1e-6)
    # drawn: a is 1 found, 1 missed; b and d are right
    assert (groups["drawn"]["images"], groups["drawn"]["tags"]) == (2, 3)
    assert groups["drawn"]["f1"] == pytest.approx((2 / 3 + 1 + 1) / 3, abs=1e-6)
    # photo: only b is there
    assert (groups["photo"]["images"], groups["photo"]["tags"]) == (1, 1)
    assert groups["photo"]["f1"] == pytest.approx(1, abs=1e-6)


def test_figures_of_some_rows_are_of_these_rows() -> None:
    found = metrics.figures(MANIFEST, np.array([2]), LOGITS[[2]])
    assert list(found["groups"]) == ["all", "photo"]
    assert found["tags"]["a"]["judged"] == 1
    assert any("photo: F1 1.000" in line for line in metrics.table(found))


def test_a_group_without_any_positive_has_figures_of_0_over_0_tags() -> None:
    nothing = dataclasses.replace(MANIFEST, positives=np.zeros((4, 4), dtype=np.bool_))
    means = metrics.figures(nothing, ROWS, LOGITS)["groups"]["all"]
    assert means == {"images": 4, "tags": 0, "precision": 0, "recall": 0, "f1": 0}


def test_predictions_do_not_depend_on_the_chunks_nor_change_the_mode() -> None:
    torch.manual_seed(3)
    model = ViT(ViTConfig.from_json(json.dumps({**TINY, "n_tags": 4}))).train()
    pixels = np.random.default_rng(1).integers(0, 256, (7, 32, 32, 3), dtype=np.uint8)
    rows = np.array([6, 0, 3, 2, 5])
    whole = metrics.predict(model, pixels, rows, chunk=64)
    assert whole.shape == (5, 4)
    np.testing.assert_allclose(metrics.predict(model, pixels, rows, chunk=2), whole, atol=1e-5)
    np.testing.assert_array_equal(whole, metrics.predict(model, pixels, rows, chunk=64))
    assert model.training
