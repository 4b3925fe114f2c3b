"""The perceptual hash as a number, and which index entries hold its neighbours.

The hash itself (imagehash's pHash, 64 bits) is made by the decoder. Postgres has no unsigned
integers, so it is stored as a signed 64-bit number with the same bits.

The search is tight pigeonhole probing over four 16-bit segments: if two hashes differ in at most
r = 4r' + a bits, then either one of the first a + 1 segments differs in at most r' bits, or one of
the others in at most r' - 1. So looking up every value within those distances, segment by segment,
finds every neighbour: 188 values for r = 8, instead of a scan over all images.
(Norouzi, Punjani, Fleet: Fast Search in Hamming Space with Multi-Index Hashing, 2012.)
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

ALGORITHM = "imagehash.phash:64"
RADIUS = 8
SEGMENTS = (0, 16, 32, 48)
SEGMENT_BITS = 16
SEGMENT_MASK = (1 << SEGMENT_BITS) - 1
_ALL = 1 << 64
_SIGN = 1 << 63


def from_hex(text: str) -> int:
    """The number stored for a hash that imagehash wrote as 16 hexadecimal digits."""
    value = int(text, 16)
    if not 0 <= value < _ALL:
        raise ValueError(f"{text!r} is not a 64-bit hash.")
    return value - _ALL if value & _SIGN else value


def to_hex(phash: int) -> str:
    """The 16 hexadecimal digits that imagehash writes for a stored hash."""
    return f"{phash % _ALL:016x}"


def distance(first: int, second: int) -> int:
    """In how many of the 64 bits two stored hashes differ."""
    return ((first ^ second) % _ALL).bit_count()


@cache
def masks(radius: int = RADIUS) -> tuple[list[int], ...]:
    """For each of `SEGMENTS`, in which bits a neighbour within the radius may differ there."""
    wide, extra = divmod(radius, len(SEGMENTS))
    return tuple(_within(wide if place <= extra else wide - 1) for place in range(len(SEGMENTS)))


def _within(radius: int) -> list[int]:
    """Every 16-bit number with at most this many bits set (none for a negative radius)."""
    return [
        sum(1 << bit for bit in bits)
        for count in range(radius + 1)
        for bits in combinations(range(SEGMENT_BITS), count)
    ]
