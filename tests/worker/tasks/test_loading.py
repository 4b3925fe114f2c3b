"""What loading a checkpoint writes about its head."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from labelhub.scoring.calibration import Calibration
from labelhub.taggers.files import head_of
from labelhub.taggers.models import Origin, Tagger, TaggerState
from labelhub.taggers.services.registration import tagger_register
from worker.tasks.loading import load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
TINY = Path(__file__).parents[2] / "golden" / "joytag-tiny"


def from_(source: Path) -> Tagger:
    return tagger_register(name="tiny", origin=Origin.LOCAL, source=str(source))


def changed(tmp_path: Path, **config: object) -> Path:
    """A copy of the tiny checkpoint with another config, and so with an identity of its own."""
    source = Path(shutil.copytree(TINY, tmp_path / "tagger"))
    settings = json.loads((source / "config.json").read_text()) | config
    (source / "config.json").write_text(json.dumps(settings | {"stochdepth_rate": 0.125}))
    return source


def test_published_figures_beside_a_checkpoint_draw_its_lines(tmp_path: Path) -> None:
    source = changed(tmp_path)
    names = (source / "top_tags.txt").read_text().split("\n")
    figures = f"Tag: {names[3]} (3) (cnt: 9)\nPrecision: 0.2000\nRecall: 0.2000\nF1: 0.2000\n"
    (source / "full-metrics.txt").write_text(figures + "TP: 1, TN: 1, FP: 4, FN: 4\n")
    head = head_of(load(from_(source)).sha256)
    assert head.calibration is Calibration.FOCAL
    expected = np.full(len(names), head.line_at(0.4))
    expected[3] = 0.1
    np.testing.assert_allclose(head.lines, expected)


def test_a_checkpoint_trained_with_another_loss_has_scores_that_are_probabilities(
    tmp_path: Path,
) -> None:
    head = head_of(load(from_(changed(tmp_path, loss_type="ce"))).sha256)
    assert (head.calibration, head.measured) == (Calibration.NONE, None)


def test_damaged_figures_refuse_the_checkpoint_with_a_sentence(tmp_path: Path) -> None:
    source = changed(tmp_path, layerscale_init=0.5)
    (source / "full-metrics.txt").write_text("<html>not found</html>")
    tagger = from_(source)
    with pytest.raises(ValueError, match=r"full-metrics\.txt is damaged"):
        load(tagger)
    assert tagger.state == TaggerState.REGISTERING
