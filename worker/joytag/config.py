"""What a checkpoint's config.json says, checked before anything is built from it. No torch."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Literal

# Keys of the published form and of its training script that say nothing about the model we build,
# with the only values under which that is so (None: any).
SILENT: dict[str, tuple[object, ...] | None] = {
    "class": ("ViT",),
    "use_sine": (True,),
    "head_mean_after": (False,),
    "patch_dropout": (0, 0.0),
    "use_amp": None,
}


@dataclass(frozen=True, slots=True)
class ConvLayer:
    c: int  # channels out
    k: int = 3  # kernel
    s: int = 2  # stride
    p: int = 1  # padding


@dataclass(frozen=True, slots=True, kw_only=True)
class ViTConfig:
    num_blocks: int
    patch_size: int
    d_model: int
    mlp_dim: int
    num_heads: int
    stochdepth_rate: float
    cnn_stem: str
    image_size: int
    n_tags: int
    loss_type: str = "focal2"
    layerscale_init: float | None = None

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            _check_type(field.name, str(field.type), getattr(self, field.name))
        if self.d_model % self.num_heads:
            raise ValueError("config.json: d_model must be a multiple of num_heads.")
        if self.d_model % 4 or self.d_model < 8:
            raise ValueError("config.json: d_model must be a multiple of 4, at least 8.")
        if not 0 <= self.stochdepth_rate < 1:
            raise ValueError("config.json: stochdepth_rate must be at least 0 and under 1.")
        if self.image_size % self.patch_size:
            raise ValueError("config.json: image_size must be a multiple of patch_size.")
        layers = [layer for layer in stem_layers(self.cnn_stem) if isinstance(layer, ConvLayer)]
        stride = 1
        for layer in layers:
            stride *= layer.s
        if stride != self.patch_size:
            raise ValueError(
                f"config.json: the strides of cnn_stem make {stride}-pixel patches, "
                f"but patch_size is {self.patch_size}."
            )
        if layers[-1].c != self.d_model:
            raise ValueError(
                f"config.json: cnn_stem ends in {layers[-1].c} channels, "
                f"but d_model is {self.d_model}."
            )

    @property
    def layer_scale(self) -> float:
        """What the channel scales of a new model start from."""
        if self.layerscale_init is not None:
            return self.layerscale_init
        if self.num_blocks <= 18:
            return 0.1
        return 1e-5 if self.num_blocks <= 24 else 1e-6

    @classmethod
    def from_json(cls, text: str) -> ViTConfig:
        """Reads config.json; raises ValueError with a sentence for what is not our model."""
        try:
            values = json.loads(text)
        except ValueError as error:
            raise ValueError(f"config.json is not valid JSON ({error}); fetch it again.") from error
        if not isinstance(values, dict):
            raise ValueError("config.json must hold one JSON object of settings.")
        for key, allowed in SILENT.items():
            value = values.pop(key, None)
            if value is not None and allowed is not None and value not in allowed:
                raise ValueError(
                    f"config.json: {key} is {value!r}, which this tagger does not support."
                )
        fields = {field.name: field for field in dataclasses.fields(cls)}
        if unknown := sorted(set(values) - set(fields)):
            raise ValueError(f"config.json holds a setting that is not known here: {unknown[0]!r}.")
        for name, field in fields.items():
            if field.default is dataclasses.MISSING and name not in values:
                raise ValueError(f"config.json lacks the setting {name!r}.")
        return cls(**values)

    def to_json(self) -> str:
        """config.json in the published form, so that the original code can load what we save."""
        values: dict[str, object] = {"class": "ViT", "use_sine": True} | dataclasses.asdict(self)
        if self.layerscale_init is None:
            del values["layerscale_init"]
        return json.dumps(values, indent=1)


def stem_layers(description: str) -> list[ConvLayer | Literal["ln", "relu"]]:
    """Parses "conv:c=64;ln;relu;..."; raises ValueError with a sentence for anything else."""
    layers: list[ConvLayer | Literal["ln", "relu"]] = []
    for part in description.split(";"):
        name, _, options = part.strip().partition(":")
        if name == "conv":
            layers.append(_conv_layer(options))
        elif name in ("ln", "relu") and not options:
            layers.append("ln" if name == "ln" else "relu")
        else:
            raise ValueError(f"config.json: cnn_stem has a layer that is not known here: {part!r}.")
    if not isinstance(layers[0], ConvLayer):
        raise ValueError("config.json: cnn_stem must begin with a conv layer.")
    return layers


def _conv_layer(options: str) -> ConvLayer:
    values: dict[str, int] = {}
    for option in options.split(","):
        name, _, value = option.strip().partition("=")
        if name not in ("c", "k", "s", "p") or not (value.isascii() and value.isdigit()):
            raise ValueError(
                f"config.json: cnn_stem has an option that is not known here: {option!r}."
            )
        values[name] = int(value)
    if "c" not in values:
        raise ValueError("config.json: a conv layer of cnn_stem lacks its channels (c=...).")
    layer = ConvLayer(**values)
    if min(layer.c, layer.k, layer.s) < 1:
        raise ValueError("config.json: a conv layer of cnn_stem has a size of 0.")
    return layer


def _check_type(name: str, kind: str, value: object) -> None:
    if kind == "int":
        good = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 1_000_000
        wanted = "a whole number from 1 to 1,000,000"
    elif kind == "str":
        good, wanted = isinstance(value, str), "a text"
    else:
        none = value is None and "None" in kind
        good = none or (isinstance(value, (int, float)) and not isinstance(value, bool))
        wanted = "a number"
    if not good:
        raise ValueError(f"config.json: {name} must be {wanted}, not {value!r}.")
