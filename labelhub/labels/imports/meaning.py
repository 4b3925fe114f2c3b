"""What rows say once their images and tag names are looked up in the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from labelhub.labels.imports.matching import images_meant
from labelhub.labels.imports.rows import Problem, Row, shown
from labelhub.tags.models import TagName
from labelhub.tags.names import AUTOMATIC, BadTagName, alias_form, canonical
from labelhub.tags.services import tags_ensure

LONGEST_MEMORY = 200_000


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of an image; negative tag ids stand for tags that are still to be made."""

    image_id: int
    name: str
    positive: list[int]
    negative: list[int]
    complete: bool

    def __bool__(self) -> bool:
        return bool(self.positive or self.negative or self.complete)


@dataclass(slots=True)
class Meaning:
    """What some rows come to.

    Attributes:
        problems: of rows without an image, and of names that no tag may have.
        strangers: how many rows are about no image of the library.
        automatic: how often automatic tags were passed over.
    """

    said: list[Said] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    strangers: int = 0
    automatic: int = 0


class Names:
    """Tag names looked up, and remembered for the rows that follow.

    Attributes:
        new: names that mean nothing yet, by the negative ids that stand for them.
    """

    def __init__(self, *, make: bool) -> None:
        self._make = make
        self._ids: dict[str, int] = {}
        self._refused: dict[str, str] = {}
        self._automatic: set[str] = set()
        self._stand_ins: dict[str, int] = {}
        self.new: dict[int, str] = {}

    def learn(self, names: Iterable[str]) -> None:
        """Look names up, and make those that are missing if this is more than a preview."""
        if len(self._ids) + len(self._refused) > LONGEST_MEMORY:
            self._ids.clear()
            self._refused.clear()
            self._automatic.clear()
        known = self._ids.keys() | self._refused.keys() | self._automatic
        forms = dict(self._forms(set(names) - known))
        found = TagName.objects.filter(name__in=set(forms.values()))
        meant = {
            name: (pk, own) for name, pk, own in found.values_list("name", "tag_id", "tag__name")
        }
        missing: dict[str, str] = {}
        for name, form in forms.items():
            pk, own = meant.get(form, (0, form))
            if own in AUTOMATIC:
                self._automatic.add(name)
            elif pk:
                self._ids[name] = pk
            else:
                try:
                    missing[name] = canonical(form)
                except BadTagName as error:
                    self._refused[name] = str(error)
        if self._make:
            tags = tags_ensure(names=list(missing.values())) if missing else []
            self._ids |= {name: tag.pk for name, tag in zip(missing, tags, strict=True)}
        else:
            self._ids |= {name: self._stand_in(form) for name, form in missing.items()}

    def ids(self, names: Iterable[str]) -> list[int]:
        return sorted({self._ids[name] for name in names if name in self._ids})

    def refused(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Those that no tag may have, each with the sentence that says why."""
        return ((name, self._refused[name]) for name in names if name in self._refused)

    def automatic(self, names: Iterable[str]) -> int:
        return sum(name in self._automatic for name in names)

    def _forms(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        for name in names:
            try:
                yield name, alias_form(name)
            except BadTagName as error:
                self._refused[name] = str(error)

    def _stand_in(self, form: str) -> int:
        number = self._stand_ins.setdefault(form, -1 - len(self._stand_ins))
        self.new[number] = form
        return number


def meaning(rows: Sequence[Row | Problem], names: Names, *, complete: bool) -> Meaning:
    """Look up what rows are about and what they say.

    Args:
        complete: what a row does not list is not there.
    """
    found = Meaning(problems=[row for row in rows if isinstance(row, Problem)])
    good = [row for row in rows if isinstance(row, Row)]
    names.learn(name for row in good for name in (*row.positive, *row.negative))
    for row, image in zip(good, images_meant([row.key for row in good]), strict=True):
        listed = [*row.positive, *row.negative]
        found.problems += [
            Problem(row.number, shown(name), shown(why, longest=1_000))
            for name, why in names.refused(listed)
        ]
        if isinstance(image, str):
            found.strangers += 1
            found.problems.append(Problem(row.number, shown(row.key), shown(image)))
            continue
        found.automatic += names.automatic(listed)
        found.said.append(
            Said(
                image,
                shown(row.key),
                names.ids(row.positive),
                names.ids(row.negative),
                complete or row.complete,
            )
        )
    found.problems.sort(key=lambda problem: problem.row)
    return found
