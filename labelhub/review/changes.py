"""Changes of tags with all that follows from them: looked at first, and made at once.

A preview is the change itself, made and rolled back; only that images are counted instead of noted,
that questions are changed in a copy of those it is about, and that nobody who derives labels or
answers waits for it. Labels follow by the job that derives them (`Kind.DERIVE`); questions at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labelhub.accounts.models import User
from labelhub.jobs.models import Kind
from labelhub.jobs.services import job_ring
from labelhub.labels.services.derive import meaning_lock
from labelhub.review import asked, joined
from labelhub.review.following import Follow, follow, images_count, images_note, images_with
from labelhub.taggers.vocabulary import taggers_knowing
from labelhub.tags import changes, lifecycle
from labelhub.tags.changes import CannotChange, Outcome, path_shown
from labelhub.tags.graph import Graph, graph
from labelhub.tags.models import ChangeKind, Tag, TagChange
from labelhub.tags.pen import Pen, tags_of
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
        VocabularyBusy.
    """
    with transaction.atomic():
        _change, seen = apply(None, details["kind"], details, _act(details), dry=True)
        transaction.set_rollback(True)
    return seen


@transaction.atomic
def change_make(*, user: User | None, details: Details) -> TagChange:
    """Change the vocabulary.

    Args:
        details: the kind of change and what it takes, as `ACTS` has it.

    Raises:
        CannotChange, TagNotFound, BadTagName: it cannot be made; nothing was.
        VocabularyBusy.
    """
    made, _seen = apply(user, details["kind"], details, _act(details))
    return made


def apply(
    user: User | None,
    kind: str,
    details: Details,
    act: Callable[[Pen], Outcome],
    undoes: TagChange | None = None,
    *,
    dry: bool = False,
) -> tuple[TagChange, Seen]:
    """Do something to the vocabulary and let everything follow. Call inside a transaction.

    Args:
        act: writes by the pen it is given, or refuses.
        undoes: the change that this one takes back.
        dry: it is going to be rolled back.
    """
    vocabulary_lock(hurried=True)
    if not dry:
        meaning_lock(change=True)
    before, pen = graph(), Pen()
    done = act(pen)
    edits = pen.edits()
    tag_ids = tags_of(edits) | {done.tag.pk, *(part.pk for part in done.parts)}
    # After the last edit: what is kept in memory from here on is of the vocabulary as it will be.
    vocabulary_bump()
    after = graph()
    _refuse_circles(after, tag_ids)
    found = follow(before, after)
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
    if dry:
        asked.questions_rehearse(tag_ids=tag_ids | found.tags)
    settled = _questions(found, edits, done, undoes, dry=dry)
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
    found: Follow,
    edits: list[dict[str, Any]],
    done: Outcome,
    undoes: TagChange | None,
    *,
    dry: bool,
) -> asked.Settled:
    """Let the questions follow."""
    if found.moved:
        joined.questions_join(found.moved, cards=not dry)
        # What is parted again loses questions like the other's, but not those of its own.
        asked.questions_want(tag_ids=found.tags)
    turned = {
        field: {
            int(edit["which"]): bool(edit["is"])
            for edit in edits
            if edit["what"] == "tag" and edit["field"] == field
        }
        for field in ("deprecated", "hidden")
    }
    closing = {*turned["deprecated"], *turned["hidden"], *found.moved}
    settled = asked.questions_settle(tag_ids=closing.union(*found.moved.values()), cards=not dry)
    # A split asks as long as its tag is deprecated, whichever change revives or deprecates it.
    split = {tag_id for tag_id, deprecated in turned["deprecated"].items() if deprecated}
    split |= {done.tag.pk} if done.parts else set()
    parts = asked.questions_parts(turned["deprecated"].keys() - split)
    if undoes is not None and undoes.kind == ChangeKind.SPLIT:
        parts |= set(undoes.before["parts"])
    more = [asked.questions_split(split, cards=not dry)] if split else []
    more += [joined.questions_unsplit(parts, cards=not dry)] if parts else []
    return asked.Settled(
        settled.opened + sum(each.opened for each in more),
        settled.closed + sum(each.closed for each in more),
    )


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


def _refuse_circles(present: Graph, tag_ids: set[int]) -> None:
    for tag_id in tag_ids:
        start = present.canonical.get(tag_id, tag_id)
        for above in present.parents(start):
            if start in present.ancestors(above):
                raise CannotChange(
                    _("%s would come to imply itself; take one of its implications away first.")
                    % path_shown([start, above])
                )
