"""Paths through implications, and which of them others make needless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelhub.tags.edges import Edges, merged

CHAIN = [(1, 2), (2, 3), (3, 4)]
# Always from the smaller to the larger: without a circle.
GRAPHS = st.sets(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda edge: edge[0] < edge[1])
)


def test_a_path_is_the_shortest_way_up() -> None:
    edges = Edges([*CHAIN, (1, 3)])
    assert edges.path(1, 4) == [1, 3, 4]
    assert edges.path(4, 1) is None
    assert edges.path(1, 3, without=(1, 3)) == [1, 2, 3]


def test_a_tag_has_no_path_to_itself_without_a_circle() -> None:
    assert Edges(CHAIN).path(2, 2) is None


def test_an_edge_beside_a_longer_way_is_needless() -> None:
    assert Edges([*CHAIN, (1, 3)]).needless(2) == {(1, 3)}
    assert Edges(CHAIN).needless(2) == set()


def test_merged_tags_keep_each_others_edges_but_not_the_one_between() -> None:
    assert merged([(1, 2), (2, 3), (4, 1)], gone=1, into=2) == {(2, 3), (4, 2)}


def reached(edges: set[tuple[int, int]], start: int) -> set[int]:
    found = {high for low, high in edges if low == start}
    return found.union(*(reached(edges, high) for high in found))


@given(GRAPHS, st.integers(0, 6))
def test_without_what_is_needless_everything_is_still_reached(
    edges: set[tuple[int, int]], around: int
) -> None:
    kept = edges - Edges(edges).needless(around)
    assert all(reached(kept, tag) == reached(edges, tag) for tag in range(7))
    assert not Edges(kept).needless(around)


@pytest.mark.parametrize("tag", [1, 2, 3, 4])
def test_the_edges_of_a_tag_are_those_that_begin_or_end_there(tag: int) -> None:
    assert Edges(CHAIN).of(tag) == {edge for edge in CHAIN if tag in edge}
