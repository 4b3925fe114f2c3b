"""Changes that end or renew a tag: merge, split, deprecate, revive. As `changes`, of which it takes
the rules.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labelhub.tags.changes import (
    CannotChange,
    Outcome,
    needless_dropped,
    path_shown,
    refuse_automatic,
    refuse_deprecated,
    tag_of,
)
from labelhub.tags.edges import Edge, Edges, merged
from labelhub.tags.graph import graph
from labelhub.tags.models import Category, Implication, Tag, TagName
from labelhub.tags.names import refuse_new
from labelhub.tags.pen import Pen
from labelhub.tags.selectors import tags_known
from labelhub.tags.services import tags_ensure


def merge(pen: Pen, tag: str, into: str) -> Outcome:
    """Have one tag stand for two: every name of the other leads to it."""
    gone, kept = tag_of(tag), tag_of(into)
    words = {"gone": gone.name, "kept": kept.name}
    if gone.pk == kept.pk:
        raise CannotChange(
            _("“%(tag)s” and “%(into)s” mean the same tag already.") % {"tag": tag, "into": into}
        )
    for each in (gone, kept):
        refuse_automatic(each)
    refuse_deprecated(kept)
    present = _edges_staying(gone)
    for one, other in ((gone, kept), (kept, gone)):
        way = present.path(one.pk, other.pk, without=(one.pk, other.pk))
        if way is not None:
            raise CannotChange(
                _(
                    "“%(low)s” implies “%(high)s” through others (%(path)s), which would imply "
                    "themselves then. Take one of those implications away first."
                )
                % {"low": one.name, "high": other.name, "path": path_shown(way)}
            )
    for name in TagName.objects.filter(tag=gone).order_by("name").values_list("name", flat=True):
        pen.name(name, kept.pk, alias=True)
    done = Outcome(gone)
    done.effects.append(
        _("“%(gone)s” is another name of “%(kept)s”; what was said about it counts there.") % words
    )
    edges = set(Implication.objects.values_list("antecedent_id", "consequent_id"))
    _edges_write(pen, edges, merged(edges, gone.pk, kept.pk))
    moved = len(Edges(edges).of(gone.pk))
    if moved:
        done.effects.append(
            ngettext(
                "%(count)d implication of it is one of “%(kept)s” now.",
                "%(count)d implications of it are those of “%(kept)s” now.",
                moved,
            )
            % (words | {"count": moved})
        )
    done.effects += needless_dropped(pen, around=kept.pk)
    if gone.category != kept.category:
        done.warnings.append(
            _("“%(gone)s” is of the category %(of_gone)s, “%(kept)s” of %(of_kept)s.")
            % (
                words
                | {
                    "of_gone": Category(gone.category).label,
                    "of_kept": Category(kept.category).label,
                }
            )
        )
    return done


def split(pen: Pen, tag: str, into: Sequence[str]) -> Outcome:
    """Say that a tag was several things: it is deprecated, and its images are to be asked about
    each of them.
    """
    found = tag_of(tag)
    refuse_automatic(found)
    known = tags_known(into)
    made = [refuse_new(name) for name in into if name not in known]
    new = [each.pk for each in tags_ensure(names=made)]
    Tag.objects.filter(pk__in=new).update(category=found.category)
    parts = tags_known(into)
    done = Outcome(found, parts=list({part.pk: part for part in parts.values()}.values()))
    if len(done.parts) < len(into):
        raise CannotChange(_("Two of the names mean the same tag: name different ones."))
    for part in done.parts:
        refuse_deprecated(part)
        refuse_automatic(part)
        if part.pk == found.pk:
            raise CannotChange(
                _("“%s” cannot be a part of itself; name what it was instead.") % found.name
            )
    if not found.deprecated:
        _deprecate(pen, found, done)
    done.effects += [_("The tag “%s” is made.") % name for name in dict.fromkeys(made)]
    if made:
        done.warnings.append(_("Tags that are made for it stay, even if it is taken back."))
    return done


def deprecate(pen: Pen, tag: str) -> Outcome:
    """Let nobody say yes to a tag any more; what was said stays."""
    found = tag_of(tag)
    refuse_automatic(found)
    if found.deprecated:
        raise CannotChange(_("“%s” is deprecated already.") % found.name)
    done = Outcome(found)
    _deprecate(pen, found, done)
    return done


def revive(pen: Pen, tag: str) -> Outcome:
    found = tag_of(tag)
    if not found.deprecated:
        raise CannotChange(_("“%s” is not deprecated.") % found.name)
    pen.tag(found.pk, deprecated=False)
    return Outcome(
        found,
        [_("“%s” can be answered with yes again.") % found.name],
        [
            _(
                "Aliases and implications that went when it was deprecated stay away; to have them "
                "back, take that change back instead."
            )
        ],
    )


def _deprecate(pen: Pen, tag: Tag, done: Outcome) -> None:
    pen.tag(tag.pk, deprecated=True)
    done.effects.append(
        _("“%s” is deprecated: nobody is asked about it, and what was said stays.") % tag.name
    )
    names = list(TagName.objects.filter(tag=tag, alias=True).values_list("name", flat=True))
    # The name of a tag that was merged into it must mean something: what was said about that one.
    own = set(Tag.objects.filter(name__in=names).values_list("name", flat=True))
    for name in sorted(set(names) - own):
        pen.name_free(name)
        done.effects.append(_("The alias “%(name)s” goes.") % {"name": name})
    edges = Edges(Implication.objects.values_list("antecedent_id", "consequent_id"))
    for low, high in sorted(edges.of(tag.pk)):
        pen.unimply(low, high)
        done.effects.append(_("The implication %s goes.") % path_shown([low, high]))


def _edges_staying(gone: Tag) -> Edges:
    """All implications but those of a name's form that a tag loses with its name."""
    present = graph()
    stored = present.stored
    return Edges(edge for edge in present.edges if edge[0] != gone.pk or edge in stored)


def _edges_write(pen: Pen, before: set[Edge], after: set[Edge]) -> None:
    for low, high in sorted(before - after):
        pen.unimply(low, high)
    for low, high in sorted(after - before):
        pen.imply(low, high)
