"""The backbone as an OpenVINO graph, on CPUs: in 32 bits somewhat faster than torch, with 8-bit
weights several times.

With 8 bits, the weights of the blocks' linear layers are rounded, one scale a row; their inputs
are rounded when they come, in groups of one width (dynamic quantisation), and multiplied as
integers. All else is bf16 where the CPU has it. Rounding inputs by scales measured beforehand
(static quantisation) was off by 0.1 in a score and is not done.

The graph is written here, not converted: OpenVINO's converter wants tracing and its weight
compression (nncf) a package whose module is called `ninja`, as django-ninja's is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as ops
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from worker.joytag.preprocess import MEAN, STD
from worker.joytag.vit import Block, ChannelNorm, Stem, ViT, sinusoids
from worker.runtimes.eager import folded

Node = Any  # OpenVINO's nodes are made by untyped factories
Linear = Callable[[Node, nn.Linear], Node]
LARGEST = 127
CORES_A_STREAM = 8  # more cores than this work on one image less well than on two


class OpenVINO:
    """One image an inference: batches do not pay on CPUs."""

    def __init__(self, model: ViT, *, threads: int, eight_bit: bool) -> None:
        self.name = "OpenVINO, 8-bit weights" if eight_bit else "OpenVINO, 32 bits"
        streams = -(-threads // CORES_A_STREAM)
        self._compiled = _core().compile_model(
            backbone(folded(model), eight_bit=eight_bit),
            "CPU",
            {
                "INFERENCE_NUM_THREADS": threads,
                "NUM_STREAMS": streams,
                "INFERENCE_PRECISION_HINT": "bf16" if eight_bit else "f32",
                "DYNAMIC_QUANTIZATION_GROUP_SIZE": model.config.d_model if eight_bit else 0,
            },
        )
        # One request more than streams: the next image is there when one is done.
        self._queue = ov.AsyncInferQueue(self._compiled, streams + 1)
        self._width = model.config.d_model

    def embed(self, pixels: Tensor) -> Tensor:
        found = np.empty((len(pixels), self._width), dtype=np.float32)

        def keep(request: ov.InferRequest, at: int) -> None:
            found[at] = request.get_output_tensor(0).data[0]

        self._queue.set_callback(keep)
        for at, image in enumerate(pixels.permute(0, 2, 3, 1).contiguous().numpy()):
            self._queue.start_async({0: image[None]}, at)
        self._queue.wait_all()
        return torch.from_numpy(found)


@cache
def _core() -> ov.Core:
    """One for as long as the process lives.

    It gives the thread that it is made in another stack for handlers of signals, and unmaps that in
    whichever thread it is dropped. If that is another one, the next signal (a time limit of
    Celery's, say) ends the process without a word.
    """
    return ov.Core()


def backbone(model: ViT, *, eight_bit: bool) -> ov.Model:
    """From uint8 (1, size, size, 3) to the embedding (1, d); channel scales must be folded."""
    config, linear = model.config, _rounded_linear if eight_bit else _linear
    side = config.image_size // config.patch_size
    image = ops.parameter([1, config.image_size, config.image_size, 3], np.uint8, "image")
    x = _stem(_normalised(image), model.patch_embeddings)  # (1, d, side, side)
    x = ops.reshape(x, np.array([1, config.d_model, side * side]), False)
    x = ops.transpose(x, np.array([0, 2, 1]))  # (1, n, d)
    x = ops.add(x, _constant(sinusoids(side, side, config.d_model, torch.device("cpu"))))
    for block in model.blocks:
        assert isinstance(block, Block)
        x = ops.add(x, _attention(_norm(x, block.norm1), block, linear))
        hidden = ops.gelu(linear(_norm(x, block.norm2), block.mlp.linear1), "ERF")
        x = ops.add(x, linear(hidden, block.mlp.linear2))
    embedding = ops.reduce_mean(_norm(x, model.norm), np.array([1]), False)  # (1, d)
    return ov.Model([embedding], [image], "backbone")


def _normalised(image: Node) -> Node:
    x = ops.transpose(ops.convert(image, "f32"), np.array([0, 3, 1, 2]))
    mean, std = (np.array(each, dtype=np.float32).reshape(1, 3, 1, 1) * 255 for each in (MEAN, STD))
    return ops.divide(ops.subtract(x, ops.constant(mean)), ops.constant(std))


def _stem(x: Node, stem: Stem) -> Node:
    for layer in stem.conv:
        if isinstance(layer, nn.Conv2d):
            stride, padding = list(layer.stride), [int(each) for each in layer.padding]
            x = ops.convolution(x, _constant(layer.weight), stride, padding, padding, [1, 1])
            assert layer.bias is not None
            x = ops.add(x, _constant(layer.bias.view(1, -1, 1, 1)))
        elif isinstance(layer, ChannelNorm):
            x = _norm(x, layer.norm, axis=1)
        else:
            x = ops.relu(x)
    return x


def _attention(x: Node, block: Block, linear: Linear) -> Node:
    _one, n, d = (int(size) for size in x.get_output_shape(0))
    heads = np.array([1, n, 3, block.heads, d // block.heads])
    qkv = ops.reshape(linear(x, block.qkv_proj), heads, False)
    qkv = ops.transpose(qkv, np.array([2, 0, 3, 1, 4]))  # (3, 1, heads, n, d / heads)
    parts = ops.split(qkv, 0, 3).outputs()
    q, k, v = (ops.squeeze(part, np.array([0])) for part in parts)
    x = ops.scaled_dot_product_attention(q, k, v)  # (1, heads, n, d / heads)
    x = ops.reshape(ops.transpose(x, np.array([0, 2, 1, 3])), np.array([1, n, d]), False)
    return linear(x, block.out_proj)


def _norm(x: Node, norm: nn.LayerNorm, axis: int = -1) -> Node:
    shape = (1, -1, 1, 1) if axis == 1 else (-1,)
    x = ops.mvn(x, np.array([axis]), True, norm.eps, "INSIDE_SQRT")
    x = ops.multiply(x, _constant(norm.weight.view(shape)))
    return ops.add(x, _constant(norm.bias.view(shape)))


def _linear(x: Node, layer: nn.Linear) -> Node:
    return ops.add(ops.matmul(x, _constant(layer.weight), False, True), _constant(layer.bias))


def _rounded_linear(x: Node, layer: nn.Linear) -> Node:
    weight = layer.weight.detach()  # (out, in)
    scale = (weight.abs().amax(dim=1, keepdim=True) / LARGEST).clamp_min(1e-12)  # (out, 1)
    rounded = (weight / scale).round().clamp(-LARGEST, LARGEST).to(torch.int8)
    # In this form OpenVINO keeps the 8 bits and multiplies by them.
    restored = ops.multiply(ops.convert(_constant(rounded), "f16"), _constant(scale.half()))
    x = ops.matmul(x, ops.convert(restored, "f32"), False, True)
    return ops.add(x, _constant(layer.bias))


def _constant(tensor: Tensor) -> Node:
    values: NDArray[Any] = np.ascontiguousarray(tensor.detach().numpy())
    return ops.constant(values)
