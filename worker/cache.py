"""A backbone's embeddings as files, for products over a whole library (torch and numpy, no Django).

    FOLDER/vectors   (n, d) half precision, as they are in Postgres
           codes     (n // 96, d, 96 + 8) bytes: the same in 8 bits, for a first look
           ids.npy   (n,) image ids; -1 where the image is gone

It is a cache: what is in it follows from rows, and any process can make it anew. `ids.npy` is
written last, under another name first, and says how many rows of the other two count; so after a
kill at any moment it is what it was before. Writers take turns by a lock beside the folder, and a
reader opens it within such a turn, so that all three are of one time. It needs no lock after that:
what it has mapped only grows, or stays its own when the folder is replaced.

**The first look.** One tag's logits over 1,000,000 embeddings are 1.5 GB to read, and half
precision is slow to multiply on CPUs. Codes are half of that. They are kept transposed in groups of
96 images, each dimension of a group with a scale and a shift of its own, because such a group is
what torch's kernel for 8-bit embedding bags sums up at once, in registers, without ever adding up
across one: a "bag" is a group, its rows the dimensions, their weights the numbers of the head. The
few images that are near the line by their codes are then looked at exactly.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from labelhub.scoring.head import Floats

Ints = NDArray[np.int64]
Halves = NDArray[np.float16]
GROUP = 96  # images whose sums fit the registers of one core; measured with 32 to 2048
HEAD = 8  # bytes of a scale and a shift
AT_ONCE = 16_384  # embeddings in memory at a time, in full precision
IN_CACHE = 4_096  # so many are coded at a time, out of the processor's own cache
SAMPLE = 1_024  # embeddings by which the codes' error is judged
SURELY = 1.25  # how much larger than any of theirs an error is thought to get
FEW = 20_000  # so many are looked at exactly from the start
GONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Images nearest to a line, nearest first: ids and logits, both (k,) or (tags, k).

    `ids` is `GONE` where there are no more.
    """

    ids: Ints
    logits: Floats


