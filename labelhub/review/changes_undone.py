"""Taking changes of tags back: names, tags and implications are put where they were."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from labelhub.accounts.models import User
from labelhub.errors import Conflict, NotFound
from labelhub.review.change_sentences import sentence
from labelhub.review.changes import Seen, apply
from labelhub.review.changes_made import REVERSIBLE, changes_unchanged
from labelhub.tags.changes import Outcome
from labelhub.tags.edges import Edges
from labelhub.tags.models import ChangeKind, Implication, Tag, TagChange, TagName
from labelhub.tags.pen import Key, Pen, key_of
from labelhub.tags.services import vocabulary_lock


class InTheWay(Conflict):
    """A change cannot be taken back, because of what was done after it."""

    code = "change_in_the_way"


def undo_preview(change_id: int) -> Seen:
    """What taking a change back would do.

    Raises:
        NotFound, InTheWay: as of `undo_make`.
    """
    with transaction.atomic():
        vocabulary_lock(hurried=True)
        change = _undoable(change_id)
        details = {"undoes": change.pk}
        _change, seen = apply(None, ChangeKind.UNDO, details, _back(change), change, dry=True)
        transaction.set_rollback(True)
    return seen


@transaction.atomic
def undo_make(*, user: User | None, change_id: int) -> TagChange:
    """Take a change back: names, tags and implications are what they were before it, and labels
    follow.

    Raises:
        NotFound: there is no such change.
        InTheWay: it is no change that can be taken back, it was already, or later ones stand in
            the way.
    """
    vocabulary_lock(hurried=True)
    change = _undoable(change_id)
    made, _seen = apply(user, ChangeKind.UNDO, {"undoes": change.pk}, _back(change), change)
    return made


def _undoable(change_id: int) -> TagChange:
    change = TagChange.objects.select_related("tag").filter(pk=change_id).first()
    if change is None:
        raise NotFound(_("There is no such change. Reload the page."))
    if change.kind not in REVERSIBLE:
        raise InTheWay(_("This was no change that can be taken back; make another one instead."))
    taken_back = TagChange.objects.filter(undoes=change).select_related("user").first()
    if taken_back is not None:
        who = taken_back.user.username if taken_back.user else _("somebody")
        raise InTheWay(_("%s has taken this back already.") % who)
    return change


def _back(change: TagChange) -> Callable[[Pen], Outcome]:
    def act(pen: Pen) -> Outcome:
        assert change.tag is not None  # all that can be taken back are about one
        if not changes_unchanged([change]):
            raise InTheWay(_later(change))
        edits = change.before["edits"]
        pen.back(edits)
        _refuse_nonsense(change)
        return Outcome(change.tag, [_("Taken back: %s") % sentence(change)])

    return act


def _refuse_nonsense(change: TagChange) -> None:
    """See that what came back still makes sense beside what was done to other tags since."""
    edits = change.before["edits"]
    ends = [edit for edit in edits if edit["what"] == "implication" and edit["was"]]
    aliases = [edit for edit in edits if edit["what"] == "name" and edit["was"]]
    ids = {int(pk) for edit in ends for pk in str(edit["which"]).split()}
    led_to = {edit["was"][0] for edit in aliases}
    names = dict(Tag.objects.filter(pk__in=ids | led_to).values_list("pk", "name"))
    own = dict(TagName.objects.filter(name__in=names.values()).values_list("name", "tag_id"))
    merged = {pk for pk, name in names.items() if own.get(name, pk) != pk}
    deprecated = set(
        Tag.objects.filter(pk__in=ids | led_to, deprecated=True).values_list("pk", flat=True)
    )
    bare = {
        edit["was"][0]
        for edit in aliases
        if edit["was"][1] and not Tag.objects.filter(name=edit["which"]).exists()
    }
    edges = Edges(Implication.objects.values_list("antecedent_id", "consequent_id"))
    needless = {edge for pk in ids for edge in edges.needless(pk)}
    if merged or deprecated & (ids | bare) or needless:
        raise InTheWay(_later(change))


def _later(change: TagChange) -> str:
    """What stands in the way of taking a change back."""
    standing = TagChange.objects.filter(pk__gt=change.pk, undone_by=None)
    standing = standing.filter(kind__in=[*REVERSIBLE, ChangeKind.IMPORT, ChangeKind.CREATE])
    later = list(standing.filter(touched__overlap=change.touched).select_related("tag"))
    keys = _keys(change)
    same = [other for other in later if keys & _keys(other)] or later
    if not same:
        return _("The tags are not as this change left them, so it cannot be taken back as it was.")
    return _("What was done later stands in the way: %s Take that back first.") % " ".join(
        sentence(other) for other in reversed(same[-3:])
    )


def _keys(change: TagChange) -> set[Key]:
    return {key_of(edit) for edit in change.before.get("edits", [])}
