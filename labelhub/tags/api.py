"""The vocabulary: autocomplete, browsing, guidelines, and files about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, allow
from labelhub.paging import Cursor, Limit, Page, page_of, page_schema
from labelhub.posted import OPENAPI, announced_length
from labelhub.tags.complete import complete
from labelhub.tags.imports import files
from labelhub.tags.models import (
    Category,
    CategoryName,
    ImportState,
    Markup,
    Tag,
    VocabularyForm,
    VocabularyImport,
    category_name,
)
from labelhub.tags.names import AUTOMATIC
from labelhub.tags.selectors import meanings, tag_list
from labelhub.tags.services import tag_create

router = Router(tags=["tags"])

Name = Annotated[str, Field(min_length=1, max_length=170)]


class CompletedTag(Schema):
    """A tag that what was typed may mean; `alias` is the other name it was found by, if any."""

    name: str
    alias: str
    category: CategoryName
    posts: int
    deprecated: bool


class TagRow(Schema):
    """`posts` are Danbooru's, `images` this library's when they were counted last; `means` is the
    tag it was merged into, if any; `f1` what the authors of JoyTag published.
    """

    id: int
    name: str
    category: CategoryName
    posts: int
    images: int
    deprecated: bool
    hidden: bool
    subjective: bool
    automatic: bool
    guideline_version: int
    means: str | None
    f1: float | None


class NewTag(Schema):
    name: Name
    category: CategoryName = "general"


class GuidelineRow(Schema):
    version: int
    markup: Markup
    body: str
    photo_note: str
    drawn_note: str
    other_names: list[str]
    summary: str
    asks_again: bool
    by: str | None
    at: datetime


class NewGuideline(Schema):
    """`base` is the version that was edited, 0 for none: if there is a newer one, nobody's text is
    overwritten.
    """

    base: int = Field(ge=0)
    markup: Markup = Markup.MARKDOWN
    body: str = Field("", max_length=80_000)
    photo_note: str = Field("", max_length=4_000)
    drawn_note: str = Field("", max_length=4_000)
    other_names: list[Name] = Field([], max_length=80)
    summary: str = Field("", max_length=300)
    asks_again: bool = False


class ImportProblem(Schema):
    line: int
    text: str
    message: str


class ImportEffect(Schema):
    """One kind of change: how often it happens, and the first few, as sentences."""

    what: str
    count: int
    examples: list[str]


class VocabularyImportRow(Schema):
    id: int
    form: VocabularyForm
    state: ImportState
    name: str
    bytes: int
    rows: int
    effects: list[ImportEffect]
    problems: list[ImportProblem]
    problem_count: int
    message: str
    by: str | None
    created_at: datetime
    applied_at: datetime | None


PROBLEMS_LISTED = 10
ORDERS = {
    "posts": ("-posts", "name"),
    "images": ("-images", "name"),
    "name": ("name",),
    "new": ("-pk",),
}


def tag_rows(tags: Sequence[Tag]) -> list[TagRow]:
    """Tags as lists and pages show them; `published` should be selected with them."""
    means = meanings(tags)
    return [
        TagRow(
            id=tag.pk,
            name=tag.name,
            category=category_name(tag.category),
            posts=tag.posts,
            images=tag.images,
            deprecated=tag.deprecated,
            hidden=tag.hidden,
            subjective=tag.subjective,
            automatic=tag.name in AUTOMATIC,
            guideline_version=tag.guideline_version,
            means=means.get(tag.name),
            f1=tag.published.f1 if hasattr(tag, "published") else None,
        )
        for tag in tags
    ]


@router.get("/complete", auth=allow(Action.IMAGE_VIEW), response=list[CompletedTag])
def tags_complete(
    request: HttpRequest,
    q: Annotated[str, Query("", max_length=170)] = "",
    limit: Annotated[int, Query(20, ge=1, le=50)] = 20,
) -> list[CompletedTag]:
    """The tags that what was typed may mean, best first."""
    return [
        CompletedTag(
            name=each.name,
            alias=each.alias,
            category=category_name(each.category),
            posts=each.posts,
            deprecated=each.deprecated,
        )
        for each in complete(q, limit)
    ]


@router.get("", auth=allow(Action.IMAGE_VIEW), response=Page[TagRow])
def tags_list(
    request: HttpRequest,
    q: Annotated[str, Query("", max_length=170)] = "",
    category: CategoryName | None = None,
    show: Literal["all", "deprecated", "hidden", "with_guideline", "with_figures"] = "all",
    order: Literal["posts", "images", "name", "new"] = "posts",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[TagRow]:
    """The vocabulary; `q` is words that must occur in a name, each perhaps only its beginning."""
    tags = tag_list(q, Category[category.upper()] if category else None, show)
    found, following = page_of(tags, cursor=cursor, limit=limit, key=ORDERS[order])
    return Page(items=tag_rows(found), next=following)


@router.post("", auth=allow(Action.TAG_EDIT), response=TagRow)
def tags_create(request: HttpRequest, body: NewTag) -> TagRow:
    """A name that means something already is refused, with what it means."""
    assert isinstance(request.user, User)
    tag = tag_create(name=body.name, category=Category[body.category.upper()], by=request.user)
    return tag_rows([tag])[0]


@router.post(
    "/imports",
    auth=allow(Action.TAG_CHANGE),
    response=VocabularyImportRow,
    openapi_extra=OPENAPI,
)
def vocabulary_imports_add(
    request: HttpRequest,
    form: VocabularyForm,
    name: Annotated[str, Query(min_length=1, max_length=400)],
) -> VocabularyImportRow:
    """The body is the file. A worker reads it and says what applying it would change."""
    assert isinstance(request.user, User)
    made = files.import_add(
        form=form, name=name, source=request, length=announced_length(request), by=request.user
    )
    return _import_row(made)


@router.get("/imports", auth=allow(Action.TAG_CHANGE), response=Page[VocabularyImportRow])
def vocabulary_imports_list(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 20
) -> Page[VocabularyImportRow]:
    """Newest first; of each file's problems the first few."""
    return page_schema(
        files.import_list(),
        cursor=cursor,
        limit=limit,
        show=lambda found: _import_row(found, problems=PROBLEMS_LISTED),
    )


