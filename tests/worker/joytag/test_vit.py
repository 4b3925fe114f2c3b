"""The model computes what the published one computes, and its parts do what the weights expect."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from worker.joytag import checkpoint
from worker.joytag.vit import MLP, Output, ViT, ViTConfig, drop_samples, sinusoids

GOLDEN = Path(__file__).parents[2] / "golden" / "joytag-tiny"
EXPECTED = dict(np.load(GOLDEN / "expected.npz"))
CPU = torch.device("cpu")

PUBLISHED = ViTConfig(
    num_blocks=12,
    patch_size=16,
    d_model=768,
    mlp_dim=3072,
    num_heads=12,
    stochdepth_rate=0.05,
    cnn_stem=(
        "conv:c=64;ln;relu;conv:c=128;ln;relu;conv:c=256;ln;relu;conv:c=512;ln;relu;"
        "conv:c=768,s=1,k=1,p=0"
    ),
    image_size=448,
    n_tags=5813,
)

TINY = ViTConfig(
    num_blocks=2,
    patch_size=4,
    d_model=16,
    mlp_dim=32,
    num_heads=2,
    stochdepth_rate=0.5,
    cnn_stem="conv:c=8;ln;relu;conv:c=16",
    image_size=16,
    n_tags=5,
)


@pytest.fixture
def golden() -> ViT:
    return checkpoint.load(GOLDEN).model


def image(index: int) -> Tensor:
    return torch.from_numpy(EXPECTED[f"image_{index}"])


def off(found: Tensor, name: str) -> float:
    return float(np.abs(found.detach().numpy() - EXPECTED[name]).max())


@pytest.mark.parametrize("index", [0, 1])
def test_golden_logits_and_embeddings_are_met(golden: ViT, index: int) -> None:
    with torch.inference_mode():
        found = golden(image(index))
    assert off(found.logits, f"logits_{index}") < 1e-5
    assert off(found.embeddings, f"embeddings_{index}") < 1e-5


def test_taking_the_mean_before_the_norm_would_not_meet_them(golden: ViT) -> None:
    class MeanFirst(nn.Module):
        def forward(self, tokens: Tensor) -> Tensor:
            return norm(tokens.mean(dim=1, keepdim=True))  # type: ignore[no-any-return]

    norm = golden.norm
    golden.norm = MeanFirst()  # type: ignore[assignment]
    with torch.inference_mode():
        assert off(golden(image(0)).logits, "logits_0") > 1e-2


def test_swapping_the_axes_of_the_positions_would_not_meet_them(golden: ViT) -> None:
    positions = sinusoids(2, 6, 48, CPU)
    swapped = torch.cat([positions[:, 24:], positions[:, :24]], dim=1)
    with torch.inference_mode():
        golden(image(1))
        golden._positions = dict.fromkeys(golden._positions, swapped)
        assert off(golden(image(1)).logits, "logits_1") > 1e-3


def test_the_head_of_an_embedding_is_the_logits(golden: ViT) -> None:
    with torch.inference_mode():
        found = golden(image(0))
    weights, bias = golden.head.weight.detach().numpy(), golden.head.bias.detach().numpy()
    product = found.embeddings.numpy() @ weights.T + bias
    assert np.abs(product - found.logits.numpy()).max() < 1e-5


def test_the_published_configuration_has_the_published_parameters() -> None:
    with torch.device("meta"):
        model = ViT(PUBLISHED)
    state = model.state_dict()
    assert len(state) == 190
    assert sum(tensor.numel() for tensor in state.values()) == 91_491_509
    assert sum(p.numel() for p in model.parameters() if p.requires_grad) == 91_491_509
    assert not list(model.buffers())


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("patch_embeddings.conv.0.weight", (64, 3, 3, 3)),
        ("patch_embeddings.conv.1.norm.bias", (64,)),
        ("patch_embeddings.conv.9.weight", (512, 256, 3, 3)),
        ("patch_embeddings.conv.10.norm.weight", (512,)),
        ("patch_embeddings.conv.12.weight", (768, 512, 1, 1)),
        ("blocks.0.norm1.weight", (768,)),
        ("blocks.11.qkv_proj.weight", (2304, 768)),
        ("blocks.11.out_proj.bias", (768,)),
        ("blocks.5.skip_init1.skip", (768,)),
        ("blocks.5.norm2.bias", (768,)),
        ("blocks.5.mlp.linear1.weight", (3072, 768)),
        ("blocks.5.mlp.linear2.weight", (768, 3072)),
        ("blocks.5.skip_init2.skip", (768,)),
        ("norm.weight", (768,)),
        ("head.weight", (5813, 768)),
        ("head.bias", (5813,)),
    ],
)
def test_the_published_tensors_have_their_names_and_shapes(
    name: str, shape: tuple[int, ...]
) -> None:
    with torch.device("meta"):
        assert ViT(PUBLISHED).state_dict()[name].shape == shape


def test_positions_are_as_the_weights_learnt_them() -> None:
    codes = sinusoids(rows=3, columns=5, width=768, device=CPU)
    assert codes.shape == (15, 768)
    at = codes[2 * 5 + 4].reshape(4, 192)  # row 2, column 4: [sin x, cos x, sin y, cos y]
    for frequency, index in [(1.0, 0), (1e-4, 191), (10000 ** (-7 / 191), 7)]:
        expected = [f(p * frequency) for p in (4, 2) for f in (math.sin, math.cos)]
        assert at[:, index].tolist() == pytest.approx(expected, abs=1e-6)


def test_one_model_takes_every_size_and_remembers_no_wrong_one() -> None:
    torch.manual_seed(0)
    model = ViT(TINY).eval()
    wide, tall = torch.randn(1, 3, 8, 32), torch.randn(1, 3, 32, 8)
    with torch.inference_mode():
        first = [model(x).logits for x in (wide, tall)]
        fresh = ViT(TINY).eval()
        fresh.load_state_dict(model.state_dict())
        again = [fresh(x).logits for x in (tall, wide)][::-1]
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not any("position" in name for name in model.state_dict())


def test_sides_must_divide_into_patches() -> None:
    with pytest.raises(ValueError, match="10 x 16 pixels do not divide into 4-pixel patches"):
        ViT(TINY)(torch.zeros(1, 3, 10, 16))


def test_samples_in_a_batch_do_not_touch_each_other() -> None:
    torch.manual_seed(0)
    model, batch = ViT(TINY).eval(), torch.randn(3, 3, 16, 16)
    with torch.inference_mode():
        together = model(batch).logits
        alone = torch.cat([model(one[None]).logits for one in batch])
    assert torch.allclose(together, alone, atol=1e-6)


def test_a_new_model_starts_its_channel_scales_by_its_depth() -> None:
    scales = [replace(TINY, num_blocks=blocks).layer_scale for blocks in (1, 18, 19, 24, 25)]
    assert scales == [0.1, 0.1, 1e-5, 1e-5, 1e-6]
    skips = [value for name, value in ViT(TINY).named_parameters() if name.endswith(".skip")]
    assert [value.tolist() for value in skips] == [pytest.approx([0.1] * 16)] * 4


# Stochastic depth.


def test_dropping_samples_keeps_the_mean() -> None:
    torch.manual_seed(0)
    dropped = drop_samples(torch.ones(20_000, 2, 3), 0.25)
    assert ((dropped == 0) | torch.isclose(dropped, torch.tensor(1 / 0.75))).all()
    assert dropped.mean().item() == pytest.approx(1, abs=0.02)
    assert (dropped == dropped[:, :1, :1]).all()  # whole samples


def test_depth_is_stochastic_in_training_only() -> None:
    torch.manual_seed(0)
    model, x = ViT(TINY), torch.randn(4, 3, 16, 16)
    model.train()
    assert not torch.equal(model(x).logits, model(x).logits)
    model.eval()
    assert torch.equal(model(x).logits, model(x).logits)


def test_the_mlp_drops_samples_before_its_last_layer() -> None:
    torch.manual_seed(0)
    mlp, x = MLP(TINY), torch.randn(64, 3, 16)
    kept = mlp.linear2(2 * nn.functional.gelu(mlp.linear1(x)))
    mlp.train()
    found = mlp(x)
    is_bias = (found == mlp.linear2.bias).all(dim=(1, 2))
    is_kept = torch.isclose(found, kept, atol=1e-6).all(dim=(1, 2))
    assert (is_bias | is_kept).all()
    assert is_bias.any() and is_kept.any()


def test_a_model_that_has_tagged_can_be_trained() -> None:
    model, x = ViT(TINY), torch.randn(2, 3, 16, 16)
    with torch.inference_mode():
        model.eval()(x)
    found: Output = model.train()(x)
    gradients = torch.autograd.grad(found.logits.sum(), list(model.parameters()))
    assert all(gradient.isfinite().all() for gradient in gradients)
