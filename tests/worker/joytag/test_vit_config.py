"""config.json is refused with a sentence where it is not our model, before anything is built."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from worker.joytag.config import ConvLayer, ViTConfig, stem_layers

GOLDEN = Path(__file__).parents[2] / "golden" / "joytag-tiny" / "config.json"
VALUES: dict[str, Any] = json.loads(GOLDEN.read_text())


def refused(values: Any) -> str:
    with pytest.raises(ValueError) as caught:
        ViTConfig.from_json(values if isinstance(values, str) else json.dumps(values))
    return str(caught.value)


def test_the_published_form_is_read() -> None:
    config = ViTConfig.from_json(GOLDEN.read_text())
    assert (config.d_model, config.num_heads, config.n_tags, config.image_size) == (48, 4, 12, 64)


def test_what_is_written_is_the_published_form_again() -> None:
    config = ViTConfig.from_json(GOLDEN.read_text())
    assert json.loads(config.to_json()) == VALUES
    assert ViTConfig.from_json(config.to_json()) == config
    other = replace(config, layerscale_init=0.5)
    assert ViTConfig.from_json(other.to_json()) == other


@pytest.mark.parametrize(
    "extra",
    [
        {"use_amp": True},
        {"head_mean_after": False},
        {"patch_dropout": 0.0},
        {"layerscale_init": None},
    ],
)
def test_settings_that_change_nothing_are_taken(extra: dict[str, Any]) -> None:
    assert ViTConfig.from_json(json.dumps(VALUES | extra)) == ViTConfig.from_json(
        json.dumps(VALUES)
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"class": "CLIPLikeModel"}, "class is 'CLIPLikeModel', which"),
        ({"use_sine": False}, "use_sine is False"),
        ({"patch_dropout": 0.1}, "patch_dropout is 0.1"),
        ({"head_mean_after": True}, "head_mean_after is True"),
        ({"fused_mha": True}, "not known here: 'fused_mha'"),
        ({"d_model": 50}, "d_model must be a multiple of num_heads"),
        ({"num_heads": 3, "d_model": 6}, "d_model must be a multiple of 4"),
        ({"num_blocks": 0}, "num_blocks must be a whole number"),
        ({"num_blocks": True}, "num_blocks must be a whole number"),
        ({"n_tags": 12.0}, "n_tags must be a whole number"),
        ({"mlp_dim": 10**9}, "mlp_dim must be a whole number"),
        ({"stochdepth_rate": 1}, "stochdepth_rate must be"),
        ({"stochdepth_rate": "0.05"}, "stochdepth_rate must be a number"),
        ({"image_size": 65}, "image_size must be a multiple of patch_size"),
        ({"patch_size": 8}, "cnn_stem make 16-pixel patches, but patch_size is 8"),
        ({"d_model": 64}, "cnn_stem ends in 48 channels, but d_model is 64"),
        ({"cnn_stem": None}, "cnn_stem must be a text"),
        ({"cnn_stem": ""}, "layer that is not known here: ''"),
        ({"cnn_stem": "conv:c=48;gelu"}, "not known here: 'gelu'"),
        ({"cnn_stem": "conv:c=48;bn"}, "not known here: 'bn'"),
        ({"cnn_stem": "ln;conv:c=48"}, "must begin with a conv layer"),
        ({"cnn_stem": "conv:k=3"}, "lacks its channels"),
        ({"cnn_stem": "conv:c=48,groups=2"}, "not known here: 'groups=2'"),
        ({"cnn_stem": "conv:c=-1"}, "not known here: 'c=-1'"),
        ({"cnn_stem": "conv:c=48,s=0"}, "size of 0"),
    ],
)
def test_other_models_are_refused(change: dict[str, Any], said: str) -> None:
    assert said in refused(VALUES | change)


@pytest.mark.parametrize("name", ["num_blocks", "cnn_stem", "n_tags"])
def test_a_setting_that_is_missing_is_named(name: str) -> None:
    assert refused({key: value for key, value in VALUES.items() if key != name}) == (
        f"config.json lacks the setting '{name}'."
    )


@pytest.mark.parametrize(
    ("text", "said"), [("", "not valid JSON"), ("{", "not valid JSON"), ("[]", "one JSON object")]
)
def test_what_is_no_json_object_is_refused(text: str, said: str) -> None:
    assert said in refused(text)


def test_a_stem_is_read_with_its_defaults() -> None:
    assert stem_layers("conv:c=64;ln;relu;conv:c=768,s=1,k=1,p=0") == [
        ConvLayer(c=64, k=3, s=2, p=1),
        "ln",
        "relu",
        ConvLayer(c=768, k=1, s=1, p=0),
    ]
