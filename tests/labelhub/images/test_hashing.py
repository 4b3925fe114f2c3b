"""The perceptual hash as a signed number, and the masks that find every neighbour."""

from __future__ import annotations

import imagehash
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelhub.images.hashing import (
    RADIUS,
    SEGMENT_MASK,
    SEGMENTS,
    distance,
    from_hex,
    masks,
    to_hex,
)
from tests.pictures import picture

hashes = st.integers(min_value=-(2**63), max_value=2**63 - 1)
flips = st.sets(st.integers(min_value=0, max_value=63), max_size=20)


def test_a_hash_survives_its_way_into_the_database_and_back() -> None:
    written = str(imagehash.phash(picture(1)))

    assert to_hex(from_hex(written)) == written
    assert from_hex("8000000000000000") == -(2**63)
    assert from_hex("7fffffffffffffff") == 2**63 - 1


def test_what_is_not_64_bits_is_refused() -> None:
    with pytest.raises(ValueError, match="64-bit"):
        from_hex("1ffffffffffffffff")


def test_the_distance_is_imagehashs() -> None:
    first, second = (imagehash.phash(picture(seed)) for seed in (1, 2))

    assert distance(from_hex(str(first)), from_hex(str(second))) == first - second


@given(hashes, flips)
def test_masks_meet_every_neighbour_and_no_neighbour_is_missed(phash: int, bits: set[int]) -> None:
    other = phash
    for bit in bits:
        other ^= -(2**63) if bit == 63 else 1 << bit
    segments = zip(SEGMENTS, masks(), strict=True)

    met = any(((phash ^ other) >> shift) & SEGMENT_MASK in values for shift, values in segments)

    assert distance(phash, other) == len(bits)
    assert met or len(bits) > RADIUS


def test_a_search_looks_at_188_values() -> None:
    assert sum(len(values) for values in masks()) == 188
    assert all(len(values) == len(set(values)) for values in masks())
