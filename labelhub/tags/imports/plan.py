"""What taking in a file would change, and which of its lines cannot be taken in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from labelhub.tags.models import Category
from labelhub.tags.names import printable

EXAMPLES = 8
PROBLEMS_KEPT = 1000
TEXT_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """A line, or a part of one, that is left out; the sentence says why and what to do."""

    line: int
    text: str
    message: str


@dataclass(slots=True)
class Problems:
    """All are counted, the first are kept."""

    kept: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, text: str, message: str) -> None:
        self.count += 1
        if len(self.kept) < PROBLEMS_KEPT:
            self.kept.append(Problem(line, printable(text[:TEXT_SHOWN]), message))


@dataclass(frozen=True, slots=True)
class Effect:
    """One kind of change: how often, and the first few as people read them."""

    what: str
    count: int
    examples: list[str]


@dataclass(frozen=True, slots=True)
class NewTag:
    category: int = Category.GENERAL
    posts: int = 0
    hidden: bool = False
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Alias:
    """An alias and the tag it is to mean; `was` is the one it means now, if any."""

    means: str
    was: str | None = None


@dataclass(frozen=True, slots=True)
class WikiPage:
    """A new version of a tag's guideline."""

    body: str
    other_names: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Figures:
    """As `models.PublishedFigures` has them."""

    position: int
    count: int
    precision: float
    recall: float
    f1: float
    hits: int
    alarms: int
    misses: int
    rejections: int


@dataclass(slots=True)
class Plan:
    """Changes by the name of the tag they are about, which is always its own.

    Attributes:
        rows: how many lines said something that could be read, whether or not it changes anything.
        categories, counts: from what, to what.
        settled: what the file says of aliases, changes or not: of several meanings the first.
    """

    rows: int = 0
    created: dict[str, NewTag] = field(default_factory=dict)
    categories: dict[str, tuple[int, int]] = field(default_factory=dict)
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    deprecated: list[str] = field(default_factory=list)
    implied: list[tuple[str, str]] = field(default_factory=list)
    unimplied: list[tuple[str, str]] = field(default_factory=list)
    pages: dict[str, WikiPage] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)
    settled: dict[str, str] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    def effects(self) -> list[Effect]:
        """What changes, none where nothing does."""
        new = {name: each for name, each in self.aliases.items() if each.was is None}
        moved = {name: each for name, each in self.aliases.items() if each.was is not None}
        return [effect for effect in self._effects(new, moved) if effect.count]

    def _effects(self, new: Mapping[str, Alias], moved: Mapping[str, Alias]) -> Iterator[Effect]:
        yield _effect(_("tags made"), self.created, map(_made, self.created.items()))
        yield _effect(_("categories changed"), self.categories, map(_filed, _of(self.categories)))
        yield _effect(_("post counts changed"), self.counts, map(_recounted, _of(self.counts)))
        yield _effect(_("aliases added"), new, (f"{a} → {b.means}" for a, b in _of(new)))
        yield _effect(
            _("aliases that mean another tag"),
            moved,
            (
                _("%(alias)s → %(tag)s, was %(before)s")
                % {"alias": name, "tag": each.means, "before": each.was}
                for name, each in _of(moved)
            ),
        )
        yield _effect(_("tags hidden"), self.hidden, self.hidden)
        yield _effect(_("tags deprecated"), self.deprecated, self.deprecated)
        yield _effect(
            _("implications added"), self.implied, (f"{a} → {b}" for a, b in self.implied)
        )
        yield _effect(
            _("implications removed"), self.unimplied, (f"{a} → {b}" for a, b in self.unimplied)
        )
        yield _effect(_("guidelines written"), self.pages, self.pages)
        yield _effect(_("published figures"), self.figures, self._measured())

    def _measured(self) -> Iterator[str]:
        f1 = [each.f1 for each in self.figures.values()]
        if f1:
            yield _("mean F1 %(mean).5f of %(count)d tags") % {
                "mean": sum(f1) / len(f1),
                "count": len(f1),
            }
        for name, each in self.figures.items():
            yield _("%(tag)s: F1 %(f1).3f") % {"tag": name, "f1": each.f1}


def _effect(what: str, all_of_it: Collection[Any], sentences: Iterable[str]) -> Effect:
    examples = [each for each, _place in zip(sentences, range(EXAMPLES), strict=False)]
    return Effect(what=what, count=len(all_of_it), examples=examples)


def _of(changes: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return changes.items()


def _made(change: tuple[str, NewTag]) -> str:
    name, tag = change
    return _("%(tag)s (%(category)s, %(posts)s posts)") % {
        "tag": name,
        "category": Category(tag.category).label,
        "posts": f"{tag.posts:,}",
    }


def _filed(change: tuple[str, tuple[int, int]]) -> str:
    name, (before, now) = change
    return f"{name}: {Category(before).label} → {Category(now).label}"


def _recounted(change: tuple[str, tuple[int, int]]) -> str:
    name, (before, now) = change
    return f"{name}: {before:,} → {now:,}"
