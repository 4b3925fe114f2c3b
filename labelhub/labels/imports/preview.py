"""What applying a file would change: counted, with examples, and nothing written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from labelhub.labels.events import Events, events_of
from labelhub.labels.imports.meaning import Meaning, Names, Said
from labelhub.labels.imports.rows import FileRefused, Problem, Row
from labelhub.labels.rules import Derived, Imported
from labelhub.tags.graph import Graph, graph
from labelhub.tags.models import Tag

EXAMPLES = 5
PROBLEMS_KEPT = 200
NEW_TAGS_LIMIT = 100_000
# The kinds of change, in the order in which they are shown.
EFFECTS = (
    gettext_noop("images it is about"),
    gettext_noop("new tags"),
    gettext_noop("labels that become positive"),
    gettext_noop("labels that become negative"),
    gettext_noop("labels that become conflicting"),
    gettext_noop("labels that become unknown"),
    gettext_noop("images that become complete"),
    gettext_noop("labels that stay as people have answered them"),
    gettext_noop("automatic tags, which are passed over: they follow from the size"),
    gettext_noop("rows that say nothing of their image"),
    gettext_noop("rows about an image that came before in the file, which are passed over"),
    gettext_noop("rows about no image of the library"),
    gettext_noop("rows that were only counted, for the file is long"),
)
(
    IMAGES,
    NEW,
    POSITIVE,
    NEGATIVE,
    CONFLICTING,
    UNKNOWN,
    COMPLETE,
    ANSWERED,
    AUTOMATIC,
    EMPTY,
    AGAIN,
    STRANGERS,
    COUNTED,
) = EFFECTS


class Seen:
    """Which image ids came before, a bit each."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def first(self, number: int) -> bool:
        """Whether it comes for the first time."""
        place, bit = number >> 3, 1 << (number & 7)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        new = not self._bits[place] & bit
        self._bits[place] |= bit
        return new


@dataclass(slots=True)
class Preview:
    """What the rows read so far would change.

    Attributes:
        problems: the first ones; `problem_count` counts all.
    """

    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    _counts: Counter[str] = field(default_factory=Counter)
    _examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _seen: Seen = field(default_factory=Seen)

    def add(self, rows: int, found: Meaning, names: Names) -> None:
        """
        Raises:
            FileRefused: so many names are new that they are no tags.
        """
        self.rows += rows
        self._keep(found.problems)
        self._count(STRANGERS, found.strangers)
        self._count(AUTOMATIC, found.automatic)
        said: list[Said] = []
        again: list[Said] = []
        empty = [each for each in found.said if not each]
        for each in filter(None, found.said):  # a row that says nothing stands in no other's way
            (said if self._seen.first(each.image_id) else again).append(each)
        self._count(AGAIN, len(again), (each.name for each in again))
        self._count(EMPTY, len(empty), (each.name for each in empty))
        self._count(IMAGES, len(said), (each.name for each in said))
        self._compare(said, names)
        if len(names.new) > NEW_TAGS_LIMIT:
            raise FileRefused(
                _("More than %d names in it are in no vocabulary: it is no list of tags.")
                % NEW_TAGS_LIMIT
            )

    def count(self, rows: Sequence[Row | Problem]) -> None:
        """Rows that nobody has the time to compare with the library."""
        self.rows += len(rows)
        self._count(COUNTED, len(rows))
        self._keep([row for row in rows if isinstance(row, Problem)])

    def made(self, names: Names) -> dict[str, Any]:
        """As `LabelImport.preview` keeps it."""
        self._count(NEW, len(names.new), names.new.values())
        return {
            "rows": self.rows,
            "effects": [
                {"what": _(what), "count": self._counts[what], "examples": self._examples[what]}
                for what in EFFECTS
                if self._counts[what]
            ],
            "problem_count": self.problem_count,
        }

    def _keep(self, problems: Sequence[Problem]) -> None:
        self.problem_count += len(problems)
        self.problems += problems[: PROBLEMS_KEPT - len(self.problems)]

    def _count(self, what: str, count: int, examples: Iterable[str] = ()) -> None:
        self._counts[what] += count
        kept = self._examples[what]
        for example in examples:
            if len(kept) == EXAMPLES:
                return
            kept.append(example)

    def _compare(self, said: Sequence[Said], names: Names) -> None:
        events, meant = events_of(each.image_id for each in said), graph()
        changes: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for each in said:
            if each.image_id not in events:
                continue  # deleted while we read
            before, after = _before_and_after(events[each.image_id], each, meant)
            for what, tag in _changes(before, after, each):
                changes[what].append((tag, each.name))
            if before.completed_at is None and after.completed_at is not None:
                self._count(COMPLETE, 1, [each.name])
        shown = {tag for some in changes.values() for tag, _image in some[:EXAMPLES] if tag > 0}
        called = dict(Tag.objects.filter(pk__in=shown).values_list("pk", "name")) | names.new
        for what, some in changes.items():
            sentences = (
                _("%(tag)s on %(image)s") % {"tag": called[tag], "image": image}
                for tag, image in some[:EXAMPLES]
            )
            self._count(what, len(some), sentences)


def _before_and_after(events: Events, said: Said, meant: Graph) -> tuple[Derived, Derived]:
    before = events.derived(meant)
    events.imported.append(Imported(said.positive, said.negative))
    if said.complete:
        events.completed.append(timezone.now())
    return before, events.derived(meant)


def _changes(before: Derived, after: Derived, said: Said) -> Iterator[tuple[str, int]]:
    """The tags whose label becomes another one, and those that answers keep from it."""
    then, now = _states(before), _states(after)
    for tag in sorted(now.keys() | then.keys()):
        if now.get(tag) != then.get(tag):
            yield now.get(tag, UNKNOWN), tag
    for tags, wanted in ((said.positive, POSITIVE), (said.negative, NEGATIVE)):
        for tag in tags:
            if now.get(tag, wanted) != wanted and now.get(tag) == then.get(tag) != CONFLICTING:
                yield ANSWERED, tag


def _states(labels: Derived) -> dict[int, str]:
    return {
        **dict.fromkeys(labels.positive, POSITIVE),
        **dict.fromkeys(labels.negative, NEGATIVE),
        **dict.fromkeys(labels.conflicting, CONFLICTING),
    }