class Cache:
    """What is in a folder at the time it is opened: within `writing`, where others may write."""

    def __init__(self, folder: Path, width: int) -> None:
        self.folder, self.width = folder, width
        self.ids = _read_ids(folder)
        self.gone = torch.from_numpy(np.flatnonzero(self.ids == GONE))
        count = len(self.ids)
        self.vectors = _mapped(folder / "vectors", torch.float16, (count, width))
        groups = (count // GROUP, width, GROUP + HEAD)
        self.codes = _mapped(folder / "codes", torch.uint8, groups)

    def __len__(self) -> int:
        return len(self.ids)

    def nearest(self, weight: Floats, bias: float, line: float, k: int = 200) -> Nearest:
        """The images whose logits of one tag are nearest to its line.

        Exact for the images it returns. One of the k is missed only where its code is off by more
        than any in a sample by a quarter.

        Args:
            weight: (d,), the tag's row of the head.
            line: a logit.
        """
        row = torch.from_numpy(weight)
        chosen = self._candidates(row, bias - line, k)
        logits = self._exact(chosen, row) + bias
        return _closest(self.ids[chosen.numpy()], logits, line, k)

    def between(self, weight: Floats, bias: float, low: float, high: float) -> Ints:
        """The images whose logits of one tag are from `low` to `high`; their ids, in falling order.

        Those far from both ends are told by their codes, all others exactly; as exact as `nearest`.

        Args:
            weight: (d,), the tag's row of the head.
        """
        row = torch.from_numpy(weight)
        if len(self) <= FEW:
            within = torch.zeros(0, dtype=torch.int64)
            unsure = torch.arange(len(self))
        else:
            by_codes = self._by_codes(row)
            error = self._error(row, by_codes)
            logits = by_codes.add_(bias)
            maybe = (logits >= low - error) & (logits <= high + error)
            surely = (logits >= low + error) & (logits <= high - error)
            within = torch.nonzero(surely).flatten()
            rest = torch.arange(len(by_codes), len(self))
            unsure = torch.cat([torch.nonzero(maybe & ~surely).flatten(), rest])
        exact = self._exact(unsure, row) + bias
        found = torch.cat([within, unsure[(exact >= low) & (exact <= high)]])
        ids = self.ids[found.numpy()]
        return np.sort(ids[ids != GONE])[::-1].copy()

    def nearest_of_all(self, weight: Floats, bias: Floats, lines: Floats, k: int = 200) -> Nearest:
        """The same of every tag at once, by full products; (tags, k).

        Args:
            weight, bias: (tags, d) and (tags,), the head.
            lines: (tags,), logits.
        """
        rows, shift = torch.from_numpy(weight), torch.from_numpy(bias - lines)
        best = torch.full((len(rows), k), torch.inf)  # logits from the line
        where = torch.full((len(rows), k), -1)
        gone = torch.from_numpy(self.ids == GONE)
        for start in range(0, len(self), AT_ONCE):
            some = self.vectors[start : start + AT_ONCE].float()  # (m, d)
            for first in range(0, len(rows), 256):
                tags = slice(first, first + 256)
                off = torch.addmm(shift[tags, None], rows[tags], some.T)  # (t, m)
                off[:, gone[start : start + AT_ONCE]] = torch.inf
                near = off.abs().topk(min(k, len(some)), dim=1, largest=False).indices
                both = torch.cat([best[tags], off.gather(1, near)], dim=1)
                places = torch.cat([where[tags], near + start], dim=1)
                kept = both.abs().sort(dim=1, stable=True).indices[:, :k]
                best[tags], where[tags] = both.gather(1, kept), places.gather(1, kept)
        none = ~best.isfinite().numpy()
        ids = np.append(self.ids, GONE)[where.numpy()]
        ids[none] = GONE
        return Nearest(ids, (best + torch.from_numpy(lines)[:, None]).numpy())

    def _candidates(self, row: Tensor, shift: float, k: int) -> Tensor:
        """Where the k nearest are among, by their codes; and those that have no code yet."""
        if len(self) <= max(FEW, 8 * k):
            return torch.from_numpy(np.flatnonzero(self.ids != GONE))
        coded = len(self.codes) * GROUP
        by_codes = self._by_codes(row)
        error = self._error(row, by_codes)
        off = by_codes.add_(shift).abs_()  # (coded,), logits from the line
        off[self.gone[self.gone < coded]] = torch.inf
        first = off.topk(4 * k, largest=False).indices
        kth = (self._exact(first, row) + shift).abs().kthvalue(k).values
        near = torch.nonzero(off <= kth + error).flatten()
        rest = coded + np.flatnonzero(self.ids[coded:] != GONE)
        return torch.cat([near, torch.from_numpy(rest)])

    def _by_codes(self, row: Tensor) -> Tensor:
        groups = AT_ONCE // GROUP
        rows = torch.arange(groups * self.width)
        bags = rows[:: self.width].contiguous()
        weights = row.repeat(groups)
        sums = []
        for start in range(0, len(self.codes), groups):
            some = self.codes[start : start + groups].flatten(0, 1)  # (groups * d, 96 + 8)
            sums.append(
                torch.ops.quantized.embedding_bag_byte_rowwise_offsets(
                    some,
                    rows[: len(some)],
                    bags[: len(some) // self.width],
                    per_sample_weights=weights[: len(some)],
                )
            )
        return torch.cat(sums).flatten()

    def _error(self, row: Tensor, by_codes: Tensor) -> Tensor:
        """How far off any sum by codes is thought to be."""
        sample = torch.linspace(0, len(by_codes) - 1, SAMPLE).long()
        return (self._exact(sample, row) - by_codes[sample]).abs().max() * SURELY

    def _exact(self, places: Tensor, row: Tensor) -> Tensor:
        parts = [self.vectors[part].float() @ row for part in torch.split(places, AT_ONCE)]
        return torch.cat(parts) if parts else torch.zeros(0)


class Writer:
    """Brings a folder up to what Postgres has; made by `writing`, which lets one in at a time."""

    def __init__(self, folder: Path, width: int) -> None:
        self.folder, self.width = folder, width
        folder.mkdir(parents=True, exist_ok=True)
        self.ids = _read_ids(folder)

    def __len__(self) -> int:
        return len(self.ids)

    def missing(self, alive: Ints) -> Ints:
        """Forget images that are not `alive`; say which of those are not here yet."""
        kept = np.isin(self.ids, alive)
        if np.count_nonzero(kept) < len(self.ids) / 2:
            self._start_anew()  # mostly holes: not worth keeping
        elif not kept.all():
            self.ids[~kept] = GONE
            self._commit()
        return np.setdiff1d(alive, self.ids)

    def extend(self, blocks: Iterable[tuple[Ints, Halves]]) -> None:
        """Append embeddings of images that are not here."""
        found = [self.ids]
        with (self.folder / "vectors").open("ab") as file:
            file.truncate(len(self.ids) * self.width * 2)  # what a killed writer left goes
            for ids, vectors in blocks:
                file.write(np.ascontiguousarray(vectors).data)
                found.append(ids)
            _to_disk(file)
        coded = len(self.ids) // GROUP
        self.ids = np.concatenate(found)
        self._encode(coded)
        self._commit()

    def _encode(self, start: int) -> None:
        """Codes of all whole groups from `start` on."""
        end = len(self.ids) // GROUP
        vectors = _mapped(self.folder / "vectors", torch.float16, (len(self.ids), self.width))
        with (self.folder / "codes").open("ab") as file:
            file.truncate(start * self.width * (GROUP + HEAD))
            at_once = IN_CACHE // GROUP
            for first in range(start, end, at_once):
                some = vectors[first * GROUP : min(first + at_once, end) * GROUP]
                file.write(_codes(some).numpy().data)
            _to_disk(file)

    def _commit(self) -> None:
        half = self.folder / "ids.new"
        with half.open("wb") as file:
            np.save(file, self.ids)
            _to_disk(file)
        half.replace(self.folder / "ids.npy")

    def _start_anew(self) -> None:
        # Aside and not emptied: who has it open goes on reading it.
        aside = self.folder.with_name(self.folder.name + ".gone")
        shutil.rmtree(aside, ignore_errors=True)
        self.folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
        self.folder.mkdir()
        self.ids = np.array([], dtype=np.int64)


@contextmanager
def writing(folder: Path, width: int) -> Iterator[Writer]:
    """The only writer of a folder, as long as the block lasts; others wait for it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(folder.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Writer(folder, width)


def _codes(vectors: Tensor) -> Tensor:
    """(groups * d, 96 + 8) bytes of embeddings (groups * 96, d)."""
    groups = vectors.view(-1, GROUP, vectors.shape[1])
    across = groups.transpose(1, 2).contiguous()  # (g, d, 96), while it is still half as large
    coded: Tensor = torch.ops.quantized.embedding_bag_byte_prepack(across.flatten(0, 1).float())
    return coded


def _closest(ids: Ints, logits: Tensor, line: float, k: int) -> Nearest:
    off = (logits - line).abs()
    kept = torch.sort(off, stable=True).indices[:k].numpy()
    return Nearest(ids[kept], logits.numpy()[kept])


def _read_ids(folder: Path) -> Ints:
    try:
        ids: Ints = np.load(folder / "ids.npy", allow_pickle=False)
    except FileNotFoundError:
        return np.array([], dtype=np.int64)
    return ids


def _mapped(path: Path, kind: torch.dtype, shape: tuple[int, ...]) -> Tensor:
    size = int(np.prod(shape))
    if size == 0:
        return torch.empty(shape, dtype=kind)
    # Private: a stray write would be this process's own.
    return torch.from_file(str(path), shared=False, size=size, dtype=kind).view(shape)


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
