"""Changes of single names, implications and flags: what may be done, and what happens to the rows.

Each is called with a `Pen`, inside a transaction that holds `vocabulary_lock`, and says what
it did in sentences. What follows from it for labels and questions is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from labelhub.errors import Conflict
from labelhub.tags.edges import Edges
from labelhub.tags.graph import graph
from labelhub.tags.models import Category, Implication, Tag, TagName
from labelhub.tags.names import AUTOMATIC, alias_form, refuse_new
from labelhub.tags.pen import Pen
from labelhub.tags.selectors import tags_meant


class CannotChange(Conflict):
    """The vocabulary, as it is, does not allow a change."""

    code = "cannot_change_tag"


@dataclass(slots=True)
class Outcome:
    """What a change of the vocabulary did.

    Attributes:
        tag: in whose history it stands.
        parts: what a tag was split into.
    """

    tag: Tag
    effects: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    parts: list[Tag] = field(default_factory=list)


def rename(pen: Pen, tag: str, to: str) -> Outcome:
    """Give a tag another name; the old one becomes an alias."""
    found, new = tag_of(tag), refuse_new(to)
    refuse_automatic(found)
    _refuse_automatic_name(new)
    if new == found.name:
        raise CannotChange(_("“%s” is its name already.") % new)
    taken = TagName.objects.filter(name=new).select_related("tag").first()
    own = Tag.objects.filter(name=new).first()
    if own is not None and taken is not None and taken.tag_id == found.pk:
        raise CannotChange(
            _("“%(new)s” was merged into “%(tag)s”. Take that back, and merge the other way round.")
            % {"new": new, "tag": found.name}
        )
    if taken is not None and taken.tag_id != found.pk:
        raise CannotChange(_taken(taken, merge=found.name))
    pen.name(found.name, found.pk, alias=True)
    pen.tag(found.pk, name=new)
    pen.name(new, found.pk, alias=False)
    words = {"tag": found.name, "new": new}
    done = Outcome(found, [_("“%(tag)s” is called “%(new)s”; the old name leads to it.") % words])
    if found.posts:
        done.warnings.append(
            _("“%(tag)s” is what Danbooru calls it; exports will say “%(new)s”.") % words
        )
    return done


def alias(pen: Pen, tag: str, alias: str) -> Outcome:
    """Let another name mean a tag."""
    found, name = tag_of(tag), _new_alias(alias)
    refuse_deprecated(found)
    taken = TagName.objects.filter(name=name).select_related("tag").first()
    if taken is not None:
        raise CannotChange(_taken(taken, merge=found.name))
    pen.name(name, found.pk, alias=True)
    return Outcome(found, [_("“%(a)s” leads to “%(b)s”.") % {"a": name, "b": found.name}])


def unalias(pen: Pen, tag: str, alias: str) -> Outcome:
    """Let an alias mean nothing any more; of a tag that was merged, itself again."""
    found, name = tag_of(tag), alias_form(alias)
    words = {"name": name, "tag": found.name}
    taken = TagName.objects.filter(name=name).first()
    if taken is None or not taken.alias or taken.tag_id != found.pk:
        raise CannotChange(_("“%(name)s” is no alias of “%(tag)s”.") % words)
    own = Tag.objects.filter(name=name).first()
    if own is None:
        pen.name_free(name)
        return Outcome(found, [_("“%(name)s” does not lead to “%(tag)s” any more.") % words])
    pen.name(name, own.pk, alias=False)
    return Outcome(
        found,
        [_("“%(name)s” is a tag of its own again, with what was said about it.") % words],
        [_("Its aliases and implications stay with “%(tag)s”.") % words],
    )


def imply(pen: Pen, tag: str, implied: str) -> Outcome:
    """Have whatever has a tag have another one, too."""
    low, high = tag_of(tag), tag_of(implied)
    words = {"low": low.name, "high": high.name}
    for each in (low, high):
        refuse_deprecated(each)
    if low.pk == high.pk:
        raise CannotChange(_("Both names mean “%s”, which has itself already.") % low.name)
    refuse_automatic(low)
    refuse_automatic(high)
    edges = edges_present()
    if (back := edges.path(high.pk, low.pk)) is not None:
        raise CannotChange(
            _("“%(high)s” implies “%(low)s” already (%(path)s): they cannot imply each other.")
            % (words | {"path": path_shown(back)})
        )
    if (there := edges.path(low.pk, high.pk)) is not None:
        raise CannotChange(
            _("“%(low)s” implies “%(high)s” already: %(path)s.")
            % (words | {"path": path_shown(there)})
        )
    pen.imply(low.pk, high.pk)
    done = Outcome(low, [_("Whatever has “%(low)s” has “%(high)s”.") % words])
    done.effects += needless_dropped(pen, around=low.pk)
    if low.category != high.category:
        done.warnings.append(
            _("“%(low)s” is of the category %(of_low)s, “%(high)s” of %(of_high)s.")
            % (words | {"of_low": _category(low), "of_high": _category(high)})
        )
    return done


def unimply(pen: Pen, tag: str, implied: str) -> Outcome:
    """Take an implication away."""
    low, high = tag_of(tag), tag_of(implied)
    words = {"low": low.name, "high": high.name}
    if not Implication.objects.filter(antecedent=low, consequent=high).exists():
        way = edges_present().path(low.pk, high.pk)
        if way is None:
            raise CannotChange(_("“%(low)s” does not imply “%(high)s”.") % words)
        if len(way) == 2:
            raise CannotChange(
                _("“%(low)s” implies “%(high)s” because of its name; rename it instead.") % words
            )
        raise CannotChange(
            _("“%(low)s” implies “%(high)s” through others: %(path)s. Take one of those away.")
            % (words | {"path": path_shown(way)})
        )
    pen.unimply(low.pk, high.pk)
    return Outcome(low, [_("“%(low)s” does not imply “%(high)s” any more.") % words])


def categorise(pen: Pen, tag: str, category: str) -> Outcome:
    found, wanted = tag_of(tag), Category[category.upper()]
    if found.category == wanted:
        raise CannotChange(
            _("“%(tag)s” is of the category %(category)s already.")
            % {"tag": found.name, "category": wanted.label}
        )
    pen.tag(found.pk, category=int(wanted))
    return Outcome(
        found,
        [
            _("“%(tag)s” is of the category %(new)s, not %(old)s.")
            % {"tag": found.name, "new": wanted.label, "old": _category(found)}
        ],
    )


def flags(pen: Pen, tag: str, hidden: bool | None, subjective: bool | None) -> Outcome:
    """Say whether a tag is hidden, and whether it is a judgement; None leaves it as it is."""
    found = tag_of(tag)
    done = Outcome(found)
    if hidden is not None and hidden != found.hidden:
        pen.tag(found.pk, hidden=hidden)
        done.effects.append(
            (
                _("“%s” is neither suggested nor asked about.")
                if hidden
                else _("“%s” is suggested and asked about again.")
            )
            % found.name
        )
    if subjective is not None and subjective != found.subjective:
        pen.tag(found.pk, subjective=subjective)
        done.effects.append(
            (
                _("“%s” is a judgement: people may disagree about it.")
                if subjective
                else _("“%s” is no judgement any more: people should agree about it.")
            )
            % found.name
        )
    if not done.effects:
        raise CannotChange(_("Nothing would change: “%s” is just so already.") % found.name)
    return done


def tag_of(name: str) -> Tag:
    """The tag that a name means.

    Raises:
        TagNotFound: it means nothing.
    """
    return tags_meant([name])[name]


def refuse_deprecated(tag: Tag) -> None:
    if tag.deprecated:
        raise CannotChange(_("“%s” is deprecated; say first that it is not any more.") % tag.name)


def refuse_automatic(tag: Tag) -> None:
    _refuse_automatic_name(tag.name)


def _refuse_automatic_name(name: str) -> None:
    if name in AUTOMATIC:
        raise CannotChange(_("“%s” is set from an image's size alone; it stays as it is.") % name)


def edges_present() -> Edges:
    """All implications as they are now, those of a name's form among them."""
    return Edges(graph().edges)


