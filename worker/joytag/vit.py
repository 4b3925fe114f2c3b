"""JoyTag's image tagger: a vision transformer in pure torch that loads the published weights.

The architecture is fpgaminer/joytag's `ViT` (Apache-2.0), written anew from its description. Where
it departs from the textbook, because the weights were trained so:

- patches come from a stack of small strided convolutions, not from one large one;
- there is no class token and no learned position: fixed 2-D sinusoids [sin x, cos x, sin y, cos y]
  are added, whose frequencies run from 1 to exactly 1/10000;
- every branch is scaled per channel before it is added (`skip_init`);
- stochastic depth has one rate for all blocks and strikes a third time inside the MLP, before its
  last layer;
- the norm comes *before* the mean over tokens: norm each token, take the mean, then the head. So
  the logits are exactly `head(embedding)`, and a model that takes the mean first loads just as well
  and is silently wrong.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from worker.joytag.config import ConvLayer, ViTConfig, stem_layers

__all__ = ["Output", "ViT", "ViTConfig"]


class Output(NamedTuple):
    logits: Tensor  # (b, n_tags)
    embeddings: Tensor  # (b, d); head(embeddings) is logits


class ViT(nn.Module):
    def __init__(self, config: ViTConfig) -> None:
        super().__init__()
        self.config = config
        self.patch_embeddings = Stem(config.cnn_stem)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.num_blocks))
        self.norm = nn.LayerNorm(config.d_model)
        self.head = nn.Linear(config.d_model, config.n_tags)
        self._positions: dict[tuple[int, int, torch.device], Tensor] = {}

    def forward(self, images: Tensor) -> Output:
        """Tags prepared images (b, 3, h, w) whose sides are multiples of the patch size."""
        patch = self.config.patch_size
        if images.shape[-2] % patch or images.shape[-1] % patch:
            height, width = images.shape[-2:]
            raise ValueError(f"{height} x {width} pixels do not divide into {patch}-pixel patches.")
        x = self.patch_embeddings(images)  # (b, d, rows, columns)
        positions = self._positions_for(x)  # (rows * columns, d)
        x = x.flatten(2).transpose(1, 2)  # (b, n, d), row by row
        x = x + positions.to(x.dtype)
        for block in self.blocks:
            x = block(x)
        # In the head's precision: blocks that compute in half of it still make whole embeddings.
        embeddings = self.norm(x.to(self.head.weight.dtype)).mean(dim=1)  # (b, d)
        return Output(self.head(embeddings), embeddings)

    def _positions_for(self, grid: Tensor) -> Tensor:
        rows, columns = grid.shape[-2:]
        key = (rows, columns, grid.device)
        if key not in self._positions:
            self._positions[key] = sinusoids(rows, columns, self.config.d_model, grid.device)
        return self._positions[key]


class Stem(nn.Module):
    def __init__(self, description: str) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for layer in stem_layers(description):
            if isinstance(layer, ConvLayer):
                layers.append(nn.Conv2d(channels, layer.c, layer.k, layer.s, layer.p))
                channels = layer.c
            else:
                layers.append(ChannelNorm(channels) if layer == "ln" else nn.ReLU())
        self.conv = nn.Sequential(*layers)

    def forward(self, images: Tensor) -> Tensor:
        x: Tensor = self.conv(images)  # (b, d, h / patch, w / patch)
        return x


class ChannelNorm(nn.Module):
    """LayerNorm over the channels of each pixel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(x.permute(0, 2, 3, 1))  # (b, h, w, c)
        return x.permute(0, 3, 1, 2)  # (b, c, h, w)


class Block(nn.Module):
    def __init__(self, config: ViTConfig) -> None:
        super().__init__()
        width = config.d_model
        self.heads = config.num_heads
        self.drop_rate = config.stochdepth_rate
        self.norm1 = nn.LayerNorm(width)
        self.qkv_proj = nn.Linear(width, 3 * width)  # rows: q, then k, then v
        self.out_proj = nn.Linear(width, width)
        self.skip_init1 = ChannelScale(width, config.layer_scale)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = MLP(config)
        self.skip_init2 = ChannelScale(width, config.layer_scale)

    def forward(self, x: Tensor) -> Tensor:
        drop = self.drop_rate if self.training else 0.0
        x = x + drop_samples(self.skip_init1(self.attention(self.norm1(x))), drop)
        return x + drop_samples(self.skip_init2(self.mlp(self.norm2(x))), drop)

    def attention(self, x: Tensor) -> Tensor:
        b, n, d = x.shape
        qkv = self.qkv_proj(x).view(b, n, 3, self.heads, d // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each (b, heads, n, d / heads)
        x = attend(q, k, v)  # (b, heads, n, d / heads)
        x = x.transpose(1, 2).reshape(b, n, d)
        projected: Tensor = self.out_proj(x)
        return projected


class MLP(nn.Module):
    def __init__(self, config: ViTConfig) -> None:
        super().__init__()
        self.drop_rate = config.stochdepth_rate
        self.linear1 = nn.Linear(config.d_model, config.mlp_dim)
        self.linear2 = nn.Linear(config.mlp_dim, config.d_model)

    def forward(self, x: Tensor) -> Tensor:
        x = F.gelu(self.linear1(x))  # (b, n, mlp_dim)
        x = drop_samples(x, self.drop_rate if self.training else 0.0)
        projected: Tensor = self.linear2(x)  # (b, n, d)
        return projected


class ChannelScale(nn.Module):
    def __init__(self, width: int, initial: float) -> None:
        super().__init__()
        self.skip = nn.Parameter(torch.full((width,), initial))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.skip


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Attention (b, heads, n, d / heads); on CPUs bf16 is faster without the fused kernel."""
    if q.dtype == torch.bfloat16 and q.device.type == "cpu":
        weights = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)  # (b, heads, n, n)
        attended: Tensor = weights.softmax(dim=-1) @ v
        return attended
    return F.scaled_dot_product_attention(q, k, v)


def drop_samples(x: Tensor, rate: float) -> Tensor:
    """Stochastic depth: zeroes whole samples at the given rate and scales up the others."""
    if rate == 0.0:
        return x
    keep = x.new_empty((x.shape[0], 1, 1)).bernoulli_(1.0 - rate)
    return x * keep / (1.0 - rate)


def sinusoids(rows: int, columns: int, width: int, device: torch.device) -> Tensor:
    """Fixed position codes (rows * columns, width), row by row: [sin x, cos x, sin y, cos y]."""
    count = width // 4
    steps = torch.arange(count, dtype=torch.float32, device=device) / (count - 1)
    frequencies = 1.0 / 10000**steps  # (width / 4,)
    y, x = torch.meshgrid(
        torch.arange(rows, dtype=torch.float32, device=device),
        torch.arange(columns, dtype=torch.float32, device=device),
        indexing="ij",
    )
    across = x.flatten()[:, None] * frequencies  # (rows * columns, width / 4)
    down = y.flatten()[:, None] * frequencies
    return torch.cat([across.sin(), across.cos(), down.sin(), down.cos()], dim=1)
