"""Guidelines of tags: every version, and a new one, which may ask again what was answered."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, allow
from labelhub.review.guidelines import guideline_take
from labelhub.review.tag_page import guideline_row
from labelhub.tags.api import GuidelineRow, NewGuideline
from labelhub.tags.guidelines import Text, guideline_list

router = Router(tags=["tags"])


@router.get("/{int:tag_id}/guidelines", auth=allow(Action.IMAGE_VIEW), response=list[GuidelineRow])
def guidelines_list(request: HttpRequest, tag_id: int) -> list[GuidelineRow]:
    """Every version, newest first."""
    return [guideline_row(each) for each in guideline_list(tag_id)]


@router.post("/{int:tag_id}/guidelines", auth=allow(Action.TAG_EDIT), response=GuidelineRow)
def guidelines_add(request: HttpRequest, tag_id: int, body: NewGuideline) -> GuidelineRow:
    assert isinstance(request.user, User)  # `allow` let nobody else in
    text = Text(
        markup=body.markup,
        body=body.body,
        photo_note=body.photo_note,
        drawn_note=body.drawn_note,
        other_names=body.other_names,
    )
    made = guideline_take(
        user=request.user,
        tag_id=tag_id,
        base=body.base,
        text=text,
        summary=body.summary,
        asks_again=body.asks_again,
    )
    return guideline_row(made)
