"""What a training starts from."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.worker.trainer.conftest import TAGS, TINY, Write
from worker.joytag.checkpoint import Checkpoint
from worker.joytag.vit import ViT
from worker.trainer import manifest, model
from worker.trainer.errors import Refused
from worker.trainer.manifest import Manifest


@pytest.fixture(scope="module")
def read(scenes: Path) -> Manifest:
    return manifest.read(scenes)


def test_the_default_is_under_3_mb_with_85_tags() -> None:
    config = model.read_config(None, 85)
    with torch.device("meta"):
        small = ViT(config)
    assert sum(tensor.numel() * 4 for tensor in small.parameters()) < 3_000_000
    assert (config.image_size, config.n_tags) == (128, 85)


def test_a_configuration_file_needs_no_n_tags_and_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(TINY))
    assert model.read_config(path, 4).d_model == 32
    path.write_text(json.dumps({**TINY, "n_tags": 99}))
    assert model.read_config(path, 4).n_tags == 4
    for text, sentence in (
        (json.dumps({**TINY, "d_model": 31}), "multiple of num_heads"),
        ("[]", "must hold one JSON object"),
        ("{", "cannot be read as JSON"),
    ):
        path.write_text(text)
        with pytest.raises(Refused, match=sentence):
            model.read_config(path, 4)
    with pytest.raises(Refused, match="cannot be read"):
        model.read_config(tmp_path / "none.json", 4)


def test_the_size_of_the_pictures_can_be_another_than_the_files_or_the_taggers(
    read: Manifest, scenes: Path
) -> None:
    config = model.read_config(scenes.parent / "tiny.json", 4, 64)
    assert (config.image_size, config.d_model) == (64, 32)
    assert model.read_config(None, 4, 64).image_size == 64
    base = Checkpoint(ViT(config).eval(), TAGS)
    larger = model.from_tagger(base, read, 96).eval()
    assert larger.config.image_size == 96
    images = torch.rand(1, 3, 96, 96)
    assert torch.equal(larger(images).logits, base.model(images).logits)
    assert model.from_tagger(base, read).config.image_size == 64
    with pytest.raises(Refused, match="^config.json: image_size must be a multiple"):
        model.read_config(None, 4, 100)
    with pytest.raises(Refused, match="image_size must be a multiple"):
        model.from_tagger(base, read, 100)


def test_a_new_model_follows_from_its_seed_and_leaves_torchs_own_numbers_alone(
    read: Manifest, scenes: Path
) -> None:
    config = model.read_config(scenes.parent / "tiny.json", 4)
    before = torch.get_rng_state()
    first, again, other = (model.new(config, read, seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["head.weight"], other["head.weight"])


def test_the_head_starts_at_the_prevalence_of_the_judged_training_pairs(
    write: Write, picture: str, tmp_path: Path
) -> None:
    lines = []
    for index in range(8):
        (tmp_path / f"{index}.png").write_bytes((tmp_path / picture).read_bytes())
        tags = ["red"] if index < 2 else []
        line = {"image": f"{index}.png", "tags": tags, "split": "train", "judged": ["red"]}
        lines.append(line)
    lines[7] |= {"split": "validation", "tags": ["red"]}
    odds = model.prevalence_log_odds(manifest.read(write(lines)))
    assert odds[0] == pytest.approx(math.log(2.5 / 5.5), abs=1e-6)  # 2 of 7, half a one added each
    assert odds[1] == 0  # nobody judged it


def test_of_a_tagger_the_backbone_and_the_rows_of_known_tags_are_kept(
    read: Manifest, scenes: Path
) -> None:
    config = model.read_config(scenes.parent / "tiny.json", 3)
    torch.manual_seed(1)
    base = Checkpoint(ViT(config), ("disc", "sea", "red"))
    started = model.from_tagger(base, read)
    old, new = base.model.state_dict(), started.state_dict()
    assert started.config.n_tags == len(TAGS)
    assert torch.equal(new["head.weight"][:2], old["head.weight"][[2, 0]])
    assert torch.equal(new["head.bias"][:2], old["head.bias"][[2, 0]])
    assert not new["head.weight"][2:].any()
    np.testing.assert_array_equal(new["head.bias"][2:], model.prevalence_log_odds(read)[2:])
    for name in set(old) - {"head.weight", "head.bias"}:
        assert torch.equal(new[name], old[name])
