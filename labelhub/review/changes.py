"""Changes of tags with all that follows from them: looked at first, made at once, taken back.

A preview is the change itself, made and rolled back; only which images follow is counted instead of
noted. Labels follow by the job that derives them (`Kind.DERIVE`); questions at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labelhub.accounts.models import User
from labelhub.errors import Conflict, NotFound
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.labels.services.derive import meaning_lock
from labelhub.review import asked
from labelhub.review.change_sentences import sentence
from labelhub.review.changes_made import changes_unchanged
from labelhub.review.following import Follow, follow, images_count, images_note, images_with
from labelhub.taggers.vocabulary import taggers_knowing
from labelhub.tags import changes, lifecycle
from labelhub.tags.changes import CannotChange, Outcome, path_shown
from labelhub.tags.edges import Edges
from labelhub.tags.graph import Graph, graph
from labelhub.tags.models import ChangeKind, Implication, Tag, TagChange, TagName
from labelhub.tags.pen import Key, Pen, key_of, tags_of
from labelhub.tags.services import vocabulary_bump, vocabulary_lock

Details = dict[str, Any]
ACTS: dict[str, Callable[..., Outcome]] = {
    ChangeKind.RENAME: changes.rename,
    ChangeKind.ALIAS: changes.alias,
    ChangeKind.UNALIAS: changes.unalias,
    ChangeKind.IMPLY: changes.imply,
    ChangeKind.UNIMPLY: changes.unimply,
    ChangeKind.CATEGORISE: changes.categorise,
    ChangeKind.FLAGS: changes.flags,
    ChangeKind.MERGE: lifecycle.merge,
    ChangeKind.SPLIT: lifecycle.split,
    ChangeKind.DEPRECATE: lifecycle.deprecate,
    ChangeKind.REVIVE: lifecycle.revive,
}


class InTheWay(Conflict):
    """A change cannot be taken back, because of what was done after it."""

    code = "change_in_the_way"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a change does: see `changes_api.ChangePreview`."""

    effects: list[str]
    warnings: list[str]
    images: int
    questions: int
    taggers: list[str]


def change_preview(details: Details) -> Seen:
    """What a change would do.

    Raises:
        CannotChange, TagNotFound, BadTagName: it cannot be made.
    """
    with transaction.atomic():
        _change, seen = _make(None, details["kind"], details, _act(details), dry=True)
        transaction.set_rollback(True)
    return seen


@transaction.atomic
def change_make(*, user: User | None, details: Details) -> TagChange:
    """Change the vocabulary.

    Args:
        details: the kind of change and what it takes, as `ACTS` has it.

    Raises:
        CannotChange, TagNotFound, BadTagName: it cannot be made; nothing was.
    """
    made, _seen = _make(user, details["kind"], details, _act(details))
    return made


def undo_preview(change_id: int) -> Seen:
    """What taking a change back would do.

    Raises:
        NotFound, InTheWay: as of `undo_make`.
    """
    with transaction.atomic():
        vocabulary_lock()
        change = _undoable(change_id)
        details = {"undoes": change.pk}
        _change, seen = _make(None, ChangeKind.UNDO, details, _back(change), change, dry=True)
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
    vocabulary_lock()
    change = _undoable(change_id)
    made, _seen = _make(user, ChangeKind.UNDO, {"undoes": change.pk}, _back(change), change)
    return made


