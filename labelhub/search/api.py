"""Searching the library, counting what is found, and keeping searches."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from labelhub.accounts.permissions import Action, allow
from labelhub.paging import Cursor, Limit
from labelhub.review.library import ImageCard

router = Router(tags=["search"])

Text = Annotated[str, Query("", max_length=4000)]


class FoundImages(Schema):
    """A page of images. `tagger` is the one whose probabilities the `ai:` terms are about."""

    items: list[ImageCard]
    next: str | None
    tagger: str | None


class Found(Schema):
    """How many images; `exact` is false where it is "at least" this many."""

    count: int
    exact: bool


class SavedSearchRow(Schema):
    id: int
    name: str
    query: str
    shared: bool
    by: str
    mine: bool
    created_at: datetime


class NewSavedSearch(Schema):
    """One of the same name is replaced."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    query: Annotated[str, Field(max_length=4000)]
    shared: bool = False


class SearchTerm(Schema):
    """A line of the help on searching: what to write, what it finds."""

    term: str
    example: str
    meaning: str


@router.get("/images", auth=allow(Action.IMAGE_VIEW), response=FoundImages)
def images_list(
    request: HttpRequest, q: Text = "", cursor: Cursor = None, limit: Limit = 50
) -> FoundImages:
    """The images a query finds, the whole library for none.

    A query that cannot be understood is a 422 with the code `bad_query`; its fields `at` and
    `length` say where in the query, counted in characters from 0.
    """
    raise NotImplementedError


@router.get("/search/count", auth=allow(Action.IMAGE_VIEW), response=Found)
def search_count(request: HttpRequest, q: Text = "") -> Found:
    raise NotImplementedError


@router.get("/search/terms", auth=allow(Action.IMAGE_VIEW), response=list[SearchTerm])
def search_terms(request: HttpRequest) -> list[SearchTerm]:
    """All that a query may be made of."""
    raise NotImplementedError


@router.get("/search/saved", auth=allow(Action.IMAGE_VIEW), response=list[SavedSearchRow])
def saved_searches_list(request: HttpRequest) -> list[SavedSearchRow]:
    """One's own and the shared ones, by name."""
    raise NotImplementedError


@router.post("/search/saved", auth=allow(Action.IMAGE_VIEW), response=SavedSearchRow)
def saved_searches_keep(request: HttpRequest, body: NewSavedSearch) -> SavedSearchRow:
    raise NotImplementedError


@router.delete("/search/saved/{int:search_id}", auth=allow(Action.IMAGE_VIEW), response={204: None})
def saved_searches_remove(request: HttpRequest, search_id: int) -> Status[None]:
    raise NotImplementedError
