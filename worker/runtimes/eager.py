"""Torch, operation by operation: in full precision, which is the reference, and in half of it."""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import Tensor

from worker.joytag.preprocess import normalised
from worker.joytag.vit import Block, Output, ViT


class Eager:
    """float32 throughout, as the published example computes on a CPU."""

    name = "torch, 32 bits"

    def __init__(self, model: ViT, device: torch.device) -> None:
        self.device = device
        self._model = copy.deepcopy(model).to(device).eval()

    def embed(self, pixels: Tensor) -> Tensor:
        with (
            torch.inference_mode(),
            # cuDNN may use TF32 for convolutions unless told otherwise; that is not fp32.
            torch.backends.cudnn.flags(enabled=True, allow_tf32=False),
        ):
            embeddings: Tensor = self._model(normalised(pixels.to(self.device))).embeddings
            return embeddings.cpu()


class Half:
    """bf16 on CPUs, fp16 on GPUs; the last norm, the mean and so the embeddings in float32.

    The stem's pictures lie channels last, which its norms and the convolutions of either device
    want; channel scales are folded into the layers before them.
    """

    def __init__(self, model: ViT, device: torch.device) -> None:
        self.device = device
        self.dtype = torch.float16 if device.type == "cuda" else torch.bfloat16
        self.name = f"torch, {'fp16' if device.type == 'cuda' else 'bf16'}"
        half = folded(model).to(device, self.dtype)
        half.patch_embeddings.to(memory_format=torch.channels_last)
        half.norm.float()
        half.head.float()
        self._forward: Callable[[Tensor], Output] = half.eval()

    def embed(self, pixels: Tensor) -> Tensor:
        with torch.inference_mode():
            there = pixels.to(self.device, non_blocking=True)
            images = normalised(there).to(self.dtype, memory_format=torch.channels_last)
            return self._forward(images).embeddings.float().cpu()


class Compiled(Half):
    """The same, compiled as one graph for batches of one size: smaller ones are filled up."""

    def __init__(
        self, model: ViT, device: torch.device, *, batch: int, backend: str = "inductor"
    ) -> None:
        super().__init__(model, device)
        self.name += ", compiled"
        self.batch = batch
        # "reduce-overhead": CUDA graphs, which take the launching of kernels off the CPU.
        mode = "reduce-overhead" if backend == "inductor" else None
        self._forward = torch.compile(self._forward, backend=backend, mode=mode, fullgraph=True)

    def embed(self, pixels: Tensor) -> Tensor:
        parts = []
        for part in torch.split(pixels, self.batch):
            whole = part.new_zeros((self.batch, *part.shape[1:]))
            whole[: len(part)] = part
            parts.append(super().embed(whole)[: len(part)])
        return torch.cat(parts)


def folded(model: ViT) -> ViT:
    """A copy whose channel scales are part of the layers before them: the same function."""
    copied = copy.deepcopy(model)
    for block in copied.blocks:
        assert isinstance(block, Block)
        for layer, scale in (
            (block.out_proj, block.skip_init1),
            (block.mlp.linear2, block.skip_init2),
        ):
            with torch.no_grad():
                layer.weight.mul_(scale.skip[:, None])
                layer.bias.mul_(scale.skip)
                scale.skip.fill_(1)
    return copied