@router.get("/imports/{int:import_id}", auth=allow(Action.TAG_CHANGE), response=VocabularyImportRow)
def vocabulary_imports_get(request: HttpRequest, import_id: int) -> VocabularyImportRow:
    return _import_row(files.import_get(import_id))


@router.post(
    "/imports/{int:import_id}/apply", auth=allow(Action.TAG_CHANGE), response=VocabularyImportRow
)
def vocabulary_imports_apply(request: HttpRequest, import_id: int) -> VocabularyImportRow:
    """Have a worker do what was shown."""
    assert isinstance(request.user, User)
    return _import_row(files.import_apply(import_id=import_id, by=request.user))


@router.delete("/imports/{int:import_id}", auth=allow(Action.TAG_CHANGE), response={204: None})
def vocabulary_imports_discard(request: HttpRequest, import_id: int) -> Status[Any]:
    """Forget a file that was not applied."""
    files.import_discard(import_id=import_id)
    return Status(204, None)


def _import_row(found: VocabularyImport, problems: int | None = None) -> VocabularyImportRow:
    preview = found.preview
    return VocabularyImportRow(
        id=found.pk,
        form=VocabularyForm(found.form),
        state=ImportState(found.state),
        name=found.name,
        bytes=found.bytes,
        rows=preview.get("rows", 0),
        effects=[ImportEffect(**each) for each in preview.get("effects", [])],
        problems=[ImportProblem(**each) for each in found.problems[:problems]],
        problem_count=preview.get("problem_count", 0),
        message=found.message,
        by=found.user.username if found.user else None,
        created_at=found.created_at,
        applied_at=found.applied_at,
    )
