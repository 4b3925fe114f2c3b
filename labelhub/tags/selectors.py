"""Reading the vocabulary."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Literal

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from labelhub.errors import NotFound
from labelhub.tags.models import Tag, TagName
from labelhub.tags.names import BadTagName, alias_form, printable, words

SIMILAR = 3
SIMILAR_ENOUGH = 0.65
SIMILAR_LOOKED_AT = 2000


class TagNotFound(NotFound):
    code = "tag_not_found"


def tags_known(names: Iterable[str]) -> dict[str, Tag]:
    """The tags that names mean, be they their own or aliases, by the names as they were given;
    those that mean nothing are left out.
    """
    forms: dict[str, str] = {}
    for name in names:
        with contextlib.suppress(BadTagName):
            forms[name] = alias_form(name)
    found = TagName.objects.filter(name__in=set(forms.values())).select_related("tag")
    tags = {each.name: each.tag for each in found}
    return {name: tags[form] for name, form in forms.items() if form in tags}


def tags_meant(names: Iterable[str]) -> dict[str, Tag]:
    """The tags that names mean, be they their own or aliases, by the names as they were given.

    Raises:
        TagNotFound: naming the first that means nothing, and what it might have meant.
    """
    wanted = set(names)
    found = tags_known(wanted)
    for name in sorted(wanted - found.keys()):
        raise TagNotFound(_not_found(name))
    return found


Show = Literal["all", "deprecated", "hidden", "with_guideline", "with_figures"]
SHOWN: dict[Show, Q] = {
    "all": Q(),
    "deprecated": Q(deprecated=True),
    "hidden": Q(hidden=True),
    "with_guideline": Q(guideline_version__gt=0),
    "with_figures": Q(published__isnull=False),
}


def tag_list(typed: str = "", category: int | None = None, show: Show = "all") -> QuerySet[Tag]:
    """The vocabulary without what was merged, with published figures at hand.

    Args:
        typed: words that must occur in one name of the tag, each of them perhaps unfinished; where
            there is no word in it, the beginning of a name.
    """
    merged = TagName.objects.filter(name=OuterRef("name"), alias=True)
    tags = Tag.objects.filter(SHOWN[show], ~Exists(merged)).select_related("published")
    if category is not None:
        tags = tags.filter(category=category)
    form = "_".join(typed.lower().split())
    if not form:
        return tags
    if not form.isprintable():
        return tags.none()
    parts = words(form)
    if parts:
        query = SearchQuery(
            " & ".join(f"{part}:*" for part in parts), config="simple", search_type="raw"
        )
        names = TagName.objects.filter(words=query)
    else:
        names = TagName.objects.filter(name__startswith=form)
    return tags.filter(pk__in=names.values("tag_id"))


def meanings(tags: Iterable[Tag]) -> dict[str, str]:
    """Of those tags that were merged, by name: what they mean now."""
    named = TagName.objects.filter(name__in=[tag.name for tag in tags], alias=True)
    return dict(named.values_list("name", "tag__name"))


def names_similar(name: str, limit: int = SIMILAR) -> list[str]:
    """Names of tags that somebody may have meant who wrote this one, most alike first.

    A word that is wrong in its first two letters is not found; that is rare.
    """
    beginnings = {word[:2] for word in words(name)}
    if not beginnings:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT named.name, tag.name
              FROM tags_tagname named JOIN tags_tag tag ON tag.id = named.tag_id
             WHERE named.words @@ to_tsquery('simple', %s) AND NOT (tag.hidden OR tag.deprecated)
             ORDER BY named.rank DESC
             LIMIT %s
            """,
            [" | ".join(f"{each}:*" for each in sorted(beginnings)), SIMILAR_LOOKED_AT],
        )
        meanings: dict[str, str] = dict(cursor.fetchall())
    alike = process.extract(
        "_".join(name.lower().split()),
        list(meanings),
        scorer=DamerauLevenshtein.normalized_similarity,
        limit=4 * limit,
        score_cutoff=SIMILAR_ENOUGH,
    )
    return list(dict.fromkeys(meanings[found] for found, _score, _at in alike))[:limit]


def _not_found(name: str) -> str:
    shown = printable(name)
    similar = names_similar(name)
    if not similar:
        return _("There is no tag “%s”. Choose one from the list.") % shown
    return _("There is no tag “%(name)s”. Did you mean %(similar)s?") % {
        "name": shown,
        "similar": _(" or ").join(f"“{each}”" for each in similar),
    }
