"""The images' pixels at the model's size, decoded once and kept in a memory-mapped file.

Decoding a JPEG costs more than learning from it at these sizes. What is kept is what the engine
sees, to the last bit (`prepare_pixels`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from tqdm import tqdm

from worker.joytag.preprocess import ImageError, prepare_pixels
from worker.trainer.errors import TrainingError
from worker.trainer.manifest import Manifest

CACHE_LIMIT = 8 * 10**9  # bytes; larger sets are decoded again in every epoch unless asked for
FORM = "2"  # of the kept pixels; changes with `prepare_pixels`
Bytes = NDArray[np.uint8]


class Pictures(Protocol):
    def __getitem__(self, rows: NDArray[np.int64]) -> Bytes:
        """The pixels (b, size, size, 3) of these rows of the manifest."""
        ...


def pictures(manifest: Manifest, size: int, cache: Path | None, *, threads: int) -> Pictures:
    """The manifest's pictures: from files each time, or from the folder `cache`, filled first.

    Raises TrainingError, with the file's name, for an image that cannot be read.
    """
    paths = [manifest.folder / image for image in manifest.images]
    if cache is None:
        return Files(paths, size, threads)
    target = cache / f"pixels-{size}-{_key(paths, manifest.images, size)}.npy"
    if not target.is_file():
        _fill(target, paths, size, threads)
    kept: Bytes = np.load(target, mmap_mode="r")
    return kept


def cache_bytes(manifest: Manifest, size: int) -> int:
    return len(manifest.images) * size * size * 3


class Files:
    """Pictures that are decoded whenever they are asked for."""

    def __init__(self, paths: Sequence[Path], size: int, threads: int) -> None:
        self._paths, self._size, self._threads = paths, size, threads

    def __getitem__(self, rows: NDArray[np.int64]) -> Bytes:
        return np.stack(
            list(_decoded([self._paths[row] for row in rows], self._size, self._threads))
        )


def decode(path: Path, size: int) -> Bytes:
    """One image file as (size, size, 3); raises TrainingError."""
    try:
        pixels = prepare_pixels(path, size)  # (3, size, size)
    except ImageError as error:
        raise TrainingError(f"{path}: {error}") from error
    result: Bytes = pixels.permute(1, 2, 0).contiguous().numpy()
    return result


def _decoded(paths: Sequence[Path], size: int, threads: int) -> Iterator[Bytes]:
    with ThreadPoolExecutor(threads) as readers:  # Pillow decodes and scales without the GIL
        yield from readers.map(lambda path: decode(path, size), paths)


def _key(paths: Sequence[Path], names: Sequence[str], size: int) -> str:
    """Changes with the files, their order and the size; labels may change without it."""
    digest = hashlib.sha256(f"{FORM} {size}".encode())
    for path, name in zip(paths, names, strict=True):
        status = path.stat()
        digest.update(f"\0{name}\0{status.st_size}\0{status.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _fill(target: Path, paths: Sequence[Path], size: int, threads: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(f".{os.getpid()}.partial")
    try:
        kept = open_memmap(partial, "w+", np.uint8, (len(paths), size, size, 3))
        decoded = _decoded(paths, size, threads)
        for row, picture in enumerate(tqdm(decoded, "decoding", len(paths), disable=None)):
            kept[row] = picture
        kept.flush()
        partial.rename(target)
    except OSError as error:
        raise TrainingError(f"The pixels cannot be kept in {target.parent} ({error}).") from error
    finally:
        partial.unlink(missing_ok=True)
