"""The vocabulary, as the tag boxes of the pages ask for it."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from labelhub.accounts.permissions import Action, allow
from labelhub.paging import Cursor, Limit, Page, page_schema
from labelhub.tags.models import Category, Tag
from labelhub.tags.selectors import tags_starting_with

router = Router(tags=["tags"])

Prefix = Annotated[str, Query("", max_length=170)]


class TagRow(Schema):
    id: int
    name: str
    category: str


def tag_row(tag: Tag) -> TagRow:
    return TagRow(id=tag.pk, name=tag.name, category=Category(tag.category).name.lower())


@router.get("", auth=allow(Action.IMAGE_VIEW), response=Page[TagRow])
def tags_list(
    request: HttpRequest, prefix: Prefix = "", cursor: Cursor = None, limit: Limit = 20
) -> Page[TagRow]:
    return page_schema(
        tags_starting_with(prefix), cursor=cursor, limit=limit, key="name", show=tag_row
    )
