"""What was done to the vocabulary, as sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from labelhub.tags.models import Category, ChangeKind, TagChange

Details = dict[str, Any]


def sentence(change: TagChange) -> str:
    """One change, in the words it was asked for in; `change.tag` is best loaded already."""
    if change.kind == ChangeKind.UNDO and change.undoes is not None:
        return _("Taken back: %s") % sentence(change.undoes)
    make = SENTENCES.get(change.kind)
    words = {"of": change.tag.name if change.tag else "", **change.details}
    if make is not None:
        return make(words)
    if change.tag is None:
        return f"{change.get_kind_display().capitalize()}."
    return _("“%(tag)s”: %(what)s.") % {"tag": change.tag.name, "what": change.get_kind_display()}


def _split(words: Details) -> str:
    parts = ", ".join(f"“{name}”" for name in words["into"])
    return _("“%(tag)s” was split into %(parts)s.") % (words | {"parts": parts})


def _categorise(words: Details) -> str:
    category = Category[words["category"].upper()].label
    return _("“%(tag)s” was put into the category %(category)s.") % (words | {"category": category})


def _flags(words: Details) -> str:
    said = [
        text
        for flag, yes, no in (
            ("hidden", _("hidden"), _("not hidden any more")),
            ("subjective", _("a judgement"), _("no judgement any more")),
        )
        if (value := words.get(flag)) is not None
        for text in [yes if value else no]
    ]
    return _("“%(tag)s” is %(what)s.") % {"tag": words["tag"], "what": _(" and ").join(said)}


def _guideline(words: Details) -> str:
    said = _("Version %(version)d of the guideline of “%(of)s”") % words
    if words.get("summary"):
        said = f"{said}: {words['summary']}"
    return _("%s (answers are asked again).") % said if words.get("asks_again") else f"{said}."


def _import(words: Details) -> str:
    effects = [f"{each['what']} ({each['count']})" for each in words.get("effects", ())]
    said = _("The file “%(name)s” was taken in") % {"name": words.get("name", "")}
    return f"{said}: {', '.join(effects)}." if effects else f"{said}."


SENTENCES: dict[str, Callable[[Details], str]] = {
    ChangeKind.CREATE: lambda words: _("“%(of)s” was made.") % words,
    ChangeKind.RENAME: lambda words: _("“%(tag)s” was renamed to “%(to)s”.") % words,
    ChangeKind.ALIAS: lambda words: _("“%(alias)s” became an alias of “%(tag)s”.") % words,
    ChangeKind.UNALIAS: lambda words: _("“%(alias)s” is no alias of “%(tag)s” any more.") % words,
    ChangeKind.IMPLY: lambda words: _("“%(tag)s” implies “%(implied)s”.") % words,
    ChangeKind.UNIMPLY: lambda words: _("“%(tag)s” does not imply “%(implied)s” any more.") % words,
    ChangeKind.MERGE: lambda words: _("“%(tag)s” was merged into “%(into)s”.") % words,
    ChangeKind.SPLIT: _split,
    ChangeKind.DEPRECATE: lambda words: _("“%(tag)s” was deprecated.") % words,
    ChangeKind.REVIVE: lambda words: _("“%(tag)s” is not deprecated any more.") % words,
    ChangeKind.CATEGORISE: _categorise,
    ChangeKind.FLAGS: _flags,
    ChangeKind.GUIDELINE: _guideline,
    ChangeKind.IMPORT: _import,
}
