"""Implications as they may be stored: without a circle, without one that others imply (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Reduced(Generic[T]):
    """
    Attributes:
        edges: what is to be stored: whatever was reached from a tag still is.
        circular: of the new ones, those that would close a circle.
        redundant: of the new ones, those that others imply.
    """

    edges: frozenset[tuple[T, T]]
    circular: list[tuple[T, T]]
    redundant: list[tuple[T, T]]


def reduced(
    present: Iterable[tuple[T, T]],
    new: Iterable[tuple[T, T]],
    given: Iterable[tuple[T, T]] = (),
) -> Reduced[T]:
    """Take in edges in their order, each unless it would close a circle with those before it.

    Args:
        present: edges, antecedent first.
        given: edges that hold without being stored; with those present they hold no circle.
    """
    unstored = set(given)
    steps: dict[T, set[T]] = defaultdict(set)
    for low, high in [*present, *unstored]:
        steps[low].add(high)
    taken: list[tuple[T, T]] = []
    circular: list[tuple[T, T]] = []
    for low, high in dict.fromkeys(new):
        if low == high or low in _reached(high, steps):
            circular.append((low, high))
        else:
            steps[low].add(high)
            taken.append((low, high))
    needed = {(low, high) for low in list(steps) for high in _needed(low, steps)}
    edges = frozenset(needed - unstored)
    return Reduced(
        edges=edges,
        circular=circular,
        redundant=[edge for edge in taken if edge not in edges],
    )


def _needed(low: T, steps: dict[T, set[T]]) -> set[T]:
    """The next steps from a tag that no detour leads to. In a graph without circles these are the
    same whatever is left out first.
    """
    direct = steps[low]
    if len(direct) < 2:
        return direct
    around: set[T] = set()
    for each in direct:
        around |= _reached(each, steps)
    return direct - around


def _reached(start: T, steps: dict[T, set[T]]) -> set[T]:
    found: set[T] = set()
    waiting = [start]
    while waiting:
        new = steps.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
