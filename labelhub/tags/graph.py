"""What names mean and what tags imply, in memory: merged tags, ancestors, descendants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping

from django.db import connection
from django.db.models import Q

from labelhub.tags.models import Implication, Tag
from labelhub.tags.names import AUTOMATIC
from labelhub.tags.versions import Kept

Edge = tuple[int, int]  # antecedent, consequent
_COSPLAY, _UNIFORM = "_(cosplay)", "_school_uniform"


class Graph:
    """Implications as ids of canonical tags. A merged tag is taken for what it means now.

    What follows from the form of names goes upwards only: who wears the costume of somebody is in
    cosplay, but whoever says that an image is none has not looked for a thousand costumes.

    Attributes:
        canonical: what merged tags mean; a tag that is not in it means itself.
        automatic: the ids of those automatic tags that exist, by their names.
    """

    def __init__(
        self,
        edges: Iterable[Edge] = (),
        canonical: Mapping[int, int] | None = None,
        automatic: Mapping[str, int] | None = None,
        by_form: Iterable[Edge] = (),
    ) -> None:
        self.canonical: Mapping[int, int] = canonical or {}
        self.automatic: Mapping[str, int] = automatic or {}
        self._up: dict[int, set[int]] = defaultdict(set)
        self._down: dict[int, set[int]] = defaultdict(set)
        self._down_stored: dict[int, set[int]] = defaultdict(set)
        self._ancestors: dict[int, frozenset[int]] = {}
        self._descendants: dict[int, frozenset[int]] = {}
        self._rejected: dict[int, frozenset[int]] = {}
        for low, high in self._meant(edges):
            self._up[low].add(high)
            self._down[high].add(low)
            self._down_stored[high].add(low)
        for low, high in self._meant(by_form):
            self._up[low].add(high)
            self._down[high].add(low)

    @property
    def edges(self) -> frozenset[Edge]:
        """One step each, antecedent first."""
        return frozenset((low, high) for low, steps in self._up.items() for high in steps)

    @property
    def stored(self) -> frozenset[Edge]:
        """Those of them that do not follow from the form of a name alone."""
        return frozenset((low, high) for high, lows in self._down_stored.items() for low in lows)

    def ancestors(self, tag_id: int) -> frozenset[int]:
        """All that the tag implies, itself not among it."""
        return self._closure(tag_id, self._up, self._ancestors)

    def descendants(self, tag_id: int) -> frozenset[int]:
        """All that implies the tag, itself not among it."""
        return self._closure(tag_id, self._down, self._descendants)

    def rejected(self, tag_id: int) -> frozenset[int]:
        """All that is not there where the tag is not, itself not among it: what implies it, not
        counting what follows from the form of names.
        """
        return self._closure(tag_id, self._down_stored, self._rejected)

    def parents(self, tag_id: int) -> frozenset[int]:
        """What the tag implies in one step."""
        return frozenset(self._up.get(self.canonical.get(tag_id, tag_id), ()))

    def differing(self, other: Graph) -> frozenset[Edge]:
        """The implications that are in one of two graphs only, or stored in one only."""
        return (self.edges ^ other.edges) | (self.stored ^ other.stored)

    def _meant(self, edges: Iterable[Edge]) -> Iterator[Edge]:
        for antecedent, consequent in edges:
            low = self.canonical.get(antecedent, antecedent)
            high = self.canonical.get(consequent, consequent)
            if low != high:
                yield low, high

    def _closure(
        self, tag_id: int, steps: Mapping[int, set[int]], known: dict[int, frozenset[int]]
    ) -> frozenset[int]:
        start = self.canonical.get(tag_id, tag_id)
        found = known.get(start)
        if found is None:
            reached: set[int] = set()
            waiting = [start]
            while waiting:
                new = steps.get(waiting.pop(), set()) - reached
                reached |= new
                waiting += new
            found = known[start] = frozenset(reached - {start})
        return found


def graph() -> Graph:
    """The implications as they are now."""
    return _graph.get()


def _load() -> Graph:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT tag.id, named.tag_id
              FROM tags_tagname named JOIN tags_tag tag USING (name)
             WHERE named.alias AND named.tag_id <> tag.id
            """
        )
        canonical = dict(cursor.fetchall())
    automatic = Tag.objects.filter(name__in=AUTOMATIC).exclude(pk__in=canonical)
    return Graph(
        edges=Implication.objects.values_list("antecedent_id", "consequent_id"),
        by_form=pattern_edges(merged=canonical),
        canonical=canonical,
        automatic=dict(automatic.values_list("name", "pk")),
    )


def pattern_edges(*, merged: Container[int]) -> Iterator[Edge]:
    """What a name's form implies: x_(cosplay) is cosplay, and x; a kind of school uniform is one.

    A deprecated tag implies nothing and is implied by nothing.

    Args:
        merged: tags whose names are other tags' now, which such a name says nothing about.
    """
    usable = Tag.objects.filter(deprecated=False)
    of_form = Q(name__endswith=_COSPLAY) | Q(name__endswith=_UNIFORM)
    ids = dict(usable.filter(of_form).values_list("name", "pk"))
    implied = {name: _implied(name) for name in ids}
    wanted = {each for names in implied.values() for each in names}
    there = dict(usable.filter(name__in=wanted).values_list("name", "pk"))
    for name, names in implied.items():
        if ids[name] in merged:
            continue
        for each in names:
            if each in there:
                yield ids[name], there[each]


def _implied(name: str) -> list[str]:
    if name.endswith(_COSPLAY):
        return ["cosplay", name.removesuffix(_COSPLAY)]
    return [_UNIFORM.removeprefix("_")]


_graph: Kept[Graph] = Kept(_load)
