"""Searching the library, counting what is found, and keeping searches."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, allow
from labelhub.paging import Cursor, Limit
from labelhub.review.image_cards import ImageCard, image_cards
from labelhub.search import selectors, services
from labelhub.search.models import SavedSearch
from labelhub.search.terms import SYNTAX, TERMS

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
    page = selectors.search_images(q, user=_user(request), cursor=cursor, limit=limit)
    return FoundImages(items=image_cards(page.image_ids), next=page.next, tagger=page.tagger)


@router.get("/search/count", auth=allow(Action.IMAGE_VIEW), response=Found)
def search_count(request: HttpRequest, q: Text = "") -> Found:
    found = selectors.search_count(q, user=_user(request))
    return Found(count=found.count, exact=found.exact)


@router.get("/search/terms", auth=allow(Action.IMAGE_VIEW), response=list[SearchTerm])
def search_terms(request: HttpRequest) -> list[SearchTerm]:
    """All that a query may be made of."""
    return [
        SearchTerm(term=each.form, example=each.example, meaning=str(each.meaning))
        for each in (*SYNTAX, *TERMS)
    ]


@router.get("/search/saved", auth=allow(Action.IMAGE_VIEW), response=list[SavedSearchRow])
def saved_searches_list(request: HttpRequest) -> list[SavedSearchRow]:
    """One's own and the shared ones, by name."""
    user = _user(request)
    return [_row(each, user) for each in selectors.saved_searches(user)]


@router.post("/search/saved", auth=allow(Action.IMAGE_VIEW), response=SavedSearchRow)
def saved_searches_keep(request: HttpRequest, body: NewSavedSearch) -> SavedSearchRow:
    user = _user(request)
    return _row(services.search_keep(user=user, **body.model_dump()), user)


@router.delete("/search/saved/{int:search_id}", auth=allow(Action.IMAGE_VIEW), response={204: None})
def saved_searches_remove(request: HttpRequest, search_id: int) -> Status[None]:
    services.search_remove(user=_user(request), search_id=search_id)
    return Status(204, None)


def _row(search: SavedSearch, user: User) -> SavedSearchRow:
    return SavedSearchRow(
        id=search.pk,
        name=search.name,
        query=search.query,
        shared=search.shared,
        by=search.user.username,
        mine=search.user_id == user.pk,
        created_at=search.created_at,
    )


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # `allow` let nobody else in
    return request.user
