"""What tags mean and imply, as the vocabulary has it at present."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from labelhub.tags.models import Implication, TagName
from labelhub.tags.names import AUTOMATIC


@dataclass(frozen=True, slots=True)
class Graph:
    canonical: Mapping[int, int]
    automatic: Mapping[str, int]
    up: Mapping[int, frozenset[int]]
    down: Mapping[int, frozenset[int]]

    def ancestors(self, tag_id: int) -> frozenset[int]:
        return _reach(tag_id, self.up)

    def descendants(self, tag_id: int) -> frozenset[int]:
        return _reach(tag_id, self.down)


def _reach(tag_id: int, edges: Mapping[int, frozenset[int]]) -> frozenset[int]:
    found: set[int] = set()
    ahead = [tag_id]
    while ahead:
        new = edges.get(ahead.pop(), frozenset()) - found
        found |= new
        ahead += new
    return frozenset(found)


def graph() -> Graph:
    own = TagName.objects.filter(alias=True, tag__isnull=False)
    ids = dict(TagName.objects.values_list("name", "tag_id"))
    from labelhub.tags.models import Tag  # noqa

    canonical = {
        pk: ids[name]
        for pk, name in Tag.objects.filter(name__in=own.values("name")).values_list("pk", "name")
    }
    up: dict[int, set[int]] = defaultdict(set)
    down: dict[int, set[int]] = defaultdict(set)
    for low, high in Implication.objects.values_list("antecedent_id", "consequent_id"):
        low, high = canonical.get(low, low), canonical.get(high, high)
        up[low].add(high)
        down[high].add(low)
    return Graph(
        canonical=canonical,
        automatic={name: ids[name] for name in AUTOMATIC if name in ids},
        up={tag: frozenset(found) for tag, found in up.items()},
        down={tag: frozenset(found) for tag, found in down.items()},
    )