def _make(
    user: User | None,
    kind: str,
    details: Details,
    act: Callable[[Pen], Outcome],
    undoes: TagChange | None = None,
    *,
    dry: bool = False,
) -> tuple[TagChange, Seen]:
    vocabulary_lock()
    meaning_lock(change=True)
    before, pen = graph(), Pen()
    done = act(pen)
    edits = pen.edits()
    tag_ids = tags_of(edits) | {done.tag.pk, *(part.pk for part in done.parts)}
    # After the last edit: what is kept in memory from here on is of the vocabulary as it will be.
    vocabulary_bump()
    after = graph()
    _refuse_circles(after, tag_ids)
    found = follow(before, after, tag_ids)
    made = TagChange.objects.create(
        kind=kind,
        tag=done.tag,
        details=details,
        before={
            "edits": edits,
            "follow": found.asked(),
            "parts": [part.pk for part in done.parts],
        },
        touched=sorted(tag_ids | found.tags),
        undoes=undoes,
        user=user,
    )
    settled = _questions(found, edits, done, undoes)
    follows = found.asked()
    images = images_count(follows) if dry else images_note(follows)
    if images and not dry:
        job_ring(kind=Kind.DERIVE, subject_id=0, by=user)
    seen = Seen(
        effects=[*done.effects, *_questions_said(settled, done)],
        warnings=done.warnings,
        images=images,
        questions=settled.opened + settled.closed,
        taggers=taggers_knowing(_shown_otherwise(found, edits)),
    )
    return made, seen


def _act(details: Details) -> Callable[[Pen], Outcome]:
    taken = {name: value for name, value in details.items() if name != "kind"}
    return lambda pen: ACTS[details["kind"]](pen, **taken)


def _questions(
    found: Follow, edits: list[dict[str, Any]], done: Outcome, undoes: TagChange | None
) -> asked.Settled:
    """Let the questions follow."""
    asked.questions_join(found.moved)
    closing = {
        int(edit["which"])
        for edit in edits
        if edit["what"] == "tag" and edit["field"] in ("deprecated", "hidden")
    }
    closing |= set(found.moved).union(*found.moved.values())
    settled = asked.questions_settle(tag_ids=closing)
    if undoes is not None and undoes.kind == ChangeKind.SPLIT:
        more = asked.questions_unsplit(undoes.before["parts"])
    elif done.parts:
        more = asked.questions_split(done.tag.pk, [part.pk for part in done.parts])
    else:
        return settled
    return asked.Settled(settled.opened + more.opened, settled.closed + more.closed)


def _questions_said(settled: asked.Settled, done: Outcome) -> list[str]:
    said = []
    if done.parts:
        names = ", ".join(f"“{part.name}”" for part in done.parts)
        have = images_with([done.tag.pk])
        said.append(
            ngettext(
                "The %(count)d image that has it is asked about %(names)s, once the tagger has "
                "looked at it.",
                "The %(count)d images that have it are asked about %(names)s, once the tagger has "
                "looked at them.",
                have,
            )
            % {"count": have, "names": names}
        )
    if settled.closed:
        said.append(
            ngettext("%d open question closes.", "%d open questions close.", settled.closed)
            % settled.closed
        )
    if settled.opened:
        said.append(
            ngettext("%d question opens.", "%d questions open.", settled.opened) % settled.opened
        )
    return said


def _shown_otherwise(found: Follow, edits: list[dict[str, Any]]) -> set[int]:
    """The tags whose outputs are called something else from now on."""
    renamed = {
        int(edit["which"]) for edit in edits if edit["what"] == "tag" and edit["field"] == "name"
    }
    names = Tag.objects.filter(names__tag__in=renamed).values_list("pk", flat=True)
    return renamed | set(found.moved) | set(names)


def _undoable(change_id: int) -> TagChange:
    change = TagChange.objects.select_related("tag").filter(pk=change_id).first()
    if change is None:
        raise NotFound(_("There is no such change. Reload the page."))
    if change.kind not in ACTS:
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


def _refuse_circles(present: Graph, tag_ids: set[int]) -> None:
    for tag_id in tag_ids:
        start = present.canonical.get(tag_id, tag_id)
        for above in present.parents(start):
            if start in present.ancestors(above):
                raise CannotChange(
                    _("%s would come to imply itself; take one of its implications away first.")
                    % path_shown([start, above])
                )


def _later(change: TagChange) -> str:
    """What stands in the way of taking a change back."""
    standing = TagChange.objects.filter(pk__gt=change.pk, undone_by=None)
    standing = standing.filter(kind__in=[*ACTS, ChangeKind.IMPORT, ChangeKind.CREATE])
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
