"""The life cycle of tags: changes that are looked at before they are made and can be undone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, allow
from labelhub.paging import Cursor, Limit, Page, page_of
from labelhub.review.change_sentences import sentence
from labelhub.review.changes import Seen, change_make, change_preview
from labelhub.review.changes_made import (
    change_list,
    changes_left,
    changes_undoable,
    taken_back_by,
)
from labelhub.review.changes_undone import undo_make, undo_preview
from labelhub.tags.api import Name
from labelhub.tags.models import CategoryName, ChangeKind, TagChange

router = Router(tags=["tag changes"])


class Rename(Schema):
    """The old name becomes an alias."""

    kind: Literal["rename"]
    tag: Name
    to: Name


class AddAlias(Schema):
    """`alias` from now on means `tag`; it is no tag yet (else: merge)."""

    kind: Literal["alias"]
    tag: Name
    alias: Name


class RemoveAlias(Schema):
    kind: Literal["unalias"]
    tag: Name
    alias: Name


class AddImplication(Schema):
    """Whatever has `tag` has `implied`."""

    kind: Literal["imply"]
    tag: Name
    implied: Name


class RemoveImplication(Schema):
    kind: Literal["unimply"]
    tag: Name
    implied: Name


class Merge(Schema):
    """`tag` becomes another name of `into`, with everything that was said about it."""

    kind: Literal["merge"]
    tag: Name
    into: Name


class Split(Schema):
    """`tag` was several things: it is deprecated, and its images are asked about each of `into`."""

    kind: Literal["split"]
    tag: Name
    into: Annotated[list[Name], Field(min_length=2, max_length=20)]


class Deprecate(Schema):
    kind: Literal["deprecate", "revive"]
    tag: Name


class Categorise(Schema):
    kind: Literal["categorise"]
    tag: Name
    category: CategoryName


class Flags(Schema):
    kind: Literal["flags"]
    tag: Name
    hidden: bool | None = None
    subjective: bool | None = None


Change = Annotated[
    Rename
    | AddAlias
    | RemoveAlias
    | AddImplication
    | RemoveImplication
    | Merge
    | Split
    | Deprecate
    | Categorise
    | Flags,
    Field(discriminator="kind"),
]


class WantedChange(Schema):
    change: Change


class ChangePreview(Schema):
    """What a change would do, as sentences.

    `images` is how many images' labels are derived again, `questions` how many questions it opens
    and closes, `taggers` whose outputs it renames.
    """

    effects: list[str]
    warnings: list[str]
    images: int
    questions: int
    taggers: list[str]


class ChangeRow(Schema):
    """`undone_by` is the change that took it back; `undoable` says whether it may be now."""

    id: int
    kind: ChangeKind
    tag: str | None
    sentence: str
    details: dict[str, Any]
    by: str | None
    at: datetime
    undoes: int | None
    undone_by: int | None
    undoable: bool
    images_left: int = Field(description="images whose labels are still to follow")


@router.post("/preview", auth=allow(Action.TAG_CHANGE), response=ChangePreview)
def changes_preview(request: HttpRequest, body: WantedChange) -> ChangePreview:
    return _preview(change_preview(body.change.model_dump()))


@router.post("", auth=allow(Action.TAG_CHANGE), response=ChangeRow)
def changes_make(request: HttpRequest, body: WantedChange) -> ChangeRow:
    made = change_make(user=_user(request), details=body.change.model_dump())
    return _row(made.pk)


@router.get("", auth=allow(Action.IMAGE_VIEW), response=Page[ChangeRow])
def changes_list(
    request: HttpRequest, tag_id: int | None = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[ChangeRow]:
    """What was done to the vocabulary, or to one tag, newest first."""
    found, following = page_of(change_list(tag_id), cursor=cursor, limit=limit)
    return Page(items=_rows(found), next=following)


@router.post("/{int:change_id}/undo/preview", auth=allow(Action.TAG_CHANGE), response=ChangePreview)
def changes_undo_preview(request: HttpRequest, change_id: int) -> ChangePreview:
    return _preview(undo_preview(change_id))


@router.post("/{int:change_id}/undo", auth=allow(Action.TAG_CHANGE), response=ChangeRow)
def changes_undo(request: HttpRequest, change_id: int) -> ChangeRow:
    made = undo_make(user=_user(request), change_id=change_id)
    return _row(made.pk)


def _preview(seen: Seen) -> ChangePreview:
    return ChangePreview(**asdict(seen))


def _row(change_id: int) -> ChangeRow:
    (row,) = _rows(list(change_list().filter(pk=change_id)))
    return row


def _rows(changes: list[TagChange]) -> list[ChangeRow]:
    undoable, left = changes_undoable(changes), changes_left(changes)
    return [
        ChangeRow(
            id=change.pk,
            kind=ChangeKind(change.kind),
            tag=change.tag.name if change.tag else None,
            sentence=sentence(change),
            details=change.details,
            by=change.user.username if change.user else None,
            at=change.created_at,
            undoes=change.undoes_id,
            undone_by=taken_back_by(change),
            undoable=change.pk in undoable,
            images_left=left.get(change.pk, 0),
        )
        for change in changes
    ]


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # `allow` let nobody else in
    return request.user
