"""What the names in a query mean: tags, people, and images by what the serving tagger thinks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.translation import gettext as _

from labelhub.accounts.models import User
from labelhub.labels.models import TagCount
from labelhub.search import ast
from labelhub.search.ai import LikelyImages, likely_images
from labelhub.search.ast import Node
from labelhub.search.bound import bounded
from labelhub.search.errors import BadQuery
from labelhub.search.grammar import quote
from labelhub.search.like import like
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import tagger_serving
from labelhub.tags.models import Tag, TagName
from labelhub.tags.selectors import TagNotFound, tags_known, tags_meant

Named = TypeVar("Named", bound=Node)

ME = "me"
MOST_TAGS = 200  # that a pattern may stand for
# Different ones in a search. A pattern is held against all names of tags there are, and for an
# `ai:` term a worker may be at it for seconds and leave the ids of most of the library, while
# whoever asked waits for all of them in turn.
MOST_PATTERNS, MOST_LIKELY = 10, 5


@dataclass(slots=True)
class Meaning:
    """What a query's names mean, by how they are written.

    Attributes:
        patterns: tag ids.
        people: user ids.
        likely: of each `ai:` term.
        counts: by tag id, how many images had a tag when they were counted last.
        tagger: the serving one, where a term or the order is about it.
    """

    tags: dict[str, Tag] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    patterns: dict[str, list[int]] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    likely: dict[ast.Likely, LikelyImages] = field(default_factory=dict)
    tagger: Tagger | None = None


def nodes(node: Node | None) -> Iterator[Node]:
    """A node and all in it."""
    if node is None:
        return
    yield node
    match node:
        case ast.And(parts) | ast.Or(parts):
            for part in parts:
                yield from nodes(part)
        case ast.Not(part):
            yield from nodes(part)


def meaning(query: ast.Query, *, user: User, further: bool = False) -> Meaning:
    """What the names in a query mean; all its tags are looked up at once.

    Args:
        user: who "me" is.
        further: this is about another page of a search that has begun: it goes on with what the
            tagger thought then.

    Raises:
        BadQuery: there is no such tag or person, the tagger knows no such tag, or there are more
            patterns or `ai:` terms than may be looked up.
        SearchTooSlow: Postgres took too long to find what a pattern stands for.
        NobodyAnswers: no worker finds what an `ai:` term chooses.
    """
    found = Meaning()
    patterns, asked = _distinct(query.where, ast.AnyTag), _distinct(query.where, ast.Likely)
    _refuse_many(patterns, asked)
    _tags(query.where, found)
    if patterns:
        with bounded():
            found.patterns = {node.pattern: _matching(node) for node in patterns}
    people: list[ast.AnsweredBy | ast.UploadedBy] = [
        *_distinct(query.where, ast.AnsweredBy),
        *_distinct(query.where, ast.UploadedBy),
    ]
    for each in people:
        if each.who not in found.people:
            found.people[each.who] = user.pk if each.who.lower() == ME else _person(each)
    if asked or query.order.by == ast.By.UNCERTAIN:
        found.tagger = tagger_serving()
    for node in asked:
        found.likely[node] = likely_images(
            node, tagger=found.tagger, tag=found.tags[node.name], further=further
        )
    return found


def _distinct(where: Node | None, kind: type[Named]) -> list[Named]:
    """The nodes of a kind, in their order; of those that say the same the first."""
    return list(dict.fromkeys(node for node in nodes(where) if isinstance(node, kind)))


def _refuse_many(patterns: list[ast.AnyTag], asked: list[ast.Likely]) -> None:
    if len(patterns) > MOST_PATTERNS:
        node: Node = patterns[MOST_PATTERNS]
        sentence = _(
            "A search has at most %d different names with “*”: remove this one, or write its tags."
        )
        raise BadQuery(sentence % MOST_PATTERNS, node.at, node.length)
    if len(asked) > MOST_LIKELY:
        node = asked[MOST_LIKELY]
        sentence = _("A search has at most %d different “ai:” terms: remove this one.")
        raise BadQuery(sentence % MOST_LIKELY, node.at, node.length)


def _tags(where: Node | None, found: Meaning) -> None:
    named = [
        (node, node.name)
        for node in nodes(where)
        if isinstance(node, ast.Tag | ast.Labelled | ast.LabelledBy | ast.Likely) and node.name
    ]
    names = {name for _node, name in named}
    found.tags = tags_known(names) if names else {}
    for node, name in named:
        if name not in found.tags:
            raise BadQuery(_unknown(name), node.at, node.length)
    if names:
        counts = TagCount.objects.filter(tag__in=found.tags.values())
        found.counts = dict(counts.values_list("tag", "positive"))


def _unknown(name: str) -> str:
    """A sentence that says so, and which tags somebody may have meant."""
    for whole in (f"-{name}", f"({name})"):
        if tags_known([whole]):
            return _("There is no tag “%(name)s”. Write %(whole)s for the tag of that name.") % {
                "name": name,
                "whole": quote(whole),
            }
    try:
        tags_meant([name])
    except TagNotFound as error:
        return str(error)
    return _("There was no tag “%s” a moment ago: search again.") % name


def _matching(node: ast.AnyTag) -> list[int]:
    pattern = node.pattern
    matching = TagName.objects.extra(where=["name LIKE %s"], params=[like(pattern)])
    ids = matching.order_by("tag").values_list("tag", flat=True).distinct()[: MOST_TAGS + 1]
    found = list(ids)
    if not found:
        sentence = _("No tag is called like “%s”.") % pattern
    elif len(found) > MOST_TAGS:
        sentence = _("More than %(most)d tags are called like “%(pattern)s”: write more of it.") % {
            "most": MOST_TAGS,
            "pattern": pattern,
        }
    else:
        return found
    raise BadQuery(sentence, node.at, node.length)


def _person(node: ast.AnsweredBy | ast.UploadedBy) -> int:
    person = User.objects.filter(username__iexact=node.who).order_by("pk").first()
    if person is None:
        sentence = _("There is nobody called “%s” here; “me” is yourself.") % node.who
        raise BadQuery(sentence, node.at, node.length)
    return person.pk
