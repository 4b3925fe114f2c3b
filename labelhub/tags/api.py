"""The vocabulary: autocomplete, browsing, guidelines, and files about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from labelhub.accounts.permissions import Action, allow
from labelhub.paging import Cursor, Limit, Page
from labelhub.posted import OPENAPI
from labelhub.tags.models import ImportState, Markup, VocabularyForm

router = Router(tags=["tags"])

Name = Annotated[str, Field(min_length=1, max_length=170)]
CategoryName = Literal["general", "artist", "copyright", "character", "meta"]


class CompletedTag(Schema):
    """A tag that what was typed may mean; `alias` is the other name it was found by, if any."""

    name: str
    alias: str
    category: CategoryName
    posts: int
    deprecated: bool


class TagRow(Schema):
    """`means` is the tag it was merged into, if any; `f1` what the authors of JoyTag published."""

    id: int
    name: str
    category: CategoryName
    posts: int
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


@router.get("/complete", auth=allow(Action.IMAGE_VIEW), response=list[CompletedTag])
def tags_complete(
    request: HttpRequest,
    q: Annotated[str, Query("", max_length=170)] = "",
    limit: Annotated[int, Query(20, ge=1, le=50)] = 20,
) -> list[CompletedTag]:
    """The tags that what was typed may mean, best first."""
    raise NotImplementedError


@router.get("", auth=allow(Action.IMAGE_VIEW), response=Page[TagRow])
def tags_list(
    request: HttpRequest,
    q: Annotated[str, Query("", max_length=170)] = "",
    category: CategoryName | None = None,
    show: Literal["all", "deprecated", "hidden", "with_guideline", "with_figures"] = "all",
    order: Literal["posts", "name", "new"] = "posts",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[TagRow]:
    """The vocabulary; `q` is words that must occur in a name, the last one may be a beginning."""
    raise NotImplementedError


@router.post("", auth=allow(Action.TAG_EDIT), response=TagRow)
def tags_create(request: HttpRequest, body: NewTag) -> TagRow:
    raise NotImplementedError


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
    raise NotImplementedError


@router.get("/imports", auth=allow(Action.TAG_CHANGE), response=Page[VocabularyImportRow])
def vocabulary_imports_list(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 20
) -> Page[VocabularyImportRow]:
    raise NotImplementedError


@router.get("/imports/{int:import_id}", auth=allow(Action.TAG_CHANGE), response=VocabularyImportRow)
def vocabulary_imports_get(request: HttpRequest, import_id: int) -> VocabularyImportRow:
    raise NotImplementedError


@router.post(
    "/imports/{int:import_id}/apply", auth=allow(Action.TAG_CHANGE), response=VocabularyImportRow
)
def vocabulary_imports_apply(request: HttpRequest, import_id: int) -> VocabularyImportRow:
    raise NotImplementedError


@router.delete("/imports/{int:import_id}", auth=allow(Action.TAG_CHANGE), response={204: None})
def vocabulary_imports_discard(request: HttpRequest, import_id: int) -> Status[Any]:
    """Forget a file that was not applied."""
    raise NotImplementedError
