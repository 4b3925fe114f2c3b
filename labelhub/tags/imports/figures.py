"""The figures published with a tagger: full-metrics.txt, five lines a tag, an empty one between."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from labelhub.scoring.published import Published, published_read
from labelhub.tags.imports.plan import Figures, NewTag, Plan
from labelhub.tags.imports.present import Present
from labelhub.tags.imports.reading import Lines
from labelhub.tags.models import PublishedFigures
from labelhub.tags.names import BadTagName, canonical

ROUNDED = 0.001


def plan(lines: Lines) -> Plan:
    """Tags that are not here yet are made; figures of another name of a tag are that tag's."""
    made = Plan(problems=lines.problems)
    found = list(_figures(lines))
    made.rows = len(found)
    present = Present.of(each.name for _line, each in found)
    stored = {each.tag.name: each for each in PublishedFigures.objects.select_related("tag")}
    seen: set[str] = set()
    for line, each in found:
        known = present.meant(each.name)
        name = known.name if known else each.name
        if name in seen:
            made.problems.add(line, each.name, _("There are figures of “%s” above.") % name)
            continue
        seen.add(name)
        if known is None:
            made.created[name] = NewTag()
        figures = _of(each)
        if name not in stored or figures != _stored(stored[name]):
            made.figures[name] = figures
    return made


def _figures(lines: Lines) -> Iterator[tuple[int, Published]]:
    for line, rows in _blocks(lines):
        try:
            found = published_read(rows)
            canonical(found.name)
        except BadTagName as error:
            lines.problems.add(line, rows[0], str(error))
            continue
        except ValueError:
            lines.problems.add(
                line, rows[0], _("These are not the five lines of a tag: Tag, Precision, …, TP.")
            )
            continue
        if abs(found.f1 - found.printed_f1) > ROUNDED:
            lines.problems.add(line, rows[0], _("Its F1 does not follow from its counts."))
        else:
            yield line, found


def _blocks(lines: Lines) -> Iterator[tuple[int, list[str]]]:
    rows: list[str] = []
    first = 1
    for number, text in lines.with_empty():
        # A missing empty line spoils one tag, not two.
        if rows and (not text or text.startswith("Tag: ")):
            yield first, rows
            rows = []
        if text:
            first = first if rows else number
            rows.append(text)
    if rows:
        yield first, rows


def _of(found: Published) -> Figures:
    return Figures(
        position=found.position,
        count=found.count,
        precision=found.precision,
        recall=found.recall,
        f1=found.f1,
        hits=found.hits,
        alarms=found.alarms,
        misses=found.misses,
        rejections=found.rejections,
    )


def _stored(row: PublishedFigures) -> Figures:
    return Figures(
        position=row.position,
        count=row.count,
        precision=row.precision,
        recall=row.recall,
        f1=row.f1,
        hits=row.hits,
        alarms=row.alarms,
        misses=row.misses,
        rejections=row.rejections,
    )
