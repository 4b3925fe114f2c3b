"""What a query says, as a tree (pure).

Every node knows which part of the text it was, so that whatever is wrong with it can be shown
there; two nodes that say the same are equal wherever they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

Value = TypeVar("Value", covariant=True)


@dataclass(frozen=True, slots=True)
class Range(Generic[Value]):
    """From `least` to `most`, each of them in it unless its `without` says otherwise; None is no
    end on that side.
    """

    least: Value | None = None
    most: Value | None = None
    without_least: bool = False
    without_most: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Attributes:
    at, length: where it stands in the query, in characters.
    """

    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And(Node):
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    part: Node


@dataclass(frozen=True, slots=True)
class Tag(Node):
    """Images that have a tag: it is positive."""

    name: str


@dataclass(frozen=True, slots=True)
class AnyTag(Node):
    """Images that have any of the tags whose names match a pattern with `*`."""

    pattern: str


class Says(StrEnum):
    """What an image's labels say of a tag."""

    YES = "yes"
    NO = "no"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Labelled(Node):
    """Images whose label of a tag is this; of any tag, where there is no name (conflicts only)."""

    says: Says
    name: str | None


@dataclass(frozen=True, slots=True)
class LabelledBy(Node):
    """Images that have a label of a tag from this source (a value of `labels.models.Source`)."""

    source: str
    name: str


@dataclass(frozen=True, slots=True)
class Complete(Node):
    yes: bool


@dataclass(frozen=True, slots=True)
class Likely(Node):
    """Images of which the serving tagger says a probability within a range."""

    name: str
    within: Range[Decimal]


@dataclass(frozen=True, slots=True)
class AnsweredBy(Node):
    """`who` is a name, or "me"."""

    who: str


@dataclass(frozen=True, slots=True)
class UploadedBy(Node):
    who: str


@dataclass(frozen=True, slots=True)
class Measured(Node):
    """`what` is the key of the term: width, bytes, id and so on."""

    what: str
    within: Range[Decimal]


@dataclass(frozen=True, slots=True)
class Came(Node):
    """Images that came into the library in a span of time."""

    within: Range[datetime]


@dataclass(frozen=True, slots=True)
class Text(Node):
    """`what` begins with `pattern`; with `*` in it, it is like it; empty is "says nothing"."""

    what: str
    pattern: str


@dataclass(frozen=True, slots=True)
class OneOf(Node):
    """`what` (rating, domain, format) is `value`; empty is "says nothing"."""

    what: str
    value: str


@dataclass(frozen=True, slots=True)
class Duplicates(Node):
    """Images that look like another: like any, like none, or like the one of this id."""

    of: int | bool


class By(StrEnum):
    NEW = "new"
    OLD = "old"
    UNCERTAIN = "uncertain"
    RANDOM = "random"
    TAGS = "tags"


@dataclass(frozen=True, slots=True)
class Order(Node):
    by: By = By.NEW
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """Attributes:
    where: what images are to be like; all, where it is None.
    """

    where: Node | None = None
    order: Order = field(default_factory=Order)
