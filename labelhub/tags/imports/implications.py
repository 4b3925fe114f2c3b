"""Implications: JSON lines like those of aliases."""

from __future__ import annotations

from django.utils.translation import gettext as _

from labelhub.tags.graph import graph, pattern_edges
from labelhub.tags.implications import reduced
from labelhub.tags.imports.aliases import Pair, pairs
from labelhub.tags.imports.plan import Plan
from labelhub.tags.imports.present import Present
from labelhub.tags.imports.reading import Lines
from labelhub.tags.models import Implication, Tag
from labelhub.tags.names import AUTOMATIC

Edge = tuple[str, str]


def plan(lines: Lines) -> Plan:
    """Names are taken for the tags they mean here, so lines may come to say the same."""
    made = Plan(problems=lines.problems)
    found = list(pairs(lines))
    made.rows = len(found)
    present = Present.of(name for pair in found for name in (pair.antecedent, pair.consequent))
    wanted: dict[Edge, Pair] = {}
    for pair in found:
        edge = _edge(made, pair, present)
        if edge is not None:
            wanted.setdefault(edge, pair)
    stored: set[Edge] = set(Implication.objects.values_list("antecedent__name", "consequent__name"))
    result = reduced(stored, wanted, _by_form())
    for edge in result.circular:
        made.problems.add(
            wanted[edge].line, str(wanted[edge]), _("This would make a tag imply itself.")
        )
    for edge in result.redundant:
        made.problems.add(
            wanted[edge].line, str(wanted[edge]), _("Others imply this already; it is left out.")
        )
    # In the order of the file, so that the examples are its first.
    made.implied = [edge for edge in wanted if edge in result.edges and edge not in stored]
    made.unimplied = sorted(stored - result.edges)
    return made


def _by_form() -> list[Edge]:
    """What follows from the form of names, by the names of what they mean now."""
    means = graph().canonical
    edges = [(low, means.get(high, high)) for low, high in pattern_edges(merged=means)]
    tags = Tag.objects.filter(pk__in={each for edge in edges for each in edge})
    names = dict(tags.values_list("pk", "name"))
    return [(names[low], names[high]) for low, high in edges if low != high]


def _edge(made: Plan, pair: Pair, present: Present) -> Edge | None:
    low, high = present.meant(pair.antecedent), present.meant(pair.consequent)
    missing = pair.antecedent if low is None else pair.consequent
    if low is None or high is None:
        message = _("There is no tag “%s” here; take in the tags first.") % missing
    elif low.deprecated or high.deprecated:
        message = _("“%s” is deprecated, so nothing follows from it or leads to it.") % (
            low.name if low.deprecated else high.name
        )
    elif not AUTOMATIC.isdisjoint((low.name, high.name)):
        message = _(
            "“%s” is set from an image's size alone: it implies nothing, nor is implied."
        ) % (low.name if low.name in AUTOMATIC else high.name)
    elif low.name == high.name:
        message = _("Both names mean “%s” here.") % low.name
    else:
        return low.name, high.name
    made.problems.add(pair.line, str(pair), message)
    return None
