"""Lists with a tag a line: tags to hide, deprecated tags, a tagger's vocabulary.

Tags that are not here yet are made, hidden or deprecated at once: so the list holds whatever other
files come later.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from labelhub.tags.imports.plan import NewTag, Plan
from labelhub.tags.imports.present import Known, Present
from labelhub.tags.imports.reading import Lines
from labelhub.tags.models import Implication
from labelhub.tags.names import BadTagName, canonical


def hidden(lines: Lines) -> Plan:
    made = Plan(problems=lines.problems)
    for name, known in _tags(made, lines):
        if known is None:
            made.created[name] = NewTag(hidden=True)
        elif not known.hidden:
            made.hidden.append(name)
    return made


def deprecated(lines: Lines) -> Plan:
    """What implies a deprecated tag, or follows from one, is forgotten, as Danbooru does."""
    made = Plan(problems=lines.problems)
    for name, known in _tags(made, lines):
        if known is None:
            made.created[name] = NewTag(deprecated=True)
        elif not known.deprecated:
            made.deprecated.append(name)
    gone = set(made.deprecated)
    for edge in Implication.objects.values_list("antecedent__name", "consequent__name"):
        if gone & set(edge):
            made.unimplied.append(edge)
    made.unimplied.sort()
    return made


def vocabulary(lines: Lines) -> Plan:
    """The tags of a tagger's outputs; another name of a tag that is here will do."""
    made = Plan(problems=lines.problems)
    names = list(_names(made, lines))
    present = Present.of(name for _line, name in names)
    for _line, name in names:
        if present.meant(name) is None:
            made.created[name] = NewTag()
    return made


def _tags(made: Plan, lines: Lines) -> Iterator[tuple[str, Known | None]]:
    """Tags by their own names, each with what is known of it; another name of one is a problem."""
    names = list(_names(made, lines))
    present = Present.of(name for _line, name in names)
    for line, name in names:
        other = present.aliases.get(name)
        if other is not None:
            made.problems.add(
                line, name, _("This is another name of “%s” here; look at that one.") % other.name
            )
        else:
            yield name, present.own.get(name)


def _names(made: Plan, lines: Lines) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for number, text in lines:
        try:
            name = canonical(text)
        except BadTagName as error:
            made.problems.add(number, text, str(error))
            continue
        made.rows += 1
        if name not in seen:
            seen.add(name)
            yield number, name
