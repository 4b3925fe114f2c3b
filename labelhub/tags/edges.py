"""Implications as a graph to be changed (pure): paths, and edges that others make needless."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Set

Edge = tuple[int, int]


class Edges:
    """Implications, each from what implies to what is implied."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self.up: dict[int, set[int]] = defaultdict(set)
        self.down: dict[int, set[int]] = defaultdict(set)
        for low, high in edges:
            self.up[low].add(high)
            self.down[high].add(low)

    def of(self, tag_id: int) -> set[Edge]:
        """Those that begin or end at a tag."""
        ups = {(tag_id, high) for high in self.up.get(tag_id, ())}
        return ups | {(low, tag_id) for low in self.down.get(tag_id, ())}

    def path(self, low: int, high: int, *, without: Edge | None = None) -> list[int] | None:
        """A shortest way up from one tag to another, both included; None where there is none.

        Args:
            without: an edge not to go by.
        """
        came: dict[int, int] = {}
        waiting = deque([low])
        while waiting:
            at = waiting.popleft()
            for above in sorted(self.up.get(at, ())):
                if (at, above) == without or above in came:
                    continue
                came[above] = at
                if above == high:
                    return _way(came, low, high)
                waiting.append(above)
        return None

    def needless(self, around: int) -> set[Edge]:
        """The edges that a longer way makes needless, of those that lie on ways through a tag."""
        lows = {around, *_reached(self.down, around)}
        highs = {around, *_reached(self.up, around)}
        return {
            (low, high)
            for low in lows
            for high in self.up.get(low, set()) & highs
            if self.path(low, high, without=(low, high)) is not None
        }


def merged(edges: Iterable[Edge], gone: int, into: int) -> set[Edge]:
    """The edges once one tag stands for two."""
    moved = {(into if low == gone else low, into if high == gone else high) for low, high in edges}
    return {(low, high) for low, high in moved if low != high}


def _reached(steps: Mapping[int, Set[int]], start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        new = steps.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _way(came: Mapping[int, int], low: int, high: int) -> list[int]:
    way = [high]
    while True:
        way.append(came[way[-1]])
        if way[-1] == low:
            return way[::-1]
