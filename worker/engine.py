"""One loaded tagger: image files in, embeddings out.

The pass over the pixels ends at the embedding; everything about tags is a product with the head
(`head()`), which callers make themselves. A file that cannot be read is its own result and costs
its neighbours nothing.

Three stages run at once, so that the slowest is never idle: threads read and prepare pictures, one
thread computes, and the caller's own thread says what comes next and takes what is done. No stage
gets more than `AHEAD` chunks ahead of the caller, so memory is bounded however many images come.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray

from worker.joytag import checkpoint
from worker.joytag.checkpoint import Checkpoint
from worker.joytag.preprocess import ImageError, Pixels, prepare_pixels
from worker.runtimes import choice

AHEAD = 2
MOST_READERS = 16

Embedding = NDArray[np.float32]  # (width,)
Reader = Callable[[int], Pixels]  # the prepared picture at a size; raises ImageError
Read = Mapping[int, Future[Pixels | ImageError]]


class Engine:
    """A loaded tagger.

    Attributes:
        tags: the vocabulary, in the order of the head's rows.
        sha256: of the checkpoint's weights.
        width: numbers in an embedding.
        image_size: pixels a side after preparation.
        facts: how its backbone is computed.
        batch_size: images that are best taken at once.
    """

    def __init__(
        self,
        loaded: Checkpoint,
        device: str | None = None,
        *,
        fast: bool = False,
        kept: Path | None = None,
    ) -> None:
        """`fast` takes the fastest runtime that agrees with full precision (`runtimes.choice`).

        Args:
            kept: a folder for what that choice measured.
        """
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.tags = loaded.tags
        self.sha256 = loaded.sha256
        self.width = loaded.config.d_model
        self.image_size = loaded.config.image_size
        head = loaded.model.head
        self._head = tuple(each.detach().numpy().copy() for each in (head.weight, head.bias))
        if fast:
            self._runtime, self.facts = choice.choose(loaded, self.device, kept)
        else:
            self._runtime, self.facts = choice.exact(loaded, self.device)
        self.batch_size = choice.batch_size(self.facts, self.device)

    @classmethod
    def load(
        cls,
        directory: Path,
        device: str | None = None,
        *,
        fast: bool = False,
        kept: Path | None = None,
    ) -> Engine:
        """Loads a checkpoint directory; raises CheckpointError."""
        return cls(checkpoint.load(directory), device, fast=fast, kept=kept)

    def embed(self, sources: Sequence[Path | BinaryIO]) -> list[Embedding | ImageError]:
        """One result per source, in order: the embedding (width,), or why the file has none."""
        readers: list[Reader] = [partial(prepare_pixels, source) for source in sources]
        numbered = list(enumerate(readers))
        starts = range(0, len(numbered), self.batch_size)
        chunks = (numbered[start : start + self.batch_size] for start in starts)
        return [result for done in self.stream(chunks) for result in done.values()]

    def stream(
        self, chunks: Iterable[Sequence[tuple[int, Reader]]]
    ) -> Generator[dict[int, Embedding | ImageError], None, None]:
        """Pictures in chunks, each by a number of the caller's; the results of each chunk in order.

        `chunks` is only ever asked in the caller's thread, readers run in threads of their own.
        Closing the iterator leaves what has not begun undone.
        """
        count = min(MOST_READERS, os.cpu_count() or 1)
        readers = ThreadPoolExecutor(count, thread_name_prefix="reader")
        model = ThreadPoolExecutor(1, thread_name_prefix="model")
        under_way: deque[Future[dict[int, Embedding | ImageError]]] = deque()
        try:
            for chunk in chunks:
                read = {key: readers.submit(self._read, reader) for key, reader in chunk}
                under_way.append(model.submit(self._results, read))
                while len(under_way) > AHEAD:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for pool in (readers, model):
                pool.shutdown(wait=True, cancel_futures=True)

    def forward(self, images: Pixels) -> NDArray[np.float32]:
        """Embeddings (b, width) of prepared pictures (b, 3, image_size, image_size), uint8.

        Of a batch too large for the GPU's memory, one half after the other.
        """
        try:
            embeddings: NDArray[np.float32] = self._runtime.embed(images).numpy()
            return embeddings
        except torch.cuda.OutOfMemoryError:
            if len(images) == 1:
                raise
        torch.cuda.empty_cache()
        half = len(images) // 2
        return np.concatenate([self.forward(images[:half]), self.forward(images[half:])])

    def head(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """W (tags, width) and b (tags,): logits are W·e + b."""
        weight, bias = self._head
        return weight.copy(), bias.copy()

    def _read(self, reader: Reader) -> Pixels | ImageError:
        try:
            return reader(self.image_size)
        except ImageError as error:
            return error
        except MemoryError:
            return ImageError("There is not enough memory to prepare the image; save it smaller.")

    def _results(self, read: Read) -> dict[int, Embedding | ImageError]:
        results: dict[int, Embedding | ImageError | Pixels] = {
            key: future.result() for key, future in read.items()
        }
        images = {key: each for key, each in results.items() if isinstance(each, torch.Tensor)}
        embeddings = iter(self.forward(torch.stack(list(images.values()))) if images else ())
        return {
            key: next(embeddings) if isinstance(each, torch.Tensor) else each
            for key, each in results.items()
        }
