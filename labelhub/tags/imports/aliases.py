"""Aliases: JSON lines with antecedent_name, consequent_name and status, as Danbooru has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from labelhub.tags.imports.plan import Alias, Plan
from labelhub.tags.imports.present import Present
from labelhub.tags.imports.reading import Lines, json_lines
from labelhub.tags.names import BadTagName, alias_form


@dataclass(frozen=True, slots=True)
class Pair:
    line: int
    antecedent: str
    consequent: str

    def __str__(self) -> str:
        return f"{self.antecedent} → {self.consequent}"


def plan(lines: Lines) -> Plan:
    made = Plan(problems=lines.problems)
    means: dict[str, Pair] = {}
    for pair in pairs(lines):
        made.rows += 1
        before = means.setdefault(pair.antecedent, pair)
        if before.consequent != pair.consequent:
            made.problems.add(
                pair.line,
                str(pair),
                _("“%(alias)s” cannot mean two tags: line %(line)d says “%(tag)s”.")
                % {"alias": pair.antecedent, "line": before.line, "tag": before.consequent},
            )
    present = Present.of(
        name for pair in means.values() for name in (pair.antecedent, pair.consequent)
    )
    for pair in means.values():
        message = _plan_alias(made, pair, means, present)
        if message:
            made.problems.add(pair.line, str(pair), message)
    return made


def pairs(lines: Lines) -> Iterator[Pair]:
    """The relations that are active; one of a tag to itself is a problem."""
    for number, text, found in json_lines(lines):
        if found.get("status", "active") != "active":
            continue
        names = found.get("antecedent_name"), found.get("consequent_name")
        try:
            if not all(isinstance(each, str) for each in names):
                raise BadTagName(_("A line needs antecedent_name and consequent_name."))
            antecedent, consequent = (alias_form(str(each)) for each in names)
            if antecedent == consequent:
                raise BadTagName(_("“%s” stands on both sides.") % antecedent)
        except BadTagName as error:
            lines.problems.add(number, text, str(error))
        else:
            yield Pair(number, antecedent, consequent)


def alias_add(made: Plan, alias: str, means: str, present: Present, *, is_tag: bool = False) -> str:
    """Plan that an alias means a tag; a sentence where that cannot be.

    Args:
        is_tag: whether the file itself has a tag of this name.
    """
    asked = {"alias": alias, "tag": means}
    if alias in present.own or is_tag:
        # What was said of it would change its meaning unseen.
        return (
            _("“%(alias)s” is a tag of its own; if it means “%(tag)s”, merge it on its page.")
            % asked
        )
    settled = made.settled.setdefault(alias, means)
    if settled != means:
        return _("“%(alias)s” cannot mean “%(tag)s” too: the file says “%(other)s” first.") % {
            **asked,
            "other": settled,
        }
    now = present.aliases.get(alias)
    if now is None or now.name != means:
        if alias in present.merged:
            return _("“%s” was a tag and has been merged into another here; it stays so.") % alias
        made.aliases[alias] = Alias(means=means, was=now.name if now else None)
    return ""


def _plan_alias(made: Plan, pair: Pair, means: Mapping[str, Pair], present: Present) -> str:
    target = _end(pair, means, present)
    if target is None:
        return _("These aliases lead in a circle.")
    known = present.meant(target)
    if known is None:
        return _("There is no tag “%s” here; take in the tags first.") % target
    if known.name == pair.antecedent:
        return _("Here “%(tag)s” is the tag, and “%(alias)s” another name of it.") % {
            "tag": pair.antecedent,
            "alias": target,
        }
    return alias_add(made, pair.antecedent, known.name, present)


def _end(pair: Pair, means: Mapping[str, Pair], present: Present) -> str | None:
    """Where a chain of aliases ends, at the latest with a tag that is here; None where it does not
    end.
    """
    seen = {pair.antecedent}
    name = pair.consequent
    while name in means and name not in present.own:
        if name in seen:
            return None
        seen.add(name)
        name = means[name].consequent
    return name
