"""One loaded tagger: image files in, embeddings out.

The pass over the pixels ends at the embedding; everything about tags is a product with the head
(`head()`), which callers make themselves. A file that cannot be read is its own result and costs
its neighbours nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from worker.joytag import checkpoint
from worker.joytag.checkpoint import Checkpoint
from worker.joytag.preprocess import ImageError, load_image, prepare

# Batches pay on a GPU; on a CPU they only cost memory.
CUDA_BATCH, CPU_BATCH = 64, 4
READERS = 4


class Engine:
    def __init__(
        self, loaded: Checkpoint, device: str | None = None, *, fast: bool = False
    ) -> None:
        """`fast` computes in half precision where the device has it in hardware."""
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.tags = loaded.tags
        self.sha256 = loaded.sha256
        self.width = loaded.config.d_model
        self.image_size = loaded.config.image_size
        self.batch_size = CUDA_BATCH if self.device.type == "cuda" else CPU_BATCH
        self._half = _half_type(self.device) if fast else None
        self._model = loaded.model.to(self.device).eval()

    @classmethod
    def load(cls, directory: Path, device: str | None = None, *, fast: bool = False) -> Engine:
        """Loads a checkpoint directory; raises CheckpointError."""
        return cls(checkpoint.load(directory), device, fast=fast)

    def embed(self, sources: Sequence[Path | BinaryIO]) -> list[NDArray[np.float32] | ImageError]:
        """One result per source, in order: the embedding (width,), or why the file has none."""
        results: list[NDArray[np.float32] | ImageError] = []
        with ThreadPoolExecutor(min(READERS, os.cpu_count() or 1)) as readers:
            for start in range(0, len(sources), self.batch_size):
                read = list(readers.map(self._read, sources[start : start + self.batch_size]))
                results += self._embed_read(read)
        return results

    def head(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """W (tags, width) and b (tags,): logits are W·e + b."""
        head = self._model.head
        return head.weight.detach().cpu().numpy().copy(), head.bias.detach().cpu().numpy().copy()

    def _read(self, source: Path | BinaryIO) -> Tensor | ImageError:
        try:
            return prepare(load_image(source), self.image_size)
        except ImageError as error:
            return error
        except MemoryError:
            return ImageError("There is not enough memory to prepare the image; save it smaller.")

    def _embed_read(
        self, read: list[Tensor | ImageError]
    ) -> list[NDArray[np.float32] | ImageError]:
        images = [image for image in read if isinstance(image, Tensor)]
        embedded = iter(self._forward(torch.stack(images)) if images else ())
        return [item if isinstance(item, ImageError) else next(embedded) for item in read]

    def _forward(self, images: Tensor) -> NDArray[np.float32]:
        with (
            torch.inference_mode(),
            # cuDNN may use TF32 for convolutions unless told otherwise; that is not fp32.
            torch.backends.cudnn.flags(enabled=True, allow_tf32=self._half is not None),
            torch.autocast(self.device.type, self._half, enabled=self._half is not None),
        ):
            embeddings = self._model(images.to(self.device)).embeddings  # (b, d)
        result: NDArray[np.float32] = embeddings.float().cpu().numpy()
        return result


def _half_type(device: torch.device) -> torch.dtype | None:
    if device.type == "cuda":
        return torch.float16
    # Without such instructions bf16 is emulated, several times slower than fp32.
    able = torch.cpu.get_capabilities()
    return torch.bfloat16 if able.get("amx_bf16") or able.get("avx512_bf16") else None
