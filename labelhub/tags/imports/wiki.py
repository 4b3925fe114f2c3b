"""Wiki pages: JSON lines with title, body (DText), other_names and is_deleted.

A page becomes a guideline that nobody here wrote. Where the latest one was written by somebody, or
an older one says the same, the page changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from labelhub.tags.imports.plan import Plan, WikiPage
from labelhub.tags.imports.present import Present
from labelhub.tags.imports.reading import Lines, is_text, json_lines
from labelhub.tags.models import Guideline
from labelhub.tags.names import BadTagName, alias_form

LONGEST_BODY = 80_000
MOST_OTHER_NAMES = 80
AT_ONCE = 2000  # pages hold much text: of so many at a time, what changes nothing is let go


@dataclass(frozen=True, slots=True)
class Page:
    line: int
    title: str
    body: str
    other_names: tuple[str, ...]


def plan(lines: Lines) -> Plan:
    made = Plan(problems=lines.problems)
    pages = _pages(lines)
    while some := list(islice(pages, AT_ONCE)):
        made.rows += len(some)
        _plan_pages(made, some)
    return made


def _pages(lines: Lines) -> Iterator[Page]:
    for number, text, found in json_lines(lines):
        if found.get("is_deleted"):
            continue
        try:
            yield _page(number, found)
        except BadTagName as error:
            lines.problems.add(number, text, str(error))


def _page(number: int, found: dict[str, Any]) -> Page:
    title, body, others = (found.get(key) for key in ("title", "body", "other_names"))
    if not is_text(title) or not is_text(body or ""):
        raise BadTagName(_("A page needs a title and a body of text."))
    if not isinstance(others or [], list):
        raise BadTagName(_("other_names is no list."))
    text = str(body or "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST_BODY:
        raise BadTagName(_("The page is longer than %d characters.") % LONGEST_BODY)
    return Page(number, alias_form(str(title)), text, _other_names(others or []))


def _other_names(found: list[Any]) -> tuple[str, ...]:
    """What others call it, as far as it can be kept: this is shown, and decides nothing."""
    names = []
    for each in found:
        try:
            names.append(alias_form(each) if isinstance(each, str) else "")
        except BadTagName:
            continue
    return tuple(dict.fromkeys(filter(None, names)))[:MOST_OTHER_NAMES]


def _plan_pages(made: Plan, pages: list[Page]) -> None:
    present = Present.of(page.title for page in pages)
    written: dict[str, list[Guideline]] = defaultdict(list)
    tag_ids = [known.id for known in present.own.values()]
    for guideline in (
        Guideline.objects.filter(tag__in=tag_ids).select_related("tag").order_by("version")
    ):
        written[guideline.tag.name].append(guideline)
    for page in pages:
        message = _plan_page(made, page, present, written[page.title])
        if message:
            made.problems.add(page.line, page.title, message)


def _plan_page(made: Plan, page: Page, present: Present, written: list[Guideline]) -> str:
    if page.title not in present.own:
        other = present.aliases.get(page.title)
        if other is not None:
            return _("This is another name of “%s” here.") % other.name
        return _("There is no tag of this name here; take in the tags first.")
    if page.title in made.pages:
        return _("There are two pages of this name; the first counts.")
    if not page.body and not page.other_names:
        return _("The page is empty.")
    if any(each.body == page.body and _same(each, page) for each in written):
        return ""
    if written and written[-1].user_id is not None:
        return _("The guideline of this tag was written here; it stays.")
    version = written[-1].version + 1 if written else 1
    made.pages[page.title] = WikiPage(page.body, page.other_names, version)
    return ""


def _same(guideline: Guideline, page: Page) -> bool:
    return tuple(guideline.other_names) == page.other_names