def needless_dropped(pen: Pen, around: int) -> list[str]:
    """Take away the implications that a longer way has made needless, and say which."""
    edges = Edges(Implication.objects.values_list("antecedent_id", "consequent_id"))
    dropped = sorted(edges.needless(around))
    for low, high in dropped:
        pen.unimply(low, high)
    return [_("%s goes: others say it already.") % path_shown(edge) for edge in dropped]


def path_shown(way: Iterable[int]) -> str:
    ids = list(way)
    names = dict(Tag.objects.filter(pk__in=ids).values_list("pk", "name"))
    return " → ".join(names[pk] for pk in ids)


def _category(tag: Tag) -> str:
    return str(Category(tag.category).label)


def _new_alias(name: str) -> str:
    """The form of a name that is to be an alias: by the rules for new tags, but in any script, or
    an abbreviation that begins with a slash.
    """
    form = alias_form(name)
    if form.isascii():
        refuse_new(form.removeprefix("/"))
        _refuse_automatic_name(form)
    return form


def _taken(name: TagName, merge: str) -> str:
    words = {"name": name.name, "tag": name.tag.name, "other": merge}
    if name.tag.name == merge:
        return _("“%(name)s” means “%(tag)s” already.") % words
    if name.alias:
        return _("“%(name)s” means “%(tag)s”: take that alias away first.") % words
    return _("“%(name)s” is a tag itself: merge it and “%(other)s” instead.") % words
